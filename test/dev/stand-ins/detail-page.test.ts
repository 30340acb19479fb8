/** The stand-in's retail detail pages. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';

let standIns: StandIns;
const start = async (badgeLookupUrl?: string) => {
  standIns = await startStandIns({
    ...{ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true },
    ...(badgeLookupUrl === undefined ? {} : { badgeLookupUrl }),
  });
};
afterEach(() => standIns.close());
const get = (path: string) => fetch(`${standIns.retail.url}${path}`);

test('a detail page shows the badge while the lookup says so, and none when it does not answer', async () => {
  let status = 200;
  let badges: object[] = [];
  const asked: (string | undefined)[] = [];
  const lookup = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ badges }));
  });
  await new Promise<void>((resolve) => lookup.listen(0, '127.0.0.1', resolve));
  try {
    await start(`http://127.0.0.1:${(lookup.address() as AddressInfo).port}`);
    const page = async () => {
      const answer = await get('/dp/B0NLBULB01?marketplace=JP');
      expect(answer.status).toBe(200);
      return (await answer.text()).includes('Works with Alexa');
    };
    expect(await page()).toBe(false);
    badges = [{ program: 'WWA', since: '2026-11-22T10:00:00.000Z' }];
    expect(await page()).toBe(true);
    status = 503;
    expect(await page()).toBe(false);
    expect(asked[0]).toBe('/v1/badges/JP/B0NLBULB01');
  } finally {
    await new Promise((resolve) => {
      lookup.close(resolve);
      lookup.closeAllConnections();
    });
  }
  expect((await get('/dp/B0NLBULB01')).status).toBe(200);
});

test('a detail page is not there for what is not listed, and escapes what is', async () => {
  await start();
  expect((await get('/dp/B0NLSTRP02?marketplace=US')).status).toBe(404);
  expect((await get('/dp/B0NLSTRP02?marketplace=DE')).status).toBe(200);
  expect((await get('/dp/B0NLBULB01?marketplace=XX')).status).toBe(404);
  const title = '<script>alert("1")</script>';
  await fetch(`${standIns.retail.url}/_catalog/B0ESCAPE01`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title }),
  });
  const text = await (await get('/dp/B0ESCAPE01')).text();
  expect(text).toContain('&#60;script&#62;');
  expect(text).not.toContain('<script>');
});
