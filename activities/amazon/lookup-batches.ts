/** Lookups of one region that wait for a call: those that wait together go out together. */
import { setMaxListeners } from 'node:events';
import type { Region } from '../../domain/marketplaces';
import type { CallLimiter, Heed } from './call-limiter';
import { CALL_PRIORITIES, type CallPriority } from './call-line';
import { type CatalogConnection, SEARCHED_AT_ONCE } from './catalog-connection';
import { type CatalogLookup, readItemAnswer, readSearchAnswer } from './catalog-reading';

export interface LookupWanted {
  readonly asin: string;
  readonly marketplaceId: string;
  readonly priority: CallPriority;
  readonly signal?: AbortSignal | undefined;
}

interface Lookup extends LookupWanted {
  /** Grows with each; a lookup that is asked for once more keeps its own. */
  readonly number: number;
  /** Whether it must be asked for by itself: an answer to several has left it out. */
  alone: boolean;
  readonly settle: (lookup: CatalogLookup) => void;
  readonly fail: (error: Error) => void;
}
type Batch = readonly [Lookup, ...Lookup[]];

/**
 * Answers lookups with as few calls as may be: when a turn comes, up to twenty ASINs of one marketplace go out
 * in it, by priority and then by age: what waits behind goes along where there is room. The same ASIN is asked for once. One that is missing
 * in the answer is asked for by itself.
 */
export function createLookupBatches(options: {
  region: Region;
  connection: CatalogConnection;
  limiter: CallLimiter;
}): (wanted: LookupWanted) => Promise<CatalogLookup> {
  const { region, connection, limiter } = options;
  const pending = new Set<Lookup>();
  /** The turns that are waited for, one for each kind at a time, with what gives them up. */
  const turns = new Map<CallPriority, AbortController>();
  let number = 0;

  const pendingOf = (priority: CallPriority) => [...pending].filter((lookup) => lookup.priority === priority);

  const isAnyPending = (priority: CallPriority): boolean => {
    for (const lookup of pending) if (lookup.priority === priority) return true;
    return false;
  };

  /** Has as many turns waited for as there is work. */
  const arrangeTurns = (): void => {
    for (const priority of CALL_PRIORITIES) {
      const needed = isAnyPending(priority);
      if (needed && !turns.has(priority)) void waitForTurn(priority);
      if (!needed) turns.get(priority)?.abort();
    }
  };
  const waitForTurn = async (priority: CallPriority): Promise<void> => {
    const turn = new AbortController();
    turns.set(priority, turn);
    const over = () => turns.get(priority) === turn && turns.delete(priority);
    try {
      await connection.prepare();
      await limiter.run({ account: region, family: 'catalog', priority, signal: turn.signal }, (heed) => {
        over();
        const batch = formBatch([...pending]);
        for (const lookup of batch ?? []) pending.delete(lookup);
        arrangeTurns();
        return batch === null ? Promise.resolve() : send(batch, heed);
      });
    } catch (error) {
      over();
      if (!turn.signal.aborted) for (const lookup of pendingOf(priority)) abandon(lookup, error as Error);
      arrangeTurns();
    }
  };
  const abandon = (lookup: Lookup, error: Error) => {
    pending.delete(lookup);
    lookup.fail(error);
  };

  /** Makes the call and answers every lookup of the batch; what it does not answer waits again, alone. */
  const send = async (batch: Batch, heed: Heed): Promise<void> => {
    const { marketplaceId } = batch[0];
    const asins = [...new Set(batch.map(({ asin }) => asin))] as [string, ...string[]];
    const answered = new AbortController();
    // Each of the batch listens to it.
    setMaxListeners(0, answered.signal);
    const signal = whenAllAborted(batch, answered.signal);
    const turn = { heed, priority: batch[0].priority, signal };
    try {
      const answer = await connection.ask({ asins, marketplaceId }, turn);
      const said =
        asins.length === 1
          ? new Map([[asins[0], readItemAnswer(answer, asins[0], marketplaceId)]])
          : readSearchAnswer(answer, asins, marketplaceId);
      for (const lookup of batch) {
        const own = said.get(lookup.asin);
        if (own === undefined) {
          lookup.alone = true;
          if (!lookup.signal?.aborted) pending.add(lookup);
        } else if (own instanceof Error) lookup.fail(own);
        else lookup.settle(own);
      }
    } catch (error) {
      for (const lookup of batch) lookup.fail(error as Error);
    } finally {
      answered.abort();
    }
    arrangeTurns();
  };

  return ({ asin, marketplaceId, priority, signal }) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const leave = () => {
        pending.delete(lookup);
        arrangeTurns();
        reject(signal?.reason as Error);
      };
      const end = () => signal?.removeEventListener('abort', leave);
      const lookup: Lookup = {
        ...{ asin, marketplaceId, priority, signal, alone: false, number: (number += 1) },
        settle: (found) => resolve((end(), found)),
        fail: (error) => {
          end();
          reject(error);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      pending.add(lookup);
      arrangeTurns();
    });
}

/** What goes out in this turn; null when nothing waits any more. */
function formBatch(waiting: Lookup[]): Batch | null {
  const inOrder = waiting.sort(
    (one, other) =>
      CALL_PRIORITIES.indexOf(one.priority) - CALL_PRIORITIES.indexOf(other.priority) ||
      one.number - other.number,
  );
  const [first, ...others] = inOrder;
  if (first === undefined) return null;
  const asins = new Set([first.asin]);
  const joins = ({ asin, marketplaceId, alone }: Lookup) => {
    if (marketplaceId !== first.marketplaceId) return false;
    if (asins.has(asin)) return first.alone || !alone;
    if (first.alone || alone || asins.size === SEARCHED_AT_ONCE) return false;
    asins.add(asin);
    return true;
  };
  return [first, ...others.filter(joins)];
}

/**
 * Aborts when nobody wants the answer any more; never, when one of them cannot take its wish back.
 * @param answered ends the watching
 */
function whenAllAborted(batch: Batch, answered: AbortSignal): AbortSignal {
  const nobody = new AbortController();
  const check = () => {
    if (batch.every(({ signal }) => signal?.aborted)) nobody.abort(batch[0].signal?.reason);
  };
  for (const { signal } of batch) signal?.addEventListener('abort', check, { signal: answered });
  return nobody.signal;
}
