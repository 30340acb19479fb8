import { type MarketplaceCode, marketplaces } from '../../domain/marketplaces';
import type { Listing } from './catalogue';
import type { ContentKind } from './faults';

const price = { CurrencyCode: 'USD', Amount: 24.99 };

/** The offers of new items as Product Pricing v0 shows them in one marketplace; it counts the others, too. */
export function presentOffers(
  listing: Listing,
  code: MarketplaceCode,
  fault?: ContentKind,
): Record<string, unknown> {
  const { status, count, used } = readOffers(listing);
  const asin = fault === 'wrongAsin' ? 'B0SOMEELSE' : listing.asin;
  const marketplaceId = marketplaces[code].id;
  const offers = Array.from({ length: Math.min(count, 20) }, (_, index) => ({
    SellerId: `ASELLER${String(index).padStart(7, '0')}`,
    SubCondition: 'new',
    ListingPrice: price,
    Shipping: { ...price, Amount: 0 },
    IsFulfilledByAmazon: true,
  }));
  const soon = status === 'ActiveButTooSoonForProcessing';
  return {
    payload: {
      ASIN: asin,
      status,
      ItemCondition: 'New',
      marketplaceId,
      Identifier: { MarketplaceId: marketplaceId, ItemCondition: 'New', ASIN: asin },
      Summary: {
        TotalOfferCount: count + used,
        ...(count + used > 0 && {
          NumberOfOffers: [
            ...(count > 0 ? [countOf('new', count)] : []),
            ...(used > 0 ? [countOf('used', used)] : []),
          ],
        }),
        ...(soon && { OffersAvailableTime: new Date(Date.now() + 3_600_000).toISOString() }),
      },
      Offers: offers,
    },
  };
}

const countOf = (condition: 'new' | 'used', count: number) => ({
  condition,
  fulfillmentChannel: 'Merchant',
  OfferCount: count,
});

function readOffers({ offers, usedOffers: used = 0, classification }: Listing) {
  if (typeof offers === 'string') return { status: offers, count: 0, used };
  const count = offers ?? (classification === 'VARIATION_PARENT' ? 0 : 1);
  return { status: count + used === 0 ? 'NoBuyableOffers' : 'Success', count, used };
}
