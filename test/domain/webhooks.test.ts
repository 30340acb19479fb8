import { eventOf, MOST_ATTEMPTS, retryAfterSeconds, typeOf, type ToldEntry } from '../../domain/webhooks';

test('what is not taken is tried nine times more, over three days, as Standard Webhooks recommends', () => {
  const waits = Array.from({ length: MOST_ATTEMPTS }, (_, index) => retryAfterSeconds(index + 1, 0));
  expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, null]);
});

test('receivers that were away are not asked everything at once', () => {
  expect([0, 0.5, 1].map((spread) => retryAfterSeconds(2, spread))).toEqual([300, 315, 330]);
});

const entry: ToldEntry = {
  requestId: 'br_1',
  commentId: null,
  program: 'WWA',
  productId: 'prod_1',
  asin: 'B0LUMEN001',
  variant: 'Warm white',
  seq: 7,
  at: '2027-01-15T08:00:00.000Z',
  action: 'enable',
  role: 'SERVICE',
  from: 'PENDING',
  to: 'ENABLED',
  details: { marketplaces: ['US'] },
};

test('an event is an entry of the history, without anybody’s name', () => {
  expect(eventOf(entry)).toEqual({
    type: 'badge_request.status_changed',
    timestamp: '2027-01-15T08:00:00.000Z',
    data: {
      badgeRequest: {
        id: 'br_1',
        program: 'WWA',
        productId: 'prod_1',
        asin: 'B0LUMEN001',
        variant: 'Warm white',
      },
      seq: 7,
      action: 'enable',
      actor: { role: 'SERVICE' },
      from: 'PENDING',
      to: 'ENABLED',
      details: { marketplaces: ['US'] },
    },
  });
});

test('why a step has failed is told nobody but operators', () => {
  const failed = { ...entry, action: 'needAttention', details: { why: 'recordChecks: It failed.' } };
  expect(eventOf(failed).data).toMatchObject({ action: 'needAttention', details: {} });
  expect(JSON.stringify(eventOf(failed))).not.toContain('It failed');
});

test('of a comment is told that there is one, and of whose role', () => {
  const { requestId, program, productId, asin, variant, at } = entry;
  const about = { requestId, program, productId, asin, variant };
  expect(eventOf({ ...about, at, role: 'REVIEWER', commentId: 'cmt_1' })).toEqual({
    type: 'badge_request.commented',
    timestamp: at,
    data: {
      badgeRequest: { id: 'br_1', program, productId, asin, variant },
      comment: { id: 'cmt_1' },
      actor: { role: 'REVIEWER' },
    },
  });
});

test.each([
  [null, 'NOT_SUBMITTED', 'badge_request.status_changed'],
  ['ENABLED', 'SUSPENDED', 'badge_request.status_changed'],
  ['ENABLED', 'ENABLED', 'badge_request.updated'],
] as const)('from %s to %s is %s', (from, to, type) => {
  expect(typeOf({ requestId: 'br_1', commentId: null, from, to })).toBe(type);
});
