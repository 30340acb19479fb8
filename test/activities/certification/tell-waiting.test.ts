import { Client, Connection, ServiceError } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createCertificationActivities } from '../../../activities/certification/tell-waiting';
import { freePort } from '../../../dev/free-port';
import { createWorld, PROJECT } from '../../setup/request-world';
import { createWaiting, type Waiting } from './waiting';

let waiting: Waiting;
beforeEach(async () => {
  waiting = await createWaiting();
});
afterEach(() => waiting.close());

/** One attempt of the activity. @returns its heartbeats */
async function tell({
  heartbeatDetails,
  client = waiting.client,
  signalsPerSecond = 5_000,
}: Attempt = {}): Promise<unknown[]> {
  const { taskQueue, database } = waiting;
  const activities = createCertificationActivities({
    ...{ pool: database.pool, client, taskQueue, signalsPerSecond },
  });
  // A failure that a test arranges is no news.
  const logger = new DefaultLogger('ERROR');
  const environment = new MockActivityEnvironment({ heartbeatDetails }, { logger });
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details) => heartbeats.push(details));
  await environment.run(() => activities.tellWaiting(waiting.projectId));
  return heartbeats;
}
interface Attempt {
  readonly heartbeatDetails?: string | undefined;
  readonly client?: Client;
  readonly signalsPerSecond?: number;
}
const news = () => ({
  projectId: waiting.projectId,
  productId: waiting.productId,
  version: 1,
  verdict: 'OPEN',
});

it('tells each request that waits once, also where its workflow was ended or is not there', async () => {
  const first = await waiting.add(2);
  const ended = await waiting.add(1, { workflow: 'has ended' });
  const lost = await waiting.add(1, { workflow: 'none' });
  const last = await waiting.add(1);
  const notWaiting = await waiting.add(1, { status: 'UNDER_REVIEW' });
  expect(await tell()).toEqual([...first, ...ended, ...lost, ...last]);
  for (const id of [...first, ...ended, ...lost, ...last]) expect(await waiting.told(id)).toEqual([news()]);
  for (const id of notWaiting) expect(await waiting.told(id)).toEqual([]);
});

it('tells no more in a second than it may', async () => {
  const ids = await waiting.add(6);
  const begun = performance.now();
  expect(await tell({ signalsPerSecond: 20 })).toEqual(ids);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(5 * 50);
});

it('goes on after the one that its heartbeat names', async () => {
  const ids = await waiting.add(3);
  expect(await tell({ heartbeatDetails: ids[1] })).toEqual(ids.slice(2));
  expect(await Promise.all(ids.map((id) => waiting.told(id)))).toEqual([[], [], [news()]]);
});

it('reaches everybody, however many there are', async () => {
  const ids = await waiting.add(201, { workflow: 'none' });
  expect(await tell()).toEqual(ids);
});

it('says what the newest project of the product says', async () => {
  const [id = ''] = await waiting.add(1);
  const newer = `${waiting.projectId}_newer`;
  await waiting.database.pool.query(
    `with newer as (
       insert into certification_projects (id, organization_id, product_id, version, status, result, marketplaces)
       values ($1, 'org_one', $2, 7, 'COMPLETE', 'APPROVED', '{US}') returning id
     )
     update products set project_id = newer.id, project_version = 7 from newer`,
    [newer, waiting.productId],
  );
  await tell();
  expect(await waiting.told(id)).toEqual([
    { projectId: newer, productId: waiting.productId, version: 7, verdict: 'APPROVED' },
  ]);
});

it('fails while Temporal is away, and tells who has not heard when it is tried again', async () => {
  const ids = await waiting.add(1);
  // Without the client's own repeats, which take half a minute.
  const connection = Connection.lazy({ address: `127.0.0.1:${await freePort()}`, interceptors: [] });
  const client = new Client({ connection, namespace: 'badge-requests' });
  await expect(tell({ client })).rejects.toThrow(ServiceError);
  await connection.close();
  expect(await tell()).toEqual(ids);
});

it('has one effect when it runs twice', async () => {
  const world = await createWorld();
  try {
    const request = await world.create();
    await request.submit();
    await request.until((row) => row.stage === 'AWAITING_REVIEWER');
    await request.approve();
    await world.pool.query(
      "update certification_projects set version = 2, status = 'COMPLETE', result = 'APPROVED' where id = $1",
      [PROJECT],
    );
    const activities = createCertificationActivities({ ...world, signalsPerSecond: 5_000 });
    const tellWaiting = () => new MockActivityEnvironment().run(() => activities.tellWaiting(PROJECT));
    for (let run = 1; run <= 2; run += 1) await tellWaiting();
    await request.until((row) => row.enabled_at !== null);
    await tellWaiting();
    expect((await request.history()).map(({ action }) => action)).toEqual([
      'submit',
      'passChecks',
      'approve',
      'enable',
    ]);
    expect((await request.mails()).map(({ template }) => template)).toEqual([
      'under-review',
      'pending',
      'enabled',
    ]);
    expect(await request.badges()).toHaveLength(1);
  } finally {
    await world.close();
  }
});
