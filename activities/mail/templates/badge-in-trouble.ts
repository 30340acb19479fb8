import type { TroubleReport } from '../../../domain/remedy';
import { composeMail, paragraph, section, type Mail, type RequestMailProps } from './mail';
import { describeInstant, titleIn } from './wording';

export interface BadgeInTroubleProps extends RequestMailProps {
  /** At least one, each with at least one reason. */
  reports: readonly TroubleReport[];
  /** RFC 3339. */
  suspendAt: string;
}

/** To the makers of the organization, when the listing of an enabled badge is not what it has to be any more. */
export function badgeInTroubleMail(props: BadgeInTroubleProps): Mail {
  return composeMail(props, 'Listing to be corrected', [
    paragraph('The badge is enabled, but the product’s listing is not what it has to be:'),
    ...props.reports.flatMap(({ marketplace, reasons: found }) =>
      found.map((reason) =>
        section(titleIn(marketplace, reason.code), [
          ...(reason.found === null ? [] : [`Found: ${reason.found}`]),
          ...(reason.expected === null ? [] : [`Expected: ${reason.expected}`]),
        ]),
      ),
    ),
    paragraph(
      `What to do: correct the listing by ${describeInstant(props.suspendAt)}. It is looked at every day; if it is still wrong then, the badge is suspended there.`,
    ),
  ]);
}
