/** Which requests are stuck, and why. */
import type { Standing } from '../domain/lifecycle';
import { goLiveInstants } from '../domain/go-live';
import { waitingOn, type WaitingOn } from '../domain/badge-request';
import type { MarketplaceCode } from '../domain/marketplaces';
import { outlookIn, seeCertification, type CertificationSeen } from '../domain/product-certification';
import { looksOf, nextStep } from '../workflows/state';
import type { BadgeRequestState } from '../workflows/contract';
import type { Stuck, StuckKind } from './findings';
import type { OpenRequest } from './open-requests';
import type { RehearsedRow } from './rehearsed-rows';
import type { End } from './workflow-trouble';

const HOUR_MS = 3_600_000;
/** So long a step of the service itself may be due already: workers may have been stopped for a while. */
const GRACE_MS = { check: 26 * HOUR_MS, other: HOUR_MS } as const;

export interface Case {
  readonly request: OpenRequest;
  readonly state: BadgeRequestState;
  readonly end: End;
  readonly row: RehearsedRow;
  /** Where the row stands at the last instant. */
  readonly standing: Standing;
  /** When the product's database was read, and the last instant of the rehearsal; milliseconds. */
  readonly readAt: number;
  readonly lastInstant: number;
}

/** @returns null for a request that gets on, or waits for somebody outside */
export function stuckness(found: Case): Stuck | null {
  const { request, end, standing, row } = found;
  const stuck = (kind: StuckKind, why: string): Stuck => ({ requestId: request.id, kind, why });
  if (typeof end === 'object') return stuck(end.kind, end.why);
  if (standing.stage === 'NEEDS_ATTENTION')
    return stuck('NEEDS_ATTENTION', request.attention ?? 'an operator has to look at it');
  const isUnderWay = request.status === 'UNDER_REVIEW' || request.status === 'PENDING';
  if (isUnderWay && request.projects.length === 0)
    return stuck('NO_PRODUCT', 'it is under way and names no product');
  const overdue = overdueStep(found);
  if (overdue !== null) return stuck('OVERDUE', overdue);
  if (end === 'COMPLETED' && waitingOn(row) !== null)
    return stuck('ENDED_EARLY', `its workflow ends while it stands at ${nameOf(row)}`);
  if (waitingOn(standing) === 'SERVICE') return stuck('STILL_WORKING', `it stays at ${nameOf(standing)}`);
  const on = awaited(found);
  if (on !== 'DATE' && on !== 'CERTIFICATION') return null;
  const late = lateMarketplaces(found);
  if (late.length > 0)
    return stuck('NOT_LIVE', `its time comes, and it does not go live in ${late.join(', ')}`);
  if (on !== 'DATE') return null;
  const isOver = row.enabledAt === null && request.goLive?.kind !== 'ON_DATE';
  return isOver && !toCome(found).some((code) => isLookedAtLater(found, code))
    ? stuck('NOT_LIVE', 'it does not go live as soon as it could')
    : null;
}

/** Whom it waits for at the end; null where nothing is to come. */
export function awaited(found: Case): WaitingOn | null {
  const { standing, row } = found;
  const on = waitingOn(standing);
  // A product that is certified anew, or not everywhere yet: the stage is from before, or of what is live.
  const isAwaited = awaitedIn(found).length > 0;
  return on === 'DATE' && row.enabledAt === null && isAwaited ? 'CERTIFICATION' : on;
}

/** What its certification is to whoever reads it at the end. */
export const certificationAtEnd = ({ request, row }: Case): CertificationSeen =>
  seeCertification(request.projects, {
    marketplaces: row.marketplaces,
    badges: row.badges.map(({ marketplace }) => marketplace),
  });

/** Marketplaces without a badge whose certification is under way. */
const awaitedIn = (found: Case): readonly MarketplaceCode[] =>
  certificationAtEnd(found).awaited.filter(
    (code) => outlookIn(found.request.projects, code).kind === 'AWAITED',
  );

const nameOf = ({ status, stage }: Standing) => (stage === null ? status : `${status}, ${stage}`);

/** What should have been done by the time of reading; null: nothing. */
function overdueStep({ request, state, readAt }: Case): string | null {
  const { take } = nextStep(state, readAt, request.id);
  if (take === 'wait' || take === 'end') return null;
  const grace = take === 'check' ? GRACE_MS.check : GRACE_MS.other;
  const dueBy = readAt - grace;
  if (Date.parse(request.changedAt) > dueBy) return null;
  if (nextStep(state, dueBy, request.id).take !== take) return null;
  return `its step “${take}” is due for more than ${grace / HOUR_MS} h: do workers run, and has it a workflow?`;
}

function lateMarketplaces(found: Case): string[] {
  const instants = goLiveInstants(found.request.goLive, found.row.marketplaces);
  return toCome(found).filter((code) => !isLookedAtLater(found, code) && !isAfter(found, instants[code]));
}

function toCome(found: Case): MarketplaceCode[] {
  const { marketplaces, badges } = found.row;
  const awaits = awaitedIn(found);
  return marketplaces.filter(
    (code) => !awaits.includes(code) && !badges.some(({ marketplace }) => marketplace === code),
  );
}

/** Whether a listing is looked at next after the last instant; one that was not live is. */
const isLookedAtLater = (found: Case, code: MarketplaceCode): boolean =>
  isAfter(found, looksOf(found.state)[code]?.at);

const isAfter = ({ lastInstant }: Case, instant: string | null | undefined): boolean =>
  instant != null && Date.parse(instant) > lastInstant;
