import type { MarketplaceCode } from '../../../domain/marketplaces';
import { ofDropped, type Reason } from '../../../domain/reasons';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeReason } from './wording';

export interface MarketplaceDroppedProps extends RequestMailProps {
  /** One for each marketplace that was dropped. */
  reasons: readonly Reason[];
  /** Those of them where the badge is removed for good; absent: none. */
  removed?: readonly MarketplaceCode[];
}

/**
 * To the makers of the organization, when a marketplace was dropped from an approved request and others
 * remain.
 */
export function marketplaceDroppedMail(props: MarketplaceDroppedProps): Mail {
  return composeMail(props, 'Marketplace dropped', [
    paragraph('The badge is not shown everywhere it was asked for:'),
    ...props.reasons.map((reason) => describeReason(ofDropped(reason, props.removed))),
    paragraph('Its other marketplaces are not concerned.'),
  ]);
}
