/** `node dist/dev/mail-catcher/main.js --smtp-port N --http-port N --folder PATH`: catches every mail. */
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { LOOPBACK } from '../free-port';
import { createFaults } from './faults';
import { openMailStore } from './mail-store';
import { listenForMail } from './smtp';
import { createMailPages } from './web';

const port = z.coerce.number().int().min(0).max(65535);
const argumentsSchema = z.object({ 'smtp-port': port, 'http-port': port, folder: z.string().min(1) });

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { 'smtp-port': text, 'http-port': text, folder: text } });
  const options = argumentsSchema.parse(values);
  const parts = { store: await openMailStore(options.folder), faults: createFaults() };
  const smtp = await listenForMail(options['smtp-port'], parts);
  const web = createServer(createMailPages(parts));
  await new Promise<void>((resolve, reject) => {
    web.once('error', reject);
    web.listen(options['http-port'], LOOPBACK, resolve);
  });
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    web.close();
    web.closeAllConnections();
    await smtp.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void end());
  process.once('SIGINT', () => void end());
  // Whoever has started it is gone.
  process.once('disconnect', () => void end());
  process.send?.('ready');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
