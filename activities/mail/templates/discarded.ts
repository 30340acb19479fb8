import { statusLabels } from '../../../domain/lifecycle';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';

/** To the makers of the organization, when one of them gave a request up before it was ever enabled. */
export function discardedMail(props: RequestMailProps): Mail {
  return composeMail(props, statusLabels.DISCARDED, [
    paragraph('The badge request was discarded and cannot be submitted any more.'),
    paragraph('To ask for the badge after all, create a new request for the ASIN.'),
  ]);
}
