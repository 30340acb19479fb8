import { statusLabels } from '../../../domain/lifecycle';
import type { Reason } from '../../../domain/reasons';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeReason } from './wording';

export interface RejectedProps extends RequestMailProps {
  /** At least one. */
  reasons: readonly Reason[];
}

/**
 * To the makers of the organization, when a check or a reviewer rejected the request, its certification
 * ended without approval, or no marketplace was left.
 */
export function rejectedMail(props: RejectedProps): Mail {
  return composeMail(props, statusLabels.REJECTED, [
    paragraph('The badge request was rejected, for these reasons:'),
    ...props.reasons.map(describeReason),
    paragraph(
      'Correct what the reasons name and submit the same request again; nothing needs to be entered twice.',
    ),
  ]);
}
