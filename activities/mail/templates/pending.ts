import { statusLabels } from '../../../domain/lifecycle';
import { namesOf, type MarketplaceCode } from '../../../domain/marketplaces';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';

export interface PendingProps extends RequestMailProps {
  /** Whether the product's certification is still to come. */
  awaitsCertification: boolean;
  /** Where it is to come still, while other marketplaces are certified; absent: nowhere. */
  awaitedIn?: readonly MarketplaceCode[];
  /** The date that was chosen, `YYYY-MM-DD`; null for as soon as possible, and for one that has begun everywhere. */
  goLiveDate: string | null;
  /** Whether the mail that the badge is enabled left at its instant, while another time was chosen; absent: no. */
  toldEnabled?: boolean;
}

/**
 * To the makers of the organization, when the request was approved, and where another time was chosen too late for the mail
 * that it is enabled.
 */
export function pendingMail(props: PendingProps): Mail {
  return composeMail(props, statusLabels.PENDING, [
    paragraph(`The badge request was approved and is pending. ${outlook(props)}`),
    ...(props.toldEnabled === true
      ? [
          paragraph(
            'Another time was chosen just before the badge was to go live: a mail that it is enabled has left, and does not hold.',
          ),
        ]
      : []),
    paragraph('Keep the listing live: it is checked once more before the badge appears.'),
  ]);
}

function outlook(props: PendingProps): string {
  const { awaitedIn = [] } = props;
  if (awaitedIn.length === 0) return outlookOfAll(props);
  return `${outlookOfAll(props)} In ${namesOf(awaitedIn)} it waits for the product’s certification.`;
}

function outlookOfAll({ awaitsCertification, goLiveDate }: PendingProps): string {
  if (goLiveDate === null)
    return awaitsCertification
      ? 'The badge waits for the product’s certification and goes live as soon as that is approved.'
      : 'The product is certified: the badge goes live as soon as the listing has been checked.';
  const day = `${goLiveDate}, at the start of that day in each marketplace’s own time zone`;
  return awaitsCertification
    ? `The badge waits for the product’s certification and for its date. It goes live on ${day}, or, when the certification comes later, as soon as that is approved.`
    : `The product is certified: the badge goes live on ${day}.`;
}
