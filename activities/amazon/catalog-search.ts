import { z } from 'zod';
import type { FamilyListing } from '../../domain/asin-suggestion';
import { isAsin } from '../../domain/asin';
import type { Marketplace } from '../../domain/marketplaces';
import { parseJson, type BoundedAnswer } from './bounded-request';
import { refuseBusy, UnreadableAnswerError } from './call-later';
import { catalogItem, readFamilyListing } from './catalog-answer';
import { type CatalogOptions, connectRegions, type NumbersWanted, SERVICE } from './catalog-connection';

/** Types under which a search looks numbers up. */
export type SearchedType = NumbersWanted['type'];

export interface CatalogQuery {
  readonly type: SearchedType;
  /** As many as one call takes. */
  readonly identifiers: readonly string[];
  readonly marketplace: Pick<Marketplace, 'id' | 'region'>;
}

export interface CatalogHits {
  readonly listings: readonly FamilyListing[];
  /** Whether there is more than one call answers with. */
  readonly more: boolean;
  /** Whether an item is left out that says nothing of this marketplace, or in another form. */
  readonly unreadable: boolean;
}

/** Finds listings by number. */
export interface CatalogSearch {
  /**
   * Asks for the listings of one marketplace, in one call (two when the access token was refused). What
   * answers to a number is the catalogue's opinion: whether a listing carries it is to be looked up there.
   * @throws {CallLaterError} when it cannot be answered now
   * @throws {UnreadableAnswerError} when the answer decides nothing, or the question is refused
   */
  search(query: CatalogQuery, signal?: AbortSignal): Promise<CatalogHits>;
}

/** The search behind the Selling Partner API: Catalog Items 2022-04-01, searchCatalogItems. */
export function createCatalogSearch(options: CatalogOptions): CatalogSearch {
  const connections = connectRegions(options);
  return {
    async search(query, signal) {
      const { type, identifiers: numbers, marketplace } = query;
      const connection = connections[marketplace.region];
      // Somebody waits for it.
      const turn = { priority: 'interactive', signal } as const;
      await connection.prepare();
      const answer = await options.limiter.run(
        { account: marketplace.region, family: 'catalog', ...turn },
        (heed) => connection.ask({ type, numbers, marketplaceId: marketplace.id }, { heed, ...turn }),
      );
      return readHits(answer, query);
    },
  };
}

const searchAnswer = z.object({
  items: z.array(z.unknown()),
  pagination: z.object({ nextToken: z.string().nullish() }).nullish(),
});

function readHits({ status, header, body }: BoundedAnswer, query: CatalogQuery): CatalogHits {
  refuseBusy(SERVICE, status, header);
  if (status >= 400) throw new UnreadableAnswerError(`${SERVICE} refused the question (${status}).`);
  if (status !== 200) throw new UnreadableAnswerError(`${SERVICE} answered ${status}.`);
  const answer = searchAnswer.safeParse(parseJson(SERVICE, body));
  if (!answer.success) throw new UnreadableAnswerError(`${SERVICE} answered in an unknown form.`);
  const listings = answer.data.items.map((raw) => {
    const item = catalogItem.safeParse(raw);
    if (!item.success) return null;
    const { asin } = item.data;
    if (!isAsin(asin) || (query.type === 'ASIN' && !query.identifiers.includes(asin)))
      throw new UnreadableAnswerError(`${SERVICE} answered about something else.`);
    return readFamilyListing(item.data, query.marketplace.id);
  });
  const readable = listings.filter((listing) => listing !== null);
  return {
    listings: distinct(readable),
    more: Boolean(answer.data.pagination?.nextToken),
    unreadable: readable.length < listings.length,
  };
}

const distinct = (listings: readonly FamilyListing[]) => [
  ...new Map(listings.map((listing) => [listing.asin, listing])).values(),
];
