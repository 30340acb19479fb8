import type { SuspensionCause } from '../../../domain/badges';
import { statusLabels } from '../../../domain/lifecycle';
import { namesOf, type MarketplaceCode, type Region } from '../../../domain/marketplaces';
import type { ListingFault } from '../../../domain/remedy';
import { composeMail, paragraph, type Mail, type RequestMailProps } from './mail';
import { describeCause, whatToDo } from './suspension-causes';
import { describeFaults, describeInstant, describeWords } from './wording';

export interface BadgeSuspendedProps extends RequestMailProps {
  /** At least one. */
  marketplaces: readonly MarketplaceCode[];
  cause: SuspensionCause;
  /** Where the programme is suspended; absent: that is not the cause. */
  region?: Region;
  /** In the words of whoever decided; null: there are none. */
  reason: string | null;
  /** What was wrong with the listings; absent: that is not the cause, or not known. */
  faults?: readonly ListingFault[];
  /** When it is removed unless it is reinstated before, RFC 3339; absent: there is no such instant. */
  removeAt?: string;
  /** Those of them where another cause suspends it too, of which another mail has told; absent: none. */
  alsoSuspended?: readonly MarketplaceCode[];
}

/** To the makers of the organization, when badges are suspended, at that instant. */
export function badgeSuspendedMail(props: BadgeSuspendedProps): Mail {
  const { alsoSuspended = [] } = props;
  return composeMail(props, statusLabels.SUSPENDED, [
    paragraph(`The badge is suspended in: ${namesOf(props.marketplaces)}. It is not shown there.`),
    paragraph(describeCause(props.cause, props.region)),
    ...describeFaults(props.faults ?? [], props.marketplaces),
    ...describeWords(props.reason),
    paragraph(whatToDo[props.cause]),
    ...(alsoSuspended.length === 0
      ? []
      : [
          paragraph(
            `What an earlier mail has told suspends it too in: ${namesOf(alsoSuspended)}. It comes back there once that is over as well.`,
          ),
        ]),
    ...(props.removeAt === undefined
      ? []
      : [paragraph(`A badge that is still suspended on ${describeInstant(props.removeAt)} is removed.`)]),
  ]);
}
