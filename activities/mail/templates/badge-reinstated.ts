import { namesOf, regionLabels, type MarketplaceCode, type Region } from '../../../domain/marketplaces';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeWarned, type Warned } from './warned';
import { describeWords } from './wording';

export interface BadgeReinstatedProps extends RequestMailProps {
  /** At least one. */
  marketplaces: readonly MarketplaceCode[];
  /** In the words of whoever decided; null: there are none. */
  reason: string | null;
  /** Where a suspension of the programme has ended; absent: that is not why. */
  region?: Region;
  /** Listings of the request that are still to be corrected at the moment of sending; absent: none. */
  warned?: readonly Warned[];
}

/** To the makers of the organization, when badges are shown again, at that instant. */
export function badgeReinstatedMail(props: BadgeReinstatedProps): Mail {
  const warned = describeWarned(props.warned, props.marketplaces);
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
    ...(warned.length > 0 ? warned : [paragraph('There is nothing left to do there.')]),
  ]);
}
