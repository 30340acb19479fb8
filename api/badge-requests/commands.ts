/** A person's command to a request's workflow: judged by what is recorded, sent, and answered by what is recorded then. */
import type { UpdateDefinition } from '@temporalio/common';
import type { RequestView } from '../../db/request-view';
import { confirmCommand, findCommand } from '../../db/unconfirmed-commands';
import { isSinceEnabled, type Action } from '../../domain/lifecycle';
import type { Recorded } from '../../domain/transitions';
import type { Command } from '../../workflows/contract';
import { invalid, ProblemError, tryAgain } from '../problem';
import type { Answer, Call } from '../route';
import type { PersonRole } from '../../db/people';
import type { requestId } from './schemas';
import { newId } from '../ids';
import { catchUp, sendCommand, type CommandOutcome } from '../temporal';
import { readRequest, refuseOtherVersion, refuseUnlessAllowed } from './access';
import { submissionProblems } from './submission';
import { actorOf, requestAnswer } from './view';

/** A call to a request by somebody of a role that may make it. */
export type RequestCall<B = unknown> = Omit<
  Call<readonly PersonRole[], typeof requestId, undefined, undefined>,
  'body'
> & { readonly body: B };

interface Sending<C extends Command> {
  readonly action: Action;
  readonly update: UpdateDefinition<Recorded, [C]>;
  /** What the command says beyond whose it is. */
  readonly extra: Omit<C, keyof Command>;
  /** Judges and prepares what only this action asks for; throws to refuse. */
  readonly prepare?: (request: RequestView) => Promise<void>;
  /** Whether what is asked for holds already: then nothing is sent. */
  readonly isDone?: (request: RequestView) => boolean;
  /** To which workflow; absent: to the request's own. */
  readonly send?: typeof sendCommand;
}

/**
 * @returns the request as it stands once the command is recorded
 * @throws {ProblemError} when it is refused, or nobody recorded it in time
 */
export async function command<C extends Command>(call: RequestCall, sending: Sending<C>): Promise<Answer> {
  const { deps, caller, params, commandId } = call;
  const isRepeatable = call.header('idempotency-key') !== undefined;
  const find = () => findCommand(deps.pool, params.id, commandId);
  const read = () => readRequest(deps, params.id, caller);
  /** @throws {ProblemError} where what is recorded does not allow the command */
  const judge = async (request: RequestView) => {
    refuseUnlessAllowed(request, caller, sending.action);
    refuseOtherVersion(call.header('if-match'), request.version);
    await sending.prepare?.(request);
  };

  const [request, earlier] = await Promise.all([read(), isRepeatable ? find() : null]);
  if (earlier === 'CONFIRMED') return requestAnswer(await read(), caller);
  if (earlier === null)
    await judge(request).catch(async (refusal: unknown) => {
      // Nobody waits for the first try any more, and it may have been recorded since it was looked for.
      if (!isRepeatable || (await find()) === null) throw refusal;
    });
  if (earlier === null && sending.isDone?.(request)) return requestAnswer(request, caller);
  const { role, ownOrganization } = actorOf(caller, request);
  const actor = { id: caller.id, role, ownOrganization };
  const give = async (updateId: string, to = request, hasEndedBeyond = false): Promise<CommandOutcome> => {
    const given = { update: sending.update, command: { ...sending.extra, commandId, actor } as C, updateId };
    const outcome = await (sending.send ?? sendCommand)(deps, to, given, hasEndedBeyond);
    if (outcome === 'RECORDED') await confirmCommand(deps.pool, params.id, commandId);
    // A refusal may be that of the second delivery of a command whose first one was recorded: Temporal repeats by itself, too.
    return outcome === 'RECORDED' || (await find()) === null ? outcome : 'RECORDED';
  };

  let outcome = await give(commandId);
  if (outcome !== 'RECORDED') {
    const now = await read();
    switch (outcome) {
      case 'ROUND_OUTDATED':
        throw roundOutdated(now);
      case 'DUPLICATE_REQUEST':
        throw new ProblemError(
          'DUPLICATE_REQUEST',
          'Another request for this programme and ASIN is under way.',
          { members: { existingRequestId: null } },
        );
      case 'FORM_INVALID': {
        const problems = await submissionProblems(deps, now);
        if (problems.length > 0) throw invalid(problems);
        break;
      }
      case 'ACTION_NOT_ALLOWED':
      case 'NO_WORKFLOW':
        await judge(now);
    }
    // The rows allow it. Either the workflow was behind them for a moment, or is not there yet, or has ended beyond them; or
    // its refusal is that of an earlier try, which Temporal keeps under the update's id.
    outcome = await (outcome === 'NO_WORKFLOW' ? give(commandId, now, true) : give(newId('cmd'), now));
    // Nothing that it has heard leads it to what its rows say. The workflow of badges reads them by itself.
    const isOfRequest = sending.send === undefined || !isSinceEnabled(now.status);
    if (outcome === 'ACTION_NOT_ALLOWED' && isOfRequest) {
      await catchUp(deps, now);
      outcome = await give(newId('cmd'), now);
    }
  }
  if (outcome === 'RECORDED') return requestAnswer(await read(), caller);
  throw tryAgain(new Error(`The workflow of ${params.id} is not there, or behind its rows: ${outcome}.`));
}

export const roundOutdated = ({ round }: RequestView) =>
  new ProblemError('ROUND_OUTDATED', `The request is in round ${round}.`, {
    members: { currentRound: round },
  });
