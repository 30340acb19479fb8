/**
 * When a badge goes live. A go-live date is a calendar date: it means the start of that day in each
 * marketplace's own time zone. Workflow code takes only the types of this file, never its values: zone data
 * differs between machines, so instants are computed in activities and kept in the history.
 */
import { Temporal as Calendar } from 'temporal-polyfill';
import { MARKETPLACE_CODES, marketplaceByCode, type MarketplaceCode } from './marketplaces';
import { showValue, type Problem } from './problem';

/** The maker's choice; `date` is `YYYY-MM-DD`. */
export type GoLive = { kind: 'AS_SOON_AS_POSSIBLE' } | { kind: 'ON_DATE'; date: string };
/** The same while it is a draft: the date may still be missing. */
export type DraftGoLive = GoLive | { kind: 'ON_DATE'; date: null };

/** Whether two choices are of the same day, or both of as soon as possible. */
export const isSameGoLive = (one: DraftGoLive | null, other: DraftGoLive | null): boolean =>
  one?.kind === other?.kind && dateOf(one) === dateOf(other);

const dateOf = (goLive: DraftGoLive | null) => (goLive?.kind === 'ON_DATE' ? goLive.date : null);

/** How far ahead a date may be, in years; ours, Amazon names no limit. */
const FARTHEST_YEARS = 2;

/**
 * Whether a value is `YYYY-MM-DD` and a day of the calendar, from the year 1 (PostgreSQL has no year 0) to
 * 9999.
 */
export function isRealDate(date: string): boolean {
  if (!/^(?!0000)\d{4}-\d{2}-\d{2}$/.test(date)) return false;
  try {
    parseDate(date);
    return true;
  } catch {
    return false;
  }
}

/**
 * The first instant of a day in a zone. Where midnight is skipped by a change of clocks that is the first
 * instant after the gap; where it comes twice, the first of the two.
 * @param date `YYYY-MM-DD`
 * @param timeZone an IANA name
 * @returns an instant in UTC with milliseconds
 * @throws {RangeError} for a date that does not exist or an unknown zone
 */
export function goLiveInstant(date: string, timeZone: string): string {
  return new Date(parseDate(date).toZonedDateTime(timeZone).epochMilliseconds).toISOString();
}

/**
 * The instant of each marketplace; empty for as soon as possible, whose instant is that of staging, and before a choice.
 * @throws {RangeError} for a date that does not exist
 */
export function goLiveInstants(
  goLive: GoLive | null,
  codes: readonly MarketplaceCode[],
): Partial<Record<MarketplaceCode, string>> {
  if (goLive?.kind !== 'ON_DATE') return {};
  return Object.fromEntries(
    codes.map((code) => [code, goLiveInstant(goLive.date, marketplaceByCode(code).timeZone)]),
  );
}

/**
 * What is wrong with a choice, as problems of the form. A date is in the past only when its day is over in
 * every one of the marketplaces: as long as it is today somewhere, the badge goes live there today and
 * elsewhere at once. It is too far ahead when it is more than two years away from all of them.
 * @param codes the request's marketplaces; none counts as all that there are
 * @param at the present, an instant
 */
export function goLiveProblems(
  goLive: DraftGoLive,
  codes: readonly MarketplaceCode[],
  at: string,
): Problem[] {
  if (goLive.kind === 'AS_SOON_AS_POSSIBLE') return [];
  const pointer = '/goLive/date';
  if (goLive.date === null) {
    const detail = 'Give the date, or choose as soon as possible.';
    return [{ pointer, code: 'REQUIRED', detail, found: null, expected: 'YYYY-MM-DD' }];
  }
  const about = { pointer, found: showValue(goLive.date) };
  if (!isRealDate(goLive.date)) {
    const detail = 'Give a date that exists, as year-month-day.';
    return [{ ...about, code: 'INVALID_DATE', detail, expected: 'YYYY-MM-DD, for example 2027-01-15' }];
  }
  const { earliest, latest } = allowedDates(codes, at);
  const expected = `from ${earliest} to ${latest}`;
  // Dates as YYYY-MM-DD sort as text.
  if (goLive.date < earliest) {
    const detail = `This date is over in every chosen marketplace: choose ${earliest} or later, or as soon as possible.`;
    return [{ ...about, code: 'DATE_IN_THE_PAST', detail, expected }];
  }
  if (goLive.date > latest) {
    const detail = `A date can be at most ${FARTHEST_YEARS} years ahead: choose ${latest} or earlier.`;
    return [{ ...about, code: 'DATE_TOO_FAR_AHEAD', detail, expected }];
  }
  return [];
}

/** The first and the last date that may be chosen at an instant. */
function allowedDates(codes: readonly MarketplaceCode[], at: string): { earliest: string; latest: string } {
  const instant = Calendar.Instant.from(at);
  const days = (codes.length > 0 ? codes : MARKETPLACE_CODES)
    .map((code) => instant.toZonedDateTimeISO(marketplaceByCode(code).timeZone).toPlainDate())
    .sort((one, other) => Calendar.PlainDate.compare(one, other));
  const [first] = days;
  const last = days.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('There are no marketplaces.');
  return { earliest: first.toString(), latest: last.add({ years: FARTHEST_YEARS }).toString() };
}

function parseDate(date: string): Calendar.PlainDate {
  return Calendar.PlainDate.from(date, { overflow: 'reject' });
}
