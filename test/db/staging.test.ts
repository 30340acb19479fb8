import type { Staging } from '../../db/transitions/going-live';
import { createScene, people, type RequestOptions, type Scene, type SceneRequest } from './transition-scene';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());
beforeEach(() => {
  scene.now = '2027-01-14T12:00:00.000Z';
});

const DATE = { kind: 'ON_DATE', date: '2027-01-15' } as const;
/** Midnight at the start of that day. */
const JAPAN = '2027-01-14T15:00:00.000Z';
const AMERICA = '2027-01-15T08:00:00.000Z';
const TRIED_UNTIL = '2027-02-13T12:00:00.000Z';

async function stage(
  request: SceneRequest,
  answers: Staging['answers'] = { US: 'YES', JP: 'YES' },
  turn: Partial<Staging> = {},
) {
  return request.record((ref) =>
    scene.activities.recordStaging(ref, {
      answers,
      first: true,
      last: false,
      triedUntil: TRIED_UNTIL,
      ...turn,
    }),
  );
}
async function certified(options: RequestOptions = {}): Promise<SceneRequest> {
  const request = await scene.approved({ goLive: DATE, marketplaces: ['US', 'JP'], ...options });
  await request.certify({ status: 'COMPLETE', result: 'APPROVED' });
  return request;
}
async function staged(): Promise<SceneRequest> {
  const request = await certified();
  await stage(request);
  return request;
}

/** What of a request is seen at which instant. */
async function seen(request: SceneRequest) {
  const { row, history, mails, badges } = await request.traces();
  const instant = (at: unknown) => (typeof at === 'string' ? new Date(at).toISOString() : null);
  return {
    standing: `${row.status} ${row.stage ?? '-'}`,
    first: instant(row['first_effective_at']),
    last: instant(row['enabled_at']),
    marketplaces: row['marketplaces'],
    codes: (row['reasons'] as { code: string }[]).map(({ code }) => code),
    history: history.slice(3).map(({ action, to_status, at }) => `${action} ${to_status} ${instant(at)}`),
    mails: mails.slice(2).map(({ template, due_at }) => `${template} ${instant(due_at)}`),
    badges: badges.map(({ marketplace, effective_at }) => `${marketplace} ${instant(effective_at)}`),
  };
}

describe('staging', () => {
  test('writes badges, history and mail ahead, each with its own instant', async () => {
    expect(await seen(await staged())).toEqual({
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

  test.each([
    ['as soon as possible', { goLive: { kind: 'AS_SOON_AS_POSSIBLE' } } as const],
    ['a date that is over', {}],
  ])('enables at once where the choice is %s', async (_name, options) => {
    const request = await certified(options);
    scene.now = '2027-01-20T00:00:00.000Z';
    expect(await stage(request)).toMatchObject({ status: 'ENABLED', stage: null, enabledAt: scene.now });
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
    expect(await stage(request)).toMatchObject({ stage: 'AWAITING_CERTIFICATION', open: ['US', 'JP'] });
    expect(await seen(request)).toMatchObject({ badges: [], mails: [], last: null });
  });

  test.each(['NO', 'UNKNOWN'] as const)(
    'holds no marketplace up for one whose listing is %s, and tells the maker once',
    async (answer) => {
      const request = await certified();
      expect(await stage(request, { US: answer, JP: 'YES' })).toMatchObject({
        status: 'PENDING',
        open: ['US'],
        instants: { US: AMERICA },
        enabledAt: null,
      });
      await stage(request, { US: answer }, { first: false });
      expect(await seen(request)).toMatchObject({
        standing: 'PENDING SCHEDULED',
        first: JAPAN,
        last: null,
        mails: [`listing-not-live ${scene.now}`],
        badges: [`JP ${JAPAN}`],
      });
      const { mails } = await request.traces();
      expect(mails.at(-1)?.props).toEqual({ marketplaces: ['US'], triedUntil: TRIED_UNTIL });
    },
  );

  test('drops what was not live in time, with a reason, and goes on with the rest', async () => {
    const request = await certified();
    await stage(request, { US: 'NO', JP: 'YES' });
    await stage(request, { US: 'NO' }, { first: false, last: true });
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
    const request = await certified();
    await request.certify({ status: 'COMPLETE', result: 'APPROVED', marketplaces: ['JP', 'DE'] });
    expect(await stage(request)).toMatchObject({ open: [], enabledAt: JAPAN });
    expect(await seen(request)).toMatchObject({
      marketplaces: ['JP'],
      codes: ['MARKETPLACE_NOT_CERTIFIED'],
      badges: [`JP ${JAPAN}`],
    });
  });

  test('rejects when no marketplace is left, and keeps what was asked for', async () => {
    const request = await certified();
    await stage(request, { US: 'NO', JP: 'UNKNOWN' }, { last: true });
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

describe('what is written ahead is taken back', () => {
  const nothingAhead = { first: null, last: null, badges: [] };

  test('by a withdrawal', async () => {
    const request = await staged();
    await request.record(scene.activities.recordWithdrawal, people.maker);
    expect(await seen(request)).toMatchObject({
      ...nothingAhead,
      standing: 'NOT_SUBMITTED -',
      history: [`stage PENDING ${scene.now}`, `withdraw NOT_SUBMITTED ${scene.now}`],
      mails: [`withdrawn ${scene.now}`],
    });
  });

  test('by another date', async () => {
    const request = await staged();
    const outcome = await request.record(
      (ref) => scene.activities.recordRescheduling(ref, { kind: 'ON_DATE', date: '2027-01-16' }),
      people.maker,
    );
    expect(outcome).toMatchObject({
      stage: 'SCHEDULED',
      open: ['US', 'JP'],
      instants: { US: '2027-01-16T08:00:00.000Z', JP: '2027-01-15T15:00:00.000Z' },
      enabledAt: null,
    });
    expect(await seen(request)).toMatchObject({
      ...nothingAhead,
      standing: 'PENDING SCHEDULED',
      history: [`stage PENDING ${scene.now}`, `reschedule PENDING ${scene.now}`],
      mails: [],
    });
    await stage(request);
    expect(await seen(request)).toMatchObject({ mails: ['enabled 2027-01-16T08:00:00.000Z'] });
  });

  test('by a refused certification', async () => {
    const request = await staged();
    await request.certify({ status: 'COMPLETE', result: 'REVOKED' });
    await request.record(scene.activities.recordCertificationRefusal);
    expect(await seen(request)).toMatchObject({
      ...nothingAhead,
      standing: 'REJECTED -',
      codes: ['CERTIFICATION_REVOKED'],
      history: [`stage PENDING ${scene.now}`, `refuseCertification REJECTED ${scene.now}`],
      mails: [`rejected ${scene.now}`],
    });
  });

  test('but not what is effective: a withdrawal then ends with the badges that there are', async () => {
    const request = await staged();
    scene.now = JAPAN;
    await request.record(scene.activities.recordWithdrawal, people.maker);
    expect(await seen(request)).toMatchObject({
      standing: 'ENABLED -',
      first: JAPAN,
      last: JAPAN,
      marketplaces: ['JP'],
      mails: [`enabled ${JAPAN}`],
      badges: [`JP ${JAPAN}`],
    });
  });

  test('but not what is effective: another date is one for the rest', async () => {
    const request = await staged();
    scene.now = JAPAN;
    const later = { kind: 'ON_DATE', date: '2027-01-16' } as const;
    const outcome = await request.record(
      (ref) => scene.activities.recordRescheduling(ref, later),
      people.maker,
    );
    expect(outcome).toMatchObject({ open: ['US'], instants: { US: '2027-01-16T08:00:00.000Z' } });
    expect(await seen(request)).toMatchObject({
      first: JAPAN,
      last: null,
      mails: [],
      badges: [`JP ${JAPAN}`],
    });
  });
});

describe('enabling', () => {
  test('makes the row say what the clock does, once it does, and adds nothing', async () => {
    const request = await staged();
    const before = await request.traces();
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
  });

  test('leaves a request alone that is no longer pending', async () => {
    const taken = await staged();
    await taken.record(scene.activities.recordWithdrawal, people.maker);
    const lost = await staged();
    await lost.place('SUSPENDED', null);
    scene.now = AMERICA;
    for (const request of [taken, lost]) {
      const before = await request.traces();
      expect(await scene.activities.recordEnabling(request.id)).toBe(true);
      expect(await request.traces()).toEqual(before);
    }
  });
});
