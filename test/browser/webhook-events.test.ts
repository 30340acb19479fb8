/** What the page of webhooks says of events that are not entries of the history, and of endpoints that rest. */
import { saveEndpoint } from '../../db/webhook-endpoints';
import { placeRequest } from '../api/calendar-scene';
import { clockedScene } from './clocked-scene';

const scene = clockedScene({ webhooksMayBeLocal: true });

test('an endpoint that has asked to be left alone says so, and what waits there that somebody commented', async () => {
  const { pool } = scene.world;
  await saveEndpoint(pool, {
    ...{ id: 'wep_1', organizationId: 'org_one', url: 'http://127.0.0.1:9/hook', secret: 'whsec_c2VjcmV0' },
  });
  await pool.query(`update webhook_endpoints set rests_until = now() + interval '1 hour'`);
  const id = await placeRequest(scene.api, {});
  await pool.query(
    `insert into comments (id, request_id, author_id, body) values ('cmt_1', $1, 'person_maker', 'Is it black?')`,
    [id],
  );
  const page = await scene.open('maker', '/webhooks');
  await page.getByText('It has asked to be left alone until').waitFor();
  const row = page.locator('tbody tr').filter({ hasText: 'Somebody commented' });
  await row.getByText('Waits to be sent').waitFor();
  expect(await row.innerText()).not.toContain('black');
  await page.context().close();
});
