import type { Marketplace, Region } from '../../domain/marketplaces';
import type { CallPriority } from './call-line';
import { type CatalogOptions, connectRegions } from './catalog-connection';
import type { CatalogLookup } from './catalog-reading';
import { createLookupBatches } from './lookup-batches';

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
