import { longestRun, readOptions, UsageError, waitingUntil, type Options } from '../../bench/options';

test('an empty command line measures 300 requests, 50 at a time, 2,000 that wait, 200 reviews, a midnight of 500, a certification that 1,000 wait for, lookups of a million badges, and no audits', () => {
  expect(readOptions([])).toEqual({
    requests: 300,
    concurrency: 50,
    waiting: 2000,
    reviews: 200,
    audits: 0,
    midnight: [500],
    fanout: 1000,
    lookups: 1000000,
    json: null,
  });
});

test('every figure can be chosen', () => {
  const args = [
    '--requests',
    '40',
    '--concurrency=8',
    '--waiting',
    '0',
    '--reviews=5',
    '--audits=100000',
    '--midnight=20,40',
    '--fanout',
    '60',
    '--lookups=5000',
    '--json',
    'figures.json',
  ];
  expect(readOptions(args)).toEqual({
    requests: 40,
    concurrency: 8,
    waiting: 0,
    reviews: 5,
    audits: 100000,
    midnight: [20, 40],
    fanout: 60,
    lookups: 5000,
    json: 'figures.json',
  });
});

test('zero leaves a midnight out', () => {
  expect(readOptions(['--midnight', '0'])).toMatchObject({ midnight: [] });
});

test('help is no run', () => {
  expect(readOptions(['--help'])).toBeNull();
});

test.each([
  [['--requests', '1'], '--requests must be a whole number from 2 on'],
  [['--requests', '10.5'], '--requests must be a whole number from 2 on'],
  [['--concurrency', '0'], '--concurrency must be a whole number from 1 on'],
  [['--waiting', 'many'], '--waiting must be a whole number from 0 on'],
  [['--reviews', '-1'], '--reviews'],
  [['--midnight', '500,'], '--midnight must be a whole number from 0 on'],
  [['--lookups', '12345678'], '--lookups must be a whole number from 0 on'],
  [['--fanout', 'all'], '--fanout must be a whole number from 0 on'],
  [['--unknown'], '--unknown'],
  [['--json'], '--json'],
  [['beside'], 'beside'],
])('%j is refused', (args, message) => {
  const read = () => readOptions(args);
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
});

test('a run has longer for each request that waits beyond the usual ones', () => {
  const usual = readOptions([]) as Options;
  const many = { ...usual, waiting: 5000 };
  expect(waitingUntil(many)).toBeGreaterThan(waitingUntil(usual));
  expect(longestRun(many) - longestRun(usual)).toBe(waitingUntil(many) - waitingUntil(usual));
  expect(longestRun({ ...usual, midnight: [500, 5000] })).toBeGreaterThan(longestRun(usual));
  expect(waitingUntil({ waiting: 10 })).toBe(waitingUntil(usual));
});
