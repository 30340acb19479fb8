/** How the API speaks with Temporal: starts the workflow of a request, gives it commands, has drafts checked. */
import {
  ApplicationFailure,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import type { RequestView } from '../db/request-view';
import type { Recorded } from '../domain/transitions';
import {
  refusals,
  workflowIds,
  workflowTypes,
  WORKFLOW_TASK_TIMEOUT_MS,
  type BadgeRequestInput,
  type BadgeRequestState,
  type Command,
  type DraftCheckInput,
  type RefusalType,
} from '../workflows/contract';
import type { ApiDependencies } from './dependencies';

type Temporal = Pick<ApiDependencies, 'temporal' | 'taskQueue' | 'answerDeadlineMs'>;

/** Runs calls to Temporal that have to be answered within a time. */
const within = <Result>(temporal: Client, ms: number, work: () => Promise<Result>): Promise<Result> =>
  temporal.withDeadline(Date.now() + ms, work);

/** Starts the workflow of a new request; one that runs already is as good. */
export async function startRequest(deps: Temporal, requestId: string): Promise<void> {
  await within(deps.temporal, deps.answerDeadlineMs, () => start(deps, { requestId }, 'REJECT_DUPLICATE'));
}

async function start(
  { temporal, taskQueue }: Temporal,
  input: BadgeRequestInput,
  workflowIdReusePolicy: 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY',
): Promise<void> {
  try {
    await temporal.workflow.start(workflowTypes.badgeRequest, {
      workflowId: workflowIds.badgeRequest(input.requestId),
      taskQueue,
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
      workflowIdReusePolicy,
      args: [input],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** What a command came to: recorded; refused, and why; or there is no workflow to take it. */
export type CommandOutcome = 'RECORDED' | RefusalType | 'NO_WORKFLOW';

/**
 * Gives a request's workflow a command and waits until it is recorded. Where there is no workflow for a request that
 * waits for its maker, because a creation was cut off or Temporal lost it, one is started from what is recorded.
 * @throws what `isTemporalAway` knows, when nobody answers in time
 */
export async function sendCommand<C extends Command>(
  deps: Temporal,
  request: RequestView,
  update: UpdateDefinition<Recorded, [C]>,
  command: C,
): Promise<CommandOutcome> {
  const { temporal, answerDeadlineMs } = deps;
  return within(temporal, answerDeadlineMs, async () => {
    const outcome = await executeUpdate(temporal, request.id, update, command);
    if (outcome !== 'NO_WORKFLOW') return outcome;
    const state = stateOf(request);
    if (state === null) return outcome;
    const input = request.transitionSeq === 0 ? { requestId: request.id } : { requestId: request.id, state };
    await start(deps, input, 'ALLOW_DUPLICATE_FAILED_ONLY');
    return executeUpdate(temporal, request.id, update, command);
  });
}

async function executeUpdate<C extends Command>(
  temporal: Client,
  requestId: string,
  update: UpdateDefinition<Recorded, [C]>,
  command: C,
): Promise<CommandOutcome> {
  try {
    await temporal.workflow
      .getHandle(workflowIds.badgeRequest(requestId))
      .executeUpdate<Recorded, [C]>(update, { args: [command], updateId: command.commandId });
    return 'RECORDED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'NO_WORKFLOW';
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    return refusal;
  }
}

function refusalOf(error: unknown): CommandOutcome | null {
  if (!(error instanceof WorkflowUpdateFailedError)) return null;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return 'NO_WORKFLOW';
  return Object.values(refusals).find((type) => type === cause.type) ?? null;
}

/** What a workflow carries while it waits for the maker; null elsewhere, where more than the row knows is needed. */
function stateOf({ status, transitionSeq, round }: RequestView): BadgeRequestState | null {
  if (status !== 'NOT_SUBMITTED' && status !== 'REJECTED') return null;
  return {
    format: 1,
    seq: transitionSeq,
    status,
    stage: null,
    interruptedStage: null,
    round,
    open: [],
    hasSkill: false,
    instants: {},
    certification: null,
    nextStagingAt: null,
    stagingTries: 0,
    enabledAt: null,
  };
}

/**
 * Has a draft checked and waits for the end; the findings lie under the check's id.
 * @throws what `isTemporalAway` knows, when no worker takes it in time
 */
export async function runDraftCheck(
  { temporal, taskQueue, answerDeadlineMs }: Temporal,
  input: DraftCheckInput,
): Promise<void> {
  const patienceMs = answerDeadlineMs + input.patienceMs;
  await within(temporal, patienceMs, async () => {
    const workflowId = workflowIds.draftCheck(input.checkId);
    try {
      await temporal.workflow.start(workflowTypes.draftCheck, {
        workflowId,
        taskQueue,
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
        workflowExecutionTimeout: patienceMs + answerDeadlineMs,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        args: [input],
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    await temporal.workflow.getHandle(workflowId).result();
  });
}
