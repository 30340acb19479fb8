/** Claims: of several reviewers one works on a request. They are rows only; the workflow knows nothing of them. */
import { releaseClaim, takeClaim } from '../../db/review-claims';
import type { RequestView } from '../../db/request-view';
import type { Action } from '../../domain/lifecycle';
import { tryAgain } from '../problem';
import type { Route } from '../route';
import { readRequest, refuseOtherVersion, refuseUnlessAllowed } from './access';
import { defineAction } from './action-route';
import type { RequestCall } from './commands';
import { nothing } from './schemas';
import { requestAnswer } from './view';

/**
 * Makes the review the caller's before they act on it.
 * @throws {ProblemError} CLAIMED where another reviewer was faster, or as the lifecycle's table says by now
 */
export async function holdClaim(
  { deps, caller }: Pick<RequestCall, 'deps' | 'caller'>,
  { id }: RequestView,
  action: Action,
): Promise<void> {
  const claim = { requestId: id, reviewerId: caller.id, minutes: deps.claimMinutes };
  if (await takeClaim(deps.pool, claim)) return;
  refuseUnlessAllowed(await readRequest(deps, id, caller), caller, action);
  throw tryAgain();
}

const claim = defineAction({
  name: 'claim',
  by: ['REVIEWER'],
  summary: 'Take the review for yourself',
  description:
    'Others cannot decide meanwhile. A claim lapses after 30 minutes in which you did nothing with the request, unless configured otherwise; reading it, commenting on it and claiming it once more renew it.',
  body: nothing,
  problems: ['CLAIMED', 'OWN_ORGANIZATION'],
  act: async (call) => {
    const { deps, caller, params } = call;
    const request = await readRequest(deps, params.id, caller);
    refuseUnlessAllowed(request, caller, 'claim');
    refuseOtherVersion(call.header('if-match'), request.version);
    await holdClaim(call, request, 'claim');
    return requestAnswer(await readRequest(deps, params.id, caller), caller);
  },
});

const release = defineAction({
  name: 'release',
  by: ['REVIEWER'],
  summary: 'Give the review back to the others',
  description: 'Releasing what you have not claimed changes nothing.',
  body: nothing,
  problems: ['CLAIMED', 'OWN_ORGANIZATION'],
  act: async ({ deps, caller, params, header }) => {
    const request = await readRequest(deps, params.id, caller);
    refuseUnlessAllowed(request, caller, 'release');
    refuseOtherVersion(header('if-match'), request.version);
    await releaseClaim(deps.pool, { requestId: params.id, reviewerId: caller.id });
    return requestAnswer(await readRequest(deps, params.id, caller), caller);
  },
});

export const claimRoutes: readonly Route[] = [claim, release];
