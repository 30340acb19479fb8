/** Does this ASIN carry the badge here? For retail pages and everyone else. */
import { z } from 'zod';
import { lookUpBadges, type BadgeLookup } from '../../db/badge-lookup';
import { asinProblems, normalizeAsin } from '../../domain/asin';
import { isMarketplaceCode } from '../../domain/marketplaces';
import { invalid, notFound } from '../problem';
import { defineRoute, type Route } from '../route';
import { instant, marketplaceCode } from '../values';

const MAXIMUM_AGE_SECONDS = 60;

const getBadges = defineRoute({
  method: 'get',
  path: '/v1/badges/{marketplace}/{asin}',
  access: 'PUBLIC',
  operationId: 'getBadges',
  summary: 'Look up the badges of an ASIN',
  description:
    'A badge is there from its effective instant on. The answer may be cached up to the next such instant.',
  tag: 'Badges',
  params: z.object({
    marketplace: z.string().meta({ description: 'Code of a marketplace', example: 'US' }),
    asin: z.string().meta({ description: 'In any case', example: 'B07N4M94X4' }),
  }),
  answers: {
    200: {
      description: 'The badges that are effective now',
      headers: { 'Cache-Control': 'How long this holds at least' },
      schema: z
        .strictObject({
          marketplace: marketplaceCode,
          asin: z.string(),
          badges: z.array(z.strictObject({ program: z.string(), since: instant })),
          asOf: instant,
        })
        .meta({ id: 'BadgeLookup' }),
    },
  },
  problems: ['VALIDATION_FAILED'],
  handle: async ({ deps, params }) => {
    const { marketplace } = params;
    if (!isMarketplaceCode(marketplace)) throw notFound('There is no such marketplace.');
    const asin = normalizeAsin(params.asin);
    const problems = asinProblems(asin);
    if (problems.length > 0) throw invalid(problems.map((problem) => ({ pointer: '/asin', ...problem })));
    const lookup = await lookUpBadges(deps.pool, { marketplace, asin });
    const { badges, asOf } = lookup;
    return {
      status: 200,
      body: { marketplace, asin, badges, asOf },
      headers: { 'Cache-Control': `public, max-age=${secondsValid(lookup)}` },
    };
  },
});

/** Up to the next instant at which the answer changes by itself. */
function secondsValid({ asOf, nextEffectiveAt }: BadgeLookup): number {
  if (nextEffectiveAt === null) return MAXIMUM_AGE_SECONDS;
  const seconds = Math.floor((Date.parse(nextEffectiveAt) - Date.parse(asOf)) / 1000);
  return Math.min(MAXIMUM_AGE_SECONDS, Math.max(0, seconds));
}

export const badgeRoutes: readonly Route[] = [getBadges];
