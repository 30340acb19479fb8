/** A bare Express route beside the public lookup: the same address, a constant answer. A process of its own. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';

/** Told by whoever starts it, as its one message. */
export interface ConstantSettings {
  readonly path: string;
  readonly answer: object;
}

async function main({ path, answer }: ConstantSettings): Promise<void> {
  const app = express();
  app.get(path, (_request, response) => void response.json(answer));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.((server.address() as AddressInfo).port);
}

process.once('message', (settings) => void main(settings as ConstantSettings));
process.once('disconnect', () => process.exit());
