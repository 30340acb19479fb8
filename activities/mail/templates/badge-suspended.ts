import type { SuspensionCause } from '../../../domain/badges';
import { statusLabels } from '../../../domain/lifecycle';
import { regionLabels, type MarketplaceCode, type Region } from '../../../domain/marketplaces';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeInstant, describeMarketplaces, describeWords } from './wording';

export interface BadgeSuspendedProps extends RequestMailProps {
  /** At least one. */
  marketplaces: readonly MarketplaceCode[];
  cause: SuspensionCause;
  /** Where the programme is suspended; absent: that is not the cause. */
  region?: Region;
  /** In the words of whoever decided; null: there are none. */
  reason: string | null;
  /** When it is removed unless it is reinstated before, RFC 3339; absent: there is no such instant. */
  removeAt?: string;
}

const whatToDo = {
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

/** To the makers of the organization, when badges are suspended, at that instant. */
export function badgeSuspendedMail(props: BadgeSuspendedProps): Mail {
  return composeMail(props, statusLabels.SUSPENDED, [
    paragraph(
      `The badge is suspended in: ${describeMarketplaces(props.marketplaces)}. It is not shown there.`,
    ),
    paragraph(why[props.cause](props.region === undefined ? 'this region' : regionLabels[props.region])),
    ...describeWords(props.reason),
    paragraph(whatToDo[props.cause]),
    ...(props.removeAt === undefined
      ? []
      : [paragraph(`A badge that is still suspended on ${describeInstant(props.removeAt)} is removed.`)]),
  ]);
}
