import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeInstant } from './wording';

export interface ReviewOverdueProps extends RequestMailProps {
  /** When the review was due, an instant. */
  reviewDueAt: string;
}

/** To every reviewer who may decide, when a review is overdue; once for each submission. */
export function reviewOverdueMail(props: ReviewOverdueProps): Mail {
  return composeMail(
    props,
    'Review overdue',
    [
      paragraph(
        `The review of this badge request was due on ${describeInstant(props.reviewDueAt)} and is not decided yet. Its maker was told to expect a decision by then.`,
      ),
      paragraph('Open the request and decide it, or see who works on it already.'),
    ],
    'reviewer',
  );
}
