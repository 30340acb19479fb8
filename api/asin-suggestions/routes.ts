/** Helps a maker with the ASIN: which ones carry the retail identifier? */
import { askSuggestion, readSuggestions } from '../../db/asin-suggestions';
import { normalizeRetailIdentifierCode } from '../../domain/retail-identifier';
import { newId } from '../ids';
import { rateLimited, tryAgain } from '../problem';
import { defineRoute, type Route } from '../route';
import { findSuggestions } from '../temporal';
import { suggestionQuery, suggestions } from './schemas';

const suggestAsins = defineRoute({
  method: 'get',
  path: '/v1/asin-suggestions',
  access: ['MAKER'],
  operationId: 'suggestAsins',
  summary: 'Find the ASINs of a retail identifier',
  description:
    'Listings of one marketplace that carry the identifier, and their families of variants with colour and size; only of the brands of your organization’s products. Amazon is asked; what it does not tell in time is said in `why`, and the same question soon after gets the same answer.',
  tag: 'Products',
  query: suggestionQuery,
  answers: { 200: { description: 'What there is to choose from', schema: suggestions } },
  problems: ['RATE_LIMITED'],
  handle: async ({ deps, caller, query }) => {
    const { marketplace, identifierType: type, identifier } = query;
    const asked = await askSuggestion(
      deps.pool,
      {
        id: newId('sug'),
        // Every maker has one.
        organizationId: caller.organizationId ?? '',
        marketplace,
        identifier: { type, code: normalizeRetailIdentifierCode(identifier) },
      },
      {
        perMinute: deps.suggestionsPerMinute,
        runningMs: deps.answerDeadlineMs + deps.checkPatienceMs,
      },
    );
    if (asked.outcome === 'LIMITED')
      throw rateLimited(`${deps.suggestionsPerMinute} lookups`, asked.retryAfterSeconds);
    const known = await readSuggestions(deps.pool, asked.id);
    if (known !== null) return { status: 200, body: known };
    await findSuggestions(deps, { suggestionId: asked.id, patienceMs: deps.checkPatienceMs });
    const found = await readSuggestions(deps.pool, asked.id);
    if (found === null) throw tryAgain();
    return { status: 200, body: found };
  },
});

export const asinSuggestionRoutes: readonly Route[] = [suggestAsins];
