import { readOptions, UsageError } from '../../bench/options';

test('an empty command line measures 300 requests, 50 at a time, and 2,000 that wait', () => {
  expect(readOptions([])).toEqual({ requests: 300, concurrency: 50, waiting: 2000, json: null });
});

test('every figure can be chosen', () => {
  const args = ['--requests', '40', '--concurrency=8', '--waiting', '0', '--json', 'figures.json'];
  expect(readOptions(args)).toEqual({ requests: 40, concurrency: 8, waiting: 0, json: 'figures.json' });
});

test('help is no run', () => {
  expect(readOptions(['--help'])).toBeNull();
});

test.each([
  [['--requests', '1'], '--requests must be a whole number from 2 on'],
  [['--requests', '10.5'], '--requests must be a whole number from 2 on'],
  [['--concurrency', '0'], '--concurrency must be a whole number from 1 on'],
  [['--waiting', 'many'], '--waiting must be a whole number from 0 on'],
  [['--unknown'], '--unknown'],
  [['--json'], '--json'],
  [['beside'], 'beside'],
])('%j is refused', (args, message) => {
  const read = () => readOptions(args);
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
});
