/** Query strings against their schemas: a list may be given more than once, a number is written in digits. */
import { z } from 'zod';
import { parse } from './validation';

/** Of a route that takes none. */
const none = z.strictObject({});

/**
 * @param url the call's own, path and query
 * @throws {ProblemError} VALIDATION_FAILED, also for a parameter that there is not
 */
export function parseQuery(schema: z.ZodObject | undefined, url: string): Record<string, unknown> {
  const given = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(url.replace(/^[^?]*\??/, ''))) {
    const values = given.get(name);
    if (values === undefined) given.set(name, [value]);
    else values.push(value);
  }
  // As own members, whatever their names.
  const input = Object.fromEntries(
    [...given].map(([name, values]) => [name, toInput(schema?.shape[name], values)]),
  );
  return parse(schema ?? none, input);
}

function toInput(field: unknown, values: string[]): unknown {
  const kind = innermost(field);
  if (kind instanceof z.ZodArray) return values;
  const [value] = values;
  if (values.length > 1 || value === undefined) return values;
  return kind instanceof z.ZodNumber && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

function innermost(field: unknown): unknown {
  return field instanceof z.ZodOptional || field instanceof z.ZodDefault ? innermost(field.unwrap()) : field;
}
