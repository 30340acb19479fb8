import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import pino from 'pino';
import { ConfigurationError } from '../../config';
import { freePort, LOOPBACK } from '../../dev/free-port';
import { connectNative } from '../../workers/temporal-connection';

/** Of gRPC. */
const PERMISSION_DENIED = 7;
let stopping: AbortController;
let lines: string[];
beforeEach(() => {
  stopping = new AbortController();
  lines = [];
});
const connectTo = (address: string, namespace = 'badge-requests', told = 1) => {
  const write = (line: string) => void (lines.push(line) === told && stopping.abort());
  return connectNative({ address }, namespace, stopping.signal, pino({}, { write }));
};

it('says why Temporal cannot be reached, until it is told to stop', async () => {
  const address = `${LOOPBACK}:${await freePort()}`;
  expect(await connectTo(address)).toBeNull();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('Connection refused');
  expect(lines[0]).toContain(address);
});

it('says the same only now and then', async () => {
  const connecting = connectTo(`${LOOPBACK}:${await freePort()}`, 'badge-requests', 2);
  setTimeout(() => stopping.abort(), 1_600);
  expect(await connecting).toBeNull();
  expect(lines).toHaveLength(1);
});

it('ends with what is to be done where Temporal has no such namespace', async () => {
  const connecting = connectTo(process.env['TEST_TEMPORAL_ADDRESS'] ?? '', 'nowhere');
  await expect(connecting).rejects.toThrow(ConfigurationError);
  await expect(connecting).rejects.toThrow('TEMPORAL_NAMESPACE: Temporal has no namespace nowhere');
});

it.each([
  ['no call', ''],
  ['none but the first call', 'GetSystemInfo'],
])('ends with what is to be done where Temporal allows us %s', async (_what, allowed) => {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, { ':path': path = '' }) => {
    const type = { 'content-type': 'application/grpc' };
    if (allowed !== '' && path.endsWith(allowed)) {
      stream.respond(type, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      // A message of no bytes.
      stream.end(Buffer.alloc(5));
    } else stream.respond({ ...type, 'grpc-status': PERMISSION_DENIED }, { endStream: true });
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  try {
    await expect(connectTo(`${LOOPBACK}:${port}`)).rejects.toThrow(
      'Temporal does not let us into the namespace badge-requests: see to TEMPORAL_API_KEY',
    );
  } finally {
    for (const session of sessions) session.destroy();
    server.close();
  }
});
