import { marketplaceByCode, type MarketplaceCode } from '../../../domain/marketplaces';
import { paragraph, type MailPart } from './mail';
import { describeInstant } from './wording';

/** A listing that the maker was warned of, and that is still to be corrected. */
export interface Warned {
  marketplace: MarketplaceCode;
  /** RFC 3339; may have passed, where nobody could say since whether the listing is right. */
  suspendAt: string;
}

/** What is left to do in some marketplaces, as an earlier mail has told. */
export const describeWarned = (
  warned: readonly Warned[] = [],
  shown: readonly MarketplaceCode[],
): MailPart[] =>
  warned
    .filter(({ marketplace }) => shown.includes(marketplace))
    .map(({ marketplace, suspendAt }) =>
      paragraph(
        `What to do: correct the listing in ${marketplaceByCode(marketplace).name}, as an earlier mail has told; if it is still wrong on ${describeInstant(suspendAt)} or later, the badge is suspended there.`,
      ),
    );
