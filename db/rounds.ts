/** What was submitted, found and decided in each round of a request. */
import type { CertifiedProduct } from '../domain/certification';
import type { BadgeRequestForm } from '../domain/form';
import type { Reason } from '../domain/reasons';
import type { Finding } from '../domain/review';
import { roundDecisions, type DecidingAction, type RoundDecision } from '../domain/rounds';
import { readRoundFindings, readSupersededFindings, type SupersededFinding } from './findings';
import type { PersonRole } from './people';
import type { Queryable } from './pool';

export interface RoundParticipant {
  readonly name: string;
  readonly role: PersonRole;
}

export interface RoundView {
  readonly round: number;
  /** Form and product as they were submitted. */
  readonly form: BadgeRequestForm;
  readonly product: CertifiedProduct;
  /** Instants, RFC 3339. */
  readonly submittedAt: string;
  readonly submittedBy: RoundParticipant;
  /** Null: not decided yet. */
  readonly decision: RoundDecision | null;
  readonly decidedAt: string | null;
  /** Null: nobody yet, or the service. */
  readonly decidedBy: RoundParticipant | null;
  readonly reasons: readonly Reason[];
  readonly findings: readonly Finding[];
  /** What a repetition of the checks in the same round has replaced. */
  readonly earlierFindings: readonly SupersededFinding[];
}

interface Row {
  round: number;
  form: BadgeRequestForm;
  product: CertifiedProduct;
  submitted_at: Date;
  submitted_by: RoundParticipant;
  decision: DecidingAction | null;
  decided_at: Date | null;
  decided_by: RoundParticipant | null;
  reasons: Reason[];
}

/** @returns for how many seconds it is not yet a day since this round was submitted; 0: it is, or there is no such round */
export async function secondsToADayAfter(
  db: Queryable,
  { requestId, round }: { requestId: string; round: number },
): Promise<number> {
  const { rows } = await db.query<{ seconds: number }>(
    `select greatest(0, ceil(extract(epoch from submitted_at + interval '24 hours' - now())))::integer as seconds
      from badge_request_rounds where request_id = $1 and round = $2`,
    [requestId, round],
  );
  return rows[0]?.seconds ?? 0;
}

/**
 * A request's rounds, newest first. The current round's reasons are the request's: a certification may refuse
 * after a reviewer has approved.
 * @param before only rounds below this one; null: from the newest on
 */
export async function listRounds(
  db: Queryable,
  { requestId, limit, before }: { requestId: string; limit: number; before: number | null },
): Promise<RoundView[]> {
  const { rows } = await db.query<Row>(
    `select d.round, d.form, d.product, d.submitted_at, d.decision, d.decided_at,
        json_build_object('name', s.name, 'role', s.role) as submitted_by,
        case when p.id is not null then json_build_object('name', p.name, 'role', p.role) end as decided_by,
        case when d.round = r.round then r.reasons else d.reasons end as reasons
      from badge_request_rounds d
      join badge_requests r on r.id = d.request_id
      join people s on s.id = d.submitted_by
      left join people p on p.id = d.decided_by
      where d.request_id = $1 and ($2::integer is null or d.round < $2)
      order by d.round desc limit $3`,
    [requestId, before, limit],
  );
  const rounds = rows.map(({ round }) => round);
  const findings = await readRoundFindings(db, requestId, rounds);
  const earlier = await readSupersededFindings(db, requestId, rounds);
  return rows.map((row) => ({
    round: row.round,
    form: row.form,
    product: row.product,
    submittedAt: row.submitted_at.toISOString(),
    submittedBy: row.submitted_by,
    decision: row.decision && roundDecisions[row.decision],
    decidedAt: row.decided_at?.toISOString() ?? null,
    decidedBy: row.decided_by,
    reasons: row.reasons,
    findings: findings.get(row.round) ?? [],
    earlierFindings: earlier.get(row.round) ?? [],
  }));
}
