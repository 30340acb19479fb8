/** What the SDK's native part says, as a worker's log has it, and what it measures. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Writable } from 'node:stream';
import { NativeConnection, Worker } from '@temporalio/worker';
import pino from 'pino';
import { installRuntime } from '../../workers/runtime';
import { freePort, LOOPBACK } from '../../dev/free-port';
import { until } from '../setup/until';

async function listenSomewhere(): Promise<Server> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  return server;
}

it('is lines of JSON as all others, and figures where they are asked for', async () => {
  const lines: string[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString().trimEnd().split('\n'));
      done();
    },
  });
  const log = pino({ level: 'info', base: { program: 'worker' } }, output);
  const taken = await listenSomewhere();
  const takenAddress = `${LOOPBACK}:${(taken.address() as AddressInfo).port}`;
  expect(() => installRuntime(log, takenAddress)).toThrow(`WORKER_METRICS_ADDRESS, ${takenAddress}: `);
  await new Promise((closed) => taken.close(closed));
  const metricsAddress = `${LOOPBACK}:${await freePort()}`;
  installRuntime(log, metricsAddress);
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
    const figures = await fetch(`http://${metricsAddress}/metrics`).then((answer) => answer.text());
    expect(figures).toMatch(/^temporal_request_failure\{.*operation="DescribeNamespace".*\} \d+$/m);
  } finally {
    await connection.close();
  }
});
