/** Every way of being stuck, and what looks like one and is none. */
import { carriedState } from '../../rehearsal/carried-state';
import type { OpenRequest } from '../../rehearsal/open-requests';
import type { RehearsedRow } from '../../rehearsal/rehearsed-rows';
import { stuckness, type Case } from '../../rehearsal/stuck';
import { standingAt } from '../../domain/badge-request';
import { nextStep } from '../../workflows/state';
import { project } from '../domain/product-project';

const readAt = '2026-11-22T10:00:00.000Z';
const last = '2028-01-01T07:59:59.999Z';
const hoursAgo = (hours: number) => new Date(Date.parse(readAt) - hours * 3_600_000).toISOString();

const scheduled: OpenRequest = {
  id: 'br_one',
  program: 'WWA',
  status: 'PENDING',
  stage: 'SCHEDULED',
  round: 1,
  transitionSeq: 3,
  marketplaces: ['US'],
  goLive: { kind: 'ON_DATE', date: '2027-02-01' },
  attention: null,
  hasSkill: true,
  projects: [project({ status: 'COMPLETE', result: 'APPROVED' })],
  badges: [],
  suspendedIn: [],
  looks: null,
  stagingTries: 0,
  lastTryAt: null,
  reviewDueAt: null,
  firstEffectiveAt: null,
  enabledAt: null,
  changedAt: hoursAgo(100),
};
const checking = { status: 'UNDER_REVIEW', stage: 'CHECKING' } as const;
const asap = { goLive: { kind: 'AS_SOON_AS_POSSIBLE' } } as const;
const live = '2027-02-01T08:00:00.000Z';
const enabled = {
  status: 'ENABLED',
  stage: null,
  firstEffectiveAt: live,
  enabledAt: live,
  badges: [{ marketplace: 'US', effectiveAt: live }],
} as const;

/** What is found of a request whose row ends as given, else as it began. */
function found(request: Partial<OpenRequest>, row: Partial<RehearsedRow> = {}, end: Case['end'] = 'RUNNING') {
  const before: OpenRequest = { ...scheduled, ...request };
  const { id, status, stage, marketplaces, firstEffectiveAt, enabledAt } = before;
  const begun = { id, status, stage, marketplaces, firstEffectiveAt, enabledAt, reasons: [], badges: [] };
  const after: RehearsedRow = { ...begun, ...row };
  return stuckness({
    request: before,
    state: carriedState(before),
    end,
    row: after,
    standing: standingAt({ ...after, badges: [] }, last),
    readAt: Date.parse(readAt),
    lastInstant: Date.parse(last),
  });
}

it.each([
  ['its workflow has failed', {}, {}, { kind: 'WORKFLOW_FAILED', why: 'broken' }, 'WORKFLOW_FAILED'],
  ['an operator is needed', { stage: 'NEEDS_ATTENTION' }, {}, 'RUNNING', 'NEEDS_ATTENTION'],
  ['it has no product', { projects: [] }, {}, 'RUNNING', 'NO_PRODUCT'],
  ['nothing was staged when it was time', { ...asap }, enabled, 'COMPLETED', 'OVERDUE'],
  ['checks run for more than a day', { ...checking, changedAt: hoursAgo(27) }, {}, 'RUNNING', 'OVERDUE'],
  ['its workflow ends too early', {}, {}, 'COMPLETED', 'ENDED_EARLY'],
  ['checks never end', { ...checking, changedAt: readAt }, {}, 'RUNNING', 'STILL_WORKING'],
  ['its date passes', {}, {}, 'RUNNING', 'NOT_LIVE'],
  ['it could be live', { ...asap, changedAt: readAt }, {}, 'RUNNING', 'NOT_LIVE'],
] as const)('a request is stuck when %s', (_, request, row, end, kind) => {
  expect(found(request, row, end)).toMatchObject({ requestId: 'br_one', kind });
});

it.each([
  ['has gone live', {}, enabled, 'COMPLETED'],
  ['was approved a moment ago', { ...asap, changedAt: hoursAgo(0.5) }, enabled, 'COMPLETED'],
  ['is looked at again today', { ...asap, stagingTries: 3, lastTryAt: hoursAgo(20) }, enabled, 'COMPLETED'],
  [
    'is being checked since yesterday',
    { ...checking, changedAt: hoursAgo(25) },
    { ...checking, stage: 'AWAITING_REVIEWER' },
    'RUNNING',
  ],
  [
    'is looked at again only after the last day',
    { ...asap, looks: { US: { at: '2028-01-01T08:00:00.000Z', tries: 3 } } },
    {},
    'RUNNING',
  ],
  ['waits for a later date', { goLive: { kind: 'ON_DATE', date: '2028-06-01' } }, {}, 'RUNNING'],
  [
    'waits for its certification',
    {
      projects: [project({ status: 'UNDER_TEST' })],
      stage: 'AWAITING_CERTIFICATION',
    },
    {},
    'RUNNING',
  ],
  ['waits for its maker', { status: 'NOT_SUBMITTED', stage: null, projects: [] }, {}, 'RUNNING'],
] as const)('a request is not stuck that %s', (_, request, row, end) => {
  expect(found(request, row, end)).toBeNull();
});

it('goes on without looking where a certification is awaited while others are certified', () => {
  const state = carriedState({
    ...scheduled,
    ...asap,
    marketplaces: ['US', 'JP'],
    projects: [
      project({ status: 'UNDER_TEST', marketplaces: ['JP'] }),
      project({ status: 'COMPLETE', result: 'APPROVED', marketplaces: ['US'] }),
    ],
    badges: [{ marketplace: 'US', status: 'STAGED', effectiveAt: readAt }],
    looks: {},
  });
  expect([state.open, nextStep(state, Date.parse(readAt), 'br_one')]).toEqual([
    [],
    { take: 'wait', until: null },
  ]);
});
