import { readOptions, UsageError } from '../../rehearsal/options';

const now = '2026-11-22T10:00:00.000Z';

test('the last day is what has to be said', () => {
  expect(readOptions(['--until', '2027-12-31'], now)).toEqual({ until: '2027-12-31', json: null });
  expect(readOptions(['--until=2026-11-23', '--json', 'found.json'], now)).toEqual({
    until: '2026-11-23',
    json: 'found.json',
  });
  expect(readOptions(['--until', '2029-11-22'], now)).toMatchObject({ until: '2029-11-22' });
});

test('help is no rehearsal', () => {
  expect(readOptions(['--help'], now)).toBeNull();
});

test.each([
  [[], '--until is missing: it must be a date from 2026-11-23 to 2029-11-22'],
  [['--until', '2026-11-22'], '--until 2026-11-22 must be a date from 2026-11-23 to 2029-11-22'],
  [['--until', '2029-11-23'], 'must be a date from 2026-11-23 to 2029-11-22'],
  [['--until', '2027-02-29'], 'must be a date'],
  [['--until', 'tomorrow'], 'must be a date'],
  [['--unknown'], '--unknown'],
  [['--until', '2027-12-31', '--json'], '--json'],
  [['2027-12-31'], '2027-12-31'],
])('%j is refused', (args, message) => {
  const read = () => readOptions(args, now);
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
});

test('three years after a leap day there is none', () => {
  expect(() => readOptions(['--until', '2031-03-01'], '2028-02-29T10:00:00.000Z')).toThrow(
    'from 2028-03-01 to 2031-02-28',
  );
});
