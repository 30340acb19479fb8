import { types } from 'node:util';

/** An error for a line of log: its class, code and place, never values, which a database's message and detail quote. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!types.isNativeError(error)) return { type: typeof error };
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    ...(!('severity' in error) && { message: error.message }),
    ...(code !== undefined && { code }),
    // The message comes first, which may be of several lines.
    stack: error.stack
      ?.split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('at '))
      .slice(0, 7),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
    ...(error instanceof AggregateError && { errors: error.errors.map(describeError) }),
  };
}
