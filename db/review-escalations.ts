/** Reviews that are overdue: the reviewers are told, then the operators, once each for every submission. */
import { addWorkingDays, type WorkingCalendar } from '../domain/working-days';
import { readNextDue, type NextDue } from './drain';
import { mailStaff } from './outbox';
import { prepared, transact, type Pool, type Queryable } from './pool';

/** Who is told at each level, from the first. */
const steps = [
  { audience: 'REVIEWERS', template: 'review-overdue' },
  { audience: 'OPERATORS', template: 'review-escalated' },
] as const;

/** How long the reviewers have before the operators are told. */
export interface EscalationTerm {
  /** 0: the operators are told at once. */
  readonly workingDays: number;
  readonly calendar: WorkingCalendar;
}

interface OverdueRow {
  id: string;
  round: number;
  review_due_at: Date;
  escalation_level: number;
  at: Date;
}

/**
 * Takes the next review that is to be escalated a step, writes its mails and takes the step, all in one
 * transaction: whoever is killed in between has done nothing.
 * @returns false when none is due that nobody has in hand
 */
export async function escalateNextReview(pool: Pool, term: EscalationTerm): Promise<boolean> {
  return transact(pool, async (connection) => {
    const { rows } = await connection.query<OverdueRow>(
      prepared(
        `select id, round, review_due_at, escalation_level, now() as at from badge_requests
          where status = 'UNDER_REVIEW' and next_escalation_at <= now()
          order by next_escalation_at limit 1 for update skip locked`,
      ),
    );
    const row = rows[0];
    if (row === undefined) return false;
    const level = row.escalation_level + 1;
    const step = steps[row.escalation_level];
    if (step !== undefined)
      await mailStaff(connection, {
        ...step,
        requestId: row.id,
        cause: `escalation.${row.round}.${level}`,
        props: { reviewDueAt: row.review_due_at.toISOString() },
      });
    const next =
      level < steps.length ? addWorkingDays(row.at.toISOString(), term.workingDays, term.calendar) : null;
    await connection.query(
      prepared('update badge_requests set escalation_level = $2, next_escalation_at = $3 where id = $1', [
        row.id,
        level,
        next,
      ]),
    );
    return true;
  });
}

/** Takes back what has not left of a review's escalation; a mail that is being sent leaves. */
export async function takeBackEscalations(connection: Queryable, requestId: string): Promise<void> {
  await connection.query(
    prepared(
      `delete from mail_outbox where id in (
        select id from mail_outbox where request_id = $1 and template = any($2) and sent_at is null
          and refused_at is null for update skip locked)`,
      [requestId, steps.map(({ template }) => template)],
    ),
  );
}

/** When the next review is to be escalated; see `Drainable`. */
export const nextEscalationDue = (connection: Queryable, after: Date | null): Promise<NextDue | null> =>
  readNextDue(
    connection,
    { table: 'badge_requests', due: 'next_escalation_at', open: "status = 'UNDER_REVIEW'" },
    after,
  );
