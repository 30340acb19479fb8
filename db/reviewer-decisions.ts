import type { Reason } from '../domain/reasons';
import type { Queryable } from './pool';

interface Decision {
  readonly commandId: string;
  readonly requestId: string;
  readonly round: number;
  readonly reviewerId: string;
  readonly reasons: readonly Reason[];
}

/** Keeps a rejection's reasons for the transition that the command records; those kept first stay. */
export async function saveDecision(db: Queryable, decision: Decision): Promise<void> {
  await db.query(
    `insert into reviewer_decisions (command_id, request_id, round, reviewer_id, reasons) values ($1, $2, $3, $4, $5)
      on conflict (command_id) do nothing`,
    [
      decision.commandId,
      decision.requestId,
      decision.round,
      decision.reviewerId,
      JSON.stringify(decision.reasons),
    ],
  );
}
