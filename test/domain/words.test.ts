import { saysSomething } from '../../domain/words';

test.each([
  ['', false],
  [' \t\n\u00a0\u3000', false],
  ['\u200b\u200d\u2060\ufeff', false],
  ['\u00ad\u202e\u2066\u{e0020}', false],
  ['\u115f\u3164\uffa0', false],
  ['\u2800 \u034f\ufe0f\u0007', false],
  ['\u200b.', true],
  ['\u{1f469}\u200d\u{1f680}', true],
  ['\u0646\u0639\u0645', true],
])('%j says something: %s', (text, expected) => {
  expect(saysSomething(text)).toBe(expected);
});
