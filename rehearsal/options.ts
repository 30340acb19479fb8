/** The command line of `npm run rehearse -- …`. */
import { parseArgs } from 'node:util';
import { addDays } from '../domain/calendar';
import { isRealDate } from '../domain/go-live';

export interface Options {
  /** The last day that is rehearsed, `YYYY-MM-DD`, in every marketplace's own time. */
  readonly until: string;
  /** Where everything that was found is written; null: nowhere. */
  readonly json: string | null;
}

const LONGEST_YEARS = 3;

export const help = `npm run rehearse -- --until YYYY-MM-DD [options]

Runs the open requests forward with the code as it is here, on servers that are thrown away: what would go
live when, what waits for whom, and which requests would get stuck. It reads the database that DATABASE_URL
names, else that of the running npm start, and changes nothing in it.

  --until DATE      the last day that is rehearsed, at most ${LONGEST_YEARS} years ahead
  --json FILE       also writes everything that was found to FILE
  --help            shows this

Ends with 0 when nothing gets stuck, with 1 when something does.
`;

/** What the command line says cannot be understood; the message is for people. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/**
 * Reads the command line.
 * @param now an instant, RFC 3339
 * @returns null when help is asked for
 * @throws {UsageError}
 */
export function readOptions(args: readonly string[], now: string): Options | null {
  const { values } = parse(args);
  if (values.help) return null;
  return { until: lastDay(values.until, now), json: values.json ?? null };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        until: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function lastDay(until: string | undefined, now: string): string {
  const today = now.slice(0, 10);
  const sameDay = `${Number(today.slice(0, 4)) + LONGEST_YEARS}${today.slice(4)}`;
  // Three years after 29 February there is none.
  const latest = isRealDate(sameDay) ? sameDay : sameDay.replace(/29$/, '28');
  const expected = `must be a date from ${addDays(today, 1)} to ${latest}, as YYYY-MM-DD`;
  if (until === undefined) throw new UsageError(`--until is missing: it ${expected}`);
  if (!isRealDate(until) || until <= today || until > latest)
    throw new UsageError(`--until ${until} ${expected}`);
  return until;
}
