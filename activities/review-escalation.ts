/** Escalates reviews that are overdue: rows with an instant, so that no workflow wakes for it. */
import type { Drainable } from '../db/drain';
import type { Pool } from '../db/pool';
import { escalateNextReview, nextEscalationDue, type EscalationTerm } from '../db/review-escalations';

export interface EscalationDependencies {
  readonly pool: Pool;
  readonly escalationTerm: EscalationTerm;
}

export function createReviewEscalation({ pool, escalationTerm }: EscalationDependencies): Drainable {
  return {
    // Nobody notifies: what is due later is found by its instant.
    channel: 'review_escalations',
    // A step may make the next one due at once: whoever took one looks again.
    drainOne: async () => ((await escalateNextReview(pool, escalationTerm)) ? 2 : 0),
    nextDue: (after) => nextEscalationDue(pool, after),
  };
}
