/** The command line of `npm run bench -- …`. */
import { parseArgs } from 'node:util';

export interface Options {
  /** Requests that live their whole life under load, in each of the compared programs. */
  readonly requests: number;
  /** Requests at a time. */
  readonly concurrency: number;
  /** Requests that wait for their certification at the end. */
  readonly waiting: number;
  /** Submissions at once under Amazon's own rate limits. */
  readonly reviews: number;
  /** Enabled badges that are all due to be audited under Amazon's own rate limits. */
  readonly audits: number;
  /** Requests whose badges become effective at one midnight; each number is a midnight of its own. */
  readonly midnight: readonly number[];
  /** Requests that wait for one certification when it comes. */
  readonly fanout: number;
  /** Badges among which lookups are drawn. */
  readonly lookups: number;
  /** Where the figures are written; null: nowhere. */
  readonly json: string | null;
}

export const help = `npm run bench -- [options]

Measures the built product, and a bare Temporal program beside it (bench/README.md).

  --requests N      whole lives under load, in each program (300)
  --concurrency N   lives at a time (50)
  --waiting N       requests that wait for certification at the end (2000; 0 leaves it out)
  --reviews N       submissions at once under Amazon's rate limits (200; 0 leaves it out)
  --audits N        badges due for audit under Amazon's rate limits (0 leaves it out)
  --midnight N,N    requests due at one midnight, one measurement for each number (500; 0 leaves it out)
  --fanout N        requests that wait for one certification when it comes (1000; 0 leaves it out)
  --lookups N       badges that the public lookup is asked for (1000000; 0 leaves it out)
  --json FILE       also writes the figures to FILE
  --help            shows this
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
 * @returns null when help is asked for
 * @throws {UsageError}
 */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parse(args);
  if (values.help) return null;
  return {
    // Half of them in each of the two rounds.
    requests: count('requests', values.requests, 2),
    concurrency: count('concurrency', values.concurrency, 1),
    waiting: count('waiting', values.waiting, 0),
    reviews: count('reviews', values.reviews, 0),
    audits: count('audits', values.audits, 0),
    midnight: values.midnight
      .split(',')
      .map((value) => count('midnight', value, 0))
      .filter((number) => number > 0),
    fanout: count('fanout', values.fanout, 0),
    lookups: count('lookups', values.lookups, 0),
    json: values.json ?? null,
  };
}

/** A run that takes longer is given up, */
const LONGEST_RUN_MS = 900_000;
/** longer for each midnight, whose workflows end spread over minutes, and for each request that is due then, */
const LONGER = { eachMidnight: 460_000, eachDue: 100 };
/** longer for each request that waits, beyond so many. */
const LONGER_EACH_MS = 500;
const USUAL = { ofOneProduct: 1_000, waiting: 2_000 };
/** When the last waiting request is begun, in the usual run. */
const WAITING_UNTIL_MS = 420_000;

/** After how many milliseconds the last waiting request is begun. */
export const waitingUntil = ({ waiting }: Pick<Options, 'waiting'>): number =>
  WAITING_UNTIL_MS + Math.max(0, waiting - USUAL.waiting) * LONGER_EACH_MS;

/** After how many milliseconds a run is given up. */
export function longestRun({ midnight, fanout, waiting }: Options): number {
  const ofOneProduct = Math.max(
    fanout,
    midnight.reduce((sum, due) => sum + due, 0),
  );
  const more = Math.max(0, ofOneProduct - USUAL.ofOneProduct) + Math.max(0, waiting - USUAL.waiting);
  const due = midnight.reduce((sum, each) => sum + each, 0);
  const midnights = midnight.length * LONGER.eachMidnight + due * LONGER.eachDue;
  return LONGEST_RUN_MS + more * LONGER_EACH_MS + midnights;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        requests: { type: 'string', default: '300' },
        concurrency: { type: 'string', default: '50' },
        waiting: { type: 'string', default: '2000' },
        reviews: { type: 'string', default: '200' },
        audits: { type: 'string', default: '0' },
        midnight: { type: 'string', default: '500' },
        fanout: { type: 'string', default: '1000' },
        lookups: { type: 'string', default: '1000000' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function count(name: string, value: string, least: number): number {
  const number = /^\d{1,7}$/.test(value) ? Number(value) : NaN;
  if (number >= least) return number;
  throw new UsageError(`--${name} must be a whole number from ${least} on`);
}
