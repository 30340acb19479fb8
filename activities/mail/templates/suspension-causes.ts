/** Why a badge is suspended and what its maker does about it, in words. */
import type { SuspensionCause } from '../../../domain/badges';
import { regionLabels, type Region } from '../../../domain/marketplaces';

/** What a maker does about each cause. */
export const whatToDo = {
  OPERATOR:
    'What to do: resolve what the reason names, then say so in a comment on the request. An operator reinstates the badge.',
  CERTIFICATION_REVOKED:
    'What to do: have the product certified there again. The badge comes back by itself once that is approved.',
  LISTING:
    'What to do: correct the listing. It is looked at every day, and the badge comes back by itself once it is right.',
  PROGRAM_SUSPENSION:
    'What to do: resolve what the reason names, then say so in a comment on the request. The badge comes back by itself once an operator ends the suspension.',
} as const satisfies Record<SuspensionCause, string>;

const why = {
  OPERATOR: () => 'It was suspended by an operator.',
  CERTIFICATION_REVOKED: () => 'The product’s certification does not hold there any more.',
  LISTING: () => 'The listing was not corrected in time.',
  PROGRAM_SUSPENSION: (region) =>
    `An operator has suspended all of your organization’s badges of this programme in ${region}.`,
} as const satisfies Record<SuspensionCause, (region: string) => string>;

/**
 * Why a badge is suspended, in a sentence.
 * @param region where a suspended programme is; absent: it is not said
 */
export const describeCause = (cause: SuspensionCause, region?: Region): string =>
  why[cause](region === undefined ? 'this region' : regionLabels[region]);
