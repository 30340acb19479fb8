/** A badge in trouble, over the months in which it is watched, on the server that skips time. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { createRemedyRecordings } from '../../activities/remedy/recording';
import { reportTrouble } from '../../activities/remedy/report-trouble';
import { saveReason } from '../../db/operator-decisions';
import type { MarketplaceCode } from '../../domain/marketplaces';
import { createGate } from '../setup/gate';
import { until } from '../setup/until';
import { OPERATOR, PROJECT, type RequestInWorld, type World } from '../setup/request-world';
import { useSkippingWorld, type SkippingWorld } from '../setup/skipping-world';
import { wrongBrand } from './request-steps';

const DAY_MS = 86_400_000;
/** Hours away from a look: this server strands a run whose task cancels a timer that fires meanwhile (temporalio/sdk-java#3088). */
const DAY_8_MS = 8.25 * DAY_MS;
let environment: TestWorkflowEnvironment;
let world: World;
let now: SkippingWorld['now'];

useSkippingWorld((made) => {
  ({ environment, world, now } = made);
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
const report = (request: RequestInWorld, marketplace: MarketplaceCode = 'JP') =>
  reportTrouble(world, { requestId: request.id, marketplace, findings: [wrongBrand(marketplace)] });
const remedyOf = (request: RequestInWorld) => world.client.workflow.getHandle(`badge-remedy/${request.id}`);
/** What happened after Enabled, and how many days after the first of it. */
async function course(request: RequestInWorld): Promise<string[]> {
  const entries = (await request.history()).slice(4);
  const begun = entries[0]?.at.getTime() ?? 0;
  return entries.map(
    ({ action, to_status, at }) =>
      `day ${Math.round((at.getTime() - begun) / DAY_MS)}: ${action} ${to_status}`,
  );
}
const mails = async (request: RequestInWorld) =>
  (await request.mails()).map(({ template }) => template).filter((name) => name.startsWith('badge-'));
const wrongIn = (...marketplaces: MarketplaceCode[]) => {
  world.outside.check = (check, marketplace) =>
    check === 'LISTING_MATCHES' && marketplaces.includes(marketplace) ? 'BRAND_MISMATCH' : 'YES';
};

it('is suspended after the grace and removed after that, when its listing stays wrong', async () => {
  const request = await enabled();
  wrongIn('JP');
  await report(request);
  await remedyOf(request).result();
  expect(await course(request)).toEqual([
    'day 0: warn ENABLED',
    'day 7: suspend ENABLED',
    'day 97: remove ENABLED',
  ]);
  expect(await mails(request)).toEqual(['badge-in-trouble', 'badge-suspended', 'badge-removed']);
  const faults = [{ marketplace: 'JP', codes: ['BRAND_MISMATCH'] }];
  expect((await request.mails()).slice(-2)).toMatchObject([{ props: { faults } }, { props: { faults } }]);
  expect(await request.badges()).toMatchObject([
    { marketplace: 'JP', status: 'REMOVED' },
    { marketplace: 'US', status: 'STAGED' },
  ]);
});

it('is warned of once, though the first task of its workflow was lost once it had recorded that', async () => {
  const request = await enabled();
  wrongIn('JP');
  const { recordWarning } = createRemedyRecordings({
    ...{ pool: world.pool, clock: now, graceDays: 7, removeDays: 90 },
  });
  const reasons = [
    { check: 'LISTING_MATCHES', code: 'BRAND_MISMATCH', found: null, expected: null },
  ] as const;
  const { transition_seq: seq } = await request.row();
  await recordWarning({ requestId: request.id, seq: seq + 1, command: null }, [
    { marketplace: 'JP', reasons },
  ]);
  await report(request);
  await remedyOf(request).result();
  expect(await course(request)).toEqual([
    'day 0: warn ENABLED',
    'day 7: suspend ENABLED',
    'day 97: remove ENABLED',
  ]);
  expect(await mails(request)).toEqual(['badge-in-trouble', 'badge-suspended', 'badge-removed']);
});

it('is watched on once suspended, though the task was lost that had recorded that and an order', async () => {
  const request = await enabled();
  wrongIn('JP');
  const amazon = createGate();
  const begun = await environment.currentTimeMs();
  world.outside.beforeLook = async () => {
    if ((await environment.currentTimeMs()) - begun > 7 * DAY_MS - 60_000) await amazon.wait();
  };
  await report(request);
  await environment.sleep(7 * DAY_MS + 1_000);
  await amazon.reached;
  const { transition_seq: seq } = await request.row();
  const { recordOperatorOrder, recordListingAction } = createRemedyRecordings({
    ...{ pool: world.pool, clock: now, graceDays: 7, removeDays: 90 },
  });
  const command = { commandId: 'command_lost', actor: OPERATOR };
  await saveReason(world.pool, {
    ...{ commandId: command.commandId, requestId: request.id, operatorId: OPERATOR.id, reason: 'Recalled.' },
  });
  const about = { requestId: request.id, seq: seq + 1, command };
  await recordOperatorOrder(about, { action: 'suspend', marketplaces: ['US'], effectiveAt: null });
  await recordListingAction(
    { requestId: request.id, seq: seq + 2, command: null },
    { action: 'suspend', marketplaces: ['JP'] },
  );
  amazon.open();
  await remedyOf(request).result();
  expect((await course(request)).slice(-2)).toEqual(['day 7: suspend SUSPENDED', 'day 97: remove SUSPENDED']);
});

it('keeps its badge when its listing is right again within the grace', async () => {
  const request = await enabled();
  let looks = 0;
  world.outside.check = () => ((looks += 1) > 4 ? 'YES' : 'BRAND_MISMATCH');
  await report(request);
  await remedyOf(request).result();
  expect(await course(request)).toEqual(['day 0: warn ENABLED', 'day 3: clear ENABLED']);
  expect(await mails(request)).toEqual(['badge-in-trouble', 'badge-recovered']);
});

it('is reinstated by itself when what was wrong is right again, whatever its listing has never told', async () => {
  const request = await enabled();
  world.outside.undecided = () => ['MODEL_MISMATCH'];
  wrongIn('JP');
  const begun = await environment.currentTimeMs();
  world.outside.beforeLook = async () => {
    if ((await environment.currentTimeMs()) - begun > 9 * DAY_MS)
      world.outside.check = (check) => (check === 'LISTING_MATCHES' ? 'UNKNOWN' : 'YES');
  };
  await report(request);
  await remedyOf(request).result();
  const [, suspended, reinstated, ...rest] = await course(request);
  expect([suspended, reinstated, rest]).toEqual([
    'day 7: suspend ENABLED',
    expect.stringMatching(/^day (9|10): reinstate ENABLED$/),
    [],
  ]);
});

it('is reinstated by itself when its listing is right again', async () => {
  const request = await enabled();
  const begun = await environment.currentTimeMs();
  wrongIn('US', 'JP');
  world.outside.beforeLook = async () => {
    if ((await environment.currentTimeMs()) - begun > 30 * DAY_MS) wrongIn();
  };
  await report(request, 'JP');
  await report(request, 'US');
  await remedyOf(request).result();
  const days = await course(request);
  expect(days.at(-1)).toMatch(/^day 3[01]: reinstate ENABLED$/);
  expect(days.some((day) => /suspend SUSPENDED/.test(day))).toBe(true);
  expect((await mails(request)).slice(-1)).toEqual(['badge-reinstated']);
  expect(await request.row()).toMatchObject({ status: 'ENABLED' });
});

it('loses nothing as long as its listing is not known to be wrong', async () => {
  const request = await enabled();
  const begun = await environment.currentTimeMs();
  world.outside.check = () => 'UNKNOWN';
  world.outside.beforeLook = async () => {
    const days = ((await environment.currentTimeMs()) - begun) / DAY_MS;
    // A catalogue that answers nothing at all is no worse.
    if (days > 9 && days < 11) throw ApplicationFailure.nonRetryable('broken');
    if (days > 20) wrongIn('JP');
    if (days > 40) world.outside.check = () => 'UNKNOWN';
    if (days > 200) wrongIn('JP');
  };
  await report(request);
  await remedyOf(request).result();
  const [warned, suspended, removed, ...rest] = await course(request);
  expect([warned, rest]).toEqual(['day 0: warn ENABLED', []]);
  expect(suspended).toMatch(/^day 2[01]: suspend/);
  expect(removed).toMatch(/^day 20[01]: remove/);
});

it('asks in the background, each day, and keeps no long history', async () => {
  const request = await enabled();
  wrongIn('JP');
  let looks = 0;
  world.outside.beforeLook = async ({ subject, marketplaces }) => {
    looks += 1;
    expect([subject, marketplaces]).toEqual([{ requestId: request.id, round: 1 }, ['JP']]);
  };
  await report(request);
  await remedyOf(request).result();
  expect(looks).toBeGreaterThanOrEqual(97);
  expect(looks).toBeLessThanOrEqual(99);
  const { historyLength } = await remedyOf(request).describe();
  expect(historyLength).toBeLessThan(150);
});

it('takes orders meanwhile, and forgets the trouble of a badge that an operator decides on', async () => {
  const request = await enabled();
  wrongIn('US', 'JP');
  await report(request, 'JP');
  await environment.sleep(DAY_8_MS);
  expect(await request.badges()).toMatchObject([
    { marketplace: 'JP', status: 'SUSPENDED', causes: ['LISTING'] },
    { marketplace: 'US', status: 'STAGED' },
  ]);
  await report(request, 'JP');
  await request.order('reinstate', ['JP']);
  await remedyOf(request).result();
  expect(await course(request)).toEqual([
    'day 0: warn ENABLED',
    'day 7: suspend ENABLED',
    'day 8: reinstate ENABLED',
  ]);
});

it('is warned of what is found once a planned reinstatement has come true', async () => {
  const request = await enabled();
  wrongIn('JP');
  await report(request);
  await environment.sleep(DAY_8_MS);
  await request.order('reinstate', ['JP'], new Date(Date.parse(await now()) + 60_000).toISOString());
  await environment.sleep(120_000);
  await report(request);
  await remedyOf(request).result();
  expect((await course(request)).at(-1)).toMatch(/remove/);
});

it.each<[string, () => Promise<unknown>]>([
  [
    'certificationChanged',
    () =>
      world.pool.query(
        "update certification_projects set status = 'COMPLETE', result = 'REVOKED', version = version + 1",
      ),
  ],
  [
    'programSuspensionChanged',
    () =>
      world.pool.query(
        `insert into program_suspensions (id, organization_id, program, region, reason, suspended_by)
         select 'psus_' || region, 'org_one', 'WWA', region, 'Recalled.', $1 from unnest('{na,fe}'::text[]) region`,
        [OPERATOR.id],
      ),
  ],
])('does not let Amazon hold up what is told by %s', async (signal, change) => {
  const request = await enabled();
  wrongIn('JP');
  const amazon = createGate();
  let looks = 0;
  world.outside.beforeLook = () => ((looks += 1), amazon.wait());
  await report(request);
  await until(async () => (await request.history()).some(({ action }) => action === 'warn'));
  // To the first look, and not so far that it is taken for dead.
  await environment.sleep(DAY_MS + 1_000);
  await amazon.reached;
  await change();
  await remedyOf(request).signal(signal);
  await request.until(({ status }) => status === 'SUSPENDED');
  await until(async () => {
    const { events } = await remedyOf(request).fetchHistory();
    return (events ?? []).some((event) => event.activityTaskCancelRequestedEventAttributes != null);
  });
  amazon.open();
  // The look that was interrupted says nothing, and is made anew.
  await until(() => looks > 1);
  const actions = (await request.history()).map(({ action }) => action).slice(4);
  expect(new Set(actions)).toEqual(new Set(['warn', 'suspend']));
});

it('warns of nothing where no badge is shown', async () => {
  const request = await enabled();
  await request.order('suspend', ['JP']);
  await remedyOf(request).result();
  await report(request, 'JP');
  await remedyOf(request).result();
  expect(await course(request)).toEqual(['day 0: suspend ENABLED']);
});

it('reports nothing that is no definite no', async () => {
  const unknown = { ...wrongBrand('JP'), answer: 'UNKNOWN', codes: [] } as const;
  const about = { requestId: 'br_none', marketplace: 'JP', findings: [unknown, wrongBrand('US')] } as const;
  expect(await reportTrouble(world, about)).toBe(false);
});
