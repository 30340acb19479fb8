import { once } from 'node:events';
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import pino from 'pino';
import { ConfigurationError } from '../../config';
import { freePort, LOOPBACK } from '../../dev/free-port';
import { connectNative } from '../../workers/temporal-connection';

const GRPC = { 'content-type': 'application/grpc' };
/** Of gRPC. */
const UNKNOWN = 2;
const PERMISSION_DENIED = 7;

/** Stands in for Temporal. */
async function listenForCalls(answer: (stream: ServerHttp2Stream, path: string) => void) {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, { ':path': path = '' }) => answer(stream, path));
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  return {
    address: `${LOOPBACK}:${typeof address === 'object' ? address?.port : undefined}`,
    close() {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

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
  let calls = 0;
  const tries = await listenForCalls((stream) => {
    stream.respond({ ...GRPC, 'grpc-status': UNKNOWN }, { endStream: true });
    if ((calls += 1) === 3) stopping.abort();
  });
  try {
    expect(await connectTo(tries.address, 'badge-requests', Infinity)).toBeNull();
    expect([calls, lines.length]).toEqual([3, 1]);
  } finally {
    tries.close();
  }
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
  const guarded = await listenForCalls((stream, path) => {
    if (allowed !== '' && path.endsWith(allowed)) {
      stream.respond(GRPC, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      // A message of no bytes.
      stream.end(Buffer.alloc(5));
    } else stream.respond({ ...GRPC, 'grpc-status': PERMISSION_DENIED }, { endStream: true });
  });
  try {
    await expect(connectTo(guarded.address)).rejects.toThrow(
      'Temporal does not let us into the namespace badge-requests: see to TEMPORAL_API_KEY',
    );
  } finally {
    guarded.close();
  }
});
