/** Input against its schema: every problem at once, each with a JSON pointer. */
import { z } from 'zod';
import { FORM_PROBLEM_CODES, showValue, type ValueProblem } from '../domain/problem';
import { saysSomething } from '../domain/words';
import { invalid, type InputProblem } from './problem';

/** What a schema can find wrong, beside the codes of the domain. */
const SCHEMA_PROBLEM_CODES = [
  'INVALID_TYPE',
  'INVALID_VALUE',
  'INVALID_FORMAT',
  'UNKNOWN_FIELD',
  'TOO_SHORT',
  'TOO_SMALL',
  'TOO_LARGE',
  'TOO_MANY',
  'UNKNOWN_REASON',
  'UNKNOWN_REGION',
  'UNKNOWN_ORGANIZATION',
] as const;
export const INPUT_PROBLEM_CODES = [...new Set([...FORM_PROBLEM_CODES, ...SCHEMA_PROBLEM_CODES])].sort();

type Issue = z.core.$ZodIssue;

/**
 * Parses a body or a query.
 * @throws {ProblemError} VALIDATION_FAILED
 */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const judged = judge(schema, input);
  if ('problems' in judged) throw invalid(judged.problems);
  return judged.data;
}

/** What a body or a query is by its schema, or all that is wrong with it. */
export function judge<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): { data: z.output<Schema> } | { problems: readonly InputProblem[] } {
  const result = schema.safeParse(input);
  if (result.success) return { data: result.data };
  return { problems: distinct(result.error.issues.flatMap((issue) => describe(issue, input))) };
}

/**
 * Each problem once: two checks of one value may find the same, and the first says what is expected. There may be ten
 * thousand in one body, so that comparing each with all others would hold up every other call.
 */
export function distinct(problems: readonly InputProblem[]): InputProblem[] {
  const first = new Map<string, InputProblem>();
  for (const problem of problems) {
    const key = `${problem.code} ${problem.pointer}`;
    if (!first.has(key)) first.set(key, problem);
  }
  return [...first.values()];
}

/**
 * Refuses what PostgreSQL cannot store. NUL by a pattern, so that the description says it; half of a surrogate pair, which is
 * no text, and which not every language has in patterns.
 */
const storable = (field: z.ZodString) =>
  field
    .regex(/^[^\u0000]*$/u, 'INVALID_CHARACTERS')
    .refine((value) => !/\p{Cs}/u.test(value), 'INVALID_CHARACTERS');

/** A text field; what PostgreSQL cannot store is refused. */
export const text = (maximum: number) => storable(z.string().max(maximum));

/** The same, where it is the bytes of UTF-8 that are counted. */
export const textOfBytes = (maximum: number) =>
  storable(
    textWith((value) => {
      const bytes = Buffer.byteLength(value);
      if (bytes <= maximum) return [];
      const expected = `at most ${maximum} bytes`;
      const detail = `This can have ${expected} and has ${bytes}; one letter may take several.`;
      return [{ code: 'TOO_LONG', detail, found: showValue(value), expected }];
    }).max(maximum),
  );

/** A text that has to say something: more than its pattern tells, which every language has to understand. */
export const words = (field: z.ZodString) => field.regex(/\S/u, 'REQUIRED').refine(saysSomething, 'REQUIRED');

/** A text that a rule of the domain judges, with what that says is wrong. */
export const textWith = (problemsOf: (value: string) => readonly ValueProblem[]) =>
  z.string().superRefine((value, context) => {
    for (const problem of problemsOf(value))
      context.addIssue({ code: 'custom', message: problem.code, params: { problem } });
  });

/** JSON pointer (RFC 6901) of a path. */
const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function describe(issue: Issue, input: unknown): InputProblem[] {
  const found = valueAt(input, issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key]),
      code: 'UNKNOWN_FIELD',
      detail: `There is no field ${showValue(key)} here.`,
      found: showFound(valueAt(found, [key])),
      expected: null,
    }));
  const { code, detail, expected } = explain(issue, found);
  return [{ pointer: pointerTo(issue.path), code, detail, found: showFound(found), expected }];
}

interface Explanation {
  code: string;
  detail: string;
  expected: string | null;
}

function explain(issue: Issue, found: unknown): Explanation {
  const expected = expectationOf(issue);
  const about = (code: string, detail: string): Explanation => ({ code, detail, expected });
  if (found === undefined) return about('REQUIRED', 'This field is needed.');
  if (issue.code === 'custom' && issue.params?.['problem'] !== undefined)
    return issue.params['problem'] as ValueProblem;
  // A schema may name its own code in place of a message.
  if (isInputProblemCode(issue.message)) return about(issue.message, detailOf(issue.message));
  switch (issue.code) {
    case 'invalid_type':
      return about('INVALID_TYPE', `This has to be ${expected ?? 'of another type'}.`);
    case 'invalid_value':
    case 'invalid_union':
      return about('INVALID_VALUE', 'This is not one of the values that can be given here.');
    case 'invalid_format':
      return about(
        'INVALID_FORMAT',
        `This has not the form that is expected${expected ? `: ${expected}` : ''}.`,
      );
    case 'too_big':
      if (issue.origin === 'string') return about('TOO_LONG', `This can have ${expected}.`);
      if (issue.origin === 'array') return about('TOO_MANY', `Give ${expected}.`);
      return about('TOO_LARGE', `This can be ${expected}.`);
    case 'too_small':
      if (issue.origin === 'string') return about('TOO_SHORT', `This has to have ${expected}.`);
      if (issue.origin === 'array') return about('REQUIRED', `Give ${expected}.`);
      return about('TOO_SMALL', `This has to be ${expected}.`);
    default:
      return about('INVALID_VALUE', issue.message);
  }
}

const details: Readonly<Record<string, string>> = {
  UNKNOWN_PROGRAM: 'There is no such programme.',
  UNKNOWN_MARKETPLACE: 'There is no such marketplace.',
  UNKNOWN_IDENTIFIER_TYPE: 'There is no such type of retail identifier.',
  UNKNOWN_REGION: 'There is no such region.',
  UNKNOWN_REASON: 'This is no reason that a reviewer can give.',
  INVALID_DATE: 'Give a date that exists, as year-month-day.',
  INVALID_CHARACTERS: 'This has characters that cannot be stored: NUL or half of a surrogate pair.',
  REQUIRED: 'This field is needed.',
};
const detailOf = (code: string) => details[code] ?? 'This value cannot be given here.';
const isInputProblemCode = (message: string) => (INPUT_PROBLEM_CODES as readonly string[]).includes(message);

function expectationOf(issue: Issue): string | null {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'object' || issue.expected === 'array' || issue.expected === 'int'
        ? `an ${issue.expected === 'int' ? 'integer' : issue.expected}`
        : `a ${issue.expected}`;
    case 'invalid_value':
      return issue.values.map(String).join(', ');
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String).join(', ') : null;
    case 'invalid_format':
      // A pattern that has a code of its own is no help to people.
      return formats[issue.format] ?? (isInputProblemCode(issue.message) ? null : (issue.pattern ?? null));
    case 'too_big':
      return `at most ${issue.maximum}${unitOf(issue.origin, issue.maximum)}`;
    case 'too_small':
      return `at least ${issue.minimum}${unitOf(issue.origin, issue.minimum)}`;
    default:
      return null;
  }
}

const formats: Readonly<Record<string, string>> = {
  date: 'YYYY-MM-DD, for example 2027-01-15',
  datetime: 'an instant of RFC 3339, for example 2026-11-22T10:00:00.000Z',
};
const units: Readonly<Record<string, readonly [one: string, several: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};
function unitOf(origin: string, count: number | bigint): string {
  const [one, several] = units[origin] ?? [];
  if (one === undefined) return '';
  return ` ${Number(count) === 1 ? one : several}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<PropertyKey, unknown>)[part]
        : undefined,
    input,
  );
}

function showFound(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return showValue(typeof value === 'string' ? value : JSON.stringify(value));
}
