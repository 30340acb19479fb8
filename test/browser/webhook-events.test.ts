/** What the page of webhooks says of events that are not entries of the history, and of endpoints that rest. */
import type { Request } from 'playwright-core';
import { saveEndpoint } from '../../db/webhook-endpoints';
import { placeRequest } from '../api/calendar-scene';
import { clockedScene } from './clocked-scene';

const scene = clockedScene({ webhooksMayBeLocal: true });

const ENDPOINT = { organizationId: 'org_one', url: 'http://127.0.0.1:9/hook', secret: 'whsec_c2VjcmV0' };
const say = (comment: string, id: string) =>
  scene.world.pool.query(
    `insert into comments (id, request_id, author_id, body) values ($1, $2, 'person_maker', 'Is it black?')`,
    [comment, id],
  );

beforeAll(async () => {
  await saveEndpoint(scene.world.pool, { id: 'wep_1', ...ENDPOINT });
  await scene.world.pool.query(`update webhook_endpoints set rests_until = now() + interval '1 hour'`);
});

test('an endpoint that has asked to be left alone says so, and what waits there that somebody commented', async () => {
  const id = await placeRequest(scene.api, {});
  await say('cmt_1', id);
  const page = await scene.open('maker', '/webhooks');
  await page.getByText('It has asked to be left alone until').waitFor();
  const row = page.locator('tbody tr').filter({ hasText: 'Somebody commented' });
  await row.getByText('Waits to be sent').waitFor();
  expect(await row.innerText()).not.toContain('black');
  await page.context().close();
});

test('a page whose events go on waiting is asked for less and less often, and again once there is something new', async () => {
  const id = await placeRequest(scene.api, {});
  await say('cmt_2', id);
  const page = await scene.open('maker', '/webhooks?endpoint=wep_1');
  await page.getByText('Waits to be sent').first().waitFor();
  const isLook = (request: Request) => request.url().includes('/deliveries?');
  let looks = 0;
  let answers = 0;
  page.on('request', (request) => (looks += Number(isLook(request))));
  page.on('requestfinished', (request) => (answers += Number(isLook(request))));
  /** Looks in so many seconds, each ended before the next one may begin. */
  const looksIn = async (seconds: number): Promise<number> => {
    const before = looks;
    for (let passed = 0; passed < seconds; passed += 1) {
      await page.clock.fastForward(1_000);
      do await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
      while (answers < looks);
    }
    return looks - before;
  };
  const first = await looksIn(60);
  expect(first).toBeGreaterThan(4);
  expect(first).toBeLessThan(12);
  expect(await looksIn(60)).toBeLessThanOrEqual(4);
  await say('cmt_3', id);
  // Twice where nothing is new.
  expect(await looksIn(30)).toBeGreaterThan(3);
  await page.context().close();
});
