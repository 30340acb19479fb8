/**
 * The transitions after Enabled, for the workflow that writes them: each one transaction of our own database, safe
 * to run again, since each is keyed by its number.
 */
import * as afterwards from '../../db/transitions/afterwards';
import { recordProgramSuspension } from '../../db/transitions/program-suspension';
import * as remedy from '../../db/transitions/remedy';
import type { MarketplaceCode } from '../../domain/marketplaces';
import type { TroubleReport } from '../../domain/remedy';
import type { Recorder, TransitionRef } from '../../db/transitions/record';

export interface RemedyDependencies extends Recorder {
  /** How long a maker has to correct a listing before its badge is suspended, in days. */
  readonly graceDays: number;
  /** How long a badge is suspended for its listing before it is removed, in days. */
  readonly removeDays: number;
}

export function createRemedyRecordings(deps: RemedyDependencies) {
  return {
    readAfterwards: (requestId: string) => afterwards.readAfterwards(deps, requestId),
    recordOperatorOrder: (ref: TransitionRef, order: afterwards.OperatorOrder) =>
      afterwards.recordOperatorOrder(deps, ref, order),
    recordCertificationOfBadges: (ref: TransitionRef) => afterwards.recordCertificationOfBadges(deps, ref),
    recordProgramSuspension: (ref: TransitionRef) => recordProgramSuspension(deps, ref),
    recordWarning: (ref: TransitionRef, reports: readonly TroubleReport[]) =>
      remedy.recordWarning(deps, ref, reports, deps.graceDays),
    recordRecovery: (ref: TransitionRef, marketplaces: readonly MarketplaceCode[]) =>
      remedy.recordRecovery(deps, ref, marketplaces),
    recordListingAction: (ref: TransitionRef, order: remedy.ListingOrder) =>
      remedy.recordListingAction(deps, ref, order, deps.removeDays),
  };
}
export type RemedyRecordings = ReturnType<typeof createRemedyRecordings>;
