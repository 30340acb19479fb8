/** A badge request as readers see it at this instant. */
import { PLANNED_STATUS, PRESENT_CAUSES, PRESENT_STATUS } from './present-causes';
import { withCertification, type CheckWait, type Staged } from '../domain/badge-request';
import type { BadgeStatus, PlannedChange, PresentBadge } from '../domain/badges';
import { plannedInstants } from '../domain/calendar';
import type { BadgeRequestForm } from '../domain/form';
import type { Stage, Status } from '../domain/lifecycle';
import type { Look, Looks } from '../domain/listing-looks';
import { marketplaceByCode, type MarketplaceCode, type Region } from '../domain/marketplaces';
import type { Obstacles } from '../domain/obstacles';
import {
  seeCertification,
  type CertificationSeen,
  type ProductProjects,
} from '../domain/product-certification';
import type { Reason } from '../domain/reasons';
import type { Finding } from '../domain/review';
import { projectsOf } from './certified-product';
import type { Queryable } from './pool';
import { formOf, REQUEST_COLUMNS, type RequestRow } from './requests';
import { standingWarnings, type StandingWarning } from './standing-warnings';
import { SUSPENDED_ELSEWHERE, type SuspendedElsewhere } from './suspended-elsewhere';

/** A badge at the database's present. */
export interface BadgeView extends PresentBadge {
  /** RFC 3339. */
  readonly effectiveAt: string;
}

export interface RequestView {
  readonly id: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly form: BadgeRequestForm;
  readonly product: {
    readonly id: string;
    readonly name: string;
    readonly brand: string;
    readonly model: string;
  } | null;
  /** All projects of the product, the newest first. */
  readonly projects: ProductProjects;
  /** What they are to the request at the database's present. */
  readonly certification: CertificationSeen;
  /** At the database's present. */
  readonly status: Status;
  readonly stage: Stage | null;
  readonly staged: Staged;
  /** When it is to go live, `YYYY-MM-DD`; null: as soon as possible, or the day has begun in all its marketplaces. */
  readonly dateToCome: string | null;
  /** Why an operator is needed. */
  readonly attention: string | null;
  readonly round: number;
  readonly version: number;
  /** Of the last transition that the workflow recorded; 0: none yet. */
  readonly transitionSeq: number;
  /** Instants, RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly submittedAt: string | null;
  readonly reviewDueAt: string | null;
  /** Whether that has passed at the database's present. */
  readonly isReviewOverdue: boolean;
  /** Who reviews it; null when nobody has claimed it, or their claim has lapsed. */
  readonly claim: { readonly reviewerId: string; readonly name: string; readonly until: string } | null;
  readonly badges: readonly BadgeView[];
  /** Of the current round. */
  readonly findings: readonly Finding[];
  readonly reasons: readonly Reason[];
  /** What the checks wait for the longest; null when they do not wait. */
  readonly wait: CheckWait | null;
  readonly obstacles: Obstacles;
  /** Where approving it would show a badge again that is suspended, or was when its request lost it. */
  readonly suspendedElsewhere: readonly SuspendedElsewhere[];
}

/** Whether a marketplace without a badge is not certified now; `isCertifiedIn` of the domain says the same. */
const AWAITS = `not (s.marketplaces <@ coalesce(p.certified, '{}')
    or s.marketplaces <@ array_cat(p.certified, array(select b.marketplace from badges b where b.request_id = s.id)))`;

/** `pendingStage` of the domain says the same. */
const PENDING_STAGE = `case when s.enabled_at is not null or not ${AWAITS} then 'SCHEDULED' else 'AWAITING_CERTIFICATION' end`;

/** What is waited for inside a status, with what the certification says now; `withCertification` says the same. */
export const STAGE_NOW = `case when s.stage_now in ('SCHEDULED', 'AWAITING_CERTIFICATION')
    then ${PENDING_STAGE} else s.stage_now end`;

/** `waitedStage` of the domain says the same. */
export const WAITED_STAGE = `case when s.stage_now in ('SCHEDULED', 'AWAITING_CERTIFICATION', 'GOING_LIVE')
    then ${PENDING_STAGE} else s.stage_now end`;

/** What a list and a single request are selected with; `s` is the row of `badge_request_standings`. */
export const requestColumns = `
  ${REQUEST_COLUMNS.replace(/\w+/g, 's.$&')}, s.status_now, s.stage_now, s.attention, s.created_at, s.updated_at,
  o.name as organization_name, now() as seen_at,
  case when p.id is not null then
    json_build_object('id', p.id, 'name', p.name, 'brand', p.brand, 'model', p.model) end as product,
  ${projectsOf('s.product_id')} as projects,
  (select json_build_object('reviewerId', k.reviewer_id, 'name', k_by.name, 'until', k.lapses_at)
    from review_claims k join people k_by on k_by.id = k.reviewer_id
    where k.request_id = s.id and k.lapses_at > now() and s.status = 'UNDER_REVIEW') as claim,
  (select coalesce(json_agg(json_build_object('marketplace', b.marketplace, 'effectiveAt', b.effective_at,
        'status', ${PRESENT_STATUS},
        'causes', ${PRESENT_CAUSES},
        'planned', case when b.planned_at > now() then
          json_build_object('action', b.planned_action, 'at', b.planned_at, 'follows', ${PLANNED_STATUS}) end)
      order by b.effective_at, b.marketplace), '[]')
    from badges b where b.request_id = s.id) as badges,
  (select coalesce(json_agg(json_build_object('check', f."check", 'marketplace', f.marketplace, 'answer', f.answer,
        'codes', f.codes, 'undecided', f.undecided, 'found', f.found, 'expected', f.expected, 'checkedAt', f.checked_at)
      order by f."check", f.marketplace), '[]')
    from review_findings f where f.subject_id = s.id and f.round = s.round) as findings,
  case when s.stage_now = 'CHECKING' then
    (select json_build_object('why', w.why, 'retryAt', w.retry_at, 'notedAt', w.noted_at)
       from review_waits w where w.request_id = s.id and w.round = s.round
      order by w.retry_at desc nulls last, w.service limit 1) end as wait,
  case when s.status_now = 'PENDING' then
    (select h.outcome->'looks' from badge_request_history h
      where h.request_id = s.id and h.outcome ? 'certification' order by h.transition_seq desc limit 1) end as looks,
  case when s.status_now in ('PENDING', 'ENABLED') then ${standingWarnings('s.id')} end as warnings,
  case when s.status_now = 'PENDING' then
    (select array_agg(u.region) from program_suspensions u
      where u.organization_id = s.organization_id and u.program = s.program and u.ended_at is null) end as suspended_regions,
  case when s.status_now = 'UNDER_REVIEW' then
    (select json_agg(json_build_object('marketplace', b.marketplace, 'requestId', b.request_id,
        'causes', b.causes)
      order by b.marketplace, b.request_id) ${SUSPENDED_ELSEWHERE}) end as suspended_elsewhere`;
export const requestTables = `badge_request_standings s
  join organizations o on o.id = s.organization_id
  left join products p on p.id = s.product_id`;

interface BadgeRow extends Omit<BadgeView, 'planned'> {
  /** With the status that follows from it. */
  planned: (Pick<PlannedChange, 'action' | 'at'> & { follows: BadgeStatus }) | null;
}

/** A row selected with `requestColumns`. */
export interface RequestViewRow extends RequestRow {
  status_now: Status;
  stage_now: Stage | null;
  organization_name: string;
  seen_at: Date;
  attention: string | null;
  created_at: Date;
  updated_at: Date;
  product: RequestView['product'];
  projects: ProductProjects | null;
  claim: RequestView['claim'];
  badges: BadgeRow[];
  findings: Finding[];
  wait: CheckWait | null;
  looks: Looks | null;
  warnings: StandingWarning[] | null;
  suspended_regions: Region[] | null;
  suspended_elsewhere: SuspendedElsewhere[] | null;
}

/** The driver does not see instants inside JSON; PostgreSQL writes them with microseconds and an offset. */
const instant = (text: string) => new Date(text).toISOString();

/** No zone is further than this from UTC: a day that begins there so far ahead or behind needs no zone's data. */
const FARTHEST_ZONE_MS = 15 * 3_600_000;
function dateToCome({ go_live_date: date, marketplaces, seen_at }: RequestViewRow): string | null {
  if (date === null) return null;
  const since = seen_at.getTime() - Date.parse(date);
  if (Math.abs(since) > FARTHEST_ZONE_MS) return since < 0 ? date : null;
  return plannedInstants(date, marketplaces, seen_at.toISOString()).length > 0 ? date : null;
}

/** Where a badge was removed before, or is live all the same, that is what is told. */
function droppedFrom(
  { marketplaces, reasons }: Pick<RequestViewRow, 'marketplaces' | 'reasons'>,
  hasBadge: (code: MarketplaceCode) => boolean,
): Obstacles['dropped'] {
  const codes = reasons.map(({ marketplace }) => marketplace);
  const isDropped = (code: MarketplaceCode) => !marketplaces.includes(code) && !hasBadge(code);
  return codes.includes(null) ? null : [...new Set(codes.flatMap((code) => code ?? []))].filter(isDropped);
}

function obstaclesOf({
  badges,
  marketplaces,
  looks,
  warnings,
  reasons,
  suspended_regions: regions,
  seen_at: seenAt,
}: RequestViewRow): Obstacles {
  const isStaged = (code: MarketplaceCode) => badges.some(({ marketplace }) => marketplace === code);
  const willBeHeld = (code: MarketplaceCode) => regions?.includes(marketplaceByCode(code).region) === true;
  const missed = Object.entries(looks ?? {}) as [MarketplaceCode, Look][];
  const notLive = missed
    .filter(([code, { tries = 0 }]) => tries > 0 && !isStaged(code))
    .map(([code]) => code);
  return {
    isShown: badges.some(({ status }) => status === 'ENABLED'),
    toCome: [
      ...badges
        .filter(({ status, causes }) => status === 'STAGED' && causes.length === 0)
        .map(({ marketplace }) => marketplace),
      ...marketplaces.filter((code) => !isStaged(code) && !notLive.includes(code) && !willBeHeld(code)),
    ],
    notLive,
    held: [
      ...badges
        .filter(({ status, causes }) => status !== 'REMOVED' && causes.length > 0)
        .map(({ marketplace }) => marketplace),
      ...marketplaces.filter((code) => !isStaged(code) && willBeHeld(code)),
    ],
    suspended: badges
      .filter(({ causes }) => causes.some((cause) => cause !== 'PROGRAM_SUSPENSION'))
      .map(({ marketplace }) => marketplace),
    removed: badges.filter(({ status }) => status === 'REMOVED').map(({ marketplace }) => marketplace),
    dropped: droppedFrom({ marketplaces, reasons }, isStaged),
    // One that is not shown has nothing to lose for now.
    warned: (warnings ?? [])
      .filter(({ marketplace }) =>
        badges.some((badge) => badge.marketplace === marketplace && badge.status === 'ENABLED'),
      )
      .map(({ marketplace, suspendAt }) => ({
        marketplace,
        suspendAt: Date.parse(suspendAt) > seenAt.getTime() ? suspendAt : null,
      })),
    planned: badges.flatMap(({ marketplace, status, planned }) =>
      planned === null || planned.follows === status
        ? []
        : [{ marketplace, action: planned.action, at: instant(planned.at) }],
    ),
  };
}

export function toRequestView(row: RequestViewRow): RequestView {
  const { marketplaces } = row;
  const projects = row.projects ?? [];
  // One that an operator has removed stays where its marketplace was lost.
  const badges = row.badges
    .map(({ marketplace }) => marketplace)
    .filter((marketplace) => marketplaces.includes(marketplace));
  const staged = row.enabled_at !== null ? 'ALL' : badges.length > 0 ? 'SOME' : 'NONE';
  const certification = seeCertification(projects, { marketplaces, badges });
  const isCertified = certification.awaited.length === 0;
  const recorded = { status: row.status_now, stage: row.stage_now };
  return {
    id: row.id,
    organization: { id: row.organization_id, name: row.organization_name },
    form: formOf(row),
    product: row.product,
    projects,
    certification,
    ...withCertification(recorded, { staged, isCertified }),
    staged,
    dateToCome: dateToCome(row),
    attention: row.attention,
    round: row.round,
    version: row.version,
    transitionSeq: row.transition_seq,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    submittedAt: row.submitted_at?.toISOString() ?? null,
    reviewDueAt: row.review_due_at?.toISOString() ?? null,
    isReviewOverdue: row.review_due_at !== null && row.review_due_at < row.seen_at,
    claim: row.claim && { ...row.claim, until: instant(row.claim.until) },
    badges: row.badges.map(({ planned, ...badge }) => ({
      ...badge,
      effectiveAt: instant(badge.effectiveAt),
      planned: planned && { action: planned.action, at: instant(planned.at) },
    })),
    findings: row.findings.map((finding) => ({ ...finding, checkedAt: instant(finding.checkedAt) })),
    reasons: row.reasons,
    obstacles: obstaclesOf(row),
    suspendedElsewhere: row.suspended_elsewhere ?? [],
    wait: row.wait && {
      why: row.wait.why,
      retryAt: row.wait.retryAt && instant(row.wait.retryAt),
      notedAt: instant(row.wait.notedAt),
    },
  };
}

/**
 * @param organizationId only this organization's is found; null: every organization's
 * @returns null when there is none
 */
export async function findRequest(
  db: Queryable,
  { id, organizationId }: { id: string; organizationId: string | null },
): Promise<RequestView | null> {
  const { rows } = await db.query<RequestViewRow>({
    name: 'find-request',
    text: `select ${requestColumns} from ${requestTables}
      where s.id = $1 and ($2::text is null or s.organization_id = $2)`,
    values: [id, organizationId],
  });
  return rows[0] === undefined ? null : toRequestView(rows[0]);
}
