import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { CatalogItemsApi } from '@sp-api-sdk/catalog-items-api-2022-04-01';
import { callBounded, callSignal, requestBounded } from '../../../activities/amazon/bounded-request';
import { UnreadableAnswerError } from '../../../activities/amazon/call-later';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const ended = (signal: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    const late = setTimeout(() => resolve('never'), 2_000);
    signal.addEventListener('abort', () => {
      clearTimeout(late);
      resolve((signal.reason as Error).name);
    });
  });

test.each([undefined, new AbortController().signal])(
  'the time of a call ends it whatever memory was tidied meanwhile (%#)',
  async (wish) => {
    const end = ended(callSignal(100, wish));
    // Only what no running function refers to is collected.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    collectGarbage();
    expect(await end).toBe('TimeoutError');
  },
);

test('whoever asked ends it sooner, with a reason of their own', async () => {
  const wish = new AbortController();
  const signal = callSignal(60_000, wish.signal);
  wish.abort(new RangeError('withdrawn'));
  expect(signal.reason).toBeInstanceOf(RangeError);
});

test('an answer comes as it is read, from a server that compresses whatever it may', async () => {
  const server = createServer((request, response) => {
    if (request.headers['accept-encoding'] === 'identity') response.end('{}');
    else response.setHeader('content-encoding', 'gzip').end(gzipSync('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const options = { method: 'GET', headers: {}, timeoutMs: 20_000 } as const;
  const answer = await requestBounded('It', `http://127.0.0.1:${port}`, options);
  expect(answer).toMatchObject({ status: 200, body: '{}' });
  server.closeAllConnections();
  server.close();
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
])('what %s makes large is not read to its end', async (coding, compress) => {
  const bomb = compress(Buffer.alloc(8 * 1_048_576));
  const server = createServer((_request, response) =>
    response.setHeader('content-encoding', coding).setHeader('content-type', 'application/json').end(bomb),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const api = new CatalogItemsApi(undefined, `http://127.0.0.1:${port}`);
  const call = { token: 'token', callTimeoutMs: 20_000, signal: undefined };
  const about = { marketplaceIds: ['US'], asin: 'B000000001' };
  const answer = callBounded('It', call, (config) => api.getCatalogItem(about, config));
  await expect(answer).rejects.toThrow(new UnreadableAnswerError('It sent more than can be an answer.'));
  server.closeAllConnections();
  server.close();
});
