/** A request with more comments and more history than one page of the API has. */
import { clockedScene } from './clocked-scene';

const scene = clockedScene();

test('the newest comment and the newest change are there, however many came before', async () => {
  const id = await scene.requests.underReview();
  await scene.world.pool.query(
    `insert into comments (id, request_id, author_id, body)
       select 'cmt_' || lpad(n::text, 26, '0'), $1, 'person_maker', 'Comment ' || n from generate_series(1, 201) n`,
    [id],
  );
  await scene.world.pool.query(
    `insert into badge_request_history (request_id, seq, at, actor_role, action, from_status, to_status)
       select $1, 1000 + n, now(), 'OPERATOR', case n when 101 then 'discard' else 'retry' end,
              'UNDER_REVIEW', 'UNDER_REVIEW' from generate_series(1, 101) n`,
    [id],
  );
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await page.getByText('Comment 201', { exact: true }).waitFor();
  expect(await page.locator('[data-part="comments"] article').count()).toBe(201);
  await page.locator('[data-part="history"]').getByText('Gave the request up').waitFor();
  await page.context().close();
});
