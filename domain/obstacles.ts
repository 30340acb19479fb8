/** What stands in the way of badges whose request is approved, and what people are told of it. */
import type { BadgeAction } from './badges';
import { namesOf, type MarketplaceCode } from './marketplaces';

export interface Obstacles {
  /** Whether any badge is shown now. */
  readonly isShown: boolean;
  /** Where a badge is to come, staged or to be staged nearer to its date, and nothing holds it back. */
  readonly toCome: readonly MarketplaceCode[];
  /** Where the listing was looked at and not found live. */
  readonly notLive: readonly MarketplaceCode[];
  /** Where a badge is suspended, or held back by a suspension of its programme. */
  readonly held: readonly MarketplaceCode[];
  /** Those of them that something else suspends than the programme. */
  readonly suspended: readonly MarketplaceCode[];
  /** Where a badge was removed. */
  readonly removed: readonly MarketplaceCode[];
  /** Those that were dropped while others went on; null: all that were not live yet. */
  readonly dropped: readonly MarketplaceCode[] | null;
  /**
   * Where the maker was warned of a listing that is wrong, and when its badge is suspended otherwise; RFC 3339. Null: that
   * has passed, and Amazon has not said since whether it is wrong still.
   */
  readonly warned: readonly { readonly marketplace: MarketplaceCode; readonly suspendAt: string | null }[];
  /** Where what an operator has planned changes whether a badge is shown, or takes it for good, and when; RFC 3339. */
  readonly planned: readonly {
    readonly marketplace: MarketplaceCode;
    readonly action: BadgeAction;
    readonly at: string;
  }[];
}

export const NO_OBSTACLES: Obstacles = {
  isShown: true,
  toCome: [],
  notLive: [],
  held: [],
  suspended: [],
  removed: [],
  dropped: [],
  warned: [],
  planned: [],
};

const following = {
  suspend: 'suspended',
  reinstate: 'shown again',
  remove: 'removed for good',
} as const satisfies Record<BadgeAction, string>;

/** A sentence for each thing that is planned for an instant, wherever it is. */
export function describePlans(planned: Obstacles['planned']): string[] {
  const places = new Map<string, MarketplaceCode[]>();
  for (const { marketplace, action, at } of planned) {
    const plan = `${following[action]} on ${at.slice(0, 10)}`;
    places.set(plan, [...(places.get(plan) ?? []), marketplace]);
  }
  return [...places].map(
    ([plan, codes]) =>
      `An operator has planned that the badge is ${plan} in ${namesOf(codes)}; the history says why.`,
  );
}

function describeWarning({ marketplace, suspendAt }: Obstacles['warned'][number]): string {
  const [by, once] =
    suspendAt === null
      ? ['at once', ' as soon as Amazon says that it is wrong still']
      : [`by ${suspendAt.slice(0, 10)}`, ''];
  return `Correct the listing in ${namesOf([marketplace])} ${by}, or the badge is suspended there${once}; the history says what was found.`;
}

/** A sentence where the badge was removed somewhere, and how to ask for it again. */
export const describeRemovals = (removed: readonly MarketplaceCode[]): string[] =>
  removed.length === 0
    ? []
    : [
        `The badge was removed for good in ${namesOf(removed)}; the history says why. Create a new request to ask for it there again.`,
      ];

const describeDropped = (dropped: Obstacles['dropped']): string[] =>
  dropped?.length === 0
    ? []
    : [
        `The badge was left out ${dropped === null ? 'where it was not live yet' : `in ${namesOf(dropped)}`}; the reasons say why. Once that is put right, create a new request to ask for it there.`,
      ];

/** Where nothing but the programme's suspension holds the badge. */
const heldBackIn = ({ held, suspended }: Pick<Obstacles, 'held' | 'suspended'>): MarketplaceCode[] =>
  held.filter((code) => !suspended.includes(code));

/** What an enabled request's maker has to know or to do; null: nothing. */
export function describeTrouble(obstacles: Obstacles): string | null {
  const { warned, held, suspended, removed, dropped, planned } = obstacles;
  const sentences = warned.map(describeWarning);
  const others = held.filter((code) => suspended.includes(code));
  if (others.length > 0)
    sentences.push(`The badge is not shown for now in ${namesOf(others)}; the history says why.`);
  // Of what was held back from its instant on the history tells only minutes later.
  const heldBack = heldBackIn({ held, suspended });
  if (heldBack.length > 0)
    sentences.push(
      `The badge is not shown in ${namesOf(heldBack)} as long as the programme is suspended there.`,
    );
  sentences.push(...describeRemovals(removed), ...describeDropped(dropped), ...describePlans(planned));
  return sentences.length === 0 ? null : sentences.join(' ');
}

/**
 * What keeps an approved badge from going live, has taken it or is about to, as sentences that follow another one; empty:
 * nothing.
 */
export function describeDelays({ notLive, held, suspended, removed, warned }: Obstacles): string {
  const heldBack = heldBackIn({ held, suspended });
  const sentences: readonly (readonly [readonly MarketplaceCode[], string])[] = [
    [
      notLive,
      'the listing was not found live, or Amazon did not say: see that it is for sale there. It is checked again every day, and the badge follows by itself.',
    ],
    [heldBack, 'the badge is held back as long as the programme is suspended there.'],
    [suspended, 'the badge is suspended; the history says why.'],
    [removed, 'the badge was removed for good; the history says why.'],
  ];
  return [
    ...warned.map((warning) => ` ${describeWarning(warning)}`),
    ...sentences
      .filter(([codes]) => codes.length > 0)
      .map(([codes, sentence]) => ` In ${namesOf(codes)} ${sentence}`),
  ].join('');
}
