/** A programme suspension, carried to the workflows of the badges that it concerns. */
import { Client, Connection } from '@temporalio/client';
import { createSuspensionRelay } from '../../activities/program-suspension-relay';
import { lookUpBadges } from '../../db/badge-lookup';
import { startDrain } from '../../db/drain';
import { openPool } from '../../db/pool';
import { endSuspension, openSuspension } from '../../db/program-suspensions';
import { freePort } from '../../dev/free-port';
import { createWorld, OPERATOR, PROJECT, type RequestInWorld, type World } from '../setup/request-world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const relayOf = (signalsPerSecond = 5_000, client = world.client) =>
  createSuspensionRelay({ ...world, client, signalsPerSecond });
const suspend = () =>
  openSuspension(world.pool, {
    ...{ id: 'psus_1', program: 'WWA', organizationId: 'org_one', region: 'fe', operatorId: OPERATOR.id },
    reason: 'Too many outages.',
  });
const end = () =>
  endSuspension(world.pool, {
    ...{ id: 'psus_1', commandId: 'cmd_end', operatorId: OPERATOR.id, reason: 'Well again.' },
  });
async function enabled(): Promise<RequestInWorld> {
  await world.certify(PROJECT, { status: 'COMPLETE', result: 'APPROVED' });
  const request = await world.create({ marketplaces: ['US', 'JP'] });
  await request.submit();
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
  await request.approve();
  await request.handle.result();
  return request;
}
const shown = async (request: RequestInWorld) => {
  const { rows } = await world.pool.query<{ asin: string }>('select asin from badge_requests where id = $1', [
    request.id,
  ]);
  const places = (['JP', 'US'] as const).map((marketplace) => ({ marketplace, asin: rows[0]?.asin ?? '' }));
  const answers = await lookUpBadges(world.pool, places);
  return places.filter((_, index) => answers[index]?.badges.length === 1).map((place) => place.marketplace);
};
/** Drains until so many transitions of a request's badges are recorded, and their workflow has ended. */
async function drainUntil(request: RequestInWorld, transitions: number): Promise<void> {
  const errors: unknown[] = [];
  const drain = startDrain(relayOf(), {
    ...{ databaseUrl: world.databaseUrl, concurrency: 1, onError: (error) => void errors.push(error) },
  });
  try {
    while ((await course(request)).length < transitions)
      await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    await drain.stop();
  }
  await world.client.workflow.getHandle(`badge-remedy/${request.id}`).result();
  expect(errors).toEqual([]);
}
const course = async (request: RequestInWorld) =>
  (await request.history()).slice(4).map(({ action, to_status }) => `${action} ${to_status}`);

it('suspends and reinstates the badges of the region, however often its worker is killed', async () => {
  const request = await enabled();
  await suspend();
  await world.restartWorker();
  await drainUntil(request, 1);
  expect([await course(request), await shown(request)]).toEqual([['suspend ENABLED'], ['US']]);
  await end();
  const draining = drainUntil(request, 2);
  await world.restartWorker();
  await draining;
  expect(await course(request)).toEqual(['suspend ENABLED', 'reinstate ENABLED']);
  expect(await shown(request)).toEqual(['JP', 'US']);
  expect((await request.mails()).map(({ template }) => template).slice(-2)).toEqual([
    'badge-suspended',
    'badge-reinstated',
  ]);
});

it('reaches a request that is enabled while it holds, whose badge is never shown', async () => {
  await suspend();
  const request = await enabled();
  expect(await shown(request)).toEqual(['US']);
  await drainUntil(request, 1);
  expect(await course(request)).toEqual(['suspend ENABLED']);
  expect((await request.badges())[0]).toMatchObject({ status: 'SUSPENDED', causes: ['PROGRAM_SUSPENSION'] });
});

it('keeps who cannot be told', async () => {
  const request = await enabled();
  await suspend();
  const connection = Connection.lazy({ address: `127.0.0.1:${await freePort()}` });
  const away = relayOf(5_000, new Client({ connection, namespace: 'badge-requests' }));
  const told: unknown[] = [];
  expect(await away.drainOne()).toBe(2);
  expect(await away.drainOne((error) => void told.push(error))).toBe(1);
  expect(told).toHaveLength(1);
  const next = await away.nextDue(null);
  expect(next?.at?.getTime()).toBeGreaterThan(next?.now.getTime() ?? Infinity);
  await connection.close();
  await world.pool.query('update program_suspension_news set next_attempt_at = now()');
  await drainUntil(request, 1);
});

it('tells, and spreads others, while one suspension cannot be spread', async () => {
  const request = await enabled();
  await world.pool.query(
    `insert into badge_requests (id, organization_id, created_by, program, product_id, asin, status)
      select id || '_waits', organization_id, created_by, program, product_id, asin || '1', 'PENDING'
        from badge_requests where id = $1`,
    [request.id],
  );
  await world.pool.query('insert into program_suspension_news (request_id) values ($1)', [request.id]);
  const pool = openPool({ url: world.databaseUrl, size: 2, name: 'hasty', onError: () => undefined });
  pool.on('connect', (client) => void client.query("set lock_timeout = '10ms'"));
  const holder = await world.pool.connect();
  const untold = async () =>
    (await world.pool.query<{ id: string }>('select id from program_suspensions where untold')).rows.map(
      ({ id }) => id,
    );
  try {
    await holder.query('begin');
    await holder.query("select from badge_requests where status = 'PENDING' for update");
    await suspend();
    await world.pool.query("insert into organizations (id, name) values ('org_other', 'Other')");
    await openSuspension(world.pool, {
      ...{ id: 'psus_2', program: 'WWA', organizationId: 'org_other', region: 'fe', operatorId: OPERATOR.id },
      reason: 'Too many outages.',
    });
    const relay = createSuspensionRelay({ ...world, pool, signalsPerSecond: 5_000 });
    const reported: unknown[] = [];
    const drainOne = () => relay.drainOne((error) => void reported.push(error));
    expect([await drainOne(), await drainOne()]).toEqual([2, 2]);
    expect(reported).toMatchObject([{ code: '55P03' }]);
    expect(await untold()).toEqual(['psus_1']);
    expect(await drainOne()).toBe(1);
    const { rows } = await world.pool.query<{ at: Date }>(
      "select next_attempt_at as at from program_suspensions where id = 'psus_1'",
    );
    expect((await relay.nextDue(null))?.at).toEqual(rows[0]?.at);
    await world.client.workflow.getHandle(`badge-remedy/${request.id}`).result();
    await holder.query('rollback');
    await world.pool.query('update program_suspensions set next_attempt_at = now()');
    await drainOne();
    expect(await untold()).toEqual([]);
  } finally {
    holder.release(true);
    await pool.end();
  }
});

it('tells many no faster than it may', async () => {
  const request = await enabled();
  await world.pool.query(
    `insert into badge_requests (id, organization_id, created_by, program, product_id, asin, status, enabled_at)
      select r.id || '_' || n, r.organization_id, r.created_by, r.program, r.product_id, r.asin || n, 'ENABLED', now()
        from badge_requests r, generate_series(1, 5) n where r.id = $1`,
    [request.id],
  );
  await world.pool.query(
    `insert into badges (request_id, marketplace, program, asin, effective_at)
      select id, 'JP', program, asin, now() from badge_requests where id <> $1`,
    [request.id],
  );
  await suspend();
  const relay = relayOf(20);
  expect(await relay.drainOne()).toBe(2);
  const begun = performance.now();
  let signals = 0;
  for (let due = 2; due > 1; signals += 1) due = await relay.drainOne();
  expect(signals).toBe(6);
  // The first begins at once, and the last one's slot is waited for.
  expect(performance.now() - begun).toBeGreaterThanOrEqual(245);
  for (let n = 1; n <= 5; n += 1)
    await world.client.workflow.getHandle(`badge-remedy/${request.id}_${n}`).result();
});
