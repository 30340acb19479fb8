/** What the page of webhooks says of events that are not entries of the history, and of endpoints that rest. */
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

test('an endpoint that has asked to be left alone says so, and what waits there that somebody commented', async () => {
  const { pool } = scene.world;
  await saveEndpoint(pool, { id: 'wep_1', ...ENDPOINT });
  await pool.query(`update webhook_endpoints set rests_until = now() + interval '1 hour'`);
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
  let looks = 0;
  page.on('request', (request) => {
    if (request.url().includes('/deliveries?')) looks += 1;
  });
  /** Looks in so many seconds, each ended before the next one may begin. */
  const looksIn = async (seconds: number): Promise<number> => {
    looks = 0;
    for (let passed = 0; passed < seconds; passed += 1) {
      const before = looks;
      await page.clock.fastForward(1_000);
      await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
      if (looks > before) await page.waitForLoadState('networkidle');
    }
    return looks;
  };
  const first = await looksIn(60);
  expect(first).toBeGreaterThan(4);
  expect(first).toBeLessThan(12);
  expect(await looksIn(60)).toBeLessThanOrEqual(4);
  await say('cmt_3', id);
  expect(await looksIn(30)).toBeGreaterThan(4);
  await page.context().close();
});
