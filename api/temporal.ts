/** How the API speaks with Temporal: starts the workflow of a request, gives it commands, has things looked up. */
import {
  ApplicationFailure,
  isGrpcDeadlineError,
  isGrpcServiceError,
  ServiceError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { forgetHeard } from '../db/certification-news';
import type { RequestView } from '../db/request-view';
import type { Recorded } from '../domain/transitions';
import {
  catchUpUpdate,
  inputAnew,
  refusals,
  remedyStart,
  requestStart,
  workflowIds,
  workflowTypes,
  WORKFLOW_TASK_TIMEOUT_MS,
  type AsinSuggestionInput,
  type BadgeRequestInput,
  type Command,
  type DraftCheckInput,
  type RefusalType,
} from '../workflows/contract';
import type { ApiDependencies } from './dependencies';

type Temporal = Pick<ApiDependencies, 'pool' | 'temporal' | 'taskQueue' | 'answerDeadlineMs'>;

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
  workflowIdReusePolicy: 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY' | 'ALLOW_DUPLICATE',
): Promise<void> {
  try {
    await temporal.workflow.start(workflowTypes.badgeRequest, {
      ...requestStart(input, taskQueue),
      workflowIdReusePolicy,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** What a command came to: recorded; refused, and why; or there is no workflow to take it. */
export type CommandOutcome = 'RECORDED' | RefusalType | 'NO_WORKFLOW';

/** A command as it is given once. */
export interface Given<C extends Command> {
  readonly update: UpdateDefinition<Recorded, [C]>;
  readonly command: C;
  /** Under which Temporal keeps what it came to, and answers the same whenever it is given again. */
  readonly updateId: string;
}

/**
 * Gives a request's workflow a command and waits until it is recorded. Where there is no workflow, because a creation was cut
 * off or Temporal lost it, one is started from what is recorded.
 * @param hasEndedBeyond whether a workflow that came to its end stands in nobody's way: it had ended before the request was
 *   read, so its rows are those of an earlier moment, as after a backup was restored
 * @throws what `isTemporalAway` knows, when nobody answers in time
 */
export async function sendCommand<C extends Command>(
  deps: Temporal,
  request: RequestView,
  given: Given<C>,
  hasEndedBeyond = false,
): Promise<CommandOutcome> {
  const { temporal, answerDeadlineMs } = deps;
  return within(temporal, answerDeadlineMs, async () => {
    const outcome = await executeUpdate(temporal, request.id, given);
    if (outcome !== 'NO_WORKFLOW') return outcome;
    const { id: requestId, status, round, transitionSeq: seq } = request;
    const input = inputAnew(requestId, { seq, status, round });
    if (input === null) return outcome;
    await start(deps, input, hasEndedBeyond ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY');
    if (input.isLost) {
      await forgetHeard(deps.pool, request.id);
      await catchUp(deps, request);
    }
    return executeUpdate(temporal, request.id, given);
  });
}

async function executeUpdate<C extends Command>(
  temporal: Client,
  requestId: string,
  { update, command, updateId }: Given<C>,
): Promise<CommandOutcome> {
  try {
    const handle = temporal.workflow.getHandle(workflowIds.badgeRequest(requestId));
    await untilTaken(() => handle.executeUpdate<Recorded, [C]>(update, { args: [command], updateId }));
    return 'RECORDED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'NO_WORKFLOW';
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    return refusal;
  }
}

/**
 * Has a request's workflow take over what is recorded and it does not know. One that is not there, or that an earlier version
 * runs, stays as it is.
 * @throws what `isTemporalAway` knows, when nobody answers in time
 */
export async function catchUp({ temporal, answerDeadlineMs }: Temporal, { id }: RequestView): Promise<void> {
  const handle = temporal.workflow.getHandle(workflowIds.badgeRequest(id));
  try {
    await within(temporal, answerDeadlineMs, () => untilTaken(() => handle.executeUpdate(catchUpUpdate)));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError)) throw error;
  }
}

/**
 * Gives the workflow of a request's badges an order, starts it where none runs, and waits until it is recorded.
 * @throws what `isTemporalAway` knows, when nobody answers in time
 */
export async function sendBadgeOrder<C extends Command>(
  { temporal, taskQueue, answerDeadlineMs }: Temporal,
  { id }: RequestView,
  { update, command, updateId }: Given<C>,
): Promise<CommandOutcome> {
  return within(temporal, answerDeadlineMs, async () => {
    try {
      await untilTaken(() =>
        temporal.workflow.executeUpdateWithStart(update, {
          startWorkflowOperation: new WithStartWorkflowOperation(workflowTypes.badgeRemedy, {
            ...remedyStart({ requestId: id }, taskQueue),
            workflowIdConflictPolicy: 'USE_EXISTING',
          }),
          args: [command],
          updateId,
        }),
      );
      return 'RECORDED';
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null) throw error;
      return refusal;
    }
  });
}

/** How often an update is given that no workflow task takes. */
const MOST_TRIES = 5;

/**
 * Gives an update again where the workflow task that it was in has failed, or has ended without a word about it: whatever
 * comes while a workflow's last task runs makes that task fail, and one that came while a task was prolonged may not reach
 * the workflow before the task's end. Temporal forgets it then. What is recorded already is known by its command's id.
 */
async function untilTaken<Result>(give: () => Promise<Result>, tries = MOST_TRIES): Promise<Result> {
  try {
    return await give();
  } catch (error) {
    if (tries === 1 || !(isOfFailedTask(error) || isUnprocessed(error))) throw error;
    return untilTaken(give, tries - 1);
  }
}

/** Of gRPC. */
const FAILED_PRECONDITION = 9;

function isOfFailedTask(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && (cause.code as number) === FAILED_PRECONDITION;
}

/** Temporal's own type of the failure. */
const isUnprocessed = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === 'UnprocessedUpdate';

function refusalOf(error: unknown): CommandOutcome | null {
  if (!(error instanceof WorkflowUpdateFailedError)) return null;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return 'NO_WORKFLOW';
  return Object.values(refusals).find((type) => type === cause.type) ?? null;
}

/** What a short workflow has beyond its patience: its last attempt, and being told of its end. */
const GRACE_MS = 2_000;

/**
 * Has a draft checked and waits for the end, but not longer than its patience and a moment; the findings lie
 * under the check's id. Activities that are scheduled and have not ended then are still being asked about.
 * @throws what `isTemporalAway` knows, when no worker takes it in time
 */
export async function runDraftCheck(deps: Temporal, input: DraftCheckInput): Promise<'ENDED' | 'UNDER_WAY'> {
  const { temporal, answerDeadlineMs } = deps;
  const workflowId = workflowIds.draftCheck(input.checkId);
  await startOnce(deps, workflowTypes.draftCheck, workflowId, input);
  const handle = temporal.workflow.getHandle(workflowId);
  try {
    await within(temporal, input.patienceMs + GRACE_MS, () => handle.result());
    return 'ENDED';
  } catch (error) {
    if (!isGrpcDeadlineError(error)) throw error;
    const { status, raw } = await within(temporal, answerDeadlineMs, () => handle.describe());
    if (status.name === 'COMPLETED') return 'ENDED';
    if ((raw.pendingActivities ?? []).length === 0) throw error;
    return 'UNDER_WAY';
  }
}

/**
 * Has ASINs looked up and waits for the end; the answer lies under the question's id.
 * @throws what `isTemporalAway` knows, when no worker answers in time
 */
export async function findSuggestions(deps: Temporal, input: AsinSuggestionInput): Promise<void> {
  const workflowId = workflowIds.asinSuggestion(input.suggestionId);
  await startOnce(deps, workflowTypes.asinSuggestion, workflowId, input);
  const handle = deps.temporal.workflow.getHandle(workflowId);
  await within(deps.temporal, input.patienceMs + GRACE_MS, () => handle.result());
}

/** Starts a short workflow; one that runs already, or has ended well, is as good. */
async function startOnce(
  { temporal, taskQueue, answerDeadlineMs }: Temporal,
  workflowType: string,
  workflowId: string,
  input: { readonly patienceMs: number },
): Promise<void> {
  try {
    await within(temporal, answerDeadlineMs, () =>
      temporal.workflow.start(workflowType, {
        workflowId,
        taskQueue,
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
        workflowExecutionTimeout: input.patienceMs + 2 * answerDeadlineMs,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        args: [input],
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
