/** Badges of a maker whose programme is suspended in a region, as it is recorded and told. */
import { spreadNext, tellNextOfSuspension } from '../../db/program-suspension-news';
import { saveReason } from '../../db/operator-decisions';
import { createSuspensionScene, type SuspensionScene } from './suspension-scene';
import { describeBadges, people, type Scene, type SceneRequest } from './transition-scene';

let made: SuspensionScene;
let scene: Scene;
beforeEach(async () => {
  made = await createSuspensionScene();
  scene = made.scene;
});
afterEach(() => scene.close());

async function seen(request: SceneRequest) {
  const { row, badges, history, mails } = await request.traces();
  return {
    status: row.status,
    badges: describeBadges(badges),
    history: history
      .filter(({ action }) => action === 'suspend' || action === 'reinstate')
      .map(({ action, to_status, details }) => `${action} ${to_status} ${String(details['marketplaces'])}`),
    mails: mails
      .filter(({ template }) => template.startsWith('badge-'))
      .map(({ template, props }) => [template, props['marketplaces'], props['region'], props['reason']]),
  };
}

const orderInJapan = (request: SceneRequest, action: 'suspend' | 'reinstate', at: string | null = null) =>
  request.record(async (ref) => {
    const words = { requestId: request.id, operatorId: people.operator.id, reason: 'Recalled.' };
    await saveReason(scene.pool, { commandId: ref.command?.commandId ?? '', ...words });
    const about = { action, marketplaces: ['JP'] as const, effectiveAt: at };
    return scene.badgeActivities.recordOperatorOrder(ref, about);
  }, people.operator);

it('suspends the badges of the region, says why, and brings them back when it ends', async () => {
  const request = await made.certified();
  await made.stage(request);
  await made.suspend('fe');
  await made.spreadAll();
  await made.follow(request);
  expect([await seen(request), await made.shown(request)]).toEqual([
    {
      status: 'ENABLED',
      badges: ['JP SUSPENDED PROGRAM_SUSPENSION', 'US STAGED'],
      history: ['suspend ENABLED JP'],
      mails: [['badge-suspended', ['JP'], 'fe', 'Too many outages in fe.']],
    },
    ['US'],
  ]);
  await made.follow(request);
  await made.end('fe');
  await made.follow(request);
  await made.follow(request);
  expect([await seen(request), await made.shown(request)]).toMatchObject([
    {
      status: 'ENABLED',
      badges: ['JP STAGED', 'US STAGED'],
      history: ['suspend ENABLED JP', 'reinstate ENABLED JP'],
      mails: [
        ['badge-suspended', ['JP'], 'fe', 'Too many outages in fe.'],
        ['badge-reinstated', ['JP'], 'fe', 'Well again in fe.'],
      ],
    },
    ['JP', 'US'],
  ]);
});

it('records each region by itself', async () => {
  const request = await made.certified();
  await made.stage(request);
  await made.suspend('fe');
  await made.suspend('na');
  await made.follow(request);
  expect(await seen(request)).toMatchObject({
    status: 'SUSPENDED',
    history: ['suspend ENABLED JP', 'suspend SUSPENDED US'],
    mails: [
      ['badge-suspended', ['JP'], 'fe', 'Too many outages in fe.'],
      ['badge-suspended', ['US'], 'na', 'Too many outages in na.'],
    ],
  });
});

it('leaves a badge suspended that something else holds, and lets no operator reinstate it alone', async () => {
  const request = await made.certified();
  await made.stage(request);
  const order = (action: 'suspend' | 'reinstate') => orderInJapan(request, action);
  await order('suspend');
  await made.suspend('fe');
  await made.follow(request);
  expect((await seen(request)).badges[0]).toBe('JP SUSPENDED OPERATOR PROGRAM_SUSPENSION');
  await made.end('fe');
  await made.follow(request);
  expect((await request.traces()).history.at(-1)?.details).toMatchObject({ stillSuspended: ['JP'] });
  expect([(await seen(request)).badges[0], await made.shown(request)]).toEqual([
    'JP SUSPENDED OPERATOR',
    ['US'],
  ]);
  await made.suspend('fe');
  await made.follow(request);
  await order('reinstate');
  expect([(await seen(request)).badges[0], await made.shown(request)]).toEqual([
    'JP SUSPENDED PROGRAM_SUSPENSION',
    ['US'],
  ]);
  expect(await order('reinstate')).toEqual({ refused: 'ACTION_NOT_ALLOWED' });
});

it('is told where an operator suspends a badge besides, now or at an instant to come', async () => {
  const later = new Date(Date.now() + 86_400_000).toISOString();
  const [now, planned] = [await made.certified(), await made.certified()];
  for (const request of [now, planned]) await made.stage(request);
  const toldOf = async (request: SceneRequest) =>
    (await request.traces()).mails
      .filter(({ template, props }) => template === 'badge-suspended' && props['cause'] === 'OPERATOR')
      .map(({ props }) => props['alsoSuspended']);
  await orderInJapan(planned, 'suspend', later);
  expect(await toldOf(planned)).toEqual([undefined]);
  await made.suspend('fe');
  for (const request of [now, planned]) await made.follow(request);
  await orderInJapan(now, 'suspend');
  expect([await toldOf(now), await toldOf(planned)]).toEqual([[['JP']], [['JP']]]);
  await made.end('fe');
  await made.follow(planned);
  expect(await toldOf(planned)).toEqual([undefined]);
});

it('never shows a badge that is staged while it holds, of which the mail of its request tells', async () => {
  await made.suspend('fe');
  await made.spreadAll();
  const request = await made.certified();
  await made.stage(request);
  expect(await made.shown(request)).toEqual(['US']);
  const told: string[] = [];
  await tellNextOfSuspension(scene.pool, async (id) => void told.push(id));
  expect(told).toEqual([request.id]);
  await made.follow(request);
  expect(await seen(request)).toMatchObject({
    badges: ['JP SUSPENDED PROGRAM_SUSPENSION', 'US STAGED'],
    history: ['suspend ENABLED JP'],
    mails: [],
  });
});

it('tells that a badge is back whose maker was told with its request that it is not shown', async () => {
  await made.suspend('fe');
  await made.spreadAll();
  const request = await made.certified('on a date');
  await made.stage(request);
  await made.comeTo(request, 'JP');
  await made.comeTo(request, 'US');
  await made.end('fe');
  await made.spreadAll();
  expect(await tellNextOfSuspension(scene.pool, () => made.follow(request))).toBe(1);
  expect([await seen(request), await made.shown(request)]).toMatchObject([
    {
      badges: ['JP STAGED', 'US STAGED'],
      history: ['reinstate ENABLED JP'],
      mails: [['badge-reinstated', ['JP'], 'fe', 'Well again in fe.']],
    },
    ['JP', 'US'],
  ]);
});

it('leaves nothing behind of a request that is withdrawn before any badge was shown', async () => {
  await made.suspend('fe');
  await made.spreadAll();
  const request = await made.certified('on a date');
  await made.stage(request);
  await made.comeTo(request, 'JP');
  await made.present();
  await request.record(scene.activities.recordWithdrawal, people.maker);
  await made.end('fe');
  await made.spreadAll();
  const { row, mails } = await request.traces();
  expect([await seen(request), await made.shown(request)]).toMatchObject([
    { status: 'NOT_SUBMITTED', badges: [] },
    [],
  ]);
  expect([row['first_effective_at'], mails.at(-1)?.template]).toEqual([null, 'withdrawn']);
});

it('keeps with a badge that is shown also the one that is held back', async () => {
  await made.suspend('fe');
  await made.spreadAll();
  const request = await made.certified('on a date');
  await made.stage(request);
  await made.comeTo(request, 'US');
  await made.comeTo(request, 'JP');
  // As if a third marketplace were still awaited.
  await scene.pool.query('update badge_requests set enabled_at = null where id = $1', [request.id]);
  await made.present();
  await request.record(scene.activities.recordWithdrawal, people.maker);
  await made.follow(request);
  expect(await seen(request)).toMatchObject({
    status: 'ENABLED',
    badges: ['JP SUSPENDED PROGRAM_SUSPENSION', 'US STAGED'],
  });
});

it('concerns the badges of its organization only', async () => {
  const request = await made.certified();
  await made.stage(request);
  await made.suspend('fe', 'org_two');
  await made.spreadAll();
  expect(await tellNextOfSuspension(scene.pool, async () => undefined)).toBe(0);
  await made.follow(request);
  expect(await made.shown(request)).toEqual(['JP', 'US']);
});

it('waits for a badge that is being staged, and holds it back', async () => {
  const request = await made.certified('on a date');
  const staging = await scene.pool.connect();
  try {
    // A transition that has begun before the suspension holds the request's lock, and its badges are not seen yet.
    await staging.query('begin');
    await staging.query('select from badge_requests where id = $1 for update', [request.id]);
    await staging.query(
      `insert into badges (request_id, marketplace, program, asin, effective_at)
        select id, 'JP', program, asin, now() - interval '1 second' from badge_requests where id = $1`,
      [request.id],
    );
    await made.suspend('fe');
    const spreading = spreadNext(scene.pool);
    for (let waiting = 0; waiting === 0;)
      waiting =
        (
          await scene.pool.query(
            "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
          )
        ).rowCount ?? 0;
    await staging.query('commit');
    expect(await spreading).toBe(true);
  } finally {
    staging.release();
  }
  expect(await made.shown(request)).toEqual([]);
});

it('wakes whoever tells the requests once they are on the list, however long that takes', async () => {
  const request = await made.certified();
  await made.stage(request);
  await made.suspend('fe');
  const woken: string[] = [];
  const teller = await scene.pool.connect();
  try {
    await teller.query('listen program_suspensions');
    const heard = new Promise((resolve) =>
      teller.on('notification', ({ payload }) => {
        woken.push(payload ?? '');
        if (payload === 'the last one') resolve(undefined);
      }),
    );
    await spreadNext(scene.pool);
    await scene.pool.query("notify program_suspensions, 'the last one'");
    await heard;
    expect(woken).toEqual(['', 'the last one']);
    expect(await tellNextOfSuspension(scene.pool, () => Promise.resolve())).toBe(1);
  } finally {
    teller.release(true);
  }
});

it('tells once more what changes while it is told, and what its teller was killed at', async () => {
  const request = await made.certified();
  await made.stage(request);
  await made.suspend('fe');
  await made.spreadAll();
  const told: string[] = [];
  const tell = (meanwhile: () => Promise<void>) =>
    tellNextOfSuspension(scene.pool, async (id) => {
      told.push(id);
      await meanwhile();
    });
  await tell(async () => {
    await made.end('fe');
    await made.spreadAll();
  });
  await tell(() => Promise.reject(new Error('killed')));
  expect(await tell(() => Promise.resolve())).toBe(0);
  await scene.pool.query('update program_suspension_news set next_attempt_at = now()');
  await tell(() => Promise.resolve());
  expect(told).toEqual([request.id, request.id, request.id]);
  await scene.pool.query('update program_suspension_news set next_attempt_at = now()');
  expect(await tell(() => Promise.resolve())).toBe(0);
});

it('puts a suspension that cannot be spread off for longer and longer, up to a minute, and not for who names it', async () => {
  await made.suspend('fe');
  await scene.pool.query(
    `create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$`,
  );
  await scene.pool.query(
    'create trigger t before insert on program_suspension_news execute function refuse()',
  );
  const clock = async () =>
    (await scene.pool.query<{ now: Date }>('select clock_timestamp() as now')).rows[0]?.now.getTime() ?? 0;
  const reported: unknown[] = [];
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    await scene.pool.query("update program_suspensions set next_attempt_at = now() - interval '1 hour'");
    const before = await clock();
    expect(await spreadNext(scene.pool, null, (error) => void reported.push(error))).toBe(true);
    const { rows } = await scene.pool.query<{ at: Date }>(
      'select next_attempt_at as at from program_suspensions',
    );
    const at = rows[0]?.at.getTime() ?? 0;
    expect(at - before).toBeGreaterThanOrEqual(seconds * 1000);
    expect(at - (await clock())).toBeLessThanOrEqual(seconds * 1000);
  }
  expect(reported).toHaveLength(8);
  expect(await spreadNext(scene.pool)).toBe(false);
  await scene.pool.query('drop trigger t on program_suspension_news');
  const { rows } = await scene.pool.query<{ id: string }>('select id from program_suspensions');
  expect(await spreadNext(scene.pool, rows[0]?.id)).toBe(true);
  await scene.pool.query("update program_suspensions set next_attempt_at = now() - interval '1 hour'");
  expect(await spreadNext(scene.pool)).toBe(false);
});
