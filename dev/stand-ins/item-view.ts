import { type MarketplaceCode, marketplaces } from '../../domain/marketplaces';
import type { Listing } from './catalogue';
import type { ContentKind } from './faults';

export const includedDataSets = [
  'attributes',
  'classifications',
  'dimensions',
  'identifiers',
  'images',
  'productTypes',
  'relationships',
  'salesRanks',
  'summaries',
  'vendorDetails',
] as const;
export type IncludedData = (typeof includedDataSets)[number];

/**
 * A listing as Catalog Items 2022-04-01 shows it in one marketplace, with the data that was asked for.
 * @param parentAsins variation parents that name the listing as a child
 */
export function presentItem(
  listing: Listing,
  code: MarketplaceCode,
  included: readonly IncludedData[],
  { parentAsins, fault }: { parentAsins: readonly string[]; fault: ContentKind | undefined },
): Record<string, unknown> {
  const marketplaceId = marketplaces[code].id;
  const summary = {
    marketplaceId,
    adultProduct: false,
    autographed: false,
    memorabilia: false,
    tradeInEligible: false,
    ...(fault !== 'noBrand' && { brand: listing.brand }),
    ...(fault !== 'noClassification' && { itemClassification: listing.classification }),
    ...(listing.color !== undefined && { color: listing.color }),
    ...(listing.size !== undefined && { size: listing.size }),
    itemName: listing.title,
    manufacturer: listing.brand,
    ...(fault !== 'noModel' && { modelNumber: listing.modelNumber, partNumber: listing.partNumber }),
    packageQuantity: 1,
    websiteDisplayGroup: 'home_display_on_website',
    websiteDisplayGroupName: 'Home',
  };
  const identifierRows = listing.identifiers.map(({ type, code: identifier }) => ({
    identifierType: type,
    identifier,
  }));
  const data: Record<IncludedData, unknown> = {
    summaries: repeatRows([summary], fault, { brand: 'Someone Else', modelNumber: 'OTHER-1' }),
    identifiers: repeatRows(
      [{ marketplaceId, identifiers: fault === 'noIdentifiers' ? [] : identifierRows }],
      fault,
    ),
    relationships: [{ marketplaceId, relationships: relate(listing, parentAsins) }],
    images: [{ marketplaceId, images: [] }],
    productTypes: [{ marketplaceId, productType: 'SMART_HOME_DEVICE' }],
    salesRanks: [{ marketplaceId, classificationRanks: [], displayGroupRanks: [] }],
    classifications: [{ marketplaceId, classifications: [] }],
    dimensions: [{ marketplaceId, item: {}, package: {} }],
    vendorDetails: [],
    attributes: {
      item_name: [{ value: listing.title, marketplace_id: marketplaceId }],
      ...(listing.brand !== undefined && {
        brand: [{ value: listing.brand, marketplace_id: marketplaceId }],
      }),
    },
  };
  return {
    asin: fault === 'wrongAsin' ? 'B0SOMEELSE' : listing.asin,
    ...Object.fromEntries(included.map((name) => [name, data[name]])),
  };
}

const variationTheme = { attributes: ['color', 'size'], theme: 'COLOR/SIZE' };
const relate = ({ childAsins, packageAsins }: Listing, parentAsins: readonly string[]) => [
  ...(childAsins.length > 0 ? [{ type: 'VARIATION', childAsins, variationTheme }] : []),
  ...(parentAsins.length > 0 ? [{ type: 'VARIATION', parentAsins, variationTheme }] : []),
  ...(packageAsins.length > 0 ? [{ type: 'PACKAGE_HIERARCHY', childAsins: packageAsins }] : []),
];

function repeatRows<Row extends object>(
  rows: readonly Row[],
  fault: ContentKind | undefined,
  other: object = {},
) {
  if (fault === 'noRows') return [];
  if (fault === 'duplicateRows') return [...rows, ...rows];
  return fault === 'conflictingRows' ? [...rows, ...rows.map((row) => ({ ...row, ...other }))] : rows;
}
