import { statusLabels } from '../../../domain/lifecycle';
import { marketplaceByCode, type MarketplaceCode } from '../../../domain/marketplaces';
import { composeMail, list, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeInstant } from './wording';

export interface EnabledProps extends RequestMailProps {
  /** At least one; `since` is an instant. */
  badges: readonly { marketplace: MarketplaceCode; since: string }[];
}

/** To the makers of the organization, when the badge is live in every marketplace that remained. */
export function enabledMail(props: EnabledProps): Mail {
  return composeMail(props, statusLabels.ENABLED, [
    paragraph('The badge is enabled. It is on the product’s detail pages:'),
    list(
      props.badges.map(
        ({ marketplace, since }) => `${marketplaceByCode(marketplace).name}: since ${describeInstant(since)}`,
      ),
    ),
    paragraph(
      'There is nothing left to do. Keep the listing and the certified product alike, so that the badge stays.',
    ),
  ]);
}
