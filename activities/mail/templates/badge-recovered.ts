import type { MarketplaceCode } from '../../../domain/marketplaces';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeMarketplaces } from './wording';

export interface BadgeRecoveredProps extends RequestMailProps {
  /** At least one. */
  marketplaces: readonly MarketplaceCode[];
}

/** To the makers of the organization, when a listing is right again before its badge was suspended. */
export function badgeRecoveredMail(props: BadgeRecoveredProps): Mail {
  return composeMail(props, 'Listing corrected', [
    paragraph(
      `The listing is right again in: ${describeMarketplaces(props.marketplaces)}. The badge stays there.`,
    ),
    paragraph('There is nothing left to do.'),
  ]);
}
