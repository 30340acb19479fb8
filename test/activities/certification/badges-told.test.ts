/** A certification that changes after Enabled, told to the badges that stand or fall with it. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { createNewsRelay } from '../../../activities/certification/news-relay';
import { createReconciliation } from '../../../activities/certification/reconciliation';
import { createCertificationActivities } from '../../../activities/certification/tell-waiting';
import { createTransitionActivities } from '../../../activities/transitions';
import { nextNewsDue, tellAgainIfLost, tellNextNews } from '../../../db/certification-news';
import { createWorld, PROJECT, type RequestInWorld, type World } from '../../setup/request-world';
import { reviewTerm } from '../../setup/review-term';
import { until } from '../../setup/until';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

async function certified(): Promise<RequestInWorld> {
  const request = await world.create({ marketplaces: ['US', 'JP'] });
  await request.submit();
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
  await request.approve();
  await say('APPROVED');
  await tell();
  return request;
}
async function enabled(): Promise<RequestInWorld> {
  const request = await certified();
  await request.until((row) => row.status === 'ENABLED');
  return request;
}
/** What the project says from now on. */
const say = (result: string | null, marketplaces: readonly string[] = ['US', 'JP']) =>
  world.pool.query(
    `update certification_projects set version = version + 1, result = $2, marketplaces = $3,
            status = case when $2::text is null then 'UNDER_TEST' else 'COMPLETE' end where id = $1`,
    [PROJECT, result, marketplaces],
  );
const activities = () => createCertificationActivities({ ...world, signalsPerSecond: 5_000 });
const tell = () => new MockActivityEnvironment().run(() => activities().tellWaiting(PROJECT));
const settled = async (request: RequestInWorld) => {
  const handle = world.client.workflow.getHandle(`badge-remedy/${request.id}`);
  await handle.result();
  return (await request.history()).slice(4).map(({ action, to_status }) => `${action} ${to_status}`);
};

it('suspends when it is revoked and reinstates when it is approved again, however often it is told', async () => {
  const request = await enabled();
  await say('REVOKED');
  for (let run = 1; run <= 3; run += 1) await tell();
  expect(await settled(request)).toEqual(['suspend SUSPENDED']);
  expect((await request.mails()).map(({ template }) => template).slice(-1)).toEqual(['badge-suspended']);
  await say('APPROVED');
  await Promise.all([tell(), tell()]);
  expect(await settled(request)).toEqual(['suspend SUSPENDED', 'reinstate ENABLED']);
  expect((await request.mails()).map(({ template }) => template).slice(-1)).toEqual(['badge-reinstated']);
  expect(await request.row()).toMatchObject({ status: 'ENABLED' });
});

it('suspends again what an operator had planned to reinstate, once that has come true', async () => {
  const request = await enabled();
  await say('REVOKED');
  await tell();
  await settled(request);
  await world.pool.query(
    `update badges set planned_action = 'reinstate', planned_at = now() where request_id = $1`,
    [request.id],
  );
  await world.pool.query('update badge_requests set badges_change_at = now() where id = $1', [request.id]);
  await say('APPROVED');
  await tell();
  await say('REVOKED');
  await tell();
  await settled(request);
  expect((await request.badges()).map(({ status }) => status)).toEqual(['SUSPENDED', 'SUSPENDED']);
  expect(await request.row()).toMatchObject({ status: 'SUSPENDED' });
});

it('does what it says last, whatever was told before', async () => {
  const request = await enabled();
  await say('REVOKED');
  await tell();
  await say('APPROVED');
  await tell();
  await settled(request);
  await tell();
  await settled(request);
  expect(await request.row()).toMatchObject({ status: 'ENABLED' });
});

it('suspends what a newer approval does not cover, and reinstates what one covers again', async () => {
  const request = await enabled();
  await say('APPROVED', ['JP']);
  for (let run = 1; run <= 2; run += 1) await tell();
  expect(await settled(request)).toEqual(['suspend ENABLED']);
  const badges = async () => (await request.badges()).map(({ marketplace, status }) => [marketplace, status]);
  expect((await badges()).sort()).toEqual([
    ['JP', 'STAGED'],
    ['US', 'SUSPENDED'],
  ]);
  await say('APPROVED', ['JP', 'US']);
  await tell();
  expect(await settled(request)).toEqual(['suspend ENABLED', 'reinstate ENABLED']);
  expect((await badges()).map(([, status]) => status)).toEqual(['STAGED', 'STAGED']);
});

it('starts nothing for a request that it changes nothing of', async () => {
  const request = await enabled();
  for (const result of ['APPROVED', null, 'REJECTED']) {
    await say(result);
    await tell();
  }
  const handle = world.client.workflow.getHandle(`badge-remedy/${request.id}`);
  await expect(handle.describe()).rejects.toThrow(/not found/i);
});

it('is carried by the relay of the news', async () => {
  const request = await enabled();
  await say('REVOKED');
  await world.pool.query('insert into certification_news (project_id, version) values ($1, 3)', [PROJECT]);
  const relay = createNewsRelay({ ...world, signalsPerSecond: 5_000 });
  expect(await relay.drainOne()).toBe(1);
  expect(await settled(request)).toEqual(['suspend SUSPENDED']);
});

it.each([
  ['revoked', 'REVOKED', ['US']],
  ['approved for other marketplaces', 'APPROVED', ['JP']],
])(
  'reaches a request that became effective in the moment in which it was %s',
  async (_name, result, covered) => {
    const date = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
    const request = await world.create({ marketplaces: ['US'], goLive: { kind: 'ON_DATE', date } });
    await world.pool.query(
      `insert into badges (request_id, marketplace, program, asin, effective_at)
      select id, 'US', program, asin, now() from badge_requests where id = $1`,
      [request.id],
    );
    await world.pool.query(
      `update badge_requests set status = 'PENDING', stage = 'SCHEDULED', first_effective_at = now(), enabled_at = now()
      where id = $1`,
      [request.id],
    );
    await say(result, covered);
    const { recordEnabling } = createTransitionActivities({ pool: world.pool, reviewTerm });
    expect(await recordEnabling(request.id)).toBe(true);
    expect(await nextNewsDue(world.pool, null)).toMatchObject({ at: expect.any(Date) as Date });
    await createNewsRelay({ ...world, signalsPerSecond: 5_000 }).drainOne();
    await world.client.workflow.getHandle(`badge-remedy/${request.id}`).result();
    expect(await request.row()).toMatchObject({ status: 'SUSPENDED' });
    expect(await recordEnabling(request.id)).toBe(true);
    expect(await nextNewsDue(world.pool, null)).toMatchObject({ at: null });
  },
);

it('stays to be told where somebody asks for it while it is told', async () => {
  const request = await enabled();
  await say('REVOKED');
  await world.pool.query(
    'insert into certification_news (project_id, version) select id, version from certification_projects where id = $1',
    [PROJECT],
  );
  await tellNextNews(world.pool, () => tellAgainIfLost(world.pool, request.id));
  await createNewsRelay({ ...world, signalsPerSecond: 5_000 }).drainOne();
  expect(await settled(request)).toEqual(['suspend SUSPENDED']);
  expect(await nextNewsDue(world.pool, null)).toMatchObject({ at: null });
});

describe('what nobody was told', () => {
  /** @returns how many projects it has told of */
  const reconcile = async () => {
    const environment = new MockActivityEnvironment();
    let told = 0;
    environment.on('heartbeat', () => (told += 1));
    const reconciliation = createReconciliation({ ...world, signalsPerSecond: 5_000 });
    await environment.run(() => reconciliation.reconcileCertification());
    return told;
  };

  it.each([
    ['revoked', 'REVOKED', ['US', 'JP'], 'suspend SUSPENDED', ['SUSPENDED', 'SUSPENDED']],
    ['approved for fewer marketplaces', 'APPROVED', ['JP'], 'suspend ENABLED', ['STAGED', 'SUSPENDED']],
  ])('is found when it is %s, and settled then', async (_what, result, marketplaces, change, statuses) => {
    const request = await enabled();
    expect(await reconcile()).toBe(0);
    await say(result, marketplaces);
    expect(await reconcile()).toBe(1);
    expect(await settled(request)).toEqual([change]);
    expect((await request.badges()).map(({ status }) => status)).toEqual(statuses);
    for (let run = 1; run <= 2; run += 1) expect(await reconcile()).toBe(0);
    expect(await settled(request)).toEqual([change]);
  });

  it('is found when its fan-out is lost, whatever was known before', async () => {
    const request = await enabled();
    await say('REVOKED');
    await reconcile();
    await settled(request);
    expect(await reconcile()).toBe(0);
    // As of a request that was enabled in the moment of the news.
    await world.pool.query("update badges set status = 'STAGED', causes = '{}'");
    await world.pool.query("update badge_requests set status = 'ENABLED'");
    await tellAgainIfLost(world.pool, request.id);
    await tellNextNews(world.pool, async () => undefined);
    expect(await reconcile()).toBe(1);
    await settled(request);
    expect((await request.badges()).map(({ status }) => status)).toEqual(['SUSPENDED', 'SUSPENDED']);
  });

  it('is not what an operator has reinstated since', async () => {
    const request = await enabled();
    await say('REVOKED');
    await tell();
    await settled(request);
    await world.pool.query("update badges set status = 'STAGED', causes = '{}'");
    await world.pool.query(
      `insert into badge_request_history (request_id, seq, transition_seq, at, actor_role, action, from_status,
         to_status, details)
       select request_id, max(seq) + 1, max(transition_seq) + 1, now(), 'OPERATOR', 'reinstate', 'SUSPENDED', 'ENABLED',
              '{"marketplaces": ["US", "JP"]}'
         from badge_request_history group by request_id`,
    );
    await world.pool.query("update badge_requests set status = 'ENABLED'");
    expect(await reconcile()).toBe(0);
  });
});

it('takes what is staged and live with an approval that is withdrawn while a newer project is under way', async () => {
  world.outside.live = (marketplace) => (marketplace === 'US' ? 'YES' : 'NO');
  const request = await certified();
  await until(async () => (await request.badges()).length === 1);
  await world.pool.query(
    `with newer as (
       insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
       select id || '_newer', organization_id, product_id, 1, 'UNDER_TEST', marketplaces
         from certification_projects where id = $1 returning id)
     update products set project_id = newer.id, project_version = 1 from newer`,
    [PROJECT],
  );
  await tell();
  expect(await request.badges()).toHaveLength(1);
  await say('REVOKED');
  for (let run = 1; run <= 2; run += 1) await tell();
  const { reasons } = await request.until(({ status }) => status === 'REJECTED');
  expect(reasons.map(({ code }) => code)).toEqual(['CERTIFICATION_REVOKED']);
  expect(await request.badges()).toEqual([]);
  expect(await request.discard()).toMatchObject({ status: 'DISCARDED' });
});
