/**
 * The clock of a review: it starts anew with each submission, and stands while the request waits for its
 * maker. db/review-escalations.ts escalates what has run out.
 */
import { addWorkingDays, type WorkingCalendar } from '../../domain/working-days';
import type { Queryable } from '../pool';
import { endClaim } from '../review-claims';
import { takeBackEscalations } from '../review-escalations';
import type { ColumnChanges } from './change';

/** When a review is due. */
export interface ReviewTerm {
  /** After its submission; 0: at once. */
  readonly workingDays: number;
  readonly calendar: WorkingCalendar;
}

/** A review begins. @param at an instant, RFC 3339 */
export function startClock(
  at: string,
  { workingDays, calendar }: ReviewTerm,
): ColumnChanges & { review_due_at: string } {
  const dueAt = addWorkingDays(at, workingDays, calendar);
  return { review_due_at: dueAt, next_escalation_at: dueAt, escalation_level: 0 };
}

const stoppedClock = {
  review_due_at: null,
  next_escalation_at: null,
  escalation_level: 0,
} as const satisfies ColumnChanges;

/** A review ends, however it does: nobody works on it any more, and what was to come of it is taken back. */
export async function stopClock(connection: Queryable, requestId: string): Promise<typeof stoppedClock> {
  await Promise.all([endClaim(connection, requestId), takeBackEscalations(connection, requestId)]);
  return stoppedClock;
}
