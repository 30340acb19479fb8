/**
 * What happens to a request's badges after Enabled: the only writer of it then, as long as something does. It is
 * started by whatever comes first, and ends when nothing is left to do.
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
import { BADGE_ACTIONS, type BadgeAction } from '../domain/badges';
import { decide } from '../domain/lifecycle';
import type { MarketplaceCode } from '../domain/marketplaces';
import { faultsOf } from '../domain/remedy';
import type { FindingSummary } from '../domain/review';
import { refusals, type BadgesRecorded, type Recorded, type Refused } from '../domain/transitions';
import {
  badgeOrderUpdates,
  certificationChangedSignal,
  newRemedyState,
  programSuspensionChangedSignal,
  troubledSignal,
  type BadgeOrderCommand,
  type BadgeRemedyInput,
  type Command,
} from './contract';
import { createMutex } from './mutex';
import { badgeRows, lookAtListings } from './remote-steps';
import {
  allowsOrder,
  consequencesOf,
  forgetSettled,
  hasSettled,
  hearOfTrouble,
  nextRemedyStep,
  rememberLook,
  standingOf,
  takeOver,
} from './remedy-state';

/** A wait begins with a fresh history once it has this many events. */
const CONTINUE_AFTER_EVENTS = 100;

export async function badgeRemedy(input: BadgeRemedyInput): Promise<void> {
  const { requestId } = input;
  const state = input.state ?? newRemedyState();
  const exclusively = createMutex();
  const now = () => new Date().toISOString();
  /** Grows with everything that is recorded or heard. */
  let revision = 0;

  const read = async (): Promise<void> => takeOver(state, await badgeRows.readAfterwards(requestId));

  /**
   * Records one transition at a time. A refusal may mean that rows are ahead of us, of which a kill had left us
   * behind: then they are read, and it is tried once more.
   */
  const record = <Outcome extends BadgesRecorded>(
    command: Command | null,
    write: (ref: TransitionRef) => Promise<Outcome | Refused>,
  ): Promise<Outcome | Refused> =>
    exclusively(async () => {
      const tryOnce = async () => {
        const outcome = await CancellationScope.nonCancellable(() =>
          write({ requestId, seq: state.seq + 1, command }),
        );
        if (!('refused' in outcome))
          takeOver(state, { ...outcome, seq: 'unchanged' in outcome ? state.seq : state.seq + 1 });
        revision += 1;
        return outcome;
      };
      if (!state.known) await read();
      const before = state.seq;
      const outcome = await tryOnce();
      if (!('refused' in outcome)) return outcome;
      await read();
      return state.seq === before ? outcome : tryOnce();
    });

  const obey = async (action: BadgeAction, command: BadgeOrderCommand): Promise<Recorded> => {
    const { marketplaces, effectiveAt } = command;
    const outcome = await record(command, (ref) =>
      badgeRows.recordOperatorOrder(ref, { action, marketplaces, effectiveAt }),
    );
    if ('refused' in outcome)
      throw ApplicationFailure.nonRetryable(`Refused: ${outcome.refused}`, outcome.refused);
    return { status: outcome.status, stage: outcome.stage, round: outcome.round };
  };
  const validate = (action: BadgeAction, command: BadgeOrderCommand): void => {
    // Before the rows are read, and as long as another workflow adds badges, only the transition itself can tell.
    const allowed =
      !state.known ||
      state.status === 'PENDING' ||
      (decide(standingOf(state, now()), action, command.actor).allowed &&
        allowsOrder(state, action, command, now()));
    if (!allowed)
      throw ApplicationFailure.nonRetryable(
        `Refused: ${refusals.actionNotAllowed}`,
        refusals.actionNotAllowed,
      );
  };

  // Updates: operators decide these and read their own write.
  for (const action of BADGE_ACTIONS)
    setHandler(badgeOrderUpdates[action], (command) => obey(action, command), {
      validator: (command: BadgeOrderCommand) => validate(action, command),
    });
  /** The look at listings that is under way. It may take long: what takes badges from a page does not wait for it. */
  let looking: CancellationScope | null = null;
  const interruptLook = (): void => {
    if (looking !== null && patched('looks-are-interrupted')) looking.cancel();
  };
  // A signal: the pipeline reports a fact and waits for no answer. What it says is read when it is acted upon.
  setHandler(certificationChangedSignal, () => {
    state.certificationChanged = true;
    revision += 1;
    interruptLook();
  });

  // A signal: whoever tells many of an operator's decision waits for none. What it says is read when it is acted upon.
  setHandler(programSuspensionChangedSignal, () => {
    state.programSuspensionChanged = true;
    revision += 1;
    interruptLook();
  });

  // A signal: whoever has looked at the listing reports what they saw.
  setHandler(troubledSignal, (reports) => {
    // A reinstatement whose planned instant has come makes what is found after it news.
    if (state.known && hasSettled(state, now()) && patched('settled-trouble-is-heard-anew'))
      forgetSettled(state, now());
    hearOfTrouble(state, reports);
    revision += 1;
  });

  const certify = async (): Promise<void> => {
    state.certificationChanged = false;
    await record(null, badgeRows.recordCertificationOfBadges);
  };

  const followProgram = async (): Promise<void> => {
    state.programSuspensionChanged = false;
    const outcome = await record(null, badgeRows.recordProgramSuspension);
    if (!('refused' in outcome) && outcome.more) state.programSuspensionChanged = true;
  };

  const warn = async (): Promise<void> => {
    const reported = state.troubles.filter(({ stage }) => stage === 'REPORTED');
    const outcome = await record(null, (ref) =>
      badgeRows.recordWarning(
        ref,
        reported.map(({ marketplace, reasons }) => ({ marketplace, reasons })),
      ),
    );
    const warned = 'refused' in outcome ? [] : outcome.warned;
    // A badge that is not shown has nothing to lose for now.
    state.troubles = state.troubles.filter(
      (trouble) => !reported.includes(trouble) || warned.includes(trouble.marketplace),
    );
    if ('refused' in outcome) return;
    for (const trouble of reported) {
      trouble.stage = 'GRACE';
      trouble.dueAt = outcome.suspendAt;
      trouble.reasons = [];
    }
    state.lookedAt ??= now();
  };

  /** Records what the listing leads to; the troubles that are over with it are forgotten. */
  const act = async (
    action: BadgeAction,
    marketplaces: readonly MarketplaceCode[],
    answers: readonly FindingSummary[],
  ): Promise<void> => {
    if (marketplaces.length === 0) return;
    const faults = faultsOf(answers, marketplaces);
    const outcome = await record(null, (ref) =>
      badgeRows.recordListingAction(ref, { action, marketplaces, faults }),
    );
    const goesOn = action === 'suspend' && !('refused' in outcome);
    for (const trouble of state.troubles.filter((each) => marketplaces.includes(each.marketplace))) {
      if (!goesOn) forget([trouble.marketplace]);
      else Object.assign(trouble, { stage: 'SUSPENDED', dueAt: outcome.removeAt });
    }
  };
  const forget = (marketplaces: readonly MarketplaceCode[]): void => {
    state.troubles = state.troubles.filter(({ marketplace }) => !marketplaces.includes(marketplace));
  };

  const look = async (): Promise<void> => {
    const at = Date.now();
    let answers: FindingSummary[] = [];
    const scope = new CancellationScope();
    looking = scope;
    try {
      const subject = { requestId, round: state.round };
      const marketplaces = state.troubles.map(({ marketplace }) => marketplace);
      answers = await scope.run(() => lookAtListings({ subject, marketplaces }));
    } catch (error) {
      if (isCancellation(error) && !CancellationScope.current().consideredCancelled) return;
      // What cannot be found out counts neither against the badge nor for it.
      if (!(error instanceof ActivityFailure)) throw error;
      log.warn('A look at a listing outlasted its retries', { requestId });
    } finally {
      looking = null;
    }
    forgetSettled(state, now());
    rememberLook(state, answers, at);
    const { recovered, reinstate, suspend, remove } = consequencesOf(state, answers, at);
    if (recovered.length > 0) {
      await record(null, (ref) => badgeRows.recordRecovery(ref, recovered));
      forget(recovered);
    }
    await act('reinstate', reinstate, answers);
    await act('suspend', suspend, answers);
    await act('remove', remove, answers);
  };

  const waitFor = async (until: number): Promise<void> => {
    const before = revision;
    if (workflowInfo().historyLength > CONTINUE_AFTER_EVENTS) {
      await condition(allHandlersFinished);
      if (revision === before) return continueAsNew<typeof badgeRemedy>({ requestId, state });
      return;
    }
    await condition(() => revision !== before, Math.max(1, until - Date.now()));
  };

  for (;;) {
    if (state.known) forgetSettled(state, now());
    const step = nextRemedyStep(state, Date.now());
    switch (step.take) {
      case 'certify':
        await certify();
        break;
      case 'followProgram':
        await followProgram();
        break;
      case 'warn':
        await warn();
        break;
      case 'look':
        await look();
        break;
      case 'wait':
        await waitFor(step.until);
        break;
      case 'end':
        await condition(allHandlersFinished);
        if (nextRemedyStep(state, Date.now()).take === 'end') return;
        break;
    }
  }
}
