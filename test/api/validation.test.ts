/** What a schema finds wrong, in sentences for people. */
import { z } from 'zod';
import { ProblemError } from '../../api/problem';
import { distinct, parse } from '../../api/validation';

function problemsOf(schema: z.ZodType, input: unknown): unknown {
  try {
    return parse(schema, input);
  } catch (error) {
    if (error instanceof ProblemError) return error.members['errors'];
    throw error;
  }
}

test.each<[string, z.ZodType, unknown, string, string, string]>([
  ['too few', z.array(z.string()).min(1), [], 'REQUIRED', 'Give at least 1 entry.', 'at least 1 entry'],
  ['fewer', z.array(z.string()).min(2), ['a'], 'REQUIRED', 'Give at least 2 entries.', 'at least 2 entries'],
  ['too many', z.array(z.int()).max(1), [1, 2], 'TOO_MANY', 'Give at most 1 entry.', 'at most 1 entry'],
  [
    'too short',
    z.string().min(1),
    '',
    'TOO_SHORT',
    'This has to have at least 1 character.',
    'at least 1 character',
  ],
  [
    'too long',
    z.string().max(2),
    'abc',
    'TOO_LONG',
    'This can have at most 2 characters.',
    'at most 2 characters',
  ],
  ['too small', z.int().min(1), 0, 'TOO_SMALL', 'This has to be at least 1.', 'at least 1'],
  ['too large', z.int().max(1), 2, 'TOO_LARGE', 'This can be at most 1.', 'at most 1'],
  [
    'no instant',
    z.iso.datetime(),
    'today',
    'INVALID_FORMAT',
    'This has not the form that is expected: an instant of RFC 3339, for example 2026-11-22T10:00:00.000Z.',
    'an instant of RFC 3339, for example 2026-11-22T10:00:00.000Z',
  ],
  [
    'no id',
    z.string().regex(/^x$/),
    'y',
    'INVALID_FORMAT',
    'This has not the form that is expected: /^x$/.',
    '/^x$/',
  ],
])('%s is said in a sentence', (_, schema, given, code, detail, expected) => {
  expect(problemsOf(z.strictObject({ given: schema }), { given })).toMatchObject([
    { pointer: '/given', code, detail, expected },
  ]);
});

test('several problems are counted for people', () => {
  const schema = z.strictObject({ one: z.string(), other: z.string() });
  expect(() => parse(schema, {})).toThrow('2 things are to be corrected.');
});

test('however many problems there are, each is looked at once', () => {
  let looked = 0;
  const problems = Array.from({ length: 1000 }, (_, index) => ({
    ...{ code: 'UNKNOWN_FIELD', detail: `${index}`, found: null, expected: null },
    get pointer() {
      looked += 1;
      return `/${index % 999}`;
    },
  }));
  expect(distinct(problems).map(({ detail }) => detail)).toEqual(
    problems.slice(0, 999).map(({ detail }) => detail),
  );
  expect(looked).toBe(1000);
});
