import type { Findings, Waiting } from '../../rehearsal/findings';
import { reportOf } from '../../rehearsal/report';

const nothing: Findings = {
  readAt: '2026-11-22T10:00:00.000Z',
  until: '2027-12-31',
  requests: 0,
  goingLive: [],
  heldBack: [],
  sentBack: [],
  dropped: [],
  waiting: [],
  stuck: [],
};
const waiting = (requestId: string, more: Partial<Waiting>): Waiting => ({
  requestId,
  on: 'REVIEWER',
  status: 'UNDER_REVIEW',
  stage: 'AWAITING_REVIEWER',
  reviewDueAt: null,
  certification: null,
  goLiveDate: null,
  datePasses: false,
  ...more,
});
const linesOf = (findings: Partial<Findings>) => reportOf({ ...nothing, ...findings }).split('\n');

test('what there is none of is said', () => {
  expect(linesOf({})).toEqual(
    expect.arrayContaining([
      'Would go live, each on the day of its marketplace: none',
      'Would be held back, as the programme is suspended there: none',
      'Would be sent back to the maker: none',
      'Would lose a marketplace: none',
      'Would wait at the end of 2027-12-31: none',
      'Would get stuck: none',
    ]),
  );
});

test('what goes live is counted by day and marketplace, with as many ids as are easily read', () => {
  const badge = (requestId: string, day: string, marketplace: 'US' | 'JP') => ({
    requestId,
    day,
    marketplace,
    effectiveAt: `${day}T00:00:00.000Z`,
  });
  const many = Array.from({ length: 10 }, (_, index) => badge(`br_${index}`, '2027-02-01', 'US'));
  const lines = linesOf({ goingLive: [badge('br_x', '2027-02-01', 'JP'), ...many] });
  expect(lines).toContain('  2027-02-01  JP   1  br_x');
  expect(lines).toContain('  2027-02-01  US  10  br_0, br_1, br_2, br_3, br_4, br_5, br_6, br_7 and 2 more');
});

test('who waits for a reviewer is told by what is due first', () => {
  const lines = linesOf({
    waiting: [
      waiting('br_b', { reviewDueAt: '2026-12-02T10:00:00.000Z' }),
      waiting('br_a', {
        reviewDueAt: '2026-12-01T10:00:00.000Z',
        goLiveDate: '2027-01-01',
        datePasses: true,
      }),
      waiting('br_c', { on: 'CERTIFICATION', certification: 'Under Test' }),
    ],
  });
  expect(lines).toContain(
    '  for a reviewer         2  br_a (due 2026-12-01; its date 2027-01-01 passes), br_b (due 2026-12-02)',
  );
  expect(lines).toContain('  for its certification  1  br_c (Under Test)');
});

test('every stuck request is told, with its reason', () => {
  const stuck = Array.from({ length: 40 }, (_, index) => ({
    requestId: `br_${10 + index}`,
    kind: 'TASK_FAILS' as const,
    why: `because of ${index}`,
  }));
  const lines = linesOf({ stuck });
  for (const { requestId, why } of stuck) expect(lines).toContain(`  ${requestId}  TASK_FAILS  ${why}`);
});
