/** What people decide about a request. */
import { saveDecision } from '../../db/reviewer-decisions';
import type { RequestView } from '../../db/request-view';
import { goLiveProblems, isSameGoLive } from '../../domain/go-live';
import { makeReason } from '../../domain/reasons';
import {
  approveUpdate,
  discardUpdate,
  recheckUpdate,
  rejectUpdate,
  rescheduleUpdate,
  retryUpdate,
  submitUpdate,
  withdrawUpdate,
} from '../../workflows/contract';
import { invalid, type InputProblem } from '../problem';
import type { Route } from '../route';
import { defineAction } from './action-route';
import { holdClaim } from './claims';
import { command, roundOutdated } from './commands';
import { rescheduling } from './form-schemas';
import { approval, nothing, rechecking, rejection } from './schemas';
import { refuseTooManySubmissions, submissionProblems } from './submission';
import type { z } from 'zod';

const submit = defineAction({
  name: 'submit',
  by: ['MAKER'],
  summary: 'Submit for review',
  description:
    'Answers 422 with every problem of the form at once. A rejected request is submitted again with the same call.',
  body: nothing,
  problems: ['DUPLICATE_REQUEST', 'TOO_MANY_SUBMISSIONS'],
  act: (call) =>
    command(call, {
      action: 'submit',
      update: submitUpdate,
      extra: {},
      prepare: async (request) => {
        await refuseTooManySubmissions(call.deps, request);
        const problems = await submissionProblems(call.deps, request);
        if (problems.length > 0) throw invalid(problems);
      },
    }),
});

const approve = defineAction({
  name: 'approve',
  by: ['REVIEWER'],
  summary: 'Approve the round that you saw',
  description:
    'Never for a request of an organization that you belong to, or that another reviewer has claimed. Deciding claims what nobody has claimed. The checks of a round may have run again since you saw what they found: with `If-Match` you decide on what you have seen only.',
  body: approval,
  problems: ['ROUND_OUTDATED', 'CLAIMED', 'OWN_ORGANIZATION'],
  act: (call) => {
    const { round } = call.body;
    const prepare = async (request: RequestView) => {
      refuseOtherRound(request, round);
      await holdClaim(call, request, 'approve');
    };
    return command(call, { action: 'approve', update: approveUpdate, extra: { round }, prepare });
  },
});

const reject = defineAction({
  name: 'reject',
  by: ['REVIEWER'],
  summary: 'Reject the round that you saw',
  description: 'With at least one reason, of those in `/v1/reason-codes` that a reviewer may pick.',
  body: rejection,
  problems: ['ROUND_OUTDATED', 'CLAIMED', 'OWN_ORGANIZATION'],
  act: (call) => {
    const { round, reasons } = call.body;
    const prepare = async (request: RequestView) => {
      refuseOtherRound(request, round);
      refuseOtherMarketplaces(request, reasons);
      await holdClaim(call, request, 'reject');
      await saveDecision(call.deps.pool, {
        commandId: call.commandId,
        requestId: request.id,
        round,
        reviewerId: call.caller.id,
        reasons: reasons.map(({ code, marketplace, text }) =>
          makeReason(code, { marketplace: marketplace ?? null, text: text?.trim() || null }),
        ),
      });
    };
    return command(call, { action: 'reject', update: rejectUpdate, extra: { round }, prepare });
  },
});

const recheck = defineAction({
  name: 'recheck',
  by: ['REVIEWER', 'OPERATOR'],
  summary: 'Have the checks run again',
  description:
    'For what may have changed since, or was answered with UNKNOWN. The request is in stage CHECKING meanwhile, its findings are those of the new run, and a definite NO rejects it.',
  body: rechecking,
  problems: ['ROUND_OUTDATED', 'CLAIMED', 'OWN_ORGANIZATION'],
  act: (call) => {
    const { round } = call.body;
    const prepare = async (request: RequestView) => refuseOtherRound(request, round);
    return command(call, { action: 'recheck', update: recheckUpdate, extra: { round }, prepare });
  },
});

function refuseOtherRound(request: RequestView, round: number): void {
  if (request.round !== round) throw roundOutdated(request);
}

function refuseOtherMarketplaces(
  { form }: RequestView,
  reasons: z.output<typeof rejection>['reasons'],
): void {
  const errors = reasons.flatMap(({ marketplace }, index): InputProblem[] =>
    marketplace == null || form.marketplaces.includes(marketplace)
      ? []
      : [
          {
            pointer: `/reasons/${index}/marketplace`,
            code: 'INVALID_VALUE',
            detail: 'The request does not ask for this marketplace.',
            found: marketplace,
            expected: form.marketplaces.join(', '),
          },
        ],
  );
  if (errors.length > 0) throw invalid(errors);
}

const withdraw = defineAction({
  name: 'withdraw',
  by: ['MAKER'],
  summary: 'Take back from review or from Pending',
  description: 'The request can then be changed and submitted again, or discarded.',
  body: nothing,
  act: (call) => command(call, { action: 'withdraw', update: withdrawUpdate, extra: {} }),
});

const reschedule = defineAction({
  name: 'reschedule',
  by: ['MAKER'],
  summary: 'Choose another go-live date',
  description:
    'Badges that are effective already stay as they are. The choice that there is changes nothing, unless a listing was not found live: then it is looked at again at once.',
  body: rescheduling,
  act: (call) => {
    const { goLive } = call.body;
    const prepare = async ({ form }: RequestView) => {
      const problems = goLiveProblems(goLive, form.marketplaces, call.deps.now().toISOString());
      if (problems.length > 0) throw invalid(problems);
    };
    const isDone = ({ form, obstacles }: RequestView) =>
      isSameGoLive(form.goLive, goLive) && obstacles.notLive.length === 0;
    return command(call, {
      action: 'reschedule',
      update: rescheduleUpdate,
      extra: { goLive },
      prepare,
      isDone,
    });
  },
});

const discard = defineAction({
  name: 'discard',
  by: ['MAKER'],
  summary: 'Give the request up',
  description: 'For good: ask for the badge again with a new request.',
  body: nothing,
  act: (call) => command(call, { action: 'discard', update: discardUpdate, extra: {} }),
});

const retry = defineAction({
  name: 'retry',
  by: ['OPERATOR'],
  summary: 'Repeat the step that needs attention',
  description: 'For a request in stage NEEDS_ATTENTION, once its cause is removed.',
  body: nothing,
  act: (call) => command(call, { action: 'retry', update: retryUpdate, extra: {} }),
});

export const actionRoutes: readonly Route[] = [
  submit,
  approve,
  reject,
  recheck,
  withdraw,
  reschedule,
  discard,
  retry,
];
