/** Of which requests the service asks why what is due is not done. */
import { listUnderWay } from '../../db/lost-requests';
import { createScene, people, type RequestOptions, type Scene, type SceneRequest } from './transition-scene';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
  scene.now = new Date().toISOString();
});
afterAll(() => scene.close());

const ASAP = {};
const date = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
const LATER = { goLive: { kind: 'ON_DATE', date } } satisfies RequestOptions;
const APPROVED = { status: 'COMPLETE', result: 'APPROVED' };

const submitted = async () => {
  const request = await scene.create();
  await request.record(scene.activities.recordSubmission, people.maker);
  return request;
};
const certified = async (options: RequestOptions, certification: Parameters<SceneRequest['certify']>[0]) => {
  const request = await scene.approved(options);
  await request.certify(certification);
  return request;
};
const staged = async (enabledAt: string) => {
  const request = await certified(LATER, APPROVED);
  await request.record((ref) => scene.activities.recordStaging(ref, { answers: { US: 'YES' }, looks: {} }));
  await scene.pool.query('update badge_requests set enabled_at = now() + $2::interval where id = $1', [
    request.id,
    enabledAt,
  ]);
  return request;
};
const broken = async () => {
  const request = await certified(ASAP, APPROVED);
  await request.record((ref) => scene.activities.recordAttention(ref, 'broken'));
  return request;
};

const underReview = async () => {
  const request = await submitted();
  await request.place('UNDER_REVIEW', 'AWAITING_REVIEWER');
  return request;
};

const seen = async ({ id }: SceneRequest, minutesAfterChange: number) => {
  for (const table of ['badge_requests', 'certification_projects'])
    await scene.pool.query(`update ${table} set updated_at = now() - make_interval(mins => $1)`, [
      minutesAfterChange,
    ]);
  return (await listUnderWay(scene.pool, { after: '', limit: 100 })).find((one) => one.id === id);
};

test.each<[string, () => Promise<SceneRequest>]>([
  ['is being checked', submitted],
  ['is certified', () => certified(ASAP, APPROVED)],
  ['has a date, and a certification that was cancelled', () => certified(LATER, { status: 'CANCELLED' })],
  ['has lost its certification', () => certified(LATER, { status: 'COMPLETE', result: 'REVOKED' })],
])('one that %s for more than an hour', async (_what, make) => {
  const request = await make();
  expect(await seen(request, 70)).toMatchObject({ seq: request.steps.length, isOverdue: true });
  expect(await seen(request, 50)).toMatchObject({ isOverdue: false });
  expect(await seen(request, 5)).toBeUndefined();
});

test('one that is live for more than an hour, and does not say so', async () => {
  expect(await seen(await staged('-70 minutes'), 600)).toMatchObject({ isOverdue: true });
  expect(await seen(await staged('-50 minutes'), 600)).toMatchObject({ isOverdue: false });
});

test.each<[string, () => Promise<SceneRequest>]>([
  ['waits for a reviewer', underReview],
  ['waits for its certification', () => certified(ASAP, { status: 'UNDER_TEST' })],
  ['is certified and has a date', () => certified(LATER, APPROVED)],
  ['is staged and has a date', () => staged('1 day')],
  ['needs an operator', broken],
])('none that %s, however long', async (_what, make) => {
  expect(await seen(await make(), 6_000)).toMatchObject({ isOverdue: false });
});
