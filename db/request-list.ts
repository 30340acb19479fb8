import { STATUSES, type Stage, type Status } from '../domain/lifecycle';
import { normalizeRetailIdentifierCode } from '../domain/retail-identifier';
import type { Queryable } from './pool';
import {
  requestColumns,
  requestTables,
  STAGE_NOW,
  toRequestView,
  type RequestView,
  type RequestViewRow,
  WAITED_STAGE,
} from './request-view';

/** Where a list goes on: after this entry. */
export type RequestCursor =
  | { readonly order: 'newest'; readonly id: string }
  | { readonly order: 'reviewDue'; readonly id: string; readonly dueAt: string };

export interface RequestFilters {
  /** Only this organization's; null: every organization's. */
  readonly organizationId: string | null;
  readonly statuses?: readonly Status[] | undefined;
  readonly stage?: Stage | undefined;
  /** Any of these combinations of status and the stage that tells what is waited for. */
  readonly standings?: readonly { readonly status: Status; readonly stage: Stage | null }[] | undefined;
  readonly productId?: string | undefined;
  readonly asin?: string | undefined;
  readonly marketplace?: string | undefined;
  /** Under review, and claimed by nobody or else by this reviewer. */
  readonly claim?: { readonly isUnclaimed: boolean; readonly reviewerId: string } | undefined;
  /** Part of an id, ASIN, variant, retail identifier, or product's name or model, in any case. */
  readonly q?: string | undefined;
}

export interface RequestPage {
  readonly requests: readonly RequestView[];
  /** Null on the last page. */
  readonly next: RequestCursor | null;
}

/** Requests, newest first or by what is due for review, as they stand at this instant. */
export async function listRequests(
  db: Queryable,
  filters: RequestFilters,
  page: { order: RequestCursor['order']; limit: number; after: RequestCursor | null },
): Promise<RequestPage> {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = [...filterConditions(filters, parameter), ...pageConditions(page, parameter)];
  const order = page.order === 'reviewDue' ? 's.review_due_at, s.id' : 's.id desc';
  const { rows } = await db.query<RequestViewRow & { due_cursor: string | null }>(
    `select ${requestColumns},
        to_char(s.review_due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as due_cursor
      from ${requestTables}
      where ${conditions.join(' and ') || 'true'}
      order by ${order} limit ${parameter(page.limit + 1)}`,
    values,
  );
  const shown = rows.slice(0, page.limit);
  const last = rows.length > page.limit ? shown.at(-1) : undefined;
  return { requests: shown.map(toRequestView), next: last === undefined ? null : cursorOf(last, page.order) };
}

function cursorOf(
  { id, due_cursor }: { id: string; due_cursor: string | null },
  order: RequestCursor['order'],
): RequestCursor {
  return order === 'reviewDue' && due_cursor !== null
    ? { order, id, dueAt: due_cursor }
    : { order: 'newest', id };
}

type Parameter = (value: unknown) => string;

function filterConditions(filters: RequestFilters, parameter: Parameter): string[] {
  const { organizationId, statuses, stage, standings, productId, asin, marketplace, claim, q } = filters;
  const conditions: string[] = [];
  if (organizationId !== null) conditions.push(`s.organization_id = ${parameter(organizationId)}`);
  if (statuses) conditions.push(presentStatus(statuses, parameter), ...recordedStatus(statuses, parameter));
  if (stage) conditions.push(presentStage(stage, parameter), recordedStage(stage, parameter));
  if (standings) {
    const pairs = standings.map((standing) => `${standing.status}/${standing.stage ?? ''}`);
    conditions.push(
      `s.status_now || '/' || coalesce(${WAITED_STAGE}, '') = any(${parameter(pairs)}::text[])`,
      ...recordedStatus(
        standings.map(({ status }) => status),
        parameter,
      ),
    );
  }
  if (productId) conditions.push(`s.product_id = ${parameter(productId)}`);
  if (asin) conditions.push(`s.asin = ${parameter(asin)}`);
  if (marketplace) conditions.push(`${parameter(marketplace)} = any(s.marketplaces)`);
  if (claim) {
    const claims = 'select 1 from review_claims k where k.request_id = s.id and k.lapses_at > now()';
    conditions.push(
      `s.status = 'UNDER_REVIEW'`,
      claim.isUnclaimed
        ? `not exists (${claims})`
        : `exists (${claims} and k.reviewer_id = ${parameter(claim.reviewerId)})`,
    );
  }
  if (q) conditions.push(`(${placesOf(q, organizationId, parameter).join(' or ')})`);
  return conditions;
}

/**
 * Where a text may be part of. Among a million requests each is compared with it: comparing in any case costs many times as
 * much, and is left to what is written in both, and products are looked through once, not with each of their requests.
 */
function placesOf(q: string, organizationId: string | null, parameter: Parameter): string[] {
  const part = (text: string) => parameter(`%${text.replace(/[\\%_]/g, '\\$&')}%`);
  const inAnyCase = (text: string) =>
    `${text.toLowerCase() === text.toUpperCase() ? 'like' : 'ilike'} ${part(text)}`;
  const whose = organizationId === null ? '' : `organization_id = ${parameter(organizationId)} and`;
  const words = inAnyCase(q);
  return [
    `s.id like ${part(q.toLowerCase())}`,
    `s.asin like ${part(q.toUpperCase())}`,
    `s.variant ${words}`,
    // A code is stored without what is printed between its digits.
    `s.identifier_code ${inAnyCase(normalizeRetailIdentifierCode(q) || q)}`,
    `s.product_id in (select id from products where ${whose} (name ${words} or model ${words}))`,
  ];
}

/**
 * The present status is computed, so that PostgreSQL knows nothing of how often each occurs and takes one in 200 for any.
 * Most requests are Enabled: said as none of the others, it takes them for most, and reads a page of them by its order.
 */
function presentStatus(statuses: readonly Status[], parameter: Parameter): string {
  if (!statuses.includes('ENABLED')) return `s.status_now = any(${parameter(statuses)}::text[])`;
  const others = STATUSES.filter((status) => !statuses.includes(status));
  return `s.status_now <> all(${parameter(others)}::text[])`;
}

/**
 * What the columns say, which have indexes, wherever the present status is one of these: it differs from the recorded one
 * only by badges that have become effective or changed. Of Enabled requests there are too many for it to help.
 */
function recordedStatus(statuses: readonly Status[], parameter: Parameter): string[] {
  if (statuses.includes('ENABLED')) return [];
  const isRecorded = `s.status = any(${parameter(statuses)}::text[])`;
  const hangsOnBadges = statuses.includes('SUSPENDED') || statuses.includes('REMOVED');
  return [hangsOnBadges ? `(${isRecorded} or s.badges_change_at <= now())` : isRecorded];
}

const BY_CERTIFICATION: readonly Stage[] = ['AWAITING_CERTIFICATION', 'SCHEDULED'];

/** What the certification says is asked only where it makes a difference. */
const presentStage = (stage: Stage, parameter: Parameter): string =>
  `${BY_CERTIFICATION.includes(stage) ? STAGE_NOW : 's.stage_now'} = ${parameter(stage)}`;

/** These follow from one another by the clock and by what the certification says. */
const WAITING: readonly Stage[] = ['AWAITING_CERTIFICATION', 'SCHEDULED', 'GOING_LIVE'];

/** The same for a stage. */
function recordedStage(stage: Stage, parameter: Parameter): string {
  return `s.stage = any(${parameter(WAITING.includes(stage) ? WAITING : [stage])}::text[])`;
}

function pageConditions(
  { order, after }: { order: RequestCursor['order']; after: RequestCursor | null },
  parameter: Parameter,
): string[] {
  if (order === 'newest') return after === null ? [] : [`s.id < ${parameter(after.id)}`];
  // The stored status, which only Pending differs from, so that the index serves.
  const due = [`s.status = 'UNDER_REVIEW'`, 's.review_due_at is not null'];
  if (after?.order === 'reviewDue')
    due.push(`(s.review_due_at, s.id) > (${parameter(after.dueAt)}::timestamptz, ${parameter(after.id)})`);
  return due;
}
