/** The transitions of a review: submitted, checked, decided. */
import { pendingStage } from '../../domain/badge-request';
import { formProblems } from '../../domain/form';
import { goLiveInstants } from '../../domain/go-live';
import { firstLooks } from '../../domain/listing-looks';
import type { SettingsByProgram } from '../../domain/program-settings';
import { isProgramCode } from '../../domain/programs';
import type { Reason } from '../../domain/reasons';
import { skillOf, type CheckName, type Finding, type ReviewSubject } from '../../domain/review';
import { reasonsFrom } from '../../domain/review-reasons';
import {
  refusals,
  type GoingLive,
  type Recorded,
  type Refused,
  type Submitted,
} from '../../domain/transitions';
import { readFindings, readSubject } from '../findings';
import { readProduct } from '../certified-product';
import { prepared, type Queryable } from '../pool';
import { formOf, goLiveOf, type RequestRow } from '../requests';
import { isSuspendedElsewhere } from '../suspended-elsewhere';
import type { Change } from './change';
import { awaitedAmong, readCertification } from './coverage';
import { settleEnabled } from './enabling';
import { outlookOf } from './outlook';
import { record, type Locked, type Recorder, type TransitionRef } from './record';
import { zoneDataOf } from './zone-data';
import { startClock, stopClock, type ReviewTerm } from './review-clock';

/** Submits the form as it stands: judged once more, then kept as this round's. */
export async function recordSubmission(
  recorder: Recorder,
  ref: TransitionRef,
  term: ReviewTerm,
): Promise<Submitted | Refused> {
  const submit = () => submission(recorder, ref, term);
  try {
    return await submit();
  } catch (error) {
    if (!isUnderWayElsewhere(error)) throw error;
    return (await whenSettled(recorder, ref, submit)) ?? { refused: refusals.duplicateRequest };
  }
}

/** Once more where the other request was only behind the clock; null where it is not, or there is yet another. */
async function whenSettled(
  recorder: Recorder,
  { requestId }: TransitionRef,
  submit: () => Promise<Submitted | Refused>,
): Promise<Submitted | Refused | null> {
  const { rows } = await recorder.pool.query<{ program: string; asin: string }>(
    prepared('select program, asin from badge_requests where id = $1', [requestId]),
  );
  if (rows[0] === undefined || !(await settleEnabled(recorder, rows[0]))) return null;
  return submit().catch((error: unknown) => {
    if (isUnderWayElsewhere(error)) return null;
    throw error;
  });
}

const submission = (recorder: Recorder, ref: TransitionRef, term: ReviewTerm) =>
  record<Submitted>(recorder, ref, 'submit', async ({ connection, row, at }) => {
    const form = formOf(row);
    const product = await readProduct(connection, row.product_id);
    const own = product?.organizationId === row.organization_id ? product : null;
    if (own === null || formProblems(form, { product: own, at }).length > 0)
      return { unchanged: { refused: refusals.formInvalid } };
    const { projects: _, revision: __, ...submitted } = own;
    await keepReasons(connection, row);
    const round = row.round + 1;
    const clock = startClock(at, term);
    const hasSkill = skillOf(own.integration) !== null;
    return {
      action: 'submit',
      details: { round },
      columns: { round, reasons: '[]', submitted_at: at, attention: null, ...clock },
      submission: { form, product: submitted },
      mails: [{ template: 'under-review', props: { reviewDueAt: clock.review_due_at, hasSkill } }],
      outcome: {
        status: 'UNDER_REVIEW',
        stage: 'CHECKING',
        round,
        marketplaces: row.marketplaces,
        productId: own.id,
        hasSkill,
      },
    };
  });

/**
 * Keeps with the round that ends what it was sent back for: after an approval its certification or its
 * listings may have added reasons.
 */
async function keepReasons(connection: Queryable, row: RequestRow): Promise<void> {
  if (row.round === 0) return;
  await connection.query(
    prepared('update badge_request_rounds set reasons = $3 where request_id = $1 and round = $2', [
      row.id,
      row.round,
      JSON.stringify(row.reasons),
    ]),
  );
}

/** The unique index says whether any organization has the same programme and ASIN under way. */
const isUnderWayElsewhere = (error: unknown) =>
  error instanceof Error && 'constraint' in error && error.constraint === 'badge_requests_one_under_way';

/**
 * Concludes the checks of a round from its findings: a definite *no* rejects, otherwise a reviewer
 * decides, or nobody has to where the programme approves by itself, every answer is *yes*, and no badge of the
 * ASIN is suspended.
 * @param programs what an operator has set
 */
export async function recordChecks(
  recorder: Recorder,
  ref: TransitionRef,
  programs: SettingsByProgram,
): Promise<Recorded | GoingLive | Refused> {
  return record<Recorded | GoingLive>(recorder, ref, 'passChecks', async (locked) => {
    const { connection, row } = locked;
    const round = { requestId: row.id, round: row.round };
    const findings = await readFindings(connection, round);
    const reasons = reasonsFrom(findings);
    if (reasons.length > 0) return rejection(locked, 'failChecks', reasons);
    if (isProgramCode(row.program) && programs[row.program].autoApprove) {
      const subject = await readSubject(connection, round);
      const isClear = subject !== null && isWholeYes(findings, subject, row);
      // Nobody has been asked yet whether a badge that is suspended may be shown again.
      if (isClear && !(await isSuspendedElsewhere(connection, row))) return approval(locked);
    }
    return {
      action: 'passChecks',
      outcome: { status: 'UNDER_REVIEW', stage: 'AWAITING_REVIEWER', round: row.round },
    };
  });
}

/** Whether each check that this product has says yes in each marketplace; one that is not there does not. */
function isWholeYes(findings: readonly Finding[], { product }: ReviewSubject, row: RequestRow): boolean {
  const checks: readonly CheckName[] = [
    'ASIN_LIVE',
    'LISTING_MATCHES',
    ...(skillOf(product.integration) === null ? [] : (['SKILL_PUBLISHED'] as const)),
  ];
  const isThere = (check: CheckName, marketplace: string) =>
    findings.some((finding) => finding.check === check && finding.marketplace === marketplace);
  return (
    findings.every(({ answer }) => answer === 'YES') &&
    checks.every((check) => row.marketplaces.every((code) => isThere(check, code)))
  );
}

/** A reviewer approves the round that they saw. */
export async function recordApproval(
  recorder: Recorder,
  ref: TransitionRef,
  round: number,
): Promise<GoingLive | Refused> {
  return record<GoingLive>(recorder, ref, 'approve', async (locked) =>
    locked.row.round === round ? approval(locked) : { unchanged: { refused: refusals.roundOutdated } },
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
    return rejection(locked, 'reject', reasons);
  });
}

async function approval(locked: Locked): Promise<Change<GoingLive>> {
  const { connection, row, at } = locked;
  const read = await readCertification(locked, []);
  const { news: certification } = read;
  const awaited = awaitedAmong(read, row.marketplaces);
  const goesOn = certification.verdict === 'APPROVED';
  const goLive = goLiveOf(row);
  const stage = pendingStage('NONE', goesOn && awaited.length === 0);
  return {
    action: 'approve',
    details: { round: row.round, ...zoneDataOf(goLive) },
    columns: await stopClock(connection, row.id),
    decision: { action: 'approve', reasons: [] },
    mails: [{ template: 'pending', props: outlookOf(read, { marketplaces: row.marketplaces, goLive, at }) }],
    outcome: {
      status: 'PENDING',
      stage,
      round: row.round,
      certification,
      judged: false,
      open: row.marketplaces,
      looks: firstLooks(row.marketplaces, goLiveInstants(goLive, row.marketplaces)),
      enabledAt: null,
    },
  };
}

async function rejection(
  { connection, row }: Locked,
  action: 'failChecks' | 'reject',
  reasons: readonly Reason[],
): Promise<Change<Recorded>> {
  return {
    action,
    details: { round: row.round, codes: [...new Set(reasons.map((reason) => reason.code))] },
    columns: { reasons: JSON.stringify(reasons), attention: null, ...(await stopClock(connection, row.id)) },
    decision: { action, reasons },
    mails: [{ template: 'rejected', props: { reasons } }],
    outcome: { status: 'REJECTED', stage: null, round: row.round },
  };
}
