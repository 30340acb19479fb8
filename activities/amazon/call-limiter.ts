/** Keeps calls to Amazon within what each account may, over all worker processes. */
import { closeFor, readClosure, rememberRate, takeSlot, type CallLimitKey } from '../../db/call-limits';
import type { Pool } from '../../db/pool';
import type { Region } from '../../domain/marketplaces';
import type { ReadHeader } from '../retry-after';
import { CallLaterError, DEFAULT_WAIT_MS, readRate, readWait } from './call-later';
import { createCallLine, type CallLine, type CallPriority } from './call-line';

/** Operations that are limited together: Catalog Items' `get` and `search`; Product Pricing's item offers. */
export type CallFamily = 'catalog' | 'offers';

export interface LimitedCall {
  /** The account is a region's: there is one authorisation for each. */
  readonly account: Region;
  readonly family: CallFamily;
  readonly priority: CallPriority;
  /** Gives the place in the line up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tells the limiter of each answer, whatever its status: after a 429 nobody calls for as long as it asks, and
 * `x-amzn-RateLimit-Limit` lowers the rate, or raises it up to what is configured.
 */
export type Heed = (status: number, header: ReadHeader) => Promise<void>;

export interface CallLimiter {
  /**
   * Runs the work, which is one call, when its turn has come: by priority, then by age. A second
   * call, such as one with another token, needs a turn of its own.
   * @throws {CallLaterError} when there is no turn to be had soon, or turns cannot be counted
   * @throws the signal's reason when it is aborted before the turn; what the work throws
   */
  run<Result>(call: LimitedCall, work: (heed: Heed) => Promise<Result>): Promise<Result>;
}

/** Calls a second that each account may make. */
export type CallRates = Readonly<Record<CallFamily, Readonly<Record<Region, number>>>>;

/**
 * What is added to the time between calls, in milliseconds. Amazon lets two catalogue calls through at once:
 * that spare one takes up what the way adds or saves. For offers there is none to spare ("Usage plans").
 */
const MARGIN_MS = { catalog: 0, offers: 250 } as const satisfies Record<CallFamily, number>;
/** What a turn is waited for in the line; beyond, the caller is better off elsewhere. Milliseconds. */
const LONGEST_WAIT_MS = 10_000;

/** @param options.onError is told when turns cannot be counted */
export function createCallLimiter(options: {
  pool: Pool;
  rates: CallRates;
  onError: (error: unknown) => void;
}): CallLimiter {
  const { pool, rates } = options;
  const lines = new Map<string, { line: CallLine; heed: Heed }>();

  const openLine = ({ account, family }: LimitedCall) => {
    const key: CallLimitKey = { account, family };
    const perSecond = rates[family][account];
    let told: number | null = null;
    const line = createCallLine({
      async take(longestWaitMs) {
        const slot = await takeSlot(pool, key, { perSecond, marginMs: MARGIN_MS[family], longestWaitMs });
        told = slot.toldPerSecond;
        return slot;
      },
      closedFor: () => readClosure(pool, key),
      longestWaitMs: LONGEST_WAIT_MS,
      explain(error) {
        options.onError(error);
        return new CallLaterError('Our calls to Amazon cannot be counted at the moment.', DEFAULT_WAIT_MS);
      },
    });
    const heed: Heed = async (status, header) => {
      const rate = readRate(header);
      try {
        if (rate !== null && rate !== told) await rememberRate(pool, key, (told = rate));
        if (status !== 429) return;
        const wait = Math.max(readWait(header, Date.now()), 1000 / Math.min(perSecond, rate ?? perSecond));
        const leaveToOthers = line.close(wait);
        await closeFor(pool, key, wait);
        leaveToOthers();
      } catch (error) {
        // Whoever calls next finds the database away as well.
        options.onError(error);
      }
    };
    return { line, heed };
  };

  return {
    async run(call, work) {
      const key = `${call.account} ${call.family}`;
      let open = lines.get(key);
      if (open === undefined) lines.set(key, (open = openLine(call)));
      await open.line.turn(call.priority, call.signal);
      return work(open.heed);
    },
  };
}
