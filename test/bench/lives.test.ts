import { percentiles, runClosedLoop, runLives, type Program } from '../../bench/lives';
import { watchStages } from '../../bench/stage-watch';

/** A program that moves a request on as soon as it is told to. */
function createProgram(afterSubmit: string): Program & { readonly steps: string[] } {
  const stages = new Map<string, string>();
  const steps: string[] = [];
  const step = (name: string, stage?: string) => async (id: string) => {
    steps.push(`${name} ${id}`);
    if (stage !== undefined) stages.set(id, stage);
  };
  return {
    name: 'a program',
    steps,
    prepare: async (count) => Array.from({ length: count }, (_, index) => async () => `r${index}`),
    submit: step('submit', afterSubmit),
    approve: step('approve'),
    certify: step('certify', 'ENABLED'),
    watch: watchStages(async () => stages),
    settle: async () => void steps.push('settle'),
  };
}

test('a life is submitted, approved and certified, and the series ends when all is settled', async () => {
  const program = createProgram('AWAITING_REVIEWER');
  const series = await runLives(program, await program.prepare(2), { concurrency: 1 });
  expect(program.steps).toEqual([
    'submit r0',
    'approve r0',
    'certify r0',
    'submit r1',
    'approve r1',
    'certify r1',
    'settle',
  ]);
  expect(series.failures).toEqual([]);
  expect(series.lives.map(({ id }) => id)).toEqual(['r0', 'r1']);
});

test.each(['REJECTED', 'NEEDS_ATTENTION'])(
  'a request that ends up %s is a failure, no life',
  async (stage) => {
    const program = createProgram(stage);
    const series = await runLives(program, await program.prepare(1), { concurrency: 1 });
    expect(series.lives).toEqual([]);
    expect(series.failures).toEqual([`r0 stands at ${stage}, awaited was AWAITING_REVIEWER`]);
  },
);

test('what cannot be read fails everybody who waits for it', async () => {
  const watch = watchStages(() => Promise.reject(new Error('gone')));
  const waiting = [watch.until('r0', 'ENABLED'), watch.until('r1', 'ENABLED')];
  for (const each of await Promise.allSettled(waiting))
    expect(each).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
});

test('no more than so many items are under way', async () => {
  let [underWay, most] = [0, 0];
  const failures = await runClosedLoop(Array.from({ length: 20 }), 4, async () => {
    most = Math.max(most, (underWay += 1));
    await new Promise(setImmediate);
    underWay -= 1;
  });
  expect(most).toBe(4);
  expect(failures).toEqual([]);
});

test('many failures end a loop early', async () => {
  let begun = 0;
  const failures = await runClosedLoop(Array.from({ length: 100 }), 1, async () => {
    begun += 1;
    throw new Error('refused');
  });
  expect(begun).toBe(10);
  expect(failures).toHaveLength(10);
});

test('percentiles are values that were measured', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentiles(hundred)).toEqual({ p50: 50, p99: 99, max: 100 });
  expect(percentiles([7])).toEqual({ p50: 7, p99: 7, max: 7 });
  expect(percentiles([])).toBeNull();
});
