import { readWait } from '../../../activities/amazon/call-later';

test.each([
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': 'Sun, 22 Nov 2026 10:00:05 GMT' }, 5000],
  [{ 'retry-after': 'Sun, 22 Nov 2026 09:00:00 GMT' }, 0],
  // By the clock of whoever says so: ours may be wrong, by an hour here.
  [{ 'retry-after': 'Sun, 22 Nov 2026 11:00:05 GMT', date: 'Sun, 22 Nov 2026 11:00:00 GMT' }, 5000],
  [{ 'retry-after': 'Sun, 22 Nov 2026 09:00:05 GMT', date: 'Sun, 22 Nov 2026 09:00:00 GMT' }, 5000],
  [{ 'retry-after': 'Sun, 22 Nov 2026 10:00:05 GMT', date: 'today' }, 5000],
  [{ 'retry-after': 'Sunday, 22-Nov-26 10:00:05 GMT' }, 5000],
  [{ 'retry-after': 'Sun Nov 22 10:00:05 2026' }, 5000],
  [{ 'retry-after': '2.5' }, 2500],
  // What is no date to anybody but a lenient reader.
  [{ 'retry-after': '-5' }, 1000],
  [{ 'retry-after': 'maybe 5' }, 1000],
  [{ 'retry-after': '1, 2' }, 1000],
  [{ 'retry-after': 'soon', 'x-amzn-ratelimit-limit': '0.25' }, 4000],
  [{ 'x-amzn-ratelimit-limit': '0' }, 1000],
  [{ 'x-amzn-ratelimit-limit': '-3' }, 1000],
  // No rate that can be meant: as long as the least one asks, not a day.
  [{ 'x-amzn-ratelimit-limit': '0.0000001' }, 100_000],
  [{}, 1000],
])('%j asks to wait %d ms', (headers: Record<string, string>, wait) => {
  expect(readWait((name) => headers[name], Date.parse('2026-11-22T10:00:00Z'))).toBe(wait);
});
