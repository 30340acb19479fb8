/** Makes findings of what was read before a rehearsal and what stands in the copy after it. */
import { standingAt } from '../domain/badge-request';
import { calendarWindows, localDate } from '../domain/calendar';
import { certificationLabel } from '../domain/certification';
import { goLiveInstants } from '../domain/go-live';
import type { Standing } from '../domain/lifecycle';
import { isMarketplaceCode } from '../domain/marketplaces';
import type { Findings, GoingLive, Stuck, Waiting } from './findings';
import type { Ends, Rehearsed } from './forward-run';
import type { OpenRequest, Snapshot } from './open-requests';
import type { RehearsedRow } from './rehearsed-rows';
import { awaited, certificationAtEnd, stuckness, type Case } from './stuck';

/** The last instant of a day, in the marketplace where it ends last; milliseconds since the epoch. */
export const lastInstantOf = (day: string): number =>
  Math.max(...calendarWindows(day, day).map((window) => Date.parse(window.until))) - 1;

export interface Evidence {
  readonly snapshot: Snapshot;
  readonly rehearsed: readonly Rehearsed[];
  /** Rows that could not be rehearsed. */
  readonly unreadable: readonly Stuck[];
  readonly ends: Ends;
  readonly rows: ReadonlyMap<string, RehearsedRow>;
  readonly until: string;
}

export function judge({ snapshot, rehearsed, unreadable, ends, rows, until }: Evidence): Findings {
  const states = new Map(rehearsed.map(({ requestId, state }) => [requestId, state]));
  const lastInstant = lastInstantOf(until);
  const findings = {
    goingLive: [] as GoingLive[],
    heldBack: [] as GoingLive[],
    sentBack: [] as Findings['sentBack'][number][],
    dropped: [] as Findings['dropped'][number][],
    waiting: [] as Waiting[],
    stuck: [...unreadable],
  };
  for (const request of snapshot.requests) {
    const [state, row, end] = [states.get(request.id), rows.get(request.id), ends.get(request.id)];
    if (state === undefined || row === undefined || end === undefined) continue;
    const standing = standingOn(row, lastInstant);
    const found: Case = { request, state, row, end, standing, readAt: Date.parse(snapshot.at), lastInstant };
    const stuck = stuckness(found);
    if (stuck !== null) findings.stuck.push(stuck);
    for (const badge of goingLive(found, stuck, snapshot.at, until)) {
      const isHeld = request.suspendedIn.includes(badge.marketplace);
      (isHeld ? findings.heldBack : findings.goingLive).push(badge);
    }
    if (standing.status === 'REJECTED' && request.status !== 'REJECTED')
      findings.sentBack.push({ requestId: request.id, codes: row.reasons.map(({ code }) => code) });
    else findings.dropped.push(...droppedFrom(request, row));
    const on = awaited(found);
    if (stuck === null && on !== null) findings.waiting.push(waiting(found, on));
  }
  for (const badges of [findings.goingLive, findings.heldBack])
    badges.sort(
      (one, other) =>
        compare(one.effectiveAt, other.effectiveAt) ||
        compare(one.marketplace, other.marketplace) ||
        compare(one.requestId, other.requestId),
    );
  return { readAt: snapshot.at, until, requests: snapshot.requests.length, ...findings };
}

/** Where a row stands at the last instant; what is Enabled in the minutes after it is not yet. */
function standingOn(row: RehearsedRow, lastInstant: number): Standing {
  const isLater = row.enabledAt !== null && Date.parse(row.enabledAt) > lastInstant;
  const recorded =
    isLater && row.status === 'ENABLED' ? ({ status: 'PENDING', stage: 'SCHEDULED' } as const) : row;
  return standingAt({ ...row, ...recorded, badges: [] }, new Date(lastInstant).toISOString());
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** Badges that were not effective yet; of a request that nothing moves today, only those staged already. */
function goingLive({ request, row }: Case, stuck: Stuck | null, readAt: string, until: string): GoingLive[] {
  const isStaged = (code: string) => request.badges.some(({ marketplace }) => marketplace === code);
  return row.badges
    .filter(({ effectiveAt }) => Date.parse(effectiveAt) > Date.parse(readAt))
    .filter(({ marketplace }) => stuck?.kind !== 'OVERDUE' || isStaged(marketplace))
    .map(({ marketplace, effectiveAt }) => ({
      day: localDate(effectiveAt, marketplace),
      marketplace,
      requestId: request.id,
      effectiveAt,
    }))
    .filter(({ day }) => day <= until);
}

const droppedFrom = (request: OpenRequest, row: RehearsedRow) =>
  request.marketplaces
    .filter((marketplace) => !row.marketplaces.includes(marketplace))
    .map((marketplace) => ({
      requestId: request.id,
      marketplace,
      code: row.reasons.findLast((reason) => reason.marketplace === marketplace)?.code ?? null,
    }));

function waiting(found: Case, on: Waiting['on']): Waiting {
  const { request, standing, lastInstant } = found;
  const { project } = certificationAtEnd(found);
  const { goLive } = request;
  const instants = goLiveInstants(goLive, request.marketplaces.filter(isMarketplaceCode));
  const last = Math.max(...Object.values(instants).map((instant) => Date.parse(instant)));
  return {
    requestId: request.id,
    on,
    ...standing,
    reviewDueAt: on === 'REVIEWER' ? request.reviewDueAt : null,
    certification: on === 'CERTIFICATION' && project !== null ? certificationLabel(project) : null,
    goLiveDate: goLive?.kind === 'ON_DATE' ? goLive.date : null,
    datePasses: on !== 'DATE' && Object.keys(instants).length > 0 && last <= lastInstant,
  };
}
