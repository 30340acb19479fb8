import { foldName, padGtin } from '../../domain/review-folding';
import { FINDING_BYTES } from '../../domain/review-evidence';
import { generatedPart, readText } from './generated';
import { renderRules } from './review';

const text = readText('docs/review.md');
/** The rows of the table below a heading, as cells without their code marks. */
const rowsBelow = (heading: string): string[][] => {
  const section = text.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`|`$/g, '')),
  );
};

it('docs/review.md has every rule as domain/review-rules.ts has it', () => {
  const expected = renderRules();
  const found = generatedPart('docs/review.md', {
    begin: '<!-- made from domain/review-rules.ts -->',
    end: '<!-- end of what is made from domain/review-rules.ts -->',
    expected,
  });
  expect(found).toBe(expected);
});

it.each(rowsBelow('Names'))('folds %s and %s: %s', (left, right, verdict) => {
  expect(foldName(left) === foldName(right) ? 'the same' : 'different').toBe(verdict);
});

it.each(rowsBelow('Retail identifiers'))('pads %s to %s', (listed, padded) => {
  expect(padGtin(listed) ?? 'no GTIN').toBe(padded);
});

it('has examples of both, and the bound of a finding', () => {
  expect(rowsBelow('Names').length).toBeGreaterThan(5);
  expect(rowsBelow('Retail identifiers').length).toBeGreaterThan(3);
  expect(text).toContain(`${FINDING_BYTES.toLocaleString('en')} bytes`);
});
