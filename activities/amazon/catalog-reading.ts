/** What the catalogue's answers say, and when they say nothing. */
import { isDeepStrictEqual } from 'node:util';
import type { Listing } from '../../domain/listing-answers';
import { parseJson, type BoundedAnswer } from './bounded-request';
import { refuseBusy, UnreadableAnswerError } from './call-later';
import { catalogErrors, catalogItem, itemList, readListing } from './catalog-answer';
import { SERVICE } from './catalog-connection';

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

const readRequestId = ({ header }: BoundedAnswer) => header('x-amzn-requestid')?.slice(0, 64) ?? null;

/**
 * The answer about one ASIN, asked for by itself.
 * @throws {CallLaterError} for a status that says "not now"
 * @throws {UnreadableAnswerError} for what decides nothing
 */
export function readItemAnswer(answer: BoundedAnswer, asin: string, marketplaceId: string): CatalogLookup {
  const { status, header, body } = answer;
  refuseBusy(SERVICE, status, header);
  const requestId = readRequestId(answer);
  if (status === 200) {
    const item = catalogItem.safeParse(parseJson(SERVICE, body));
    if (!item.success) throw new UnreadableAnswerError(`${SERVICE} answered in an unknown form.`);
    if (item.data.asin !== asin) throw new UnreadableAnswerError(`${SERVICE} answered about another ASIN.`);
    const listing = readListing(item.data, marketplaceId);
    if (listing === null) throw new UnreadableAnswerError(`${SERVICE} answered without this marketplace.`);
    return { kind: 'item', listing, source: 'getCatalogItem', requestId };
  }
  if (status === 404) {
    // Only the interface's own words say that there is no such item; a 404 of anything on the way does not.
    const errors = catalogErrors.safeParse(parseJson(SERVICE, body));
    if (errors.success && errors.data.errors.some(({ code }) => code === 'NOT_FOUND'))
      return { kind: 'notFound', requestId };
    throw new UnreadableAnswerError(`${SERVICE} answered 404 without saying that the ASIN was not found.`);
  }
  if (status >= 400) return { kind: 'refused', status, requestId };
  throw new UnreadableAnswerError(`${SERVICE} answered ${status}.`);
}

/** Statuses that may be about one of the ASINs, their number or the search: each by itself may be answered. */
const SPOILT = [400, 404, 413, 414, 415];

/**
 * The answer about several ASINs.
 * @returns what is said of each; one that is not in it is to be asked for by itself: a search that leaves an
 *   ASIN out does not say that it is not there
 * @throws {CallLaterError} for a status that says "not now"
 * @throws {UnreadableAnswerError} for what decides nothing about any of them
 */
export function readSearchAnswer(
  answer: BoundedAnswer,
  asins: readonly string[],
  marketplaceId: string,
): Map<string, CatalogLookup | UnreadableAnswerError> {
  const { status, header, body } = answer;
  refuseBusy(SERVICE, status, header);
  const requestId = readRequestId(answer);
  const said = new Map<string, CatalogLookup | UnreadableAnswerError>();
  if (SPOILT.includes(status)) return said;
  if (status === 401 || status === 403) {
    for (const asin of asins) said.set(asin, { kind: 'refused', status, requestId });
    return said;
  }
  if (status !== 200) throw new UnreadableAnswerError(`${SERVICE} answered ${status}.`);
  const list = itemList.safeParse(parseJson(SERVICE, body));
  if (!list.success) throw new UnreadableAnswerError(`${SERVICE} answered in an unknown form.`);
  for (const raw of list.data.items) {
    // An item in another form spoils nothing but itself.
    const item = catalogItem.safeParse(raw);
    if (!item.success) continue;
    const listing = readListing(item.data, marketplaceId);
    if (listing === null) continue;
    const { asin } = listing;
    const before = said.get(asin);
    const lookup = { kind: 'item', listing, source: 'searchCatalogItems', requestId } as const;
    if (before === undefined) said.set(asin, lookup);
    else if (!isDeepStrictEqual(before, lookup))
      said.set(asin, new UnreadableAnswerError(`${SERVICE} answered twice, with a contradiction.`));
  }
  return said;
}
