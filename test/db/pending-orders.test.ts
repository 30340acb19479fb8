/** What operators order of a badge that is effective while its request waits for others. */
import { saveReason } from '../../db/operator-decisions';
import { spreadNext } from '../../db/program-suspension-news';
import { endSuspension, openSuspension } from '../../db/program-suspensions';
import type { TransitionRef } from '../../db/transitions/record';
import type { BadgeAction } from '../../domain/badges';
import type { MarketplaceCode } from '../../domain/marketplaces';
import { AMERICA, EVE, type StagingScene, useStagingScene } from './staging-scene';
import { describeBadges, people, type SceneRequest } from './transition-scene';

const REFUSED = { refused: 'ACTION_NOT_ALLOWED' };
const BEGIN = '2027-01-10T12:00:00.000Z';
/** Japan is live by then, the United States are not. */
const BETWEEN = '2027-01-14T20:00:00.000Z';

let made: StagingScene;
useStagingScene(BEGIN, (scene) => {
  made = scene;
});

const explain = ({ id }: SceneRequest, { command }: TransitionRef, action: BadgeAction) =>
  saveReason(made.scene.pool, {
    commandId: command?.commandId ?? '',
    requestId: id,
    operatorId: people.operator.id,
    reason: `To ${action}.`,
  });

const order = (
  request: SceneRequest,
  action: BadgeAction,
  marketplaces: readonly MarketplaceCode[] | null = null,
) =>
  request.record(async (ref) => {
    await explain(request, ref, action);
    return made.scene.activities.recordPendingOrder(ref, { action, marketplaces });
  }, people.operator);

/** Live in the United States; the listing in Japan is awaited. */
async function goingLive(): Promise<SceneRequest> {
  const request = await made.certified({ goLive: { kind: 'AS_SOON_AS_POSSIBLE' } });
  await made.stage(request, { US: 'YES', JP: 'NO' });
  return request;
}
/** Live in Japan, and in the United States in a few hours. */
async function stagedInTurn(): Promise<SceneRequest> {
  made.scene.now = EVE;
  const request = await made.staged();
  made.scene.now = BETWEEN;
  return request;
}
/** Nobody asks for the listing in Japan any longer. */
const dropJapan = (request: SceneRequest) => {
  made.scene.now = '2027-02-20T12:00:00.000Z';
  return made.stage(request, { JP: 'NO' }, { JP: { at: BEGIN, tries: 31, until: BEGIN } });
};

async function seen(request: SceneRequest) {
  const { row, history, mails, badges } = await request.traces();
  return {
    standing: `${row.status} ${row.stage ?? '-'}`,
    badges: describeBadges(badges),
    history: history
      .slice(4)
      .map(({ action, from_status, to_status }) => `${action} ${from_status} ${to_status}`),
    mails: mails.slice(2).map(({ template, props }) => {
      const places = props['marketplaces'] as string[] | undefined;
      return places === undefined ? template : `${template} ${places.join()}`;
    }),
  };
}

it('is mailed with when the badge can be asked for anew: as long as the request waits, no other is taken', async () => {
  const request = await goingLive();
  await order(request, 'remove');
  const ended = await made.certified({ goLive: { kind: 'AS_SOON_AS_POSSIBLE' } });
  await made.stage(ended, { US: 'YES', JP: 'YES' });
  await ended.record(async (ref) => {
    await explain(ended, ref, 'remove');
    const all = { action: 'remove', marketplaces: null, effectiveAt: null } as const;
    return made.scene.badgeActivities.recordOperatorOrder(ref, all);
  }, people.operator);
  const isPendingIn = async (one: SceneRequest) =>
    (await one.traces()).mails
      .filter(({ template }) => template === 'badge-removed')
      .map(({ props }) => props['isPending']);
  expect(await isPendingIn(request)).toEqual([true]);
  expect(await isPendingIn(ended)).toEqual([undefined]);
});

it('takes it down and gives it back at once, and the request waits on', async () => {
  const request = await goingLive();
  expect(await order(request, 'suspend')).toEqual({ status: 'PENDING', stage: 'SCHEDULED', round: 1 });
  expect((await seen(request)).badges).toEqual(['US SUSPENDED OPERATOR']);
  await order(request, 'reinstate', ['US']);
  expect(await seen(request)).toEqual({
    standing: 'PENDING SCHEDULED',
    badges: ['US STAGED'],
    history: ['suspend PENDING PENDING', 'reinstate PENDING PENDING'],
    mails: ['listing-not-live JP', 'badge-suspended US', 'badge-reinstated US'],
  });
  expect((await request.traces()).row).toMatchObject({ badges_change_at: null });
});

it('has one effect, however often and by how many it is written', async () => {
  const request = await goingLive();
  const ref = request.next(people.operator);
  await explain(request, ref, 'suspend');
  const write = () =>
    made.scene.activities.recordPendingOrder(ref, { action: 'suspend', marketplaces: null });
  const outcomes = await Promise.all([write(), write(), write()]);
  const after = await request.traces();
  expect(outcomes).toEqual(outcomes.map(() => ({ status: 'PENDING', stage: 'SCHEDULED', round: 1 })));
  expect(after.row).toMatchObject({ transition_seq: ref.seq });
  expect(after.history.filter(({ action }) => action === 'suspend')).toHaveLength(1);
  made.scene.now = '2027-01-10T13:00:00.000Z';
  expect(await write()).toEqual(outcomes[0]);
  for (const step of request.steps) expect(await step.repeat()).toEqual(step.outcome);
  expect(await request.traces()).toEqual(after);
});

it.each(['suspend', 'reinstate', 'remove'] as const)(
  '%s: is about badges that are effective only',
  async (action) => {
    const request = await stagedInTurn();
    const before = await request.traces();
    expect(await order(request, action, ['US'])).toEqual(REFUSED);
    expect(await request.traces()).toEqual(before);
  },
);

it('leaves what is written ahead to come after it', async () => {
  const request = await stagedInTurn();
  await order(request, 'remove');
  const { history, mails } = await request.traces();
  expect(
    history.slice(-2).map(({ action, to_status, at }) => [action, to_status, new Date(at).toISOString()]),
  ).toEqual([
    ['remove', 'PENDING', BETWEEN],
    ['enable', 'ENABLED', AMERICA],
  ]);
  expect(mails.filter(({ template }) => template === 'enabled')).toHaveLength(1);
  expect((await seen(request)).badges).toEqual(['JP REMOVED', 'US STAGED']);
  made.scene.now = AMERICA;
  expect(await order(request, 'suspend')).toEqual(REFUSED);
  expect(await made.scene.activities.recordEnabling(request.id)).toBe(true);
  expect((await request.traces()).row.status).toBe('ENABLED');
});

it.each([
  ['suspend', 'SUSPENDED'],
  ['remove', 'REMOVED'],
] as const)('%s: the request is %s once nothing else is left to come', async (action, status) => {
  const request = await goingLive();
  await order(request, action);
  expect(await dropJapan(request)).toMatchObject({ status, stage: null, open: [] });
  expect(await seen(request)).toMatchObject({
    standing: `${status} -`,
    history: [`${action} PENDING PENDING`, `enable PENDING ${status}`],
  });
});

it('counts from the last instant on, by the clock alone', async () => {
  await openSuspension(made.scene.pool, {
    ...{ id: 'psus_000001', program: 'WWA', organizationId: 'org_one', region: 'na' },
    ...{ reason: 'Outages.', operatorId: people.operator.id },
  });
  const request = await stagedInTurn();
  await order(request, 'suspend');
  await made.scene.pool.query('delete from program_suspensions');
  made.scene.now = AMERICA;
  expect((await made.scene.badgeActivities.readAfterwards(request.id)).status).toBe('SUSPENDED');
  expect(await made.scene.activities.recordEnabling(request.id)).toBe(true);
  expect((await request.traces()).row).toMatchObject({ status: 'SUSPENDED', badges_change_at: null });
});

describe('beside a suspended programme', () => {
  const about = { program: 'WWA', organizationId: 'org_one', region: 'na' } as const;
  const words = { reason: 'Outages.', operatorId: people.operator.id };
  const suspend = async () => {
    await openSuspension(made.scene.pool, { ...about, ...words, id: 'psus_000002' });
    await spreadNext(made.scene.pool);
  };
  const end = async () => {
    await endSuspension(made.scene.pool, { ...words, id: 'psus_000002', commandId: 'end' });
    await spreadNext(made.scene.pool);
  };
  afterEach(() => made.scene.pool.query('delete from program_suspensions'));

  it('shows nothing again that the programme holds', async () => {
    const request = await goingLive();
    await order(request, 'suspend');
    await suspend();
    await order(request, 'reinstate');
    expect((await seen(request)).badges).toEqual(['US STAGED PROGRAM_SUSPENSION']);
    expect((await seen(request)).mails).not.toContain('badge-reinstated US');
    await end();
    expect((await seen(request)).badges).toEqual(['US STAGED']);
  });

  it('holds what the programme does no more', async () => {
    const request = await goingLive();
    await suspend();
    await order(request, 'suspend');
    await end();
    expect((await seen(request)).badges).toEqual(['US SUSPENDED OPERATOR']);
    await order(request, 'reinstate');
    expect((await seen(request)).badges).toEqual(['US STAGED']);
  });
});

it.each([
  ['suspend', 'SUSPENDED', 'US SUSPENDED OPERATOR', ['US']],
  ['remove', 'REMOVED', 'US REMOVED', []],
] as const)(
  '%s: a maker who takes back the rest gets no other badge for it',
  async (action, status, badge, kept) => {
    const request = await goingLive();
    await order(request, action);
    const outcome = await request.record(made.scene.activities.recordWithdrawal, people.maker);
    expect(outcome).toMatchObject({ status, stage: null });
    expect((await seen(request)).badges).toEqual([badge]);
    const { row, history } = await request.traces();
    expect(row).toMatchObject({ marketplaces: ['US'], badges_change_at: null });
    expect(history.at(-1)?.details).toEqual({ kept, withdrawn: ['JP'] });
  },
);

it('stays where the rest is rescheduled', async () => {
  const request = await stagedInTurn();
  await order(request, 'suspend');
  const goLive = { kind: 'ON_DATE', date: '2027-03-01' } as const;
  const outcome = await request.record(
    (ref) => made.scene.activities.recordRescheduling(ref, goLive),
    people.maker,
  );
  expect(outcome).toMatchObject({ status: 'PENDING', open: ['US'] });
  expect((await seen(request)).badges).toEqual(['JP SUSPENDED OPERATOR']);
});

it.each(['suspend', 'remove'] as const)(
  '%s: is not undone by an approval that leaves the marketplace out and covers it again',
  async (action) => {
    const request = await goingLive();
    await order(request, action);
    await request.certify({ status: 'COMPLETE', result: 'APPROVED', marketplaces: ['JP'] });
    await made.stage(request, {});
    expect((await seen(request)).badges).toEqual(['US REMOVED']);
    await request.certify({ status: 'COMPLETE', result: 'APPROVED', marketplaces: ['US', 'JP'] });
    expect(await made.stage(request, {})).toMatchObject({ open: ['JP'] });
    expect((await seen(request)).badges).toEqual(['US REMOVED']);
    expect((await seen(request)).mails).not.toContain('marketplace-restored US');
  },
);

it.each([
  ['suspend', ['US']],
  ['remove', ['US']],
  [null, undefined],
] as const)(
  '%s: mail and history of a marketplace that is lost then say whether it comes back',
  async (action, removed) => {
    const request = await goingLive();
    if (action !== null) await order(request, action);
    await request.certify({ status: 'COMPLETE', result: 'APPROVED', marketplaces: ['JP'] });
    await made.stage(request, {});
    const { mails, history } = await request.traces();
    const dropped = mails.find(({ template }) => template === 'marketplace-dropped');
    const entry = history.findLast(({ action: what }) => what === 'stage');
    expect(entry?.details).toMatchObject({ dropped: ['US'] });
    expect([dropped?.props['removed'], entry?.details['removed']]).toEqual([removed, removed]);
  },
);

it('leaves nothing where the certification is lost', async () => {
  const request = await goingLive();
  await order(request, 'remove');
  await request.certify({ status: 'COMPLETE', result: 'REVOKED' });
  await request.record((ref) => made.scene.activities.recordCertificationRefusal(ref));
  const { row, badges } = await request.traces();
  expect(row).toMatchObject({ status: 'REJECTED', badges_change_at: null, marketplaces: ['US', 'JP'] });
  expect(badges).toEqual([]);
});

it('is not for the workflow of badges, which begins once the request is Enabled', async () => {
  const request = await goingLive();
  const { recordOperatorOrder, recordCertificationOfBadges } = made.scene.badgeActivities;
  const before = await request.traces();
  const ref = request.next(people.operator);
  await explain(request, ref, 'suspend');
  const everywhere = { action: 'suspend', marketplaces: null, effectiveAt: null } as const;
  expect(await recordOperatorOrder(ref, everywhere)).toEqual(REFUSED);
  await request.certify({ status: 'COMPLETE', result: 'REVOKED' });
  expect(await recordCertificationOfBadges(request.next())).toEqual(REFUSED);
  expect(await request.traces()).toEqual(before);
});
