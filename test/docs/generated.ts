/** Parts of files that are made from the code, between two marker lines; `UPDATE_DOCS=1` writes them anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.join(__dirname, '..', '..');
export const readText = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/**
 * Holds the text between the markers `begin` and `end` of a file against what the code says.
 * @returns what stands there; with UPDATE_DOCS set, after it was written anew
 */
export function generatedPart(
  file: string,
  { begin, end, expected }: { begin: string; end: string; expected: string },
): string {
  const text = readText(file);
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to === -1) throw new Error(`${file} lacks ${begin} or ${end}`);
  const found = text.slice(from + begin.length, to).trim();
  if (found === expected || process.env['UPDATE_DOCS'] === undefined) return found;
  writeFileSync(
    path.join(root, file),
    `${text.slice(0, from + begin.length)}\n\n${expected}\n\n${text.slice(to)}`,
  );
  return expected;
}
