import { drawByZipf } from '../../bench/zipf';

const COUNT = 1000;
const DRAWS = 200_000;

test('the k-th most wanted key is drawn 1/k times as often as the first', () => {
  const draw = drawByZipf(COUNT, 1);
  const drawn = new Map<number, number>();
  for (let index = 0; index < DRAWS; index += 1) {
    const key = draw();
    drawn.set(key, (drawn.get(key) ?? 0) + 1);
  }
  expect([...drawn.keys()].every((key) => Number.isInteger(key) && key >= 0 && key < COUNT)).toBe(true);
  const often = [...drawn.values()].sort((one, other) => other - one);
  const harmonic = Array.from({ length: COUNT }, (_, index) => 1 / (index + 1)).reduce((a, b) => a + b);
  for (const rank of [1, 2, 5, 10]) {
    const expected = DRAWS / harmonic / rank;
    expect((often[rank - 1] ?? 0) / expected).toBeGreaterThan(0.9);
    expect((often[rank - 1] ?? 0) / expected).toBeLessThan(1.1);
  }
});

test('every key can be drawn', () => {
  const draw = drawByZipf(10, 1);
  expect(new Set(Array.from({ length: 1000 }, draw)).size).toBe(10);
});

test('the same seed draws the same keys, another seed others', () => {
  const drawn = (seed: number) => Array.from({ length: 20 }, drawByZipf(COUNT, seed));
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)).not.toEqual(drawn(8));
});
