import { newId } from '../../api/ids';

test('an id is its prefix and a whole UUID of version 7, in 26 characters', () => {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  for (let count = 0; count < 1000; count += 1) {
    const [, rest = ''] = /^br_([0-7][0-9a-hjkmnp-tv-z]{25})$/.exec(newId('br')) ?? [];
    const value = [...rest].reduce((sum, digit) => sum * 32n + BigInt(digits.indexOf(digit)), 0n);
    const hex = value.toString(16).padStart(32, '0');
    expect(hex).toMatch(/^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(Math.abs(parseInt(hex.slice(0, 12), 16) - Date.now())).toBeLessThan(60_000);
  }
});

test('ids sort by when they were made', () => {
  const ids = Array.from({ length: 1000 }, () => newId('req'));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(1000);
});
