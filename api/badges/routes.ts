/** Does this ASIN carry the badge here? For retail pages and everyone else. */
import { lookUpBadges, type BadgeLookup } from '../../db/badge-lookup';
import { asinProblems, normalizeAsin } from '../../domain/asin';
import { isMarketplaceCode } from '../../domain/marketplaces';
import { invalid, notFound } from '../problem';
import { defineRoute, type Route } from '../route';
import { badgeLookup, badgeLookups, badgePath, MAXIMUM_PLACES, wantedBadges } from './schemas';

/**
 * How long an answer is kept at most. What nobody can foresee, an operator who takes a badge away or one that
 * is due as soon as possible, is seen everywhere after this long.
 */
const MAXIMUM_AGE_SECONDS = 60;

const getBadges = defineRoute({
  method: 'get',
  path: '/v1/badges/{marketplace}/{asin}',
  access: 'PUBLIC',
  operationId: 'getBadges',
  summary: 'Look up the badges of an ASIN',
  description: `A badge is there from its effective instant on, unless it is suspended or removed. The answer may be cached for up to ${MAXIMUM_AGE_SECONDS} seconds, but never beyond the next instant for which a change is known; in the last second before it, not at all.`,
  tag: 'Badges',
  isShortcut: true,
  isUncounted: true,
  params: badgePath,
  answers: {
    200: {
      description: 'The badges that are effective now',
      headers: { 'Cache-Control': 'For how long this is certain to hold' },
      schema: badgeLookup,
    },
  },
  problems: ['VALIDATION_FAILED'],
  handle: async ({ deps, params }) => {
    const { marketplace } = params;
    if (!isMarketplaceCode(marketplace)) throw notFound('There is no such marketplace.');
    const asin = normalizeAsin(params.asin);
    const problems = asinProblems(asin);
    if (problems.length > 0) throw invalid(problems.map((problem) => ({ pointer: '/asin', ...problem })));
    const askedAt = performance.now();
    const lookup = await deps.lookUpBadge({ marketplace, asin });
    const { badges, asOf } = lookup;
    const seconds = secondsValid(lookup, performance.now() - askedAt);
    return {
      status: 200,
      body: { marketplace, asin, badges, asOf },
      headers: { 'Cache-Control': seconds > 0 ? `public, max-age=${seconds}` : 'no-store' },
    };
  },
});

/**
 * Up to the next instant at which the answer changes by itself.
 * @param elapsedMs at least as long as ago the answer was true
 */
function secondsValid({ asOf, nextChangeAt }: BadgeLookup, elapsedMs: number): number {
  if (nextChangeAt === null) return MAXIMUM_AGE_SECONDS;
  // One more, since `asOf` is cut to whole milliseconds.
  const remaining = Date.parse(nextChangeAt) - Date.parse(asOf) - elapsedMs - 1;
  return Math.min(MAXIMUM_AGE_SECONDS, Math.max(0, Math.floor(remaining / 1000)));
}

const findBadges = defineRoute({
  method: 'post',
  path: '/v1/badges/lookup',
  access: 'PUBLIC',
  operationId: 'lookUpBadges',
  summary: 'Look up the badges of many ASINs',
  description: `Up to ${MAXIMUM_PLACES} at one instant, answered in the order asked; the same one may be asked for twice.`,
  tag: 'Badges',
  body: { schema: wantedBadges, mediaTypes: ['application/json'] },
  answers: { 200: { description: 'The badges that are effective now', schema: badgeLookups } },
  handle: async ({ deps, body }) => {
    const lookups = await lookUpBadges(deps.pool, body.badges);
    const data = body.badges.map((place, index) => ({ ...place, badges: lookups[index]?.badges ?? [] }));
    return { status: 200, body: { data, asOf: lookups[0]?.asOf } };
  },
});

export const badgeRoutes: readonly Route[] = [getBadges, findBadges];
