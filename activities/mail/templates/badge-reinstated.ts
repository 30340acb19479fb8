import type { StandingWarning } from '../../../db/standing-warnings';
import { namesOf, regionLabels, type MarketplaceCode, type Region } from '../../../domain/marketplaces';
import { composeMail, paragraph, type Mail, type MailPart, type RequestMailProps } from './mail';
import { describeWarned } from './warned';
import { describeWords } from './wording';

export interface BadgeReinstatedProps extends RequestMailProps {
  /** At least one. */
  marketplaces: readonly MarketplaceCode[];
  /** In the words of whoever decided; null: there are none. */
  reason: string | null;
  /** Where a suspension of the programme has ended; absent: that is not why. */
  region?: Region;
  /** Listings of the request that are still to be corrected at the moment of sending; absent: none. */
  warned?: readonly StandingWarning[];
  /** Those of them where it was suspended for its listing, which nobody has found right since; absent: none. */
  listings?: readonly MarketplaceCode[];
}

/** To the makers of the organization, when badges are shown again, at that instant. */
export function badgeReinstatedMail(props: BadgeReinstatedProps): Mail {
  const toDo = [...describeWarned(props.warned, props.marketplaces), ...describeListings(props.listings)];
  return composeMail(props, 'Reinstated', [
    paragraph(`The badge is shown again in: ${namesOf(props.marketplaces)}.`),
    ...(props.region === undefined
      ? []
      : [
          paragraph(
            `The suspension of your organization’s badges of this programme in ${regionLabels[props.region]} has ended.`,
          ),
        ]),
    ...describeWords(props.reason),
    ...(toDo.length > 0 ? toDo : [paragraph('There is nothing left to do there.')]),
  ]);
}

const describeListings = (codes: readonly MarketplaceCode[] = []): MailPart[] =>
  codes.length === 0
    ? []
    : [
        paragraph(
          `What to do: see that the listing is right in: ${namesOf(codes)}. It was not when it was looked at last, and it is looked at again: if it is still wrong, another mail tells by when it is to be corrected.`,
        ),
      ];
