/**
 * The transitions, for the workflow: each one transaction of our own database, short enough for a local
 * activity and safe to run again, since each is keyed by its number.
 */
import type { GoLive } from '../domain/go-live';
import { defaultProgramSettings, type SettingsByProgram } from '../domain/program-settings';
import type { Stage } from '../domain/lifecycle';
import { DEFAULT_RETRY_DAYS, type Looks } from '../domain/listing-looks';
import type { GoingLive, Recorded, Refused } from '../domain/transitions';
import { recordEnabling } from '../db/transitions/enabling';
import * as goingLive from '../db/transitions/going-live';
import * as maker from '../db/transitions/maker-changes';
import { readMissed } from '../db/transitions/missed';
import { recordPendingOrder } from '../db/transitions/pending-orders';
import { recordRecheck } from '../db/transitions/recheck';
import type { Recorder, TransitionRef } from '../db/transitions/record';
import type { ReviewTerm } from '../db/transitions/review-clock';
import * as review from '../db/transitions/review';

export interface TransitionDependencies extends Recorder {
  readonly reviewTerm: ReviewTerm;
  /** Absent: as by default. */
  readonly programs?: SettingsByProgram;
  /** For how many days a listing that is not live is looked at again; absent: as by default. */
  readonly stagingRetryDays?: number;
  /** Whether this worker asks the outside systems, too; absent: others do. */
  readonly asksHere?: boolean;
}

export function createTransitionActivities(deps: TransitionDependencies) {
  /** Says it with what a transition leads to, not in its row: another worker may answer the repeat. */
  const marked = <Outcome extends Recorded>(outcome: Outcome) =>
    deps.asksHere ? { ...outcome, asksHere: true as const } : outcome;
  const here = async <Outcome extends Recorded>(recording: Promise<Outcome | Refused>) => {
    const outcome = await recording;
    return 'refused' in outcome ? outcome : marked(outcome);
  };
  return {
    recordSubmission: (ref: TransitionRef) => here(review.recordSubmission(deps, ref, deps.reviewTerm)),
    recordChecks: (ref: TransitionRef) =>
      here<Recorded | GoingLive>(review.recordChecks(deps, ref, deps.programs ?? defaultProgramSettings)),
    recordRecheck: (ref: TransitionRef, round: number) => here(recordRecheck(deps, ref, round)),
    recordApproval: (ref: TransitionRef, round: number) => here(review.recordApproval(deps, ref, round)),
    recordRejection: (ref: TransitionRef, round: number) => review.recordRejection(deps, ref, round),
    recordWithdrawal: (ref: TransitionRef) => maker.recordWithdrawal(deps, ref),
    recordRescheduling: (ref: TransitionRef, goLive: GoLive) =>
      here(maker.recordRescheduling(deps, ref, goLive)),
    recordDiscarding: (ref: TransitionRef) => maker.recordDiscarding(deps, ref),
    recordAttention: (ref: TransitionRef, why: string) => maker.recordAttention(deps, ref, why),
    recordRetry: (ref: TransitionRef, interruptedStage: Stage) =>
      here(maker.recordRetry(deps, ref, interruptedStage)),
    recordStaging: (ref: TransitionRef, staging: goingLive.Staging) =>
      here(goingLive.recordStaging(deps, ref, staging, deps.stagingRetryDays ?? DEFAULT_RETRY_DAYS)),
    recordCertificationRefusal: (ref: TransitionRef, looks?: Looks) =>
      here(goingLive.recordCertificationRefusal(deps, ref, looks)),
    recordPendingOrder: (ref: TransitionRef, order: Parameters<typeof recordPendingOrder>[2]) =>
      here(recordPendingOrder(deps, ref, order)),
    recordEnabling: (requestId: string) => recordEnabling(deps, requestId),
    readMissed: async (requestId: string, seq: number) =>
      (await readMissed(deps.pool, requestId, seq)).map(marked),
  };
}
export type TransitionActivities = ReturnType<typeof createTransitionActivities>;
