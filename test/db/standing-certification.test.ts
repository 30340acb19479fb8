/** Which of a product's projects its badges stand or fall by, once there is a newer one than the one they were enabled by. */
import { listConcerned, settleProjects, tellAgainIfLost } from '../../db/certification-news';
import { readProductOfProject } from '../../db/certified-product';
import { receiveEvent } from '../../db/certification-inbox';
import type { CertificationProject } from '../../domain/certification';
import { eventAbout } from './certification-event';
import { MORNING, REFUSED, seen, useEnabledScene, type EnabledScene } from './enabled-scene';
import { createSuspensionScene, PLACES } from './suspension-scene';
import type { SceneRequest } from './transition-scene';

let at: EnabledScene;
useEnabledScene((made) => {
  at = made;
});

type Said = Pick<CertificationProject, 'status'> &
  Partial<Pick<CertificationProject, 'result' | 'reason' | 'marketplaces'>>;
const rejected = { status: 'COMPLETE', result: 'REJECTED', reason: 'It hums.' } as const;
const revoked = { status: 'COMPLETE', result: 'REVOKED' } as const;
const approved = { status: 'COMPLETE', result: 'APPROVED' } as const;
const newerId = (request: SceneRequest) => `${request.projectId}_newer`;

let versions = 0;
/** What a newer project of the product says from now on, unless another version is named. */
async function sayNewer(request: SceneRequest, said: Said, version = (versions += 1)) {
  const event = eventAbout(request, { projectId: newerId(request), version, ...said });
  await receiveEvent(at.scene.pool, event);
}
/** Whether news of a project concerns the request's badges. */
async function isTold(request: SceneRequest, projectId: string): Promise<boolean> {
  const { pool } = at.scene;
  const product = await readProductOfProject(pool, projectId);
  if (product === null) throw new Error('There is such a project.');
  const concerned = await listConcerned(pool, projectId, product, { limit: 10 });
  return concerned.some(({ id, hasBadges }) => id === request.id && hasBadges);
}
/** Whether the news of this request's projects is seen to be lost. */
async function isLost(request: SceneRequest): Promise<boolean> {
  const { pool } = at.scene;
  await pool.query('update certification_projects set badges_settled_revision = null');
  const { lost } = await settleProjects(pool, { after: '', limit: 100 });
  return lost.some((id) => id.startsWith(request.projectId));
}
const badgesOf = async (request: SceneRequest) => (await seen(request)).badges;
const SUSPENDED = ['JP SUSPENDED CERTIFICATION_REVOKED', 'US SUSPENDED CERTIFICATION_REVOKED'];
const SHOWN = ['JP STAGED', 'US STAGED'];

test.each<[string, Said]>([
  ['is under way', { status: 'UNDER_TEST' }],
  ['was rejected', { status: 'COMPLETE', result: 'REJECTED' }],
  ['was not taken in', { status: 'INTAKE_REJECTED' }],
  ['is on hold', { status: 'ON_HOLD' }],
  ['was cancelled', { status: 'CANCELLED' }],
  ['is complete without a result', { status: 'COMPLETE' }],
])('the approval that is withdrawn takes the badges while a newer project %s', async (_name, newer) => {
  const request = await at.enabled();
  await sayNewer(request, newer);
  expect(await isTold(request, newerId(request))).toBe(false);
  await request.certify(revoked);
  expect([await isTold(request, request.projectId), await isLost(request)]).toEqual([true, true]);
  expect(await at.byCertification(request)).toMatchObject({ status: 'SUSPENDED' });
  expect(await badgesOf(request)).toEqual(SUSPENDED);
  for (const projectId of [request.projectId, newerId(request)])
    expect([await isTold(request, projectId), await isLost(request)]).toEqual([false, false]);

  await sayNewer(request, approved);
  expect(await isTold(request, newerId(request))).toBe(true);
  await at.byCertification(request);
  expect(await badgesOf(request)).toEqual(SHOWN);
});

test.each<[string, readonly Said[]]>([
  ['is approved', [approved]],
  ['was approved and is on hold', [approved, { status: 'ON_HOLD' }]],
  ['was approved and cancelled', [approved, { status: 'CANCELLED' }]],
  [
    'was approved before it was under test again and then on hold',
    [approved, { status: 'UNDER_TEST' }, { status: 'ON_HOLD' }],
  ],
  ['was approved and is complete without a result', [approved, { status: 'COMPLETE' }]],
])('one that is withdrawn takes nothing where a newer one %s', async (_name, newer) => {
  const request = await at.enabled();
  for (const said of newer) await sayNewer(request, said);
  await request.certify(revoked);
  expect([await isTold(request, request.projectId), await isLost(request)]).toEqual([false, false]);
  expect(await at.byCertification(request)).toEqual(REFUSED);
});

test('nor where it comes late that the newer one was approved', async () => {
  const request = await at.enabled();
  await sayNewer(request, { status: 'CANCELLED' }, 2_000_002);
  await sayNewer(request, approved, 2_000_001);
  await request.certify(revoked);
  expect([await isTold(request, request.projectId), await isLost(request)]).toEqual([false, false]);
});

test('it makes no difference which of the projects speaks last', async () => {
  const request = await at.enabled();
  await sayNewer(request, approved);
  await sayNewer(request, { status: 'ON_HOLD' });
  await request.certify(revoked);
  expect(await at.byCertification(request)).toEqual(REFUSED);
  await sayNewer(request, { status: 'UNDER_TEST' });
  expect(await isTold(request, newerId(request))).toBe(true);
  await at.byCertification(request);
  expect(await badgesOf(request)).toEqual(SUSPENDED);
});

test('a project that is rejected after it was approved has withdrawn its approval', async () => {
  const request = await at.enabled();
  await request.certify(approved);
  await request.certify(rejected);
  expect([await isTold(request, request.projectId), await isLost(request)]).toEqual([true, true]);
  expect(await at.byCertification(request)).toMatchObject({ status: 'SUSPENDED' });
  expect(await badgesOf(request)).toEqual(SUSPENDED);
  expect([await isTold(request, request.projectId), await isLost(request)]).toEqual([false, false]);

  await sayNewer(request, approved);
  await at.byCertification(request);
  expect(await badgesOf(request)).toEqual(SHOWN);
  await sayNewer(request, rejected);
  await at.byCertification(request);
  expect(await badgesOf(request)).toEqual(SUSPENDED);
  const { history } = await request.traces();
  expect(history.at(-1)?.details).toMatchObject({ cause: 'CERTIFICATION_REVOKED', reason: 'It hums.' });
});

test('that it was approved before may come late: its badges are looked at once more', async () => {
  const request = await at.enabled();
  const settle = async () => (await settleProjects(at.scene.pool, { after: '', limit: 100 })).lost;
  await sayNewer(request, rejected, 3_000_002);
  await request.certify({ status: 'UNDER_TEST' });
  expect(await settle()).not.toContain(newerId(request));
  await sayNewer(request, approved, 3_000_001);
  expect(await settle()).toContain(newerId(request));
});

test('an approval that covers less counts while a newer project is under way', async () => {
  const request = await at.enabled();
  await sayNewer(request, { status: 'SUBMITTED' });
  await request.certify({ ...approved, marketplaces: ['US'] });
  await at.byCertification(request);
  expect(await badgesOf(request)).toEqual(['JP SUSPENDED CERTIFICATION_REVOKED', 'US STAGED']);
});

test('what is removed has nothing to lose: its certification is not told for it, again and again', async () => {
  const request = await at.enabled();
  const { pool } = at.scene;
  await at.order(request, 'remove', { marketplaces: ['JP'] });
  await request.certify(revoked);
  await at.byCertification(request);
  expect(await badgesOf(request)).toEqual(['JP REMOVED', 'US SUSPENDED CERTIFICATION_REVOKED']);
  expect([await isTold(request, request.projectId), await isLost(request)]).toEqual([false, false]);
  await pool.query('delete from certification_news');
  await tellAgainIfLost(pool, request.id);
  expect((await pool.query('select from certification_news')).rowCount).toBe(0);
});

test('what an operator has reinstated, not only planned, is not taken again by news of a newer project', async () => {
  const request = await at.enabled();
  await request.certify(revoked);
  await at.byCertification(request);
  await sayNewer(request, { status: 'SUBMITTED' });
  // By the scene's clock that is to come, as far as the database's is concerned.
  await at.order(request, 'reinstate');
  expect(await isTold(request, newerId(request))).toBe(true);
  await at.scene.pool.query(
    `update badge_request_history set at = clock_timestamp() where request_id = $1 and action = 'reinstate'`,
    [request.id],
  );
  expect([await isTold(request, newerId(request)), await isLost(request)]).toEqual([false, false]);
});

test('a reinstatement that was planned before the approval was withdrawn leaves the badges to the news of it', async () => {
  const request = await at.enabled();
  const { pool } = at.scene;
  await at.order(request, 'suspend');
  await at.order(request, 'reinstate', { effectiveAt: MORNING });
  await request.certify(revoked);
  // By the database's clock planned an hour ago, and just come true, while the news was lost.
  await pool.query(
    `update badge_request_history set at = now() - case when transition_seq is null then interval '0' else '1 hour' end,
         details = details || jsonb_build_object('effectiveAt', now())
      where request_id = $1 and action = 'reinstate'`,
    [request.id],
  );
  await pool.query(
    'update certification_projects set updated_at = now() - interval $$1 minute$$ where id = $1',
    [request.projectId],
  );
  await pool.query('update badges set planned_at = now() where request_id = $1', [request.id]);
  expect([await isTold(request, request.projectId), await isLost(request)]).toEqual([true, true]);
  // Planned after it, it is the operator's decision.
  await pool.query(
    `update badge_request_history set at = now() where request_id = $1 and transition_seq is not null`,
    [request.id],
  );
  expect(await isLost(request)).toBe(false);
});

test('what is lost in the moment in which badges become effective is told by the project that they stand by', async () => {
  const request = await at.enabled();
  await sayNewer(request, { status: 'UNDER_TEST' });
  await request.certify(revoked);
  const { pool } = at.scene;
  await pool.query('delete from certification_news');
  await tellAgainIfLost(pool, request.id);
  const { rows } = await pool.query('select project_id from certification_news');
  expect(rows).toEqual([{ project_id: request.projectId }]);
});

test('what an operator has reinstated before its workflow says that it is enabled is not taken once it does', async () => {
  const request = await at.enabled();
  const { pool } = at.scene;
  const untold = async () =>
    (await pool.query<{ project_id: string }>('select project_id from certification_news')).rows;
  await request.certify(revoked);
  await at.byCertification(request);
  await at.order(request, 'reinstate');
  await pool.query('delete from certification_news');
  // By the scene's clock the order is still to come, as far as the database's is concerned.
  await at.scene.activities.recordEnabling(request.id);
  expect(await untold()).toEqual([{ project_id: request.projectId }]);
  await pool.query('delete from certification_news');
  await pool.query(
    `update badge_request_history set at = clock_timestamp() where request_id = $1 and action = 'reinstate'`,
    [request.id],
  );
  await at.scene.activities.recordEnabling(request.id);
  expect(await untold()).toEqual([]);
});

test('what is lost on a request that is to go live, and whose workflow is lost, is found once it has', async () => {
  const made = await createSuspensionScene();
  const { pool } = made.scene;
  const settle = async () => (await settleProjects(pool, { after: '', limit: 100 })).lost;
  try {
    const request = await made.certified('on a date');
    await made.stage(request);
    expect(await settle()).toEqual([]);
    await request.certify(revoked);
    expect(await settle()).toEqual([request.projectId]);
    for (const place of PLACES) await made.comeTo(request, place);
    expect(await settle()).toEqual([request.projectId]);
  } finally {
    await made.scene.close();
  }
});
