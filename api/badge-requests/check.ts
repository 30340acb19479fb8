/** "Check now": what submitting would say, with nothing changed. */
import { beginDraftCheck } from '../../db/draft-checks';
import { isAnotherUnderWay } from '../../db/drafts';
import { readFindings, readSubject } from '../../db/findings';
import type { Problem } from '../../domain/problem';
import { skillOf } from '../../domain/review';
import { completeFindings } from '../../domain/review-undecided';
import { rateLimited } from '../problem';
import { defineRoute } from '../route';
import { runDraftCheck } from '../temporal';
import { readRequest, refuseUnlessAllowed } from './access';
import { checkResult, nothing, requestId } from './schemas';
import { judgeForm } from './submission';
import { presentFinding } from './view';

/** What Amazon is asked about; where one of these is wrong there is nothing to ask. */
const ASKED_ABOUT = ['/program', '/productId', '/retailIdentifier', '/asin', '/marketplaces'];

const canBeChecked = (problems: readonly Problem[]) =>
  !problems.some(
    ({ pointer, code }) =>
      code !== 'OPEN_REQUEST_EXISTS' &&
      ASKED_ABOUT.some((field) => pointer === field || pointer.startsWith(`${field}/`)),
  );

export const checkDraft = defineRoute({
  method: 'post',
  path: '/v1/badge-requests/{id}/check',
  access: ['MAKER'],
  operationId: 'checkBadgeRequest',
  summary: 'See what submitting would say now',
  description:
    'The problems of the form and, where they leave something to ask about, what the review’s checks find. Nothing of the request changes. What Amazon does not answer in time is UNKNOWN. An organization has a number of checks a minute; repeats with the same `Idempotency-Key`, and forms that leave nothing to ask, cost none.',
  tag: 'Badge requests',
  params: requestId,
  creates: 'chk',
  body: { schema: nothing, mediaTypes: ['application/json'], optional: true },
  answers: { 200: { description: 'Problems and findings; nothing is changed', schema: checkResult } },
  problems: ['ACTION_NOT_ALLOWED', 'RATE_LIMITED'],
  handle: async ({ deps, caller, params, resourceId: checkId }) => {
    const request = await readRequest(deps, params.id, caller);
    refuseUnlessAllowed(request, caller, 'save');
    const isUnderWay = await isAnotherUnderWay(deps.pool, request);
    const { problems, product } = await judgeForm(deps, request, { isUnderWay });
    if (product === null || !canBeChecked(problems)) return { status: 200, body: { problems, findings: [] } };

    const { form } = request;
    const check = {
      id: checkId,
      requestId: request.id,
      organizationId: request.organization.id,
      form,
      product,
    };
    const begun = await beginDraftCheck(deps.pool, check, deps.checksPerMinute);
    if (begun !== 'BEGUN') throw rateLimited(`${deps.checksPerMinute} checks`, begun.retryAfterSeconds);
    const outcome = await runDraftCheck(deps, {
      checkId,
      marketplaces: form.marketplaces,
      hasSkill: skillOf(product.integration) !== null,
      patienceMs: deps.checkPatienceMs,
    });
    const found = await readFindings(deps.pool, { checkId });
    const subject = outcome === 'ENDED' ? null : await readSubject(deps.pool, { checkId });
    const at = deps.now().toISOString();
    const findings =
      subject === null ? found : completeFindings(found, subject, { marketplaces: form.marketplaces, at });
    return { status: 200, body: { problems, findings: findings.map(presentFinding) } };
  },
});
