/** What a transition sees that has to wait for another writer of its request. */
import { createTransitionActivities } from '../../activities/transitions';
import { transact } from '../../db/pool';
import { reviewTerm } from '../setup/review-term';
import { until } from '../setup/until';
import { createScene, people, type Scene, type SceneRequest } from './transition-scene';

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

describe('while an event about its certification is being stored', () => {
  /** Has it waited for, and stored meanwhile. */
  async function whileStored<Outcome>(
    { id, projectId }: SceneRequest,
    said: { result: string; marketplaces: string },
    record: () => Promise<Outcome>,
  ): Promise<Outcome> {
    const recording = await transact(scene.pool, async (connection) => {
      await connection.query('select from products where id = $1 for no key update', [`prod_${id}`]);
      const outcome = record();
      outcome.catch(() => undefined);
      await until(isWaiting);
      await connection.query(
        `update certification_projects set version = version + 1, status = 'COMPLETE', result = $2, marketplaces = $3
          where id = $1`,
        [projectId, said.result, said.marketplaces],
      );
      return { outcome };
    });
    return recording.outcome;
  }
  const APPROVED = { status: 'COMPLETE', result: 'APPROVED' } as const;
  /** Live in the United States; in Japan where that is live. */
  async function staged(answer: 'YES' | 'NO'): Promise<SceneRequest> {
    const request = await scene.approved({ marketplaces: ['US', 'JP'] });
    await request.certify(APPROVED);
    const answers = { US: 'YES', JP: answer } as const;
    await request.record((ref) => scene.activities.recordStaging(ref, { answers, looks: {} }));
    return request;
  }

  test('an approval begins to wait for its certification once it knows what the event says', async () => {
    const request = await scene.create();
    await request.record(scene.activities.recordSubmission, people.maker);
    await request.find();
    await request.record(scene.activities.recordChecks);
    const said = { result: 'APPROVED', marketplaces: '{US}' };
    const approve = () => request.record((ref) => scene.activities.recordApproval(ref, 1), people.reviewer);
    expect(await whileStored(request, said, approve)).toMatchObject({
      certification: { verdict: 'APPROVED' },
    });
  });

  test('badges do what the event says', async () => {
    const request = await staged('YES');
    const said = { result: 'REVOKED', marketplaces: '{US,JP}' };
    const follow = () => request.record(scene.badgeActivities.recordCertificationOfBadges);
    expect(await whileStored(request, said, follow)).toMatchObject({ status: 'SUSPENDED' });
  });

  test('a request that ends with what it has leaves to its badges what the event says', async () => {
    const request = await staged('NO');
    const said = { result: 'APPROVED', marketplaces: '{JP}' };
    const withdraw = () => request.record(scene.activities.recordWithdrawal, people.maker);
    expect(await whileStored(request, said, withdraw)).toMatchObject({ status: 'ENABLED' });
    const { rows } = await scene.pool.query('select project_id from certification_news');
    expect(rows).toContainEqual({ project_id: request.projectId });
  });
});
