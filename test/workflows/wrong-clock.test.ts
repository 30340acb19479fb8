/** One worker's clock is an hour wrong: the database's clock says what is effective, and moves no badge for it. */
import { createTransitionActivities } from '../../activities/transitions';
import { lookUpBadges } from '../../db/badge-lookup';
import { sendNextMail } from '../../db/outbox';
import { goLiveInstant, type GoLive } from '../../domain/go-live';
import { marketplaceByCode, type MarketplaceCode } from '../../domain/marketplaces';
import {
  createWorld,
  PROJECT,
  type RequestForm,
  type RequestInWorld,
  type World,
} from '../setup/request-world';
import { reviewTerm } from '../setup/review-term';
import { setClockWrong } from '../setup/wrong-clock';

const HOUR_MS = 3_600_000;
const approved = { status: 'COMPLETE', result: 'APPROVED' };

let world: World;
let setRight: () => void;
beforeEach(async () => {
  world = await createWorld();
  setRight = () => undefined;
});
afterEach(async () => {
  setRight();
  await world.close();
});

const databaseClock = async () =>
  (await world.pool.query<{ now: Date }>('select clock_timestamp() as now')).rows[0]?.now.getTime() ?? NaN;

async function certified(form: RequestForm): Promise<RequestInWorld> {
  await world.certify(PROJECT, approved);
  const request = await world.create(form);
  await request.submit();
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
  await request.approve();
  return request;
}

/** A marketplace whose next midnight is hours away, but not a day, and the day that begins then. */
async function nextMidnight(): Promise<{ marketplace: MarketplaceCode; date: string; instant: string }> {
  const now = await databaseClock();
  for (const marketplace of ['US', 'JP'] as const)
    for (const days of [0, 1, 2]) {
      const date = new Date(now + days * 24 * HOUR_MS).toISOString().slice(0, 10);
      const instant = goLiveInstant(date, marketplaceByCode(marketplace).timeZone);
      const ahead = Date.parse(instant) - now;
      if (ahead > 3 * HOUR_MS && ahead < 23 * HOUR_MS) return { marketplace, date, instant };
    }
  throw new Error('The midnights of the United States and Japan are seven hours apart.');
}

/** A request whose badge is staged for a coming midnight. */
async function staged() {
  const { marketplace, date, instant } = await nextMidnight();
  const goLive: GoLive = { kind: 'ON_DATE', date };
  const request = await certified({ goLive, marketplaces: [marketplace] });
  await request.until((row) => row.enabled_at !== null);
  const { rows } = await world.pool.query<{ asin: string }>('select asin from badge_requests where id = $1', [
    request.id,
  ]);
  return { request, goLive, instant, place: { marketplace, asin: rows[0]?.asin ?? '' } };
}

/** In place of waiting: all that is written ahead of one instant gets another one, from the database's present. */
async function moveInstant({ id }: RequestInWorld, interval: string): Promise<void> {
  for (const statement of [
    'update badges set effective_at = now() + $2::interval where request_id = $1',
    'update badge_requests set first_effective_at = now() + $2::interval, enabled_at = now() + $2::interval where id = $1',
    "update badge_request_history set at = now() + $2::interval where request_id = $1 and action = 'enable'",
    `update mail_outbox set due_at = now() + $2::interval, next_attempt_at = now() + $2::interval
      where request_id = $1 and template = 'enabled'`,
  ])
    await world.pool.query(statement, [id, interval]);
}

/** What is seen of a request, and whether its row may say so. */
async function seen({ request, place }: Awaited<ReturnType<typeof staged>>) {
  const [lookup] = await lookUpBadges(world.pool, [place]);
  const { rows } = await world.pool.query<{ status_now: string }>(
    'select status_now from badge_request_standings where id = $1',
    [request.id],
  );
  const { recordEnabling } = createTransitionActivities({
    pool: world.pool,
    reviewTerm,
    stagingRetryDays: 30,
  });
  while (await sendNextMail(world.pool, async () => ({ kind: 'sent' }), { most: 1, withinMs: 1_000 }));
  const sent = await world.pool.query(
    "select from mail_outbox where request_id = $1 and template = 'enabled' and sent_at is not null",
    [request.id],
  );
  return {
    badges: lookup?.badges.length,
    status: rows[0]?.status_now,
    mails: sent.rowCount,
    enabling: await recordEnabling(request.id),
  };
}

describe.each([
  ['ahead', HOUR_MS],
  ['behind', -HOUR_MS],
])('a worker whose clock is an hour %s', (_how, error) => {
  beforeEach(() => {
    setRight = setClockWrong(error);
  });

  it('makes a badge effective at the instant of its staging, by the database’s clock', async () => {
    const before = await databaseClock();
    const request = await certified({});
    await request.until((row) => row.status === 'ENABLED');
    const [badge] = await request.badges();
    expect(badge?.effective_at.getTime()).toBeGreaterThanOrEqual(Math.floor(before));
    expect(badge?.effective_at.getTime()).toBeLessThanOrEqual(await databaseClock());
  });

  it('stages a badge for its midnight', async () => {
    const { request, instant } = await staged();
    expect((await request.badges())[0]?.effective_at.toISOString()).toBe(instant);
    expect(await request.row()).toMatchObject({ status: 'PENDING', stage: 'SCHEDULED' });
  });

  it('shows, mails and records nothing before the instant, and takes it back until then', async () => {
    const at = await staged();
    await moveInstant(at.request, '30 minutes');
    expect(await seen(at)).toEqual({ badges: 0, status: 'PENDING', mails: 0, enabling: false });
    await at.request.withdraw();
    expect(await at.request.badges()).toEqual([]);
  });

  it('shows, mails and records all of it after the instant, and takes nothing back', async () => {
    const at = await staged();
    await moveInstant(at.request, '-1 seconds');
    await expect(at.request.withdraw()).rejects.toMatchObject({ cause: { type: 'ACTION_NOT_ALLOWED' } });
    expect(await seen(at)).toEqual({ badges: 1, status: 'ENABLED', mails: 1, enabling: true });
  });
});
