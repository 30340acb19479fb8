/** What docs/review.md says of the rules, made from domain/review-rules.ts. */
import { reviewRules } from '../../domain/review-rules';

/** The table of every rule, columns padded as prettier pads them. */
export function renderRules(): string {
  const rows = Object.entries(reviewRules).map(([name, { check, reads, against, yes, no, unknown }]) => [
    name,
    check,
    reads,
    against,
    yes,
    Object.entries(no)
      .map(([code, when]) => `${code}: ${when}`)
      .join('; '),
    unknown,
  ]);
  const table = [['rule', 'check', 'reads', 'held against', 'YES', 'NO', 'UNKNOWN'], ...rows];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => [...(row[column] ?? '')].length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join(' | ')} |`;
  const [head = [], ...body] = table;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
