import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createNewsRelay } from '../../../activities/certification/news-relay';
import { createReconciliation } from '../../../activities/certification/reconciliation';
import { createCertificationActivities } from '../../../activities/certification/tell-waiting';
import { listConcerned, listUnheardProjects, markHeard } from '../../../db/certification-news';
import { readProductOfProject } from '../../../db/certified-product';
import { createScene, people } from '../../db/transition-scene';
import { workflowIds } from '../../../workflows/contract';
import { createWaiting, type Waiting } from './waiting';

let waiting: Waiting;
beforeEach(async () => {
  waiting = await createWaiting();
});
afterEach(() => waiting.close());

const deps = () => ({
  ...{ pool: waiting.database.pool, client: waiting.client },
  ...{ taskQueue: waiting.taskQueue, signalsPerSecond: 5_000 },
});
async function reconcile(heartbeatDetails?: string): Promise<unknown[]> {
  const activities = createReconciliation(deps());
  const logger = new DefaultLogger('ERROR');
  const environment = new MockActivityEnvironment({ heartbeatDetails }, { logger });
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details) => heartbeats.push(details));
  await environment.run(() => activities.reconcileCertification());
  return heartbeats;
}
const news = (version: number) => ({
  projectId: waiting.projectId,
  productId: waiting.productId,
  version,
  verdict: 'OPEN',
});
/** What an event changes whose news a crash has lost. */
const moveOn = () =>
  waiting.database.pool.query('update certification_projects set version = version + 1 where id = $1', [
    waiting.projectId,
  ]);
const fanout = () => waiting.client.workflow.getHandle(workflowIds.certificationFanout(waiting.projectId));

it('tells who has not heard, once for each version, however often it runs', async () => {
  const [first = '', second = ''] = await waiting.add(2);
  await waiting.add(1, { status: 'UNDER_REVIEW' });
  for (let run = 1; run <= 3; run += 1) await reconcile();
  expect(await waiting.told(first)).toEqual([news(1)]);
  await moveOn();
  for (let run = 1; run <= 2; run += 1) await reconcile();
  for (const id of [first, second]) expect(await waiting.told(id)).toEqual([news(1), news(2)]);
});

it('has nothing to tell after the relay has told', async () => {
  const [id = ''] = await waiting.add(1);
  const { pool } = waiting.database;
  await pool.query('insert into certification_news (project_id, version) values ($1, 1)', [
    waiting.projectId,
  ]);
  await createNewsRelay(deps()).drainOne();
  expect(await reconcile()).toEqual([]);
  expect(await waiting.told(id)).toEqual([news(1)]);
});

it('leaves many to a fan-out, lets one that runs go on, and finds nobody after it', async () => {
  const ids = await waiting.add(21);
  await reconcile();
  const first = await fanout().describe();
  expect(first.status.name).toBe('RUNNING');
  await reconcile();
  expect((await fanout().describe()).runId).toBe(first.runId);
  const activities = createCertificationActivities(deps());
  await new MockActivityEnvironment().run(() => activities.tellWaiting(waiting.projectId));
  await fanout().terminate();
  expect(await waiting.told(ids[20] ?? '')).toEqual([news(1)]);
  expect(await reconcile()).toEqual([]);
});

it('goes on after the project that its heartbeat names', async () => {
  const [id = ''] = await waiting.add(1);
  expect(await reconcile(waiting.projectId)).toEqual([]);
  expect(await waiting.told(id)).toEqual([]);
  expect(await reconcile()).toEqual([waiting.projectId]);
});

it('counts as heard what a transition has read', async () => {
  const scene = await createScene();
  try {
    const request = await scene.approved({ goLive: { kind: 'ON_DATE', date: '2027-06-01' } });
    const unheard = () => listUnheardProjects(scene.pool, { limit: 10 });
    expect(await unheard()).toEqual([]);
    await request.certify({ status: 'RESULTS_UNDER_REVIEW' });
    expect(await unheard()).toEqual([request.projectId]);
    const later = { kind: 'ON_DATE', date: '2027-07-01' } as const;
    await request.record((ref) => scene.activities.recordRescheduling(ref, later), people.maker);
    expect(await unheard()).toEqual([]);
  } finally {
    await scene.close();
  }
});

it('does not count as heard what was told of the product that a maker has changed from meanwhile', async () => {
  const scene = await createScene();
  const { pool, activities } = scene;
  try {
    const other = await scene.create();
    const request = await scene.approved();
    await request.certify({ status: 'ON_HOLD' });
    const product = await readProductOfProject(pool, request.projectId);
    if (product === null) throw new Error('There is such a project.');
    const told = await listConcerned(pool, request.projectId, product, { limit: 10 });
    await request.record(activities.recordWithdrawal, people.maker);
    await pool.query('update badge_requests set product_id = $2 where id = $1', [
      request.id,
      `prod_${other.id}`,
    ]);
    await request.record(activities.recordSubmission, people.maker);
    await request.find();
    await request.record(activities.recordChecks);
    await request.record((ref) => activities.recordApproval(ref, 2), people.reviewer);
    // Whoever told it was held up for as long.
    await markHeard(pool, told, product);
    await other.certify({ status: 'COMPLETE', result: 'APPROVED' });
    expect(await listUnheardProjects(pool, { limit: 10 })).toEqual([other.projectId]);
  } finally {
    await scene.close();
  }
});
