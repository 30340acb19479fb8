import { statusLabels } from '../../../domain/lifecycle';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';

/**
 * To the makers of the organization, when one of them withdrew a request that was under review or pending.
 */
export function withdrawnMail(props: RequestMailProps): Mail {
  return composeMail(props, statusLabels.NOT_SUBMITTED, [
    paragraph('The badge request was withdrawn. What was entered is kept, and no badge goes live from it.'),
    paragraph('It can be changed and submitted again, or discarded.'),
  ]);
}
