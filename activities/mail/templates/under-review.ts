import { statusLabels } from '../../../domain/lifecycle';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeInstant } from './wording';

export interface UnderReviewProps extends RequestMailProps {
  /** When the review should be decided, an instant; null when that is not known. */
  reviewDueAt: string | null;
  /** Whether the product has a skill to check; absent: it is not known. */
  hasSkill?: boolean;
}

/** To the makers of the organization, when a request was submitted or resubmitted. */
export function underReviewMail(props: UnderReviewProps): Mail {
  const due =
    props.reviewDueAt === null ? '' : ` A decision is due by ${describeInstant(props.reviewDueAt)}.`;
  return composeMail(props, statusLabels.UNDER_REVIEW, [
    paragraph(`The badge request was submitted and is under review.${due}`),
    paragraph(
      `${props.hasSkill === false ? 'The listing is' : 'The listing and the Alexa skill are'} checked first, then a reviewer decides. There is nothing to do until then; the request can be withdrawn at any time.`,
    ),
  ]);
}
