import { readOptions, UsageError } from '../../chaos/options';

test('an empty command line plays both scenes with 500 requests and 50 kills each, by any seed', () => {
  expect(readOptions([], 77)).toEqual({
    kills: 50,
    requests: 500,
    seed: 77,
    scenes: ['fanout', 'midnight'],
    quick: false,
  });
});

test('everything can be chosen', () => {
  const args = ['--kills', '4', '--requests=24', '--seed', '0', '--scene', 'midnight', '--quick'];
  expect(readOptions(args, 77)).toEqual({
    kills: 4,
    requests: 24,
    seed: 0,
    scenes: ['midnight'],
    quick: true,
  });
});

test('help is no run', () => {
  expect(readOptions(['--help'], 77)).toBeNull();
});

test.each([
  [['--kills', '0'], '--kills 0 must be a whole number from 1 to 999999'],
  [['--requests', 'many'], '--requests many must be a whole number from 1 to 999999'],
  [['--seed', '-1'], '--seed'],
  [['--scene', 'storm'], '--scene storm must be fanout, midnight or both'],
  [['--nothing'], '--nothing'],
])('says what is wrong with %j', (args, message) => {
  expect(() => readOptions(args, 77)).toThrow(UsageError);
  expect(() => readOptions(args, 77)).toThrow(message);
});
