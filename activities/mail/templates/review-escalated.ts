import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeInstant } from './wording';

export interface ReviewEscalatedProps extends RequestMailProps {
  /** When the review was due, an instant. */
  reviewDueAt: string;
}

/** To every operator, when a review is still not decided after its reviewers were told; once for each submission. */
export function reviewEscalatedMail(props: ReviewEscalatedProps): Mail {
  return composeMail(
    props,
    'Review escalated',
    [
      paragraph(
        `The review of this badge request was due on ${describeInstant(props.reviewDueAt)}. The reviewers were told that it is overdue, and it is still not decided.`,
      ),
      paragraph(
        'Find a reviewer who does not belong to the maker’s organization and has the time to decide it. Its page shows who works on it and whether a step needs your attention.',
      ),
    ],
    'operator',
  );
}
