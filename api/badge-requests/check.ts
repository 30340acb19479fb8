/** "Check now": what submitting would say, with nothing changed. */
import { insertDraftCheck } from '../../db/draft-checks';
import { readFindings } from '../../db/findings';
import type { Problem } from '../../domain/problem';
import { skillOf } from '../../domain/review';
import { defineRoute } from '../route';
import { runDraftCheck } from '../temporal';
import { readRequest, refuseUnlessAllowed } from './access';
import { checkResult, nothing, requestId } from './schemas';
import { judgeForm } from './submission';

/** What Amazon is asked about; where one of these is wrong there is nothing to ask. */
const ASKED_ABOUT = ['/program', '/productId', '/retailIdentifier', '/asin', '/marketplaces'];

const canBeChecked = (problems: readonly Problem[]) =>
  !problems.some(({ pointer }) =>
    ASKED_ABOUT.some((field) => pointer === field || pointer.startsWith(`${field}/`)),
  );

export const checkDraft = defineRoute({
  method: 'post',
  path: '/v1/badge-requests/{id}/check',
  access: ['MAKER'],
  operationId: 'checkBadgeRequest',
  summary: 'See what submitting would say now',
  description:
    'The problems of the form and, where they leave something to ask about, what the review’s checks find.',
  tag: 'Badge requests',
  params: requestId,
  creates: 'chk',
  body: { schema: nothing, mediaTypes: ['application/json'], optional: true },
  answers: { 200: { description: 'Problems and findings; nothing is changed', schema: checkResult } },
  problems: ['ACTION_NOT_ALLOWED'],
  handle: async ({ deps, caller, params, resourceId: checkId }) => {
    const request = await readRequest(deps, params.id, caller);
    refuseUnlessAllowed(request, caller, 'save');
    const { problems, product } = await judgeForm(deps, request);
    if (product === null || !canBeChecked(problems)) return { status: 200, body: { problems, findings: [] } };

    const { form } = request;
    await insertDraftCheck(deps.pool, { id: checkId, requestId: request.id, form, product });
    await runDraftCheck(deps, {
      checkId,
      marketplaces: form.marketplaces,
      hasSkill: skillOf(product.integration) !== null,
      patienceMs: deps.checkPatienceMs,
    });
    const findings = (await readFindings(deps.pool, { checkId })).map(({ code: _, ...finding }) => finding);
    return { status: 200, body: { problems, findings } };
  },
});
