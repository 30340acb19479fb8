import { namesOf, type MarketplaceCode } from '../../../domain/marketplaces';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';

export interface BadgeRecoveredProps extends RequestMailProps {
  /** At least one. */
  marketplaces: readonly MarketplaceCode[];
  /** Those of them where the badge is suspended for another cause; absent: none. */
  suspended?: readonly MarketplaceCode[];
}

/** To the makers of the organization, when a listing is right again before its badge was suspended for it. */
export function badgeRecoveredMail(props: BadgeRecoveredProps): Mail {
  const { marketplaces, suspended = [] } = props;
  const shown = marketplaces.filter((code) => !suspended.includes(code));
  const corrected = (codes: readonly MarketplaceCode[]) =>
    `The listing is right again in: ${namesOf(codes)}.`;
  return composeMail(props, 'Listing corrected', [
    ...(shown.length > 0 ? [paragraph(`${corrected(shown)} The badge stays there.`)] : []),
    ...(suspended.length > 0
      ? [
          paragraph(
            `${corrected(suspended)} The badge stays suspended there for what an earlier mail has told.`,
          ),
        ]
      : [paragraph('There is nothing left to do there.')]),
  ]);
}
