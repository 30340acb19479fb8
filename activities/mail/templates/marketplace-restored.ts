import { namesOf, type MarketplaceCode } from '../../../domain/marketplaces';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';

export interface MarketplaceRestoredProps extends RequestMailProps {
  /** At least one. */
  marketplaces: readonly MarketplaceCode[];
}

/**
 * To the makers of the organization, when marketplaces that were dropped from an approved request are covered by its
 * certification again.
 */
export function marketplaceRestoredMail(props: MarketplaceRestoredProps): Mail {
  return composeMail(props, 'Marketplace back in the request', [
    paragraph(
      `The product’s certification covers again: ${namesOf(props.marketplaces)}. The request includes what was dropped for it, and the badge goes live there, too, once the listing is found to be live. There is nothing for you to do.`,
    ),
  ]);
}
