import { z } from 'zod';
import type { FamilyListing } from '../../domain/asin-suggestion';
import { classifications, type Listing } from '../../domain/listing-answers';

const text = z.string().nullish();
const texts = z.array(z.string()).nullish();

/**
 * As much of a catalogue item as a review reads; what else there is passes. Only `asin` is required: brand
 * and model are optional in the interface and do go missing (Catalog Items API 2022-04-01, `Item`).
 */
export const catalogItem = z.object({
  asin: z.string(),
  summaries: z
    .array(
      z.object({
        marketplaceId: z.string(),
        itemName: text,
        brand: text,
        modelNumber: text,
        partNumber: text,
        itemClassification: text,
        color: text,
        size: text,
      }),
    )
    .nullish(),
  identifiers: z
    .array(
      z.object({
        marketplaceId: z.string(),
        identifiers: z.array(z.object({ identifierType: z.string(), identifier: z.string() })).nullish(),
      }),
    )
    .nullish(),
  relationships: z
    .array(
      z.object({
        marketplaceId: z.string(),
        relationships: z
          .array(z.object({ type: z.string(), childAsins: texts, parentAsins: texts }))
          .nullish(),
      }),
    )
    .nullish(),
});
export type CatalogItem = z.output<typeof catalogItem>;

/** As much of a search's answer as is read; each item is judged by itself (`ItemSearchResults`). */
export const itemList = z.object({ items: z.array(z.unknown()) });

/** The body of every refusal: `{"errors": [{"code", "message", "details"}]}`. */
export const catalogErrors = z.object({ errors: z.array(z.object({ code: z.string() })).min(1) });

/** Types that number a trade item; SKU, ASIN and MINSAN number something else. */
const gtinTypes = ['EAN', 'GTIN', 'ISBN', 'JAN', 'UPC'];

const distinct = (values: readonly string[]) => [...new Set(values)];
const filled = (values: readonly (string | null | undefined)[]) =>
  distinct(values.flatMap((value) => value?.trim() || []));
/** What stands in the place of bytes that are no UTF-8. */
const UNDECODABLE = '\uFFFD';
/** Rows that contradict each other say nothing, nor does what cannot be read. */
const agreed = ([value = UNDECODABLE, ...others]: readonly string[]) =>
  others.length > 0 || value.includes(UNDECODABLE) ? null : value;

const rowsOf = <Row extends { marketplaceId: string }>(
  rows: readonly Row[] | null | undefined,
  marketplaceId: string,
) => (rows ?? []).filter((row) => row.marketplaceId === marketplaceId);
const relatedIn = (item: CatalogItem, marketplaceId: string, wanted: 'VARIATION' | 'PACKAGE_HIERARCHY') =>
  rowsOf(item.relationships, marketplaceId)
    .flatMap((row) => row.relationships ?? [])
    .filter(({ type }) => type === wanted);

/**
 * What an item says in one marketplace. Rows may be missing, doubled or of other marketplaces.
 * @returns null when there is no summary for the marketplace, which is no statement that it is not there
 */
export function readListing(item: CatalogItem, marketplaceId: string): Listing | null {
  const summaries = rowsOf(item.summaries, marketplaceId);
  if (summaries.length === 0) return null;
  const modelNumbers = filled(summaries.map((summary) => summary.modelNumber));
  const partNumbers = filled(summaries.map((summary) => summary.partNumber));
  const classified = agreed(filled(summaries.map((summary) => summary.itemClassification)));
  const identifiers = rowsOf(item.identifiers, marketplaceId).flatMap((row) => row.identifiers ?? []);
  return {
    asin: item.asin,
    title: filled(summaries.map((summary) => summary.itemName))[0] ?? null,
    brand: agreed(filled(summaries.map((summary) => summary.brand))),
    model: agreed(modelNumbers.length > 0 ? modelNumbers : partNumbers),
    classification: classifications.find((known) => known === classified) ?? null,
    retailIdentifiers: filled(
      identifiers
        .filter(({ identifierType }) => gtinTypes.includes(identifierType.toUpperCase()))
        .map(({ identifier }) => identifier),
    ),
    childAsins: filled(
      relatedIn(item, marketplaceId, 'VARIATION').flatMap(({ childAsins }) => childAsins ?? []),
    ),
    packageAsins: filled(
      relatedIn(item, marketplaceId, 'PACKAGE_HIERARCHY').flatMap(({ childAsins, parentAsins }) => [
        ...(childAsins ?? []),
        ...(parentAsins ?? []),
      ]),
    ),
  };
}

/** The same with what tells variants apart; null likewise. */
export function readFamilyListing(item: CatalogItem, marketplaceId: string): FamilyListing | null {
  const listing = readListing(item, marketplaceId);
  if (listing === null) return null;
  const summaries = rowsOf(item.summaries, marketplaceId);
  return {
    ...listing,
    color: agreed(filled(summaries.map(({ color }) => color))),
    size: agreed(filled(summaries.map(({ size }) => size))),
    parentAsins: filled(
      relatedIn(item, marketplaceId, 'VARIATION').flatMap(({ parentAsins }) => parentAsins ?? []),
    ),
  };
}
