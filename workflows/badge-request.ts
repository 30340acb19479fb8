/**
 * A badge request, from its first draft to the badge on the page: the only writer of its status.
 *
 * What people decide are updates: each is validated here and answered once its transition is recorded.
 * What the certification pipeline reports is a signal. Everything else follows from `nextStep`.
 */
import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  patched,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { TransitionRef } from '../db/transitions/transition-ref';
import { BADGE_ACTIONS } from '../domain/badges';
import { decide, follows, type Action } from '../domain/lifecycle';
import { refusals, type Recorded, type Refused, type RefusalType } from '../domain/transitions';
import {
  approveUpdate,
  badgeOrderUpdates,
  catchUpUpdate,
  certificationChangedSignal,
  discardUpdate,
  newState,
  recheckUpdate,
  recordedSeqQuery,
  rejectUpdate,
  rescheduleUpdate,
  retryUpdate,
  submitUpdate,
  withdrawUpdate,
  type BadgeRequestInput,
  type Command,
  type DecideCommand,
} from './contract';
import { createMutex } from './mutex';
import { describeFailure, rows, runChecks, runLivenessChecks } from './remote-steps';
import { applyOutcome, hear, looksOf, marketplacesDue, nextStep, repeatTogether, standingFor } from './state';

/** A wait begins with a fresh history once it has this many events: an evicted request is replayed quickly. */
const CONTINUE_AFTER_EVENTS = 100;
/** How long to wait where the database's clock is behind ours. */
const CLOCK_DIFFERENCE = '5 seconds';

export async function badgeRequest(input: BadgeRequestInput): Promise<void> {
  const { requestId } = input;
  const state = input.state ?? newState();
  const exclusively = createMutex();
  /** Grows with everything that is recorded or heard. */
  let revision = 0;
  /** The step that runs; withdrawing and the like interrupt it. */
  let running: CancellationScope | null = null;

  /** Whether something was recorded or heard since that revision; what was found out before it may say nothing any more. */
  const isOvertaken = (since: number | undefined) =>
    since !== undefined && since !== revision && patched('overtaken-steps-are-dropped');

  /**
   * Records one transition at a time, so that nothing happens between asking the table and writing.
   * @param since the revision that it follows from; absent: whatever there is when its turn comes
   */
  const record = <Outcome extends Recorded>(
    action: Action,
    command: Command | null,
    write: (ref: TransitionRef) => Promise<Outcome | Refused>,
    since?: number,
  ): Promise<Outcome | Refused> =>
    exclusively(async () => {
      if (!follows(standingFor(state, action), action) || isOvertaken(since))
        return { refused: refusals.actionNotAllowed };
      const outcome = await CancellationScope.nonCancellable(() =>
        write({ requestId, seq: state.seq + 1, command }),
      );
      if ('refused' in outcome) return outcome;
      if (!('unchanged' in outcome)) state.seq += 1;
      revision += 1;
      applyOutcome(state, outcome);
      return outcome;
    });

  const obey = async (
    action: Action,
    command: Command,
    write: (ref: TransitionRef) => Promise<Recorded | Refused>,
  ): Promise<Recorded> => {
    const before = state.stage;
    const outcome = await record(action, command, write);
    if ('refused' in outcome) throw refusal(outcome.refused);
    // A step of a stage that is left has nothing to find out any more.
    if (outcome.stage !== before) running?.cancel();
    return { status: outcome.status, stage: outcome.stage, round: outcome.round };
  };

  const validate = (action: Action, { actor }: Command): void => {
    if (!decide(standingFor(state, action), action, actor).allowed) throw refusal(refusals.actionNotAllowed);
  };
  const validateRound = (action: Action, command: DecideCommand): void => {
    validate(action, command);
    if (command.round !== state.round) throw refusal(refusals.roundOutdated);
  };

  // Updates: people decide these and read their own write.
  setHandler(submitUpdate, (command) => obey('submit', command, rows.recordSubmission), {
    validator: (command: Command) => validate('submit', command),
  });
  setHandler(
    approveUpdate,
    (command) => obey('approve', command, (ref) => rows.recordApproval(ref, command.round)),
    { validator: (command: DecideCommand) => validateRound('approve', command) },
  );
  setHandler(
    rejectUpdate,
    (command) => obey('reject', command, (ref) => rows.recordRejection(ref, command.round)),
    { validator: (command: DecideCommand) => validateRound('reject', command) },
  );
  setHandler(
    recheckUpdate,
    (command) => obey('recheck', command, (ref) => rows.recordRecheck(ref, command.round)),
    { validator: (command: DecideCommand) => validateRound('recheck', command) },
  );
  setHandler(
    rescheduleUpdate,
    (command) => obey('reschedule', command, (ref) => rows.recordRescheduling(ref, command.goLive)),
    { validator: (command: Command) => validate('reschedule', command) },
  );
  setHandler(withdrawUpdate, (command) => obey('withdraw', command, rows.recordWithdrawal), {
    validator: (command: Command) => validate('withdraw', command),
  });
  setHandler(discardUpdate, (command) => obey('discard', command, rows.recordDiscarding), {
    validator: (command: Command) => validate('discard', command),
  });
  setHandler(
    retryUpdate,
    (command) => obey('retry', command, (ref) => rows.recordRetry(ref, state.interruptedStage ?? 'CHECKING')),
    { validator: (command: Command) => validate('retry', command) },
  );
  // Orders about badges that are effective while others are still to come; from Enabled on another workflow takes them.
  for (const action of BADGE_ACTIONS)
    setHandler(
      badgeOrderUpdates[action],
      (command) =>
        obey(action, command, (ref) =>
          rows.recordPendingOrder(ref, { action, marketplaces: command.marketplaces }),
        ),
      { validator: (command: Command) => validate(action, command) },
    );
  setHandler(recordedSeqQuery, () => state.seq);
  const catchUp = () =>
    exclusively(async () => {
      const before = state.stage;
      for (const outcome of await rows.readMissed(requestId, state.seq)) {
        state.seq += 1;
        revision += 1;
        applyOutcome(state, outcome);
      }
      if (state.stage !== before) running?.cancel();
      return state.seq;
    });
  // An update: whoever finds the rows ahead of us waits for it. A kill has taken a task that had recorded something, and
  // what was heard since does not lead there again.
  setHandler(catchUpUpdate, catchUp);
  // What is heard meanwhile is kept until then: it is news to what was recorded.
  if (input.isLost === true) await catchUp();
  // A signal: the pipeline reports a fact and waits for no answer.
  setHandler(certificationChangedSignal, (news) => {
    // A worker of before has ignored what is newer by its revision alone.
    if (!hear(state, news, () => patched('news-by-revision'))) return;
    revision += 1;
    // A look at listings may take long, and what it is for is lost.
    const { take } = nextStep(state, Date.now(), requestId);
    if (running !== null && take === 'refuseCertification' && patched('lost-certification-interrupts'))
      running.cancel();
  });

  /** Records what the service itself does; where the database disagrees, it is ahead of us, or its clock is waited for. */
  const recordOwn = async <Outcome extends Recorded>(
    action: Action,
    write: (ref: TransitionRef) => Promise<Outcome | Refused>,
    since?: number,
  ): Promise<Outcome | null> => {
    const outcome = await record(action, null, write, since);
    if (!('refused' in outcome)) return outcome;
    if (isOvertaken(since)) return null;
    const before = revision;
    // What a lost task has recorded may be of somebody whom no repeat leads here: the same step would be refused for ever.
    if (patched('refused-steps-catch-up')) await catchUp();
    if (revision === before) await condition(() => revision !== before, CLOCK_DIFFERENCE);
    return null;
  };

  /** Runs a step outside; false when it was interrupted or failed for good, which is recorded. */
  const attempt = async (step: () => Promise<void>): Promise<boolean> => {
    const scope = new CancellationScope();
    const since = revision;
    running = scope;
    try {
      await scope.run(step);
      return true;
    } catch (error) {
      if (isCancellation(error) && !CancellationScope.current().consideredCancelled) return false;
      if (!(error instanceof ActivityFailure)) throw error;
      const why = describeFailure(error);
      log.warn('A step outlasted its retries', { requestId, why });
      await recordOwn('needAttention', (ref) => rows.recordAttention(ref, why), since);
      return false;
    } finally {
      running = null;
    }
  };

  const check = async (): Promise<void> => {
    const { round, hasSkill, open: marketplaces } = state;
    const finished = await attempt(() =>
      runChecks({ subject: { requestId, round }, marketplaces, hasSkill }, state.asksHere),
    );
    if (finished && state.round === round) await recordOwn('passChecks', rows.recordChecks);
  };

  const refuseCertification = () =>
    recordOwn('refuseCertification', (ref) => rows.recordCertificationRefusal(ref, looksOf(state)));

  const stage = async (): Promise<void> => {
    const { round } = state;
    const looks = looksOf(state);
    const marketplaces = marketplacesDue(state, Date.now());
    const before = revision;
    let answers = {};
    const finished = await attempt(async () => {
      answers = await runLivenessChecks({ subject: { requestId, round }, marketplaces }, state.asksHere);
    });
    if (!finished || revision !== before) return;
    const [lookedAt, tries] = [Date.now(), state.stagingTries + 1];
    const outcome = await recordOwn('stage', (ref) => rows.recordStaging(ref, { answers, looks }), before);
    // What a lost task has recorded under its number may be something else.
    if (outcome !== null && 'open' in outcome) repeatTogether(state, outcome, { lookedAt, tries });
  };

  const enable = async (): Promise<void> => {
    const enabling = await rows.recordEnabling(requestId);
    // It was sent back before its instant, and the workflow task that had it recorded was lost.
    if (enabling === 'BEHIND') await refuseCertification();
    else if (enabling) state.status = 'ENABLED';
    // The database's clock decides, and ours may be ahead of it.
    else await condition(() => false, CLOCK_DIFFERENCE);
  };

  const waitFor = async (until: number | null): Promise<void> => {
    if (workflowInfo().historyLength > CONTINUE_AFTER_EVENTS) {
      const before = revision;
      await condition(allHandlersFinished);
      if (revision === before) return continueAsNew<typeof badgeRequest>({ requestId, state });
      return;
    }
    const before = revision;
    const changed = () => revision !== before;
    if (until === null) await condition(changed);
    else await condition(changed, Math.max(1, until - Date.now()));
  };

  for (;;) {
    const step = nextStep(state, Date.now(), requestId);
    switch (step.take) {
      case 'check':
        await check();
        break;
      case 'refuseCertification':
        if (state.stage !== 'NEEDS_ATTENTION' || patched('refused-while-attention-is-needed'))
          await refuseCertification();
        else await waitFor(null);
        break;
      case 'stage':
        await stage();
        break;
      case 'enable':
        await enable();
        break;
      case 'wait':
        await waitFor(step.until);
        break;
      case 'end':
        await condition(allHandlersFinished);
        return;
    }
  }
}

const refusal = (type: RefusalType) => ApplicationFailure.nonRetryable(`Refused: ${type}`, type);
