import { namesOf, type MarketplaceCode } from '../../../domain/marketplaces';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeInstant } from './wording';

export interface ListingNotLiveProps extends RequestMailProps {
  /** Where the listing was not found live; at least one. */
  marketplaces: readonly MarketplaceCode[];
  /** Those of them where Amazon did not say whether it is; absent: none. */
  unknown?: readonly MarketplaceCode[];
  /** When the last of the daily checks is, an instant. */
  triedUntil: string;
}

/**
 * To the makers of the organization, when an approved badge cannot go live in a marketplace because the
 * listing could not be found live there.
 */
export function listingNotLiveMail(props: ListingNotLiveProps): Mail {
  const { marketplaces, unknown = [] } = props;
  const notLive = marketplaces.filter((code) => !unknown.includes(code));
  const isKnown = notLive.length > 0;
  return composeMail(props, isKnown ? 'Listing not live' : 'Listing could not be checked', [
    ...(isKnown
      ? [
          paragraph(
            `The badge is approved but cannot go live in ${namesOf(notLive)}, because the listing is not live there.`,
          ),
        ]
      : []),
    ...(unknown.length > 0
      ? [
          paragraph(
            `The badge is approved but cannot go live yet in ${namesOf(unknown)}: Amazon did not say whether the listing is live there.`,
          ),
        ]
      : []),
    paragraph(
      `${isKnown ? 'Make the listing available for sale.' : 'See that the listing is available for sale.'} It is checked again every day until ${describeInstant(props.triedUntil)}, and the badge goes live by itself once the listing is; after that the marketplace is dropped from the request. Other marketplaces are not held up.`,
    ),
  ]);
}
