import { statusLabels } from '../../../domain/lifecycle';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';

export interface WithdrawnProps extends RequestMailProps {
  /** Whether the mail that the badge is enabled left at its instant, while the request was withdrawn; absent: no. */
  toldEnabled?: boolean;
}

/**
 * To the makers of the organization, when one of them withdrew a request that was under review or pending.
 */
export function withdrawnMail(props: WithdrawnProps): Mail {
  return composeMail(props, statusLabels.NOT_SUBMITTED, [
    paragraph('The badge request was withdrawn. What was entered is kept, and no badge goes live from it.'),
    ...(props.toldEnabled === true
      ? [
          paragraph(
            'It was withdrawn just before the badge was to go live: a mail that it is enabled has left, and does not hold.',
          ),
        ]
      : []),
    paragraph('It can be changed and submitted again, or discarded.'),
  ]);
}
