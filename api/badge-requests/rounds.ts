/** Every submission of a request, beside what changed since the one before. */
import { z } from 'zod';
import { listRounds, type RoundView } from '../../db/rounds';
import { isProgramCode } from '../../domain/programs';
import { submissionChanges } from '../../domain/rounds';
import { decodeCursor, encodeCursor } from '../cursor';
import { defineRoute, EVERYONE } from '../route';
import { pageOf, pageQuery } from '../values';
import { readRequest } from './access';
import { round } from './round-schemas';
import { requestId } from './schemas';
import { presentFinding } from './view';

const position = z.strictObject({ round: z.int().min(1).max(2_147_483_647) });

export const getRounds = defineRoute({
  method: 'get',
  path: '/v1/badge-requests/{id}/rounds',
  access: EVERYONE,
  operationId: 'listRounds',
  summary: 'Read every round',
  description:
    'Newest first: what was submitted, found and decided, by whom and when, and what differs from the round before.',
  tag: 'Badge requests',
  params: requestId,
  query: z.strictObject(pageQuery),
  answers: { 200: { description: 'A page', schema: pageOf(round) } },
  handle: async ({ deps, caller, params, query }) => {
    const { id } = await readRequest(deps, params.id, caller);
    const before = decodeCursor(position, query.cursor)?.round ?? null;
    // One more than is shown: the last one's changes are told by the round before it.
    const rounds = await listRounds(deps.pool, { requestId: id, limit: query.limit + 1, before });
    const data = rounds.slice(0, query.limit).map((each, index) => presentRound(each, rounds[index + 1]));
    const last = rounds.length > query.limit ? data.at(-1) : undefined;
    return { status: 200, body: { data, next: last ? encodeCursor({ round: last.round }) : null } };
  },
});

function presentRound(shown: RoundView, before: RoundView | undefined): z.output<typeof round> {
  const { form, product } = shown;
  return {
    round: shown.round,
    form: {
      program: isProgramCode(form.program) ? form.program : null,
      productId: form.productId,
      retailIdentifier: form.retailIdentifier,
      asin: form.asin,
      variant: form.variant,
      bundleDevices: form.bundleDevices,
      goLive: form.goLive,
      marketplaces: form.marketplaces,
    },
    product: { id: product.id, name: product.name, brand: product.brand, model: product.model },
    submittedAt: shown.submittedAt,
    submittedBy: shown.submittedBy,
    decision: shown.decision,
    decidedAt: shown.decidedAt,
    decidedBy: shown.decidedBy,
    reasons: [...shown.reasons],
    findings: shown.findings.map(presentFinding),
    earlierFindings: shown.earlierFindings.map(({ supersededAt, ...finding }) => ({
      ...presentFinding(finding),
      supersededAt,
    })),
    changes: (before === undefined ? [] : submissionChanges(before, shown)).map(({ pointer, from, to }) => ({
      pointer,
      from: from as Value,
      to: to as Value,
    })),
  };
}

type Value = z.output<typeof round>['changes'][number]['from'];
