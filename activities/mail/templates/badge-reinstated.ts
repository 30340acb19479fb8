import type { MarketplaceCode } from '../../../domain/marketplaces';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeMarketplaces, describeWords } from './wording';

export interface BadgeReinstatedProps extends RequestMailProps {
  /** At least one. */
  marketplaces: readonly MarketplaceCode[];
  /** In the words of whoever decided; null: there are none. */
  reason: string | null;
}

/** To the makers of the organization, when badges are shown again, at that instant. */
export function badgeReinstatedMail(props: BadgeReinstatedProps): Mail {
  return composeMail(props, 'Reinstated', [
    paragraph(`The badge is shown again in: ${describeMarketplaces(props.marketplaces)}.`),
    ...describeWords(props.reason),
    paragraph('There is nothing left to do.'),
  ]);
}
