import type { MarketplaceCode } from '../../../domain/marketplaces';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeInstant, describeMarketplaces } from './wording';

export interface ListingNotLiveProps extends RequestMailProps {
  /** Where the listing is not live; at least one. */
  marketplaces: readonly MarketplaceCode[];
  /** When the last of the daily checks is, an instant. */
  triedUntil: string;
}

/**
 * To the makers of the organization, when an approved badge cannot go live in a marketplace because the
 * listing could not be found live there.
 */
export function listingNotLiveMail(props: ListingNotLiveProps): Mail {
  const places = describeMarketplaces(props.marketplaces);
  return composeMail(props, 'Listing not live', [
    paragraph(
      `The badge is approved but cannot go live in ${places}, because the listing is not live there.`,
    ),
    paragraph(
      `Make the listing available for sale. It is checked again every day until ${describeInstant(props.triedUntil)}, and the badge goes live by itself once the listing is; after that the marketplace is dropped from the request. Other marketplaces are not held up.`,
    ),
  ]);
}
