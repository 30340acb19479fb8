import type { Marketplace, Region } from '../../domain/marketplaces';
import type { Listing } from '../../domain/review-listing';
import type { CallPriority } from './call-limiter';
import { type CatalogOptions, connectRegions } from './catalog-connection';
import { createLookupBatches } from './lookup-batches';

/** What the catalogue says of one ASIN in one marketplace; `requestId` is Amazon's own. */
export type CatalogLookup =
  | {
      readonly kind: 'item';
      readonly listing: Listing;
      /** The operation that has answered. */
      readonly source: 'getCatalogItem' | 'searchCatalogItems';
      readonly requestId: string | null;
    }
  /** Said by `getCatalogItem` about this very ASIN. */
  | { readonly kind: 'notFound'; readonly requestId: string | null }
  /** Refused for good: another attempt would be refused as well. */
  | { readonly kind: 'refused'; readonly status: number; readonly requestId: string | null };

/** The retail catalogue. */
export interface Catalog {
  /**
   * Asks for one ASIN in one marketplace. Lookups that wait together for the same marketplace share a call.
   * @param priority who goes first; `interactive`, the default, before the others
   * @throws {CallLaterError} when it cannot be answered now
   * @throws {UnreadableAnswerError} when the answer decides nothing
   */
  lookUp(
    asin: string,
    marketplace: Pick<Marketplace, 'id' | 'region'>,
    signal?: AbortSignal,
    priority?: CallPriority,
  ): Promise<CatalogLookup>;
}

/** The catalogue behind the Selling Partner API, Catalog Items 2022-04-01. */
export function createCatalog(options: CatalogOptions): Catalog {
  const connections = connectRegions(options);
  const batchesOf = (region: Region) =>
    createLookupBatches({ region, connection: connections[region], limiter: options.limiter });
  const lookUps = { na: batchesOf('na'), eu: batchesOf('eu'), fe: batchesOf('fe') };
  return {
    lookUp: (asin, { id, region }, signal, priority = 'interactive') =>
      lookUps[region]({ asin, marketplaceId: id, priority, signal }),
  };
}
