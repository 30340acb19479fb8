/** Audits of enabled badges, on real rows and workflows, against the stand-in for Amazon. */
import { randomInt } from 'node:crypto';
import type { ListingSources } from '../../activities/amazon/listing-question';
import { createBadgeAudit, type SweepCounts } from '../../activities/badge-audit';
import type { Drainable } from '../../db/drain';
import { generatedListing } from '../../dev/stand-ins/generated-listing';
import { startStandIns, type StandIns } from '../../dev/stand-ins/start';
import { marketplaceByCode } from '../../domain/marketplaces';
import { workflowIds } from '../../workflows/contract';
import { createWorld, type World } from '../setup/request-world';
import { callsTo, catalogOf, control } from './amazon/stand-in-clients';
import { createTurnstile, type Turnstile } from './amazon/turnstile';
import { addBadges, dueInHours } from './audit-scene';

const SEARCH = '/catalog/2022-04-01/items';
const ITEM = `${SEARCH}/:asin`;

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

let standIns: StandIns;
let turns: Turnstile;
let swept: SweepCounts[];
let errors: unknown[];
/** The Temporal server is shared by all tests of a run: no two audit the same badge. */
let from: number;
beforeEach(async () => {
  standIns = await startStandIns({
    ...{ retailPort: 0, skillsPort: 0 },
    ...{ rateLimits: false, answerAtOnce: true },
  });
  [turns, swept, errors] = [createTurnstile(), [], []];
  from = randomInt(90_000) * 1_000;
});
afterEach(async () => {
  await standIns.close();
  await world.pool.query("delete from badge_requests where id like 'br_enabled%'");
});

const catalog = () => catalogOf(standIns, { limiter: turns.limiter });
const sources = (asked: ListingSources['catalog'] = catalog()) => ({
  catalog: asked,
  offers: { lookUp: () => Promise.reject(new Error('asked for offers')) },
});
const sweeper = (over: Partial<Parameters<typeof createBadgeAudit>[0]> = {}): Drainable =>
  createBadgeAudit({
    ...{ pool: world.pool, client: world.client, taskQueue: world.taskQueue, amazon: sources() },
    ...{ region: 'na', intervalHours: 48, stopping: new AbortController().signal },
    onSweep: (counts) => void swept.push(counts),
    onError: (error) => void errors.push(error),
    ...over,
  });
/** One batch, with as many turns as it needs. */
async function sweep(audit = sweeper()): Promise<{ found: boolean; turns: number }> {
  const work = audit.drainOne();
  const used = await turns.untilDone(work);
  return { found: (await work) > 0, turns: used };
}
const asinOf = (requestId: string) => requestId.replace('br_enabled', 'BX');
const relist = (requestId: string, change: object) => {
  const asin = asinOf(requestId);
  return control(standIns.retail.url, 'PUT', `/_catalog/${asin}`, { ...generatedListing(asin), ...change });
};
const makeDue = () => world.pool.query("update badges set audit_due_at = now() - interval '1 day'");
const remedyOf = (requestId: string) => world.client.workflow.getHandle(workflowIds.badgeRemedy(requestId));
async function mails(requestId: string): Promise<string[]> {
  const { rows } = await world.pool.query<{ template: string }>(
    'select template from mail_outbox where request_id = $1',
    [requestId],
  );
  return rows.map(({ template }) => template);
}
async function untilWarned(requestId: string): Promise<void> {
  for (const end = Date.now() + 30_000; (await mails(requestId)).length === 0;)
    if (Date.now() > end) throw new Error(`The maker of ${requestId} was not warned.`);
    else await new Promise((resolve) => setTimeout(resolve, 20));
}
/** Ends the workflow of a badge in trouble, once it has worked off all that it was told. */
async function endRemedy(requestId: string): Promise<void> {
  await untilWarned(requestId);
  await remedyOf(requestId).query('__stack_trace');
  await remedyOf(requestId).terminate();
}

it('looks twenty badges up with each call, and all again after the interval', async () => {
  const ids = await addBadges(world.pool, 210, { from });
  expect(await sweep()).toEqual({ found: true, turns: 11 });
  expect(await callsTo(standIns.retail.url, SEARCH)).toEqual({ 200: 11 });
  expect(swept).toEqual([
    { marketplace: 'US', badges: 210, fine: 210, inTrouble: 0, unknown: 0, unanswered: 0 },
  ]);
  const hours = Object.values(await dueInHours(world.pool));
  expect(hours).toHaveLength(ids.length);
  for (const due of hours) expect(due).toBeCloseTo(48, -1);
  expect(new Set(hours).size).toBeGreaterThan(30);
  expect((await sweep()).found).toBe(false);
});

it('reports only the badge in trouble, and its maker is warned once', async () => {
  const [wrong = '', ...right] = await addBadges(world.pool, 25, { from });
  await relist(wrong, { brand: 'Somebody else' });
  await sweep();
  await untilWarned(wrong);
  await makeDue();
  await sweep();
  expect(swept).toMatchObject([
    { fine: 24, inTrouble: 1 },
    { fine: 24, inTrouble: 1 },
  ]);
  await endRemedy(wrong);
  expect(await mails(wrong)).toEqual(['badge-in-trouble']);
  for (const id of right.slice(0, 3)) await expect(remedyOf(id).describe()).rejects.toThrow(/not found/);
});

it.each([
  ['refuses', { status: 403 }, 'unknown', 12],
  ['fails', { status: 500 }, 'unanswered', 0.25],
])('holds nothing against a badge when the catalogue %s', async (_how, fault, outcome, hours) => {
  const [id = ''] = await addBadges(world.pool, 1, { from });
  for (const path of [`${SEARCH}?*`, `${SEARCH}/*`])
    await control(standIns.retail.url, 'POST', '/_faults', { path, times: null, ...fault });
  await sweep();
  expect(swept).toMatchObject([{ badges: 1, [outcome]: 1 }]);
  const due = (await dueInHours(world.pool))[id] ?? Number.NaN;
  expect(Math.abs(due - hours)).toBeLessThanOrEqual(hours * 0.1 + 0.06);
  await expect(remedyOf(id).describe()).rejects.toThrow(/not found/);
  expect(errors).toEqual([]);
});

it('holds nothing against a badge whose listing does not say enough', async () => {
  const [id = ''] = await addBadges(world.pool, 1, { from });
  await relist(id, { brand: undefined, modelNumber: undefined, identifiers: [] });
  await sweep();
  expect(swept).toMatchObject([{ unknown: 1, inTrouble: 0 }]);
  expect((await dueInHours(world.pool))[id]).toBeCloseTo(12, -1);
});

it('leaves a region alone for a while that answers nothing at all', async () => {
  await addBadges(world.pool, 25, { from });
  await control(standIns.retail.url, 'POST', '/_faults', {
    ...{ path: `${SEARCH}?*`, times: null, status: 503 },
  });
  const audit = sweeper();
  expect((await sweep(audit)).found).toBe(true);
  await makeDue();
  expect(await sweep(audit)).toEqual({ found: false, turns: 0 });
});

it('has each badge looked up by one of two sweepers', async () => {
  await addBadges(world.pool, 800, { from });
  const both = Promise.all([sweeper().drainOne(), sweeper().drainOne()]);
  await turns.untilDone(both);
  expect(await both).toEqual([2, 2]);
  expect(swept.map(({ badges }) => badges)).toEqual([400, 400]);
  expect(await callsTo(standIns.retail.url, SEARCH)).toEqual({ 200: 40 });
});

it('gives back at once what it was told to leave', async () => {
  const ids = await addBadges(world.pool, 25, { from });
  const stopping = new AbortController();
  const work = sweeper({ stopping: stopping.signal }).drainOne();
  while (turns.waiting().length === 0) await new Promise((resolve) => setImmediate(resolve));
  stopping.abort();
  await work;
  expect([swept, errors]).toMatchObject([[{ unanswered: ids.length }], []]);
  expect(Object.values(await dueInHours(world.pool)).every((hours) => hours <= 0)).toBe(true);
});

it('says what is no fault of Amazon’s, holds nothing against a badge for it, and looks again soon', async () => {
  const [id = ''] = await addBadges(world.pool, 1, { from });
  const broken = { lookUp: () => Promise.reject(new Error('ours')) };
  await sweep(sweeper({ amazon: sources(broken) }));
  expect([swept, errors]).toMatchObject([[{ unanswered: 1 }], [new Error('ours')]]);
  expect((await dueInHours(world.pool))[id]).toBeLessThan(1);
});

it('takes turns only after whoever waits for an answer', async () => {
  await addBadges(world.pool, 100, { from });
  const ours = catalog();
  const work = sweeper({ amazon: sources(ours) }).drainOne();
  while (turns.waiting().length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(turns.waiting()).toEqual(['background']);
  const interactive = ours.lookUp('BX00000001', marketplaceByCode('CA'));
  await turns.next();
  expect((await interactive).kind).toBe('item');
  await turns.untilDone(work);
  expect(swept).toMatchObject([{ fine: 100 }]);
});

it('keeps what it could not report for later, and says so once', async () => {
  const ids = await addBadges(world.pool, 3, { from });
  for (const id of ids) await relist(id, { brand: 'Somebody else' });
  const away = Object.create(world.client, {
    withDeadline: { value: () => Promise.reject(new Error('away')) },
  }) as World['client'];
  await sweep(sweeper({ client: away }));
  expect(swept).toMatchObject([{ unanswered: 3 }]);
  expect(errors).toHaveLength(1);
  for (const hours of Object.values(await dueInHours(world.pool))) expect(hours).toBeLessThan(1);
});

it('reports an item that is gone', async () => {
  const [id = ''] = await addBadges(world.pool, 1, { from });
  await relist(id, { marketplaces: ['JP'] });
  await sweep();
  expect(swept).toMatchObject([{ inTrouble: 1 }]);
  expect(await callsTo(standIns.retail.url, ITEM)).toEqual({ 404: 1 });
  await endRemedy(id);
});
