/** The assurance case names tests that there are. */
import path from 'node:path';
import { readText } from './generated';

const document = readText('docs/security.md');
const named = [...document.matchAll(/^ *- \[([\w-]+)\]\(\.\.\/([\w./-]+)\): _(.+)_$/gm)].map(
  ([, label = '', file = '', title = '']) => ({ label, file, title }),
);

it('names tests for every claim', () => {
  const [promised = ''] = document.split('## What remains');
  const claims = promised.split(/^(?=- (?!\[))/m).slice(1);
  expect(claims.length).toBeGreaterThan(20);
  expect(claims.filter((claim) => !/^ {2}- \[/m.test(claim))).toEqual([]);
});

it.each(named)('$file has “$title”', ({ label, file, title }) => {
  expect(path.basename(file)).toBe(`${label}.test.ts`);
  expect(readText(file)).toMatch(new RegExp(`['"\`]${title.replace(/[^\w\s]/g, '\\$&')}`));
});
