/** A maker's program that is told of things, over real HTTP. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Told {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly port: number;
  readonly url: string;
  /** In the order in which it came. */
  readonly told: Told[];
  /** What it answers from now on; null: nothing, for good. */
  answer: number | null;
  readonly headers: Record<string, string>;
  /** Answers what it has not answered, in this way. */
  answerAll(answer: number): void;
  connections(): number;
  /** Called with each call, before it is answered. */
  onCall: (() => void) | undefined;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  let connections = 0;
  const unanswered: ServerResponse[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      receiver.told.push({ headers: request.headers, body });
      receiver.onCall?.();
      unanswered.push(response);
      if (receiver.answer !== null) receiver.answerAll(receiver.answer);
    });
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    port,
    url: `http://127.0.0.1:${port}/hook`,
    told: [],
    answer: 204,
    headers: {},
    answerAll(answer) {
      for (const response of unanswered.splice(0))
        response.writeHead(answer, receiver.headers).end('ignored');
    },
    connections: () => connections,
    onCall: undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
