import { createTransitionActivities } from '../../activities/transitions';
import { reviewTerm } from '../setup/review-term';
import { AMERICA, DATE, EVE, JAPAN, seen, type StagingScene, useStagingScene } from './staging-scene';
import { people, type Scene } from './transition-scene';

let at: StagingScene;
let scene: Scene;
useStagingScene(EVE, (made) => {
  at = made;
  scene = made.scene;
});

/** An hour before its midnight. */
const BEFORE_AMERICA = '2027-01-15T07:00:00.000Z';
const TRIED_UNTIL = '2027-02-13T12:00:00.000Z';
/** So many looks have not found the listing live. */
const after = (tries: number) => ({ at: EVE, tries });

describe('staging', () => {
  test('writes badges, history and mail ahead, each with its own instant', async () => {
    expect(await seen(await at.staged())).toEqual({
      standing: 'PENDING SCHEDULED',
      first: JAPAN,
      last: AMERICA,
      marketplaces: ['US', 'JP'],
      codes: [],
      history: [`stage PENDING ${scene.now}`, `enable ENABLED ${AMERICA}`],
      mails: [`enabled ${AMERICA}`],
      badges: [`JP ${JAPAN}`, `US ${AMERICA}`],
    });
  });

  test('enables at the last of the instants, wherever it is and whenever it was staged', async () => {
    const request = await at.certified({ marketplaces: ['DE', 'JP'] });
    const germany = '2027-01-14T23:00:00.000Z';
    await at.stage(request, { DE: 'YES' }, { JP: after(0) });
    expect(await at.stage(request, { JP: 'YES' })).toMatchObject({ enabledAt: germany });
    expect(await seen(request)).toMatchObject({
      first: JAPAN,
      last: germany,
      badges: [`JP ${JAPAN}`, `DE ${germany}`],
    });
  });

  test.each([
    ['as soon as possible', { goLive: { kind: 'AS_SOON_AS_POSSIBLE' } } as const],
    ['a date that is over', {}],
  ])('enables at once where the choice is %s', async (_name, options) => {
    const request = await at.certified(options);
    scene.now = '2027-01-20T00:00:00.000Z';
    expect(await at.stage(request)).toMatchObject({ status: 'ENABLED', stage: null, enabledAt: scene.now });
    expect(await seen(request)).toMatchObject({
      standing: 'ENABLED -',
      first: scene.now,
      last: scene.now,
      history: [`enable ENABLED ${scene.now}`],
      mails: [`enabled ${scene.now}`],
      badges: [`JP ${scene.now}`, `US ${scene.now}`],
    });
  });

  test('waits on where the certification is not what it was', async () => {
    const request = await scene.approved({ goLive: DATE, marketplaces: ['US', 'JP'] });
    expect(await at.stage(request)).toMatchObject({ stage: 'AWAITING_CERTIFICATION', open: ['US', 'JP'] });
    expect(await seen(request)).toMatchObject({ badges: [], mails: [], last: null });
  });

  test('waits on with what is not staged yet, and its looks as they were, while the certification is on hold', async () => {
    const request = await at.certified();
    const looks = { US: after(2) };
    await at.stage(request, { US: 'NO', JP: 'YES' }, { US: after(1) });
    await request.certify({ status: 'ON_HOLD' });
    expect(await at.stage(request, { US: 'YES' }, looks)).toMatchObject({ open: ['US'], looks });
    expect(await seen(request)).toMatchObject({ last: null, badges: [`JP ${JAPAN}`] });
  });

  test.each(['NO', 'UNKNOWN'] as const)(
    'holds no marketplace up for one whose listing is %s, and tells the maker once',
    async (answer) => {
      const request = await at.certified();
      expect(await at.stage(request, { US: answer, JP: 'YES' })).toMatchObject({
        status: 'PENDING',
        open: ['US'],
        looks: { US: { at: BEFORE_AMERICA, tries: 1, until: TRIED_UNTIL } },
        enabledAt: null,
      });
      await at.stage(request, { US: answer }, { US: after(1) });
      expect(await seen(request)).toMatchObject({
        standing: 'PENDING SCHEDULED',
        first: JAPAN,
        last: null,
        mails: [`listing-not-live ${scene.now}`],
        badges: [`JP ${JAPAN}`],
      });
      const { mails } = await request.traces();
      const unknown = answer === 'UNKNOWN' ? ['US'] : [];
      expect(mails.at(-1)?.props).toEqual({ marketplaces: ['US'], unknown, triedUntil: TRIED_UNTIL });
    },
  );

  test('leaves all that is staged as it is where a refusal, or an approval, is overtaken by a newer word', async () => {
    const request = await at.staged();
    const before = await seen(request);
    const kept = { status: 'PENDING', stage: 'SCHEDULED', open: [], enabledAt: AMERICA, unchanged: true };
    const refuse = () => request.record((ref) => scene.activities.recordCertificationRefusal(ref));
    await request.certify({ status: 'ON_HOLD' });
    expect(await refuse()).toMatchObject(kept);
    expect(await at.stage(request, {})).toMatchObject(kept);
    await request.certify({ status: 'COMPLETE', result: 'APPROVED' });
    expect(await refuse()).toMatchObject(kept);
    expect(await at.stage(request, {})).toMatchObject(kept);
    expect(await seen(request)).toEqual(before);
  });

  test('leaves a marketplace alone whose look is still to come, and holds none up for it', async () => {
    const request = await at.certified();
    const looks = { JP: { at: null, tries: 0 }, US: { at: '2027-01-14T14:00:00.000Z', tries: 0 } };
    expect(await at.stage(request, { JP: 'YES' }, looks)).toMatchObject({
      open: ['US'],
      looks: { US: looks.US },
      enabledAt: null,
    });
    expect(await seen(request)).toMatchObject({ last: null, mails: [], badges: [`JP ${JAPAN}`] });
    expect(await at.stage(request, { US: 'YES' }, looks)).toMatchObject({ open: [], enabledAt: AMERICA });
    expect(await seen(request)).toMatchObject({ last: AMERICA, mails: [`enabled ${AMERICA}`] });
  });

  test('counts the days of each marketplace from its own first look', async () => {
    const request = await at.certified();
    await at.stage(request, { JP: 'NO' }, { JP: after(0), US: after(0) });
    const looks = { JP: after(30), US: after(0) };
    expect(await at.stage(request, { US: 'NO', JP: 'NO' }, looks)).toMatchObject({
      open: ['US'],
      looks: { US: { at: BEFORE_AMERICA, tries: 1 } },
    });
    expect(await seen(request)).toMatchObject({
      marketplaces: ['US'],
      mails: [
        `listing-not-live ${scene.now}`,
        `marketplace-dropped ${scene.now}`,
        `listing-not-live ${scene.now}`,
      ],
    });
  });

  test.each([
    [0, 0],
    [3, 3],
  ])('looks again for %i days where that is configured', async (stagingRetryDays, tries) => {
    const activities = createTransitionActivities({
      pool: scene.pool,
      reviewTerm,
      stagingRetryDays,
      clock: () => scene.now,
    });
    const request = await at.certified({ marketplaces: ['US'] });
    const look = (before: number) =>
      request.record((ref) =>
        activities.recordStaging(ref, { answers: { US: 'NO' }, looks: { US: after(before) } }),
      );
    if (tries > 0) expect(await look(tries - 1)).toMatchObject({ status: 'PENDING', open: ['US'] });
    expect(await look(tries)).toMatchObject({ status: 'REJECTED' });
  });

  test('drops what was not live in time, with a reason, and goes on with the rest', async () => {
    const request = await at.certified();
    await at.stage(request, { US: 'NO', JP: 'YES' });
    expect(await at.stage(request, { US: 'NO' }, { US: after(30) })).toEqual(
      expect.objectContaining({ open: [], looks: {} }),
    );
    expect(await seen(request)).toMatchObject({
      standing: 'PENDING SCHEDULED',
      last: JAPAN,
      marketplaces: ['JP'],
      codes: ['LISTING_NOT_LIVE_IN_TIME'],
      mails: [`listing-not-live ${scene.now}`, `marketplace-dropped ${scene.now}`, `enabled ${JAPAN}`],
      badges: [`JP ${JAPAN}`],
    });
  });

  test('drops what the certification does not cover at once, whatever the listing says', async () => {
    const request = await at.certified();
    await request.certify({ status: 'COMPLETE', result: 'APPROVED', marketplaces: ['JP', 'DE'] });
    expect(await at.stage(request)).toMatchObject({ open: [], enabledAt: JAPAN });
    expect(await seen(request)).toMatchObject({
      marketplaces: ['JP'],
      codes: ['MARKETPLACE_NOT_CERTIFIED'],
      badges: [`JP ${JAPAN}`],
    });
  });

  test('rejects when no marketplace is left, and keeps what was asked for', async () => {
    const request = await at.certified();
    await at.stage(request, { US: 'NO', JP: 'UNKNOWN' }, { US: after(30), JP: after(30) });
    const { row } = await request.traces();
    expect(row['reasons']).toMatchObject([
      { marketplace: 'US', found: 'not live', expected: 'live' },
      { marketplace: 'JP', found: 'Amazon did not say whether it is live', expected: 'live' },
    ]);
    expect(await seen(request)).toEqual({
      standing: 'REJECTED -',
      first: null,
      last: null,
      marketplaces: ['US', 'JP'],
      codes: ['LISTING_NOT_LIVE_IN_TIME', 'LISTING_NOT_LIVE_IN_TIME'],
      history: [`exhaustMarketplaces REJECTED ${scene.now}`],
      mails: [`rejected ${scene.now}`],
      badges: [],
    });
  });
});

describe('enabling', () => {
  test('makes the row say what the clock does, once it does, and adds nothing', async () => {
    const [request, other] = [await at.staged(), await at.staged()];
    const [before, others] = [await request.traces(), await other.traces()];
    scene.now = new Date(Date.parse(AMERICA) - 1).toISOString();
    expect(await scene.activities.recordEnabling(request.id)).toBe(false);
    expect(await request.traces()).toEqual(before);
    scene.now = AMERICA;
    for (const _run of ['first', 'second']) {
      expect(await scene.activities.recordEnabling(request.id)).toBe(true);
      expect(await request.traces()).toEqual({
        ...before,
        row: { ...before.row, status: 'ENABLED', stage: null },
      });
    }
    expect(await other.traces()).toEqual(others);
  });

  test('leaves a request alone that is no longer pending', async () => {
    const taken = await at.staged();
    await taken.record(scene.activities.recordWithdrawal, people.maker);
    const lost = await at.staged();
    await lost.place('SUSPENDED', null);
    scene.now = AMERICA;
    const reopened = await at.certified();
    // What was sent back, or is to be staged again, has to be heard of by whoever asks.
    for (const [request, answer] of [
      [taken, 'BEHIND'],
      [reopened, 'BEHIND'],
      [lost, true],
    ] as const) {
      const before = await request.traces();
      expect(await scene.activities.recordEnabling(request.id)).toBe(answer);
      expect(await request.traces()).toEqual(before);
    }
  });
});
