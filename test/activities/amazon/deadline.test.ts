import { deadlineOf } from '../../../activities/amazon/asking';

const PATIENCE_MS = 900_000;
const HOUR_MS = 3_600_000;

test.each([
  ['right', 0],
  ['an hour ahead of the server’s', -HOUR_MS],
  ['an hour behind the server’s', HOUR_MS],
])('what earlier attempts have taken counts, whatever the own clock says: it is %s', (_how, error) => {
  const server = Date.now() + error;
  const info = {
    scheduledTimestampMs: server - 60_000,
    currentAttemptScheduledTimestampMs: server,
    heartbeatDetails: { answered: [], unreadable: {} },
  };
  const left = deadlineOf(info, PATIENCE_MS) - Date.now();
  expect(left).toBeLessThanOrEqual(PATIENCE_MS - 60_000);
  expect(left).toBeGreaterThan(PATIENCE_MS - 90_000);
});

test('what went by before anybody could be asked does not count', () => {
  const server = Date.now();
  const info = {
    scheduledTimestampMs: server - 2 * PATIENCE_MS,
    currentAttemptScheduledTimestampMs: server,
    heartbeatDetails: undefined,
  };
  expect(deadlineOf(info, PATIENCE_MS) - Date.now()).toBeGreaterThan(PATIENCE_MS - 30_000);
});
