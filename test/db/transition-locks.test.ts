/** What a transition sees that has to wait for another writer of its request. */
import { createTransitionActivities } from '../../activities/transitions';
import { transact } from '../../db/pool';
import { reviewTerm } from '../setup/review-term';
import { createScene, people, type Scene } from './transition-scene';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

const isWaiting = async () => {
  const { rowCount } = await scene.pool.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rowCount === 1;
};

test('a transition is entered with an instant at which it has its request for itself', async () => {
  const request = await scene.create();
  const { recordSubmission } = createTransitionActivities({ pool: scene.pool, reviewTerm });
  let recording: Promise<unknown> | undefined;
  const released = await transact(scene.pool, async (connection) => {
    await connection.query('select from badge_requests where id = $1 for update', [request.id]);
    recording = recordSubmission(request.next(people.maker));
    while (!(await isWaiting()));
    const { rows } = await connection.query<{ at: Date }>('select clock_timestamp() as at');
    return rows[0]?.at.getTime() ?? 0;
  });
  await recording;
  const { row } = await request.traces();
  expect(Date.parse(String(row['submitted_at']))).toBeGreaterThanOrEqual(released);
});
