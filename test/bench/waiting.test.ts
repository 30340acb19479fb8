import { memoryOf } from '../../bench/waiting';

test('what a request adds is told apart from the base, and evicted ones from those in memory', () => {
  const memory = memoryOf(
    { waiting: 0, workersMib: 300 },
    { waiting: 1024, workersMib: 500 },
    { waiting: 5120, workersMib: 516 },
  );
  expect(memory).toEqual({ baseMib: 300, rssMib: 516, kibPerCached: 200, kibPerEvicted: 4 });
});

test('a few evicted ones say nothing of one', () => {
  const full = { waiting: 1000, workersMib: 500 };
  expect(memoryOf({ waiting: 0, workersMib: 300 }, full, full)).toMatchObject({ kibPerEvicted: null });
  const few = { waiting: 1010, workersMib: 501 };
  expect(memoryOf({ waiting: 0, workersMib: 300 }, full, few)).toMatchObject({ kibPerEvicted: null });
});

test('where a system tells nothing, nothing is made up', () => {
  const unknown = { waiting: 0, workersMib: null };
  expect(memoryOf(unknown, unknown, unknown)).toBeNull();
});
