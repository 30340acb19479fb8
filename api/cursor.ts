import { z } from 'zod';
import { invalid } from './problem';

/** A cursor for callers: they give it back as it is. */
export const encodeCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/**
 * @returns null when there is no cursor: the first page
 * @throws {ProblemError} VALIDATION_FAILED for what is no cursor of this list
 */
export function decodeCursor<Position>(
  schema: z.ZodType<Position>,
  cursor: string | undefined,
): Position | null {
  if (cursor === undefined) return null;
  const position = schema.safeParse(readJson(Buffer.from(cursor, 'base64url').toString()));
  if (position.success && encodeCursor(position.data) === cursor) return position.data;
  throw invalid([
    {
      pointer: '/cursor',
      code: 'INVALID_VALUE',
      detail: 'This is not a cursor of this list: give `next` of the page before, with the same order.',
      found: null,
      expected: null,
    },
  ]);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The cursors of a list whose positions are ids. They carry its name: another list's would pass for a place in this one, and
 * pages be missing.
 * @param id what an id of its entries is
 */
export function idCursors(list: string, id: z.ZodType<string>) {
  const position = z.strictObject({ list: z.literal(list), id });
  return {
    /** As `decodeCursor`; null: the first page. */
    read: (cursor: string | undefined): string | null => decodeCursor(position, cursor)?.id ?? null,
    /** @param after null: there are no more */
    write: (after: string | null): string | null =>
      after === null ? null : encodeCursor({ list, id: after }),
  };
}
