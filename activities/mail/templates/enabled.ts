import type { BadgeNotShown } from '../../../db/badges-not-shown';
import type { StandingWarning } from '../../../db/standing-warnings';
import { statusLabels } from '../../../domain/lifecycle';
import { marketplaceByCode, namesOf, type MarketplaceCode } from '../../../domain/marketplaces';
import { ofDropped, type Reason } from '../../../domain/reasons';
import {
  composeMail,
  list,
  paragraph,
  section,
  type Mail,
  type MailPart,
  type RequestMailProps,
} from './mail';
import { describeCause, whatToDo } from './suspension-causes';
import { describeWarned } from './warned';
import { describeInstant, describeReason, describeTaken, linesOf } from './wording';

export interface EnabledProps extends RequestMailProps {
  /** At least one; `since` is an instant. */
  badges: readonly { marketplace: MarketplaceCode; since: string }[];
  /** Those of them that shoppers do not see at the moment of sending; absent: none. */
  notShown?: readonly BadgeNotShown[];
  /** Listings that are still to be corrected at the moment of sending; absent: none. */
  warned?: readonly StandingWarning[];
  /** Where a maker took the request back before the badge was live; absent: nowhere. */
  withdrawn?: readonly MarketplaceCode[];
  /** Where the certification ended before the badge was live, and how; absent: nowhere. */
  uncertified?: readonly MarketplaceCode[];
  reasons?: readonly Reason[];
  /** Those of them where shoppers have seen the badge until then; absent: none. */
  taken?: readonly MarketplaceCode[];
}

/**
 * To the makers of the organization, when the badge is live in every marketplace that remained, but for those where it
 * is held back.
 */
export function enabledMail(props: EnabledProps): Mail {
  const { badges, withdrawn = [], uncertified = [] } = props;
  const ended = [...describeWithdrawn(withdrawn), ...describeUncertified(props)];
  const notShown = (props.notShown ?? []).filter(({ marketplace }) => isAmong(badges, marketplace));
  const shown = badges.filter(({ marketplace }) => !isAmong(notShown, marketplace));
  if (shown.length === 0)
    return composeMail(props, 'Not shown', [
      paragraph(`${describeEnd(props)} not shown in any marketplace:`),
      ...describeNotShown(notShown),
      ...ended,
    ]);
  const warned = describeWarned(
    props.warned,
    shown.map(({ marketplace }) => marketplace),
  );
  const isDone = notShown.length === 0 && uncertified.length === 0 && warned.length === 0;
  return composeMail(props, statusLabels.ENABLED, [
    paragraph('The badge is enabled. It is on the product’s detail pages:'),
    list(
      shown.map(
        ({ marketplace, since }) => `${marketplaceByCode(marketplace).name}: since ${describeInstant(since)}`,
      ),
    ),
    ...describeNotShown(notShown),
    ...ended,
    ...warned,
    paragraph(
      `${isDone ? 'There is nothing left to do. ' : ''}Keep the listing and the certified product alike, so that the badge stays.`,
    ),
  ]);
}

function describeEnd({ withdrawn = [], uncertified = [] }: EnabledProps): string {
  if (withdrawn.length > 0) return 'What was still to come is withdrawn, and the badge is';
  if (uncertified.length > 0) return 'Nothing more goes live from this request, and the badge is';
  return 'Everything that the badge waited for has come, but it is';
}

const describeWithdrawn = (codes: readonly MarketplaceCode[]): MailPart[] =>
  codes.length === 0
    ? []
    : [
        paragraph(
          `The request was withdrawn for: ${namesOf(codes)}. No badge goes live there from it; to ask for one after all, create a new request.`,
        ),
      ];

const describeUncertified = ({ uncertified = [], reasons = [], taken }: EnabledProps): MailPart[] =>
  uncertified.length === 0
    ? []
    : [
        paragraph(
          `No badge goes live from this request in: ${namesOf(uncertified)}. What is live stays, by the approval that there was.`,
        ),
        ...describeTaken(taken),
        ...reasons.map((reason) => describeReason(ofDropped(reason))),
      ];

const isAmong = (all: readonly { marketplace: MarketplaceCode }[], code: MarketplaceCode): boolean =>
  all.some(({ marketplace }) => marketplace === code);

/** Marketplaces that share a reason share a section. */
function describeNotShown(notShown: readonly BadgeNotShown[]): MailPart[] {
  const sections = new Map<string, { marketplaces: MarketplaceCode[]; lines: string[] }>();
  for (const each of notShown) {
    const lines = linesAbout(each);
    const key = lines.join('\n');
    const { marketplaces } = sections.get(key) ?? { marketplaces: [] };
    sections.set(key, { marketplaces: [...marketplaces, each.marketplace], lines });
  }
  return [...sections.values()].map(({ marketplaces, lines }) =>
    section(`Not shown in: ${namesOf(marketplaces)}`, lines),
  );
}

function linesAbout({ marketplace, causes, suspension }: BadgeNotShown): string[] {
  if (causes.length === 0) return ['The badge is removed there.'];
  const { region } = marketplaceByCode(marketplace);
  return [
    ...causes.map((cause) => describeCause(cause, region)),
    ...linesOf(suspension ?? '').map((line, index) => (index === 0 ? `Reason: ${line}` : line)),
    ...causes.map((cause) => whatToDo[cause]),
  ];
}
