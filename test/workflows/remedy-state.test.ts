/** What follows for badges whose listings are in trouble, from what their workflow knows. */
import type { RecordedBadge } from '../../domain/badges';
import type { MarketplaceCode } from '../../domain/marketplaces';
import type { Answer, FindingSummary } from '../../domain/review';
import { newRemedyState, type BadgeRemedyState, type Trouble } from '../../workflows/contract';
import {
  allowsOrder,
  consequencesOf,
  forgetSettled,
  hearOfTrouble,
  nextRemedyStep,
  rememberLook,
  standingOf,
  type Consequences,
  type RemedyStep,
} from '../../workflows/remedy-state';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse('2027-03-01T12:00:00.000Z');
const iso = (offset: number) => new Date(NOW + offset).toISOString();

const trouble = (stage: Trouble['stage'], change: Partial<Trouble> = {}): Trouble => ({
  ...{ marketplace: 'US', checks: ['LISTING_MATCHES'], codes: ['BRAND_MISMATCH'], stage, reasons: [] },
  dueAt: stage === 'REPORTED' ? null : iso(0),
  ...change,
});
const badge = (change: Partial<RecordedBadge> = {}): RecordedBadge => ({
  ...{ marketplace: 'US', status: 'STAGED', effectiveAt: iso(-90 * DAY_MS), causes: [], planned: null },
  ...change,
});
const suspended = (...causes: RecordedBadge['causes']) => badge({ status: 'SUSPENDED', causes });
const stateWith = (change: Partial<BadgeRemedyState>): BadgeRemedyState => ({
  ...newRemedyState(),
  ...{ known: true, badges: [badge()] },
  ...change,
});
const until = (offset: number): RemedyStep => ({ take: 'wait', until: NOW + offset });
const looked = (hoursAgo: number, ...troubles: Trouble[]) =>
  stateWith({ lookedAt: iso(-hoursAgo * HOUR_MS), troubles });
const due = (offset: number, stage: Trouble['stage'] = 'GRACE') => trouble(stage, { dueAt: iso(offset) });

test.each<[string, BadgeRemedyState, RemedyStep]>([
  ['nothing is left to do', stateWith({}), { take: 'end' }],
  ['a report is warned of', stateWith({ troubles: [trouble('REPORTED')] }), { take: 'warn' }],
  ['a day after the last look', looked(24, due(5 * DAY_MS)), { take: 'look' }],
  ['before that', looked(23, due(5 * DAY_MS)), until(HOUR_MS)],
  ['when the grace is over', looked(1, due(0)), { take: 'look' }],
  ['just before it is over', looked(1, due(1)), until(1)],
  ['at the first of several instants', looked(1, due(5 * HOUR_MS), due(2 * HOUR_MS)), until(2 * HOUR_MS)],
  ['what was due at the last look waits for the next', looked(1, due(-HOUR_MS)), until(23 * HOUR_MS)],
  ['where none has been yet', stateWith({ troubles: [due(5 * DAY_MS)] }), until(DAY_MS)],
])('what comes next: %s', (_name, state, step) => {
  expect(nextRemedyStep(state, NOW)).toEqual(step);
});

test('what takes badges from a page goes before warnings and looks', () => {
  const troubles = [trouble('REPORTED')];
  const both = stateWith({ troubles, certificationChanged: true, programSuspensionChanged: true });
  expect(nextRemedyStep(both, NOW)).toEqual({ take: 'certify' });
  expect(nextRemedyStep({ ...both, certificationChanged: false }, NOW)).toEqual({ take: 'followProgram' });
});

const NOTHING = { recovered: [], reinstate: [], suspend: [], remove: [] };
test.each<[Trouble['stage'], Answer, number, keyof Consequences | null]>([
  ['GRACE', 'YES', DAY_MS, 'recovered'],
  ['GRACE', 'YES', 0, 'recovered'],
  ['GRACE', 'NO', 1, null],
  ['GRACE', 'NO', 0, 'suspend'],
  ['GRACE', 'UNKNOWN', 0, null],
  ['SUSPENDED', 'YES', DAY_MS, 'reinstate'],
  ['SUSPENDED', 'NO', 1, null],
  ['SUSPENDED', 'NO', 0, 'remove'],
  ['SUSPENDED', 'UNKNOWN', -DAY_MS, null],
  ['REPORTED', 'NO', 0, null],
])('in %s, matching %s, %i ms before its instant: %s', (stage, answer, offset, follows) => {
  const state = stateWith({ troubles: [trouble(stage, { dueAt: iso(offset) })] });
  const answers: FindingSummary[] = [
    { check: 'LISTING_MATCHES', marketplace: 'US', answer },
    { check: 'LISTING_MATCHES', marketplace: 'JP', answer: 'NO' },
  ];
  expect(consequencesOf(state, answers, NOW)).toEqual({
    ...NOTHING,
    ...(follows !== null && { [follows]: ['US'] }),
  });
});

test('a report is heard once for each marketplace, with all that was found', () => {
  const known = [trouble('GRACE'), trouble('SUSPENDED', { marketplace: 'DE' })];
  const state = stateWith({ troubles: [...known] });
  const reason = (code: 'ASIN_NOT_FOUND' | 'BRAND_MISMATCH') =>
    ({ check: 'ASIN_LIVE', code, found: null, expected: null }) as const;
  const reasons = [reason('ASIN_NOT_FOUND'), reason('ASIN_NOT_FOUND'), reason('BRAND_MISMATCH')];
  hearOfTrouble(state, [
    { marketplace: 'US', reasons },
    { marketplace: 'JP', reasons },
  ]);
  expect(state.troubles).toEqual([
    ...known,
    {
      ...{ marketplace: 'JP', stage: 'REPORTED', dueAt: null, reasons },
      ...{ checks: ['ASIN_LIVE'], codes: ['ASIN_NOT_FOUND', 'BRAND_MISMATCH'] },
    },
  ]);
});

test.each<[string, Trouble['stage'], RecordedBadge[], boolean]>([
  ['one that is shown', 'GRACE', [badge()], true],
  ['one that an operator has suspended in its grace', 'GRACE', [suspended('OPERATOR')], true],
  ['one that is suspended for it', 'SUSPENDED', [suspended('LISTING', 'OPERATOR')], true],
  ['one that an operator has reinstated', 'SUSPENDED', [badge()], false],
  ['one that is suspended for something else since', 'SUSPENDED', [suspended('OPERATOR')], false],
  [
    'one whose planned reinstatement has come',
    'SUSPENDED',
    [{ ...suspended('LISTING'), planned: { action: 'reinstate', at: iso(0) } }],
    false,
  ],
  ['one that is removed', 'GRACE', [badge({ status: 'REMOVED' })], false],
  ['one that is not there', 'GRACE', [], false],
])('the trouble of %s', (_name, stage, badges, stays) => {
  const state = stateWith({ badges, troubles: [trouble(stage)] });
  forgetSettled(state, iso(0));
  expect(state.troubles).toHaveLength(stays ? 1 : 0);
});

test('all that looks find wrong is remembered, and nothing of other marketplaces', () => {
  const old = { ...trouble('GRACE', { marketplace: 'JP' }) };
  delete old.codes;
  const state = stateWith({ troubles: [trouble('GRACE'), old] });
  const live = { check: 'ASIN_LIVE', marketplace: 'US' } as const;
  const elsewhere = {
    check: 'ASIN_LIVE',
    marketplace: 'DE',
    answer: 'NO',
    codes: ['ASIN_NOT_FOUND'],
  } as const;
  rememberLook(state, [{ ...live, answer: 'NO', codes: ['ASIN_NOT_BUYABLE'] }, elsewhere], NOW);
  rememberLook(state, [{ ...live, answer: 'UNKNOWN', codes: ['ASIN_NOT_FOUND'] }], NOW + DAY_MS);
  expect(state).toMatchObject({ lookedAt: iso(DAY_MS) });
  expect(state.troubles).toEqual([
    trouble('GRACE', {
      checks: ['LISTING_MATCHES', 'ASIN_LIVE'],
      codes: ['BRAND_MISMATCH', 'ASIN_NOT_BUYABLE'],
    }),
    old,
  ]);
});

test.each<[MarketplaceCode[] | null, string | null, boolean]>([
  [null, null, true],
  [['US'], null, true],
  [['JP'], null, false],
  [['DE'], null, false],
  [['US'], iso(DAY_MS), true],
])('an order about %j at %s is allowed where any badge of them is', (marketplaces, effectiveAt, allowed) => {
  const state = stateWith({ badges: [badge(), badge({ marketplace: 'JP', status: 'REMOVED' })] });
  const order = { marketplaces, effectiveAt } as Parameters<typeof allowsOrder>[2];
  expect(allowsOrder(state, 'suspend', order, iso(0))).toBe(allowed);
});

test('what is taken back by an order is not planned for later', () => {
  const state = stateWith({ badges: [badge({ planned: { action: 'suspend', at: iso(DAY_MS) } })] });
  const order = (effectiveAt: string | null) =>
    ({ marketplaces: null, effectiveAt }) as Parameters<typeof allowsOrder>[2];
  const allowed = [null, iso(0), iso(1)].map((at) => allowsOrder(state, 'reinstate', order(at), iso(0)));
  expect(allowed).toEqual([true, true, false]);
});

test('a request stands where its badges do, and where it is recorded without any', () => {
  expect(standingOf(stateWith({ badges: [suspended('LISTING')] }), iso(0)).status).toBe('SUSPENDED');
  expect(standingOf(stateWith({ badges: [], status: 'REMOVED' }), iso(0)).status).toBe('REMOVED');
});
