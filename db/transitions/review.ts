/** The transitions of a review: submitted, checked, decided. */
import { certificationVerdict } from '../../domain/certification';
import { formProblems } from '../../domain/form';
import { goLiveInstants } from '../../domain/go-live';
import { isProgramCode, programByCode } from '../../domain/programs';
import type { Reason } from '../../domain/reasons';
import { skillOf, type Finding } from '../../domain/review';
import { reasonsFrom } from '../../domain/review-reasons';
import {
  refusals,
  type CertificationNews,
  type GoingLive,
  type Recorded,
  type Refused,
  type Submitted,
} from '../../domain/transitions';
import { readFindings } from '../findings';
import { prepared, type Queryable } from '../pool';
import { formOf, goLiveOf, readProduct, type CertifiableProduct, type RequestRow } from '../requests';
import { record, type Change, type Locked, type Recorder, type TransitionRef } from './record';

/**
 * Submits the form as it stands: judged once more, then kept as this round's.
 * @param reviewDueHours when the review is due, in hours from now
 */
export async function recordSubmission(
  recorder: Recorder,
  ref: TransitionRef,
  reviewDueHours: number,
): Promise<Submitted | Refused> {
  return record<Submitted>(recorder, ref, 'submit', async ({ connection, row, at }) => {
    const form = formOf(row);
    const product = await readProduct(connection, row.product_id);
    const own = product?.organizationId === row.organization_id ? product : null;
    if (own === null || formProblems(form, { product: own, at }).length > 0)
      return { unchanged: { refused: refusals.formInvalid } };
    if (await isUnderWayElsewhere(connection, row))
      return { unchanged: { refused: refusals.duplicateRequest } };
    const round = row.round + 1;
    await connection.query(
      prepared(
        `insert into badge_request_rounds (request_id, round, form, product, submitted_at, submitted_by)
       values ($1, $2, $3, $4, $5, $6)`,
        [row.id, round, form, own, at, ref.command?.actor.id],
      ),
    );
    const reviewDueAt = new Date(Date.parse(at) + reviewDueHours * 3_600_000).toISOString();
    return {
      action: 'submit',
      details: { round },
      columns: { round, reasons: '[]', submitted_at: at, review_due_at: reviewDueAt, attention: null },
      mails: [{ template: 'under-review', props: { reviewDueAt } }],
      outcome: {
        status: 'UNDER_REVIEW',
        stage: 'CHECKING',
        round,
        marketplaces: row.marketplaces,
        hasSkill: skillOf(own.integration) !== null,
      },
    };
  });
}

/** Whether any organization has the same programme and ASIN under way. */
async function isUnderWayElsewhere(connection: Queryable, row: RequestRow): Promise<boolean> {
  const { rowCount } = await connection.query(
    prepared(
      `select 1 from badge_requests where program = $1 and asin = $2 and id <> $3
        and status in ('UNDER_REVIEW', 'PENDING')`,
      [row.program, row.asin, row.id],
    ),
  );
  return (rowCount ?? 0) > 0;
}

/**
 * Concludes the checks of a round from its findings: a definite *no* rejects, otherwise a reviewer
 * decides, or nobody has to where the programme approves by itself and every answer is *yes*.
 */
export async function recordChecks(
  recorder: Recorder,
  ref: TransitionRef,
): Promise<Recorded | GoingLive | Refused> {
  return record<Recorded | GoingLive>(recorder, ref, 'passChecks', async (locked) => {
    const { connection, row } = locked;
    const findings = await readFindings(connection, { requestId: row.id, round: row.round });
    const reasons = reasonsFrom(findings);
    if (reasons.length > 0) return rejection(locked, ref, 'failChecks', reasons);
    if (approvesItself(row) && isWholeYes(findings, row)) return approval(locked, ref);
    return {
      action: 'passChecks',
      outcome: { status: 'UNDER_REVIEW', stage: 'AWAITING_REVIEWER', round: row.round },
    };
  });
}

const approvesItself = ({ program }: RequestRow) =>
  isProgramCode(program) && programByCode(program).autoApprove;

const isWholeYes = (findings: readonly Finding[], row: RequestRow) =>
  findings.every((finding) => finding.answer === 'YES') &&
  (['ASIN_LIVE', 'LISTING_MATCHES'] as const).every((check) =>
    row.marketplaces.every((code) => findings.some((f) => f.check === check && f.marketplace === code)),
  );

/** A reviewer approves the round that they saw. */
export async function recordApproval(
  recorder: Recorder,
  ref: TransitionRef,
  round: number,
): Promise<GoingLive | Refused> {
  return record<GoingLive>(recorder, ref, 'approve', async (locked) =>
    locked.row.round === round ? approval(locked, ref) : { unchanged: { refused: refusals.roundOutdated } },
  );
}

/** A reviewer rejects the round that they saw, for the reasons kept under the command's id. */
export async function recordRejection(
  recorder: Recorder,
  ref: TransitionRef,
  round: number,
): Promise<Recorded | Refused> {
  return record<Recorded>(recorder, ref, 'reject', async (locked) => {
    if (locked.row.round !== round) return { unchanged: { refused: refusals.roundOutdated } };
    const { rows } = await locked.connection.query<{ reasons: Reason[] }>(
      prepared('select reasons from reviewer_decisions where command_id = $1 and request_id = $2', [
        ref.command?.commandId,
        locked.row.id,
      ]),
    );
    const reasons = rows[0]?.reasons ?? [];
    if (reasons.length === 0) return { unchanged: { refused: refusals.formInvalid } };
    return rejection(locked, ref, 'reject', reasons);
  });
}

async function approval({ connection, row, at }: Locked, ref: TransitionRef): Promise<Change<GoingLive>> {
  const product = await readProduct(connection, row.product_id, 'share');
  if (product === null) throw new Error(`The product of ${row.id} is not there.`);
  await decideRound(connection, row, ref, 'approve', [], at);
  const certification = newsOf(product);
  const goLive = goLiveOf(row);
  const stage = certification.verdict === 'APPROVED' ? 'SCHEDULED' : 'AWAITING_CERTIFICATION';
  return {
    action: 'approve',
    details: { round: row.round },
    columns: { review_due_at: null },
    mails: [
      {
        template: 'pending',
        props: {
          awaitsCertification: certification.verdict !== 'APPROVED',
          goLiveDate: goLive?.kind === 'ON_DATE' ? goLive.date : null,
        },
      },
    ],
    outcome: {
      status: 'PENDING',
      stage,
      round: row.round,
      certification,
      open: row.marketplaces,
      instants: goLive === null ? {} : goLiveInstants(goLive, row.marketplaces),
      enabledAt: null,
    },
  };
}

async function rejection(
  { connection, row, at }: Locked,
  ref: TransitionRef,
  action: 'failChecks' | 'reject',
  reasons: readonly Reason[],
): Promise<Change<Recorded>> {
  await decideRound(connection, row, ref, action, reasons, at);
  return {
    action,
    details: { round: row.round, codes: [...new Set(reasons.map((reason) => reason.code))] },
    columns: { reasons: JSON.stringify(reasons), review_due_at: null },
    mails: [{ template: 'rejected', props: { reasons } }],
    outcome: { status: 'REJECTED', stage: null, round: row.round },
  };
}

async function decideRound(
  connection: Queryable,
  row: RequestRow,
  ref: TransitionRef,
  decision: string,
  reasons: readonly Reason[],
  at: string,
): Promise<void> {
  await connection.query(
    prepared(
      `update badge_request_rounds set decision = $3, decided_at = $4, decided_by = $5, reasons = $6
      where request_id = $1 and round = $2`,
      [row.id, row.round, decision, at, ref.command?.actor.id ?? null, JSON.stringify(reasons)],
    ),
  );
}

/** What a product's certification says to a request that waits for it. */
export function newsOf({ certification }: CertifiableProduct): CertificationNews {
  return {
    projectId: certification.projectId,
    version: certification.version,
    verdict: certificationVerdict(certification),
  };
}
