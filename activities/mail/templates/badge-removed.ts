import type { SuspensionCause } from '../../../domain/badges';
import { statusLabels } from '../../../domain/lifecycle';
import { namesOf, type MarketplaceCode } from '../../../domain/marketplaces';
import type { ListingFault } from '../../../domain/remedy';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeFaults, describeWords } from './wording';

export interface BadgeRemovedProps extends RequestMailProps {
  /** At least one. */
  marketplaces: readonly MarketplaceCode[];
  cause: SuspensionCause;
  /** In the words of whoever decided; null: there are none. */
  reason: string | null;
  /** What was wrong with the listings; absent: that is not the cause, or not known. */
  faults?: readonly ListingFault[];
  /** Whether other badges of the request are still to come: until they have, there is no other for the ASIN. */
  isPending?: boolean;
}

/** To the makers of the organization, when badges are removed for good, at that instant. */
export function badgeRemovedMail(props: BadgeRemovedProps): Mail {
  const pending = props.isPending === true ? ' and this request is Pending no more' : '';
  return composeMail(props, statusLabels.REMOVED, [
    paragraph(`The badge is removed in: ${namesOf(props.marketplaces)}.`),
    ...(props.cause === 'LISTING'
      ? [paragraph('It was suspended for its listing, which was not corrected in time.')]
      : []),
    ...describeFaults(props.faults ?? [], props.marketplaces),
    ...describeWords(props.reason),
    paragraph(
      `What to do: once the cause is resolved${pending}, create a new request to ask for the badge in these marketplaces again.`,
    ),
  ]);
}
