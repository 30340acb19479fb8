import { memoryOf } from '../../bench/waiting';

test('what a request adds is told apart from the base, evicted ones from those in memory, and from garbage', () => {
  const memory = memoryOf(
    { waiting: 0, workersMib: { found: 310, held: 300 } },
    { waiting: 1024, workersMib: { found: 600, held: 500 } },
    { waiting: 5120, workersMib: { found: 700, held: 516 } },
  );
  expect(memory).toEqual({
    baseMib: 300,
    rssMib: 700,
    heldMib: 516,
    kibPerCached: 200,
    kibPerEvicted: 25,
    heldKibPerEvicted: 4,
  });
});

test('a few evicted ones say nothing of one', () => {
  const before = { waiting: 0, workersMib: { found: 300, held: 300 } };
  const full = { waiting: 1000, workersMib: { found: 500, held: 500 } };
  const few = { waiting: 1010, workersMib: { found: 501, held: 501 } };
  for (const after of [full, few])
    expect(memoryOf(before, full, after)).toMatchObject({ kibPerEvicted: null, heldKibPerEvicted: null });
});

test('where a system tells nothing, nothing is made up', () => {
  const unknown = { waiting: 0, workersMib: null };
  expect(memoryOf(unknown, unknown, unknown)).toBeNull();
});
