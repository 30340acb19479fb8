/** Lists of requests, single ones, and their history. */
import { z } from 'zod';
import { listHistory } from '../../db/history';
import { listRequests, type RequestFilters } from '../../db/request-list';
import { waitingOn, type WaitingOn } from '../../domain/badge-request';
import { normalizeAsin } from '../../domain/asin';
import { detailsFor } from '../../domain/entry-details';
import { STAGES, STATUSES } from '../../domain/lifecycle';
import { decodeCursor, encodeCursor } from '../cursor';
import { invalid } from '../problem';
import { unlessCurrent } from '../representations';
import { defineRoute, EVERYONE } from '../route';
import { pageOf, pageQuery } from '../values';
import { readRequest, scopeOf } from './access';
import { badgeRequest, historyEntry, listPosition, listQuery, requestId } from './schemas';
import { presentRequest, requestAnswer } from './view';

/** Every combination of status and stage in which somebody or something is waited for. */
const standingsWaitingOn = (whom: WaitingOn): NonNullable<RequestFilters['standings']> =>
  STATUSES.flatMap((status) => [null, ...STAGES].map((stage) => ({ status, stage }))).filter(
    (standing) => waitingOn(standing) === whom,
  );

export const listBadgeRequests = defineRoute({
  method: 'get',
  path: '/v1/badge-requests',
  access: EVERYONE,
  operationId: 'listBadgeRequests',
  summary: 'List badge requests',
  description:
    'Makers and viewers see their organization’s, reviewers and operators all. Filters narrow together.',
  tag: 'Badge requests',
  query: listQuery,
  answers: { 200: { description: 'A page', schema: pageOf(badgeRequest) } },
  handle: async ({ deps, caller, query }) => {
    const isReviewing = caller.role === 'REVIEWER' || caller.role === 'OPERATOR';
    if (query.order === 'reviewDue' && !isReviewing)
      throw invalidOrder('This order is for reviewers and operators.');
    if (query.claim !== undefined && !isReviewing)
      throw invalid([{ ...wrong, pointer: '/claim', detail: 'This filter is for reviewers and operators.' }]);
    const after = decodeCursor(listPosition, query.cursor);
    if (after !== null && after.order !== query.order)
      throw invalidOrder('The cursor belongs to another order.');
    const { requests, next } = await listRequests(
      deps.pool,
      {
        organizationId: scopeOf(caller),
        statuses: query.status,
        stage: query.stage,
        standings: query.waitingOn && standingsWaitingOn(query.waitingOn),
        productId: query.product,
        asin: query.asin && normalizeAsin(query.asin),
        marketplace: query.marketplace,
        claim: query.claim && { isUnclaimed: query.claim === 'unclaimed', reviewerId: caller.id },
        q: query.q?.trim().normalize('NFC'),
      },
      { order: query.order, limit: query.limit, after },
    );
    const data = requests.map((request) => presentRequest(request, caller));
    return { status: 200, body: { data, next: next && encodeCursor(next) } };
  },
});

const wrong = { code: 'INVALID_VALUE', found: null, expected: null };
const invalidOrder = (detail: string) => invalid([{ ...wrong, pointer: '/order', detail }]);

export const getRequest = defineRoute({
  method: 'get',
  path: '/v1/badge-requests/{id}',
  access: EVERYONE,
  operationId: 'getBadgeRequest',
  summary: 'Read a badge request',
  tag: 'Badge requests',
  params: requestId,
  requestHeaders: { 'If-None-Match': 'An `ETag`; answers 304 while it is the present one' },
  answers: {
    200: {
      description: 'The request',
      schema: badgeRequest,
      headers: { ETag: 'The version of the request' },
    },
    304: { description: 'Nothing has changed', headers: { ETag: 'The version of the request' } },
  },
  handle: async ({ deps, caller, params, header }) =>
    unlessCurrent(requestAnswer(await readRequest(deps, params.id, caller), caller), header('if-none-match')),
});

export const getHistory = defineRoute({
  method: 'get',
  path: '/v1/badge-requests/{id}/history',
  access: EVERYONE,
  operationId: 'getBadgeRequestHistory',
  summary: 'Read what has happened',
  description: 'Oldest first. What happens at an instant is there from that instant on.',
  tag: 'Badge requests',
  params: requestId,
  query: z.strictObject(pageQuery),
  answers: { 200: { description: 'A page', schema: pageOf(historyEntry) } },
  handle: async ({ deps, caller, params, query }) => {
    const { id } = await readRequest(deps, params.id, caller);
    const position = decodeCursor(z.strictObject({ seq: z.int().min(0).max(2_147_483_647) }), query.cursor);
    const { limit } = query;
    const { entries, next } = await listHistory(deps.pool, {
      requestId: id,
      limit,
      after: position?.seq ?? null,
    });
    const data = entries.map((entry) => ({
      ...entry,
      actor: { role: entry.actor.role, name: entry.actor.name ?? 'Service' },
      details: detailsFor(caller.role, entry.details),
    }));
    return { status: 200, body: { data, next: next === null ? null : encodeCursor({ seq: next }) } };
  },
});
