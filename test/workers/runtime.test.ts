/** What the SDK's native part says, as a worker's log has it. */
import { Writable } from 'node:stream';
import { NativeConnection, Worker } from '@temporalio/worker';
import pino from 'pino';
import { installRuntime } from '../../workers/runtime';
import { until } from '../setup/until';

it('is lines of JSON as all others', async () => {
  const lines: string[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString().trimEnd().split('\n'));
      done();
    },
  });
  installRuntime(pino({ level: 'info', base: { program: 'worker' } }, output));
  const connection = await NativeConnection.connect({ address: process.env['TEST_TEMPORAL_ADDRESS'] ?? '' });
  try {
    const worker = Worker.create({
      connection,
      namespace: 'nowhere',
      taskQueue: 'nobody',
      activities: { nothing: () => Promise.resolve() },
    });
    await expect(worker.then((one) => one.run())).rejects.toMatchObject({
      message: expect.stringContaining('nowhere') as string,
    });
    const entries = () => lines.map((line) => JSON.parse(line) as { program: string; msg: string });
    await until(() => entries().some(({ msg }) => /describing namespace/.test(msg)));
    for (const entry of entries()) expect(entry.program).toBe('worker');
  } finally {
    await connection.close();
  }
});
