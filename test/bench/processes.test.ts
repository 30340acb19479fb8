import { addSpent, parseStat, spentBetween } from '../../bench/processes';

test('times are read behind a name that holds blanks and brackets', () => {
  const stat = '77 (a (odd) name) S 12 77 77 0 -1 4194560 9 9 0 0 130 20 7 3 20 0 11 0 100 1000 50';
  expect(parseStat(stat)).toEqual({ parent: 12, ownMs: 1500, endedChildrenMs: 100 });
});

test('a part that was started in between counts from its start', () => {
  expect(spentBetween({ api: 100 }, { api: 150, workers: 30 })).toEqual({ api: 50, workers: 30 });
});

test('rounds are summed by part', () => {
  expect(addSpent({ api: 1, workers: 2 }, { workers: 3, temporal: 4 })).toEqual({
    api: 1,
    workers: 5,
    temporal: 4,
  });
});

test('where a system tells nothing, nothing is made up', () => {
  expect(spentBetween(null, { api: 1 })).toBeNull();
  expect(addSpent({ api: 1 }, null)).toBeNull();
});
