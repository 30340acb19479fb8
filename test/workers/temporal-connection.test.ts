import pino from 'pino';
import { freePort, LOOPBACK } from '../../dev/free-port';
import { connectNative } from '../../workers/temporal-connection';

it('says why Temporal cannot be reached, until it is told to stop', async () => {
  const stopping = new AbortController();
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => (lines.push(line), stopping.abort()) });
  const address = `${LOOPBACK}:${await freePort()}`;
  expect(await connectNative({ address }, stopping.signal, log)).toBeNull();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('Connection refused');
  expect(lines[0]).toContain(address);
});

it('says the same only now and then', async () => {
  const stopping = new AbortController();
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void (lines.push(line) === 2 && stopping.abort()) });
  setTimeout(() => stopping.abort(), 1_600);
  const address = `${LOOPBACK}:${await freePort()}`;
  expect(await connectNative({ address }, stopping.signal, log)).toBeNull();
  expect(lines).toHaveLength(1);
});
