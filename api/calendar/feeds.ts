/** The calendar for calendar programs, at a secret address. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readCalendar } from '../../db/calendar';
import { findFeedOwner, listFeeds, MOST_FEEDS, revokeFeed, saveFeed } from '../../db/calendar-feeds';
import { addDays } from '../../domain/calendar';
import { hashSecret } from '../authentication';
import { scopeOf } from '../badge-requests/access';
import { nothing } from '../badge-requests/schemas';
import { idCursors } from '../cursor';
import { notFound, ProblemError } from '../problem';
import { defineRoute, EVERYONE, type Route } from '../route';
import { pageOf, pageQuery } from '../values';
import { writeCalendar } from './icalendar';
import { calendarFeed, feedId, feedSecret, newCalendarFeed } from './schemas';

const CALENDAR = 'text/calendar; charset=utf-8';
const DAYS_BACK = 31;
const DAYS_AHEAD = 366;
const MAXIMUM_EVENTS = 5000;

const path = '/v1/calendar/feeds';
const cursors = idCursors('calendar feeds', feedId.shape.id);
const noFeed = () => notFound('There is no such calendar feed.');

const createFeed = defineRoute({
  method: 'post',
  path,
  access: EVERYONE,
  operationId: 'createCalendarFeed',
  summary: 'Make a calendar feed',
  description:
    'An iCalendar feed of what you may see in the calendar, for programs that cannot log in: whoever has its address reads it, until you revoke it. The address is shown this once. Repeated with the same `Idempotency-Key` the call gives the same feed another address, and the one before is none any more.',
  tag: 'Calendar',
  creates: 'feed',
  body: { schema: nothing, mediaTypes: ['application/json'], optional: true },
  answers: { 201: { description: 'The feed with its secret address', schema: newCalendarFeed } },
  problems: ['NOT_FOUND', 'TOO_MANY_FEEDS'],
  isSecret: true,
  handle: async ({ deps, caller, resourceId }) => {
    const secret = randomBytes(32).toString('base64url');
    const secretHash = hashSecret(secret);
    const feed = await saveFeed(deps.pool, { id: resourceId, ownerId: caller.id, secretHash });
    if (feed === 'REVOKED') throw noFeed();
    if (feed === 'TOO_MANY')
      throw new ProblemError(
        'TOO_MANY_FEEDS',
        `You have ${MOST_FEEDS} calendar feeds, which is as many as there can be.`,
      );
    return { status: 201, body: { ...feed, url: `${deps.publicUrl}/calendar/${secret}.ics` } };
  },
});

const listCalendarFeeds = defineRoute({
  method: 'get',
  path,
  access: EVERYONE,
  operationId: 'listCalendarFeeds',
  summary: 'List your calendar feeds',
  description: 'Those that were not revoked, newest first, without their addresses.',
  tag: 'Calendar',
  query: z.strictObject(pageQuery),
  answers: { 200: { description: 'A page', schema: pageOf(calendarFeed) } },
  handle: async ({ deps, caller, query }) => {
    const after = cursors.read(query.cursor);
    const { feeds, next } = await listFeeds(deps.pool, { ownerId: caller.id, limit: query.limit, after });
    return { status: 200, body: { data: feeds, next: cursors.write(next) } };
  },
});

const deleteFeed = defineRoute({
  method: 'delete',
  path: `${path}/{id}`,
  access: EVERYONE,
  operationId: 'revokeCalendarFeed',
  summary: 'Revoke a calendar feed',
  description: 'Its address is unknown from now on. Doing it again changes nothing.',
  tag: 'Calendar',
  params: feedId,
  answers: { 204: { description: 'Revoked' } },
  handle: async ({ deps, caller, params }) => {
    if (!(await revokeFeed(deps.pool, { id: params.id, ownerId: caller.id }))) throw noFeed();
    return { status: 204 };
  },
});

const readFeed = defineRoute({
  method: 'get',
  path: '/calendar/{secret}.ics',
  access: 'PUBLIC',
  operationId: 'readCalendarFeed',
  summary: 'Read a calendar feed',
  description: `iCalendar (RFC 5545): what its owner may see now, from ${DAYS_BACK} days ago to ${DAYS_AHEAD} days ahead. It has ${MAXIMUM_EVENTS} events at most, and says so where there are more: the next ones, and the days behind only where there is room.`,
  tag: 'Calendar',
  params: feedSecret,
  answers: { 200: { description: 'The calendar', schema: z.string(), mediaType: 'text/calendar' } },
  handle: async ({ deps, params }) => {
    const owner = await findFeedOwner(deps.pool, hashSecret(params.secret));
    if (owner === null) throw noFeed();
    const today = deps.now().toISOString().slice(0, 10);
    const read = (from: number, to: number, limit: number) =>
      readCalendar(deps.pool, {
        organizationId: scopeOf(owner),
        from: addDays(today, from),
        to: addDays(today, to),
        limit,
        after: null,
      });
    // What is to come goes before what was; one day back is today somewhere.
    const ahead = await read(-1, DAYS_AHEAD, MAXIMUM_EVENTS);
    const back = await read(-DAYS_BACK, -2, MAXIMUM_EVENTS - ahead.entries.length);
    const content = writeCalendar([...(back.truncated ? [] : back.entries), ...ahead.entries], {
      publicUrl: deps.publicUrl,
      isWhole: !ahead.truncated && !back.truncated,
    });
    return { status: 200, page: { type: CALENDAR, content } };
  },
});

export const feedRoutes: readonly Route[] = [createFeed, listCalendarFeeds, deleteFeed, readFeed];
