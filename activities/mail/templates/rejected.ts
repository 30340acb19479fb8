import { statusLabels } from '../../../domain/lifecycle';
import type { MarketplaceCode } from '../../../domain/marketplaces';
import type { Reason } from '../../../domain/reasons';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeReason, describeTaken } from './wording';

export interface RejectedProps extends RequestMailProps {
  /** At least one. */
  reasons: readonly Reason[];
  /** Where shoppers have seen the badge until then; absent: nowhere. */
  taken?: readonly MarketplaceCode[];
}

/**
 * To the makers of the organization, when a check or a reviewer rejected the request, its certification
 * ended without approval, or no marketplace was left.
 */
export function rejectedMail(props: RejectedProps): Mail {
  return composeMail(props, statusLabels.REJECTED, [
    paragraph('The badge request was rejected, for these reasons:'),
    ...props.reasons.map(describeReason),
    ...describeTaken(props.taken),
    paragraph(
      'Correct what the reasons name and submit the same request again; nothing needs to be entered twice.',
    ),
  ]);
}
