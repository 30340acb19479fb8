/** The calendar of what goes live: each day is that of the marketplace, not of whoever looks. */
import { Temporal as Calendar } from 'temporal-polyfill';
import { goLiveInstant, goLiveInstants } from './go-live';
import { MARKETPLACE_CODES, marketplaceByCode, type MarketplaceCode } from './marketplaces';

/**
 * Staged with its instant, live by now, or only planned: what has a date but was not staged yet, since it is
 * under review, or waits for its certification or the last look at its listing.
 */
export const GO_LIVE_STATUSES = ['STAGED', 'ENABLED', 'PLANNED'] as const;
export type GoLiveStatus = (typeof GO_LIVE_STATUSES)[number];

/** What days of the calendar are in one marketplace: from an instant on, until before another; RFC 3339. */
export interface CalendarWindow {
  readonly marketplace: MarketplaceCode;
  readonly from: string;
  readonly until: string;
}

/** The day that is so many days after another; both `YYYY-MM-DD`, between the years 1 and 9999. */
export function addDays(date: string, days: number): string {
  return Calendar.PlainDate.from(date).add({ days }).toString();
}

/** How many days after one day another is; negative: before it. */
export function daysBetween(from: string, to: string): number {
  return Calendar.PlainDate.from(from).until(to, { largestUnit: 'days' }).days;
}

/** The day that it is in a marketplace at an instant. */
export function localDate(instant: string, code: MarketplaceCode): string {
  const { timeZone } = marketplaceByCode(code);
  return Calendar.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/**
 * The instants of some days, for each marketplace.
 * @param from the first day
 * @param to the last one
 */
export function calendarWindows(from: string, to: string): CalendarWindow[] {
  const after = addDays(to, 1);
  return MARKETPLACE_CODES.map((marketplace) => {
    const { timeZone } = marketplaceByCode(marketplace);
    return { marketplace, from: goLiveInstant(from, timeZone), until: goLiveInstant(after, timeZone) };
  });
}

/**
 * The midnights that are still to come of a date. One that has passed has no day any more: the badge goes
 * live as soon as it can.
 * @param at the present, an instant
 */
export function plannedInstants(
  date: string,
  codes: readonly MarketplaceCode[],
  at: string,
): { readonly marketplace: MarketplaceCode; readonly effectiveAt: string }[] {
  const instants = goLiveInstants({ kind: 'ON_DATE', date }, codes);
  return codes.flatMap((marketplace) => {
    const effectiveAt = instants[marketplace];
    return effectiveAt === undefined || Date.parse(effectiveAt) <= Date.parse(at)
      ? []
      : [{ marketplace, effectiveAt }];
  });
}
