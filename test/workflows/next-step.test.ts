import fc from 'fast-check';
import { STAGES, STATUSES, type Status } from '../../domain/lifecycle';
import type { CertificationVerdict } from '../../domain/certification';
import type { CertificationNews, GoingLive } from '../../domain/transitions';
import { newState, type BadgeRequestState } from '../../workflows/contract';
import { applyOutcome, hear, marketplacesDue, nextStep, type Step } from '../../workflows/state';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NOW = Date.parse('2027-01-14T12:00:00.000Z');
const ID = 'br_1';
const iso = (offset: number) => new Date(NOW + offset).toISOString();
const news = (verdict: CertificationVerdict, version = 1, projectId = 'cert_1'): CertificationNews => ({
  projectId,
  version,
  verdict,
});

const stateWith = (change: Partial<BadgeRequestState>): BadgeRequestState => ({ ...newState(), ...change });
const pendingWith = (change: Partial<BadgeRequestState>) =>
  stateWith({ status: 'PENDING', stage: 'SCHEDULED', round: 1, open: ['US', 'JP'], ...change });
const approvedWith = (change: Partial<BadgeRequestState>) =>
  pendingWith({ certification: news('APPROVED'), ...change });
const stepOf = (state: BadgeRequestState, offset = 0, id = ID): Step => nextStep(state, NOW + offset, id);
const forever: Step = { take: 'wait', until: null };

/** The instant a step waits for, as milliseconds from now. */
function waitOf(step: Step): number {
  if (step.take !== 'wait' || step.until === null) throw new Error(`No wait for an instant: ${step.take}`);
  return step.until - NOW;
}

describe('what a request does next', () => {
  test.each<[string, BadgeRequestState, Step]>([
    ['a draft waits for its maker', newState(), forever],
    ['a rejected one too', stateWith({ status: 'REJECTED' }), forever],
    [
      'a submitted one is checked',
      stateWith({ status: 'UNDER_REVIEW', stage: 'CHECKING' }),
      { take: 'check' },
    ],
    [
      'a checked one waits for a reviewer',
      stateWith({ status: 'UNDER_REVIEW', stage: 'AWAITING_REVIEWER' }),
      forever,
    ],
    ['an enabled one ends', stateWith({ status: 'ENABLED' }), { take: 'end' }],
    ['a suspended one ends', stateWith({ status: 'SUSPENDED' }), { take: 'end' }],
    ['a discarded one ends', stateWith({ status: 'DISCARDED' }), { take: 'end' }],
    ['a removed one ends', stateWith({ status: 'REMOVED' }), { take: 'end' }],
    ['a pending one that has heard nothing waits', pendingWith({}), forever],
    ['one whose certification is open waits', pendingWith({ certification: news('OPEN') }), forever],
    ['a certified one without a date is staged at once', approvedWith({}), { take: 'stage' }],
    [
      'a refused one is sent back',
      pendingWith({ certification: news('REFUSED') }),
      { take: 'refuseCertification' },
    ],
    ['a revoked one too', pendingWith({ certification: news('REVOKED') }), { take: 'refuseCertification' }],
  ])('%s', (_name, state, expected) => {
    expect(stepOf(state)).toEqual(expected);
  });

  test('one that needs an operator waits for them, unless its certification is lost', () => {
    for (const status of ['UNDER_REVIEW', 'PENDING'] as const)
      for (const verdict of ['OPEN', 'APPROVED', 'REFUSED', 'REVOKED'] as const) {
        const state = stateWith({
          status,
          stage: 'NEEDS_ATTENTION',
          certification: news(verdict),
          open: ['US'],
        });
        const isLost = status === 'PENDING' && (verdict === 'REFUSED' || verdict === 'REVOKED');
        const expected = isLost ? { take: 'refuseCertification' } : forever;
        expect([status, verdict, stepOf(state)]).toEqual([status, verdict, expected]);
      }
  });

  test('only a pending request is told anything by its certification or the clock', () => {
    for (const status of STATUSES.filter((other) => other !== 'PENDING'))
      for (const stage of [null, ...STAGES]) {
        const bare = stateWith({ status, stage });
        const told = {
          ...bare,
          certification: news('REFUSED'),
          enabledAt: iso(-DAY_MS),
          nextStagingAt: iso(0),
        };
        expect([status, stage, stepOf(told)]).toEqual([status, stage, stepOf(bare)]);
      }
  });
});

describe('staging', () => {
  const instants = { JP: iso(3 * DAY_MS), US: iso(3 * DAY_MS + 17 * 60 * MINUTE_MS) };

  const looks = { JP: { at: iso(2 * DAY_MS), tries: 0 }, US: { at: iso(2 * DAY_MS + 1), tries: 3 } };

  test('happens for each marketplace when its listing is to be looked at, whatever the others do', () => {
    const state = approvedWith({ instants, looks });
    expect(waitOf(stepOf(state))).toBe(2 * DAY_MS);
    for (const [offset, due] of [
      [2 * DAY_MS, ['JP']],
      [2 * DAY_MS + 1, ['US', 'JP']],
    ] as const) {
      expect(stepOf(state, offset)).toEqual({ take: 'stage' });
      expect(marketplacesDue(state, NOW + offset)).toEqual(due);
    }
    const atOnce = approvedWith({ looks: { ...looks, US: { at: null, tries: 0 } } });
    expect([stepOf(atOnce), marketplacesDue(atOnce, NOW)]).toEqual([{ take: 'stage' }, ['US']]);
  });

  test('happens for all marketplaces together where no looks are recorded, one day before the first of their instants', () => {
    for (const order of [instants, { US: instants.US, JP: instants.JP }]) {
      const state = approvedWith({ instants: order });
      expect(waitOf(stepOf(state))).toBe(2 * DAY_MS);
      expect(waitOf(stepOf(state, 2 * DAY_MS - 1))).toBe(2 * DAY_MS);
      expect(stepOf(state, 2 * DAY_MS)).toEqual({ take: 'stage' });
    }
  });

  test('happens at once where that day has begun, or the date is over', () => {
    for (const offset of [DAY_MS, MINUTE_MS, 0, -400 * DAY_MS])
      expect(stepOf(approvedWith({ instants: { US: iso(offset) } }))).toEqual({ take: 'stage' });
    expect(waitOf(stepOf(approvedWith({ instants: { US: iso(DAY_MS + 1) } })))).toBe(1);
  });

  test('is repeated when it is due again, not by the date', () => {
    const state = approvedWith({ instants, nextStagingAt: iso(5 * MINUTE_MS), stagingTries: 1 });
    expect(waitOf(stepOf(state))).toBe(5 * MINUTE_MS);
    expect(stepOf(state, 5 * MINUTE_MS)).toEqual({ take: 'stage' });
  });

  test('waits for the certification however long the date is over', () => {
    const state = pendingWith({ instants: { US: iso(-DAY_MS) }, certification: news('OPEN') });
    expect(stepOf(state, 400 * DAY_MS)).toEqual(forever);
  });

  test('gives way to a refusal, whenever it would be due', () => {
    for (const verdict of ['REFUSED', 'REVOKED'] as const)
      for (const offset of [0, 2 * DAY_MS, 30 * DAY_MS]) {
        const state = pendingWith({ instants, certification: news(verdict) });
        expect(stepOf(state, offset)).toEqual({ take: 'refuseCertification' });
      }
  });
});

describe('the end of a request whose badges are staged', () => {
  const enabledAt = iso(DAY_MS);
  const staged = (change: Partial<BadgeRequestState> = {}) =>
    approvedWith({ open: [], enabledAt, ...change });
  const shareOf = (id: string, change: Partial<BadgeRequestState> = {}) =>
    waitOf(stepOf(staged(change), 0, id)) - DAY_MS;

  test.each<[string, Partial<BadgeRequestState>, number]>([
    ['after a minute that is the mails’', { mailsFirst: true }, MINUTE_MS],
    ['as it was recorded before mails had one', {}, 0],
  ])('comes within five minutes, at a time that is fixed for each request, %s', (_, change, least) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(2 * DAY_MS), (id, offset) => {
        const share = shareOf(id, change);
        expect(share).toBeGreaterThanOrEqual(least);
        expect(share).toBeLessThan(5 * MINUTE_MS);
        const step = stepOf(staged(change), offset, id);
        if (offset >= DAY_MS + share) expect(step).toEqual({ take: 'enable' });
        else expect(waitOf(step)).toBe(DAY_MS + share);
      }),
    );
  });

  test('is not the same time for many', () => {
    const ids = fc.sample(fc.uuid({ version: 7 }), { numRuns: 1000, seed: 1 });
    const shares = ids.map((id) => shareOf(`br_${id}`));
    const minutes = new Set(shares.map((share) => Math.floor(share / MINUTE_MS)));
    expect(new Set(shares).size).toBeGreaterThan(900);
    expect([...minutes].sort()).toEqual([0, 1, 2, 3, 4]);
    const later = ids.map((id) => Math.floor(shareOf(`br_${id}`, { mailsFirst: true }) / MINUTE_MS));
    expect([...new Set(later)].sort()).toEqual([1, 2, 3, 4]);
  });

  test('comes though its certification is refused after the instant', () => {
    for (const verdict of ['REFUSED', 'REVOKED', 'OPEN'] as const) {
      const late = staged({ certification: news(verdict, 2) });
      expect(stepOf(late, DAY_MS + 5 * MINUTE_MS)).toEqual({ take: 'enable' });
      // At the instant it is enabled for everyone; the workflow only waits for its share to say so.
      expect(waitOf(stepOf(late, DAY_MS))).toBe(DAY_MS + shareOf(ID));
    }
  });

  test('does not come when its certification is refused before the instant', () => {
    for (const verdict of ['REFUSED', 'REVOKED'] as const)
      expect(stepOf(staged({ certification: news(verdict, 2) }), DAY_MS - 1)).toEqual({
        take: 'refuseCertification',
      });
  });
});

describe('what was recorded is taken over', () => {
  const goingLive: GoingLive = {
    status: 'PENDING',
    stage: 'SCHEDULED',
    round: 2,
    certification: news('APPROVED', 3),
    open: ['JP'],
    instants: { JP: iso(DAY_MS) },
    looks: { JP: { at: iso(0), tries: 0 } },
    enabledAt: null,
  };

  test('a submission brings the round, its marketplaces and whether there is a skill', () => {
    const state = newState();
    const outcome = {
      status: 'UNDER_REVIEW',
      stage: 'CHECKING',
      round: 1,
      marketplaces: ['US', 'JP'],
      hasSkill: true,
    } as const;
    applyOutcome(state, { ...outcome, marketplaces: [...outcome.marketplaces] });
    expect(state).toEqual({
      ...newState(),
      status: 'UNDER_REVIEW',
      stage: 'CHECKING',
      round: 1,
      open: ['US', 'JP'],
      hasSkill: true,
    });
  });

  test('news of the product of the round before is not heard, however new it is', () => {
    const state = newState();
    const submitted = { status: 'UNDER_REVIEW', stage: 'CHECKING', round: 2, hasSkill: true } as const;
    applyOutcome(state, { ...submitted, marketplaces: ['US'], productId: 'prod_a' });
    const late = { projectId: 'cert_z', version: 9, verdict: 'REFUSED' } as const;
    expect(hear(state, { ...late, productId: 'prod_b' })).toBe(false);
    expect(hear(state, { ...late, productId: 'prod_a' })).toBe(true);
    expect(state.certification).toMatchObject({ projectId: 'cert_z' });
    // Where nobody says whose it is, it is heard as it was.
    expect(hear(state, { ...late, version: 10 })).toBe(true);
  });

  test('what is left to go live replaces what was, and staging starts from the beginning', () => {
    const state = approvedWith({
      instants: { US: iso(9 * DAY_MS) },
      enabledAt: iso(9 * DAY_MS),
      nextStagingAt: iso(DAY_MS),
      stagingTries: 7,
    });
    applyOutcome(state, goingLive);
    expect(state).toEqual(
      pendingWith({
        round: 2,
        open: ['JP'],
        instants: { JP: iso(DAY_MS) },
        looks: { JP: { at: iso(0), tries: 0 } },
        certification: news('APPROVED', 3),
        nextStagingAt: null,
        stagingTries: 0,
        enabledAt: null,
      }),
    );
  });

  test('a certification that is recorded does not undo newer news', () => {
    const state = pendingWith({ certification: news('REFUSED', 4) });
    applyOutcome(state, goingLive);
    expect(state.certification).toEqual(news('REFUSED', 4));
    expect(stepOf(state)).toEqual({ take: 'refuseCertification' });
  });

  test.each<Status>(['NOT_SUBMITTED', 'REJECTED', 'DISCARDED', 'ENABLED'])(
    'a request that goes from pending to %s forgets when it would have gone live',
    (status) => {
      const state = approvedWith({ instants: { US: iso(DAY_MS) }, enabledAt: iso(DAY_MS) });
      applyOutcome(state, { status, stage: null, round: 1 });
      expect(state).toMatchObject({ status, stage: null, instants: {}, enabledAt: null });
    },
  );

  test('a resubmission for another product goes by the certification of that one', () => {
    const state = pendingWith({ certification: news('REFUSED', 5, 'cert_2') });
    applyOutcome(state, { status: 'REJECTED', stage: null, round: 1 });
    applyOutcome(state, {
      status: 'UNDER_REVIEW',
      stage: 'CHECKING',
      round: 2,
      marketplaces: ['US'],
      hasSkill: false,
    });
    applyOutcome(state, { ...goingLive, instants: {}, certification: news('APPROVED', 1, 'cert_1') });
    expect(state.certification).toEqual(news('APPROVED', 1, 'cert_1'));
    expect(stepOf(state)).toEqual({ take: 'stage' });
  });

  test('a failed step remembers the stage it failed in, and what it was waiting for', () => {
    const state = approvedWith({ instants: { US: iso(DAY_MS) }, stagingTries: 2 });
    const before = { ...state };
    applyOutcome(state, { status: 'PENDING', stage: 'NEEDS_ATTENTION', round: 1 });
    expect(state).toEqual({ ...before, stage: 'NEEDS_ATTENTION', interruptedStage: 'SCHEDULED' });
    applyOutcome(state, { ...goingLive, stage: 'NEEDS_ATTENTION' });
    expect(state.interruptedStage).toBe('SCHEDULED');
    expect(stepOf(state)).toEqual(forever);
  });
});

describe('news of the certification', () => {
  test('is taken over once, and never undone by older news', () => {
    const state = newState();
    expect(hear(state, news('OPEN', 2))).toBe(true);
    expect(hear(state, news('OPEN', 2))).toBe(false);
    expect(hear(state, news('APPROVED', 1))).toBe(false);
    expect(state.certification).toEqual(news('OPEN', 2));
    expect(hear(state, news('APPROVED', 3))).toBe(true);
    expect(state.certification).toEqual(news('APPROVED', 3));
  });

  test('comes to the same end in any order and any number of times', () => {
    const versions: CertificationNews[] = [
      news('OPEN', 1),
      news('OPEN', 2),
      news('REFUSED', 3),
      news('APPROVED', 4),
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...versions), { maxLength: 12 }), (heard) => {
        const state = pendingWith({});
        for (const one of [...heard, ...versions.slice(3), ...heard]) hear(state, one);
        expect(state.certification).toEqual(news('APPROVED', 4));
      }),
    );
  });
});
