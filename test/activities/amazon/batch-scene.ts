import type { CallPriority } from '../../../activities/amazon/call-line';
import type { CatalogLookup } from '../../../activities/amazon/catalog-reading';
import { startStandIns } from '../../../dev/stand-ins/start';
import { marketplaceByCode, type MarketplaceCode } from '../../../domain/marketplaces';
import { AMPLE_MS, catalogOf, control } from './stand-in-clients';
import { createTurnstile } from './turnstile';

export const SEARCH = '/catalog/2022-04-01/items';
export const ITEM = `${SEARCH}/:asin`;

/** An ASIN that the stand-in has a listing for. */
export const asinOf = (number: number) => `BX${String(number).padStart(8, '0')}`;
export const asins = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => asinOf(from + index));
/** As little of an item as a search can answer with, in the United States. */
export const summaryOf = (asin: string, brand = 'Benchmark') => ({
  asin,
  summaries: [{ marketplaceId: marketplaceByCode('US').id, brand }],
});
export const outcomeOf = (lookup: Promise<CatalogLookup>) =>
  lookup.then(
    ({ kind }) => kind as string,
    (error: Error) => error.name,
  );

export type BatchScene = Awaited<ReturnType<typeof createBatchScene>>;

/** A catalogue whose turns the test gives, over stand-ins without limits. */
export async function createBatchScene(callTimeoutMs = AMPLE_MS) {
  const standIns = await startStandIns({
    ...{ retailPort: 0, skillsPort: 0 },
    ...{ rateLimits: false, answerAtOnce: true },
  });
  const { url } = standIns.retail;
  const turns = createTurnstile();
  const catalog = catalogOf(standIns, { limiter: turns.limiter, callTimeoutMs });
  return {
    standIns,
    url,
    turns,
    lookUp: (
      asin: string,
      options: { code?: MarketplaceCode; priority?: CallPriority; signal?: AbortSignal } = {},
    ) => catalog.lookUp(asin, marketplaceByCode(options.code ?? 'US'), options.signal, options.priority),
    /** The outcomes of lookups, with as many turns as they need. */
    async outcomesOf(lookups: readonly Promise<CatalogLookup>[]) {
      const outcomes = Promise.all(lookups.map(outcomeOf));
      const used = await turns.untilDone(outcomes);
      return { outcomes: await outcomes, turns: used };
    },
    /** From now on searches go wrong. */
    failSearches: (fault: object) =>
      control(url, 'POST', '/_faults', { path: `${SEARCH}?*`, times: null, ...fault }),
    close: () => standIns.close(),
  };
}
