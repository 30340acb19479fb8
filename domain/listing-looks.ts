/**
 * When a listing is looked at before its badge goes live: each marketplace by itself, a day before its own
 * instant; where it is not live, again every day, and shortly before that instant and at it. Pure, so that workflows may
 * take its values.
 */
import type { MarketplaceCode } from './marketplaces';

const DAY_MS = 86_400_000;
/** A listing is looked at this long before its badge becomes effective. */
const LOOK_AHEAD_MS = DAY_MS;
/** One that is not live is looked at again after this long. */
const LOOK_INTERVAL_MS = DAY_MS;
/** One that is not live is looked at once more this long before its instant: a look takes minutes where Amazon is slow. */
const LAST_LOOK_MS = 3_600_000;
/** For so many days, unless configured otherwise; then its marketplace is dropped. */
export const DEFAULT_RETRY_DAYS = 30;

/** The next look at one listing. */
export interface Look {
  /** When, RFC 3339; null: at once. */
  readonly at: string | null;
  /** Looks so far that did not find it live; absent: none. */
  readonly tries?: number;
  /**
   * When the last look is, RFC 3339, once one has not found it live; absent in what was recorded before it was kept:
   * there are as many looks as days.
   */
  readonly until?: string;
}
/** Of each marketplace whose badge is wanted and not staged yet. */
export type Looks = Readonly<Partial<Record<MarketplaceCode, Look>>>;

/** When a listing is first looked at, for a badge of this instant; milliseconds since the epoch. */
export const lookBefore = (instant: string): number => Date.parse(instant) - LOOK_AHEAD_MS;

/**
 * The first look of each marketplace.
 * @param instants their local midnights; one without is looked at at once
 */
export function firstLooks(
  codes: readonly MarketplaceCode[],
  instants: Readonly<Partial<Record<MarketplaceCode, string>>>,
): Looks {
  const lookOf = (instant: string | undefined): Look => ({
    at: instant === undefined ? null : new Date(lookBefore(instant)).toISOString(),
  });
  return Object.fromEntries(codes.map((code) => [code, lookOf(instants[code])]));
}

/**
 * The look after one that did not find the listing live.
 * @param at when that one was; RFC 3339
 * @param look as it stood before that one
 * @param retryDays for how many days it is looked at again
 * @param instant when the badge is to become effective, RFC 3339; undefined: as soon as possible
 * @returns null when the days are over
 */
export function nextLook(
  at: string,
  look: Look | undefined,
  retryDays: number,
  instant: string | undefined,
): Look | null {
  const tries = (look?.tries ?? 0) + 1;
  const until = look?.until ?? (tries === 1 ? lookedAtUntil(at, retryDays) : undefined);
  const now = Date.parse(at);
  const isLast = until === undefined ? tries > retryDays : Date.parse(until) <= now;
  if (isLast) return null;
  const others = [until, instant, instant && after(instant, -LAST_LOOK_MS)]
    .map((other) => (other === undefined ? now : Date.parse(other)))
    .filter((other) => other > now);
  const next = Math.min(now + LOOK_INTERVAL_MS, ...others);
  return { at: new Date(next).toISOString(), tries, ...(until !== undefined && { until }) };
}

/** Until when a listing is looked at that was not live at its first look. */
export const lookedAtUntil = (at: string, retryDays: number): string =>
  after(at, retryDays * LOOK_INTERVAL_MS);

const after = (at: string, milliseconds: number) => new Date(Date.parse(at) + milliseconds).toISOString();
