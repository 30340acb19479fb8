import type { StandingWarning } from '../../../db/standing-warnings';
import { marketplaceByCode, type MarketplaceCode } from '../../../domain/marketplaces';
import { paragraph, type MailPart } from './mail';
import { describeInstant } from './wording';

/** What is left to do in some marketplaces, as an earlier mail has told. */
export const describeWarned = (
  warned: readonly StandingWarning[] = [],
  shown: readonly MarketplaceCode[],
): MailPart[] =>
  warned
    .filter(({ marketplace }) => shown.includes(marketplace))
    .map(({ marketplace, suspendAt }) =>
      paragraph(
        `What to do: correct the listing in ${marketplaceByCode(marketplace).name}, as an earlier mail has told; if it is still wrong on ${describeInstant(suspendAt)} or later, the badge is suspended there.`,
      ),
    );
