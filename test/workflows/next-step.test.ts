import fc from 'fast-check';
import { STAGES, STATUSES } from '../../domain/lifecycle';
import type { CertificationNews } from '../../domain/transitions';
import { newState, type BadgeRequestState } from '../../workflows/contract';
import { marketplacesDue, type Step } from '../../workflows/state';
import { approvedWith, DAY_MS, forever, iso, news, NOW, pendingWith, stateWith, stepOf } from './state-scene';

const MINUTE_MS = 60_000;

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
      'one that is staged where it is certified waits for its certification elsewhere',
      approvedWith({ open: [], looks: {} }),
      forever,
    ],
    [
      'a refused one is sent back',
      pendingWith({ certification: news('REFUSED') }),
      { take: 'refuseCertification' },
    ],
    ['a revoked one too', pendingWith({ certification: news('REVOKED') }), { take: 'refuseCertification' }],
    [
      'so is one whose badges stand by an approval that was withdrawn, whatever a newer project says',
      pendingWith({ certification: news('OPEN'), approvalWithdrawn: true }),
      { take: 'refuseCertification' },
    ],
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

  test('happens at once where an approval is newer than what was judged, also once all is staged', () => {
    const allStaged = { open: [], enabledAt: iso(9 * DAY_MS) };
    for (const state of [{ instants, looks }, allStaged]) {
      const about = (certification: CertificationNews, judged: CertificationNews | null) =>
        stepOf(pendingWith({ ...state, certification, judged })).take;
      expect(about(news('APPROVED', 3), null)).toBe('stage');
      expect(about(news('APPROVED', 3), news('APPROVED', 2))).toBe('stage');
      expect(about(news('APPROVED', 3), news('APPROVED', 3))).toBe('wait');
      expect(about(news('OPEN', 3), news('APPROVED', 2))).toBe('wait');
    }
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
      expect(waitOf(stepOf(late, DAY_MS))).toBe(DAY_MS + shareOf('br_1'));
    }
  });

  test('does not come when its certification is refused before the instant', () => {
    for (const verdict of ['REFUSED', 'REVOKED'] as const)
      expect(stepOf(staged({ certification: news(verdict, 2) }), DAY_MS - 1)).toEqual({
        take: 'refuseCertification',
      });
  });
});
