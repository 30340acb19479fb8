/** What goes live when and where. */
import { readCalendar, type CalendarEntry } from '../../db/calendar';
import { addDays, daysBetween, localDate } from '../../domain/calendar';
import { MARKETPLACE_CODES, type MarketplaceCode } from '../../domain/marketplaces';
import { scopeOf } from '../badge-requests/access';
import { decodeCursor, encodeCursor } from '../cursor';
import { invalid } from '../problem';
import { defineRoute, EVERYONE, type Route } from '../route';
import { feedRoutes } from './feeds';
import { calendar, calendarPosition, calendarQuery, DEFAULT_DAYS, LONGEST_DAYS } from './schemas';

const getCalendar = defineRoute({
  method: 'get',
  path: '/v1/calendar',
  access: EVERYONE,
  operationId: 'getCalendar',
  summary: 'Read what goes live when and where',
  description:
    'By day and marketplace, each day being that of the marketplace. What goes live as soon as possible has no day until it is staged. Makers and viewers see their organization’s, reviewers and operators all.',
  tag: 'Calendar',
  query: calendarQuery,
  answers: { 200: { description: 'The days on which anything goes live', schema: calendar } },
  handle: async ({ deps, caller, query }) => {
    const from = query.from ?? deps.now().toISOString().slice(0, 10);
    const to = query.to ?? addDays(from, DEFAULT_DAYS);
    refuseUnlessSpan(from, to);
    const { entries, truncated } = await readCalendar(deps.pool, {
      organizationId: scopeOf(caller),
      from,
      to,
      limit: query.limit,
      after: decodeCursor(calendarPosition, query.cursor),
    });
    const next = truncated ? nextOf(entries) : null;
    return { status: 200, body: { from, to, days: groupByDay(entries), truncated, next } };
  },
});

function refuseUnlessSpan(from: string, to: string): void {
  const days = daysBetween(from, to);
  if (days >= 0 && days <= LONGEST_DAYS) return;
  const last = addDays(from, LONGEST_DAYS);
  const detail =
    days < 0
      ? `The last day is before the first, ${from}.`
      : `A calendar spans at most ${LONGEST_DAYS} days.`;
  throw invalid([
    { pointer: '/to', code: 'INVALID_VALUE', detail, found: to, expected: `from ${from} to ${last}` },
  ]);
}

function nextOf(entries: readonly CalendarEntry[]): string | null {
  const last = entries.at(-1);
  if (last === undefined) return null;
  const { effectiveAt, requestId, marketplace } = last;
  return encodeCursor({ effectiveAt, requestId, marketplace });
}

type Day = Map<MarketplaceCode, CalendarEntry[]>;

/** Days in their order, marketplaces in the one in which people are shown them. */
function groupByDay(entries: readonly CalendarEntry[]) {
  const days = new Map<string, Day>();
  for (const entry of entries) {
    const date = localDate(entry.effectiveAt, entry.marketplace);
    const day: Day = days.get(date) ?? new Map<MarketplaceCode, CalendarEntry[]>();
    day.set(entry.marketplace, [...(day.get(entry.marketplace) ?? []), entry]);
    days.set(date, day);
  }
  return [...days.keys()].sort().map((date) => ({
    date,
    marketplaces: MARKETPLACE_CODES.flatMap((marketplace) => {
      const goLives = days.get(date)?.get(marketplace);
      return goLives === undefined ? [] : [{ marketplace, goLives: goLives.map(present) }];
    }),
  }));
}

const present = ({
  requestId,
  asin,
  variant,
  product,
  organization,
  effectiveAt,
  status,
}: CalendarEntry) => ({
  requestId,
  asin,
  variant,
  product,
  organization,
  effectiveAt,
  status,
});

export const calendarRoutes: readonly Route[] = [getCalendar, ...feedRoutes];
