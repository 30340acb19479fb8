import { addDays, calendarWindows, daysBetween, localDate, plannedInstants } from '../../domain/calendar';

test.each([
  ['2028-02-28', 1, '2028-02-29'],
  ['2027-02-28', 1, '2027-03-01'],
  ['2027-01-01', -1, '2026-12-31'],
  ['2027-01-31', 31, '2027-03-03'],
])('%s and %i days is %s', (from, days, to) => {
  expect(addDays(from, days)).toBe(to);
  expect(daysBetween(from, to)).toBe(days);
});

test('an instant is on another day in each marketplace', () => {
  const instant = '2027-01-15T07:30:00.000Z';
  expect([localDate(instant, 'US'), localDate(instant, 'UK'), localDate(instant, 'JP')]).toEqual([
    '2027-01-14',
    '2027-01-15',
    '2027-01-15',
  ]);
});

test('days last from midnight to midnight of each marketplace, also when clocks change', () => {
  const windows = calendarWindows('2027-03-14', '2027-03-14');
  expect(windows).toHaveLength(16);
  expect(windows[0]).toEqual({
    marketplace: 'US',
    from: '2027-03-14T08:00:00.000Z',
    until: '2027-03-15T07:00:00.000Z',
  });
});

test('only midnights that are still to come are planned', () => {
  expect(plannedInstants('2027-01-15', ['US', 'JP'], '2027-01-14T15:00:00.000Z')).toEqual([
    { marketplace: 'US', effectiveAt: '2027-01-15T08:00:00.000Z' },
  ]);
});
