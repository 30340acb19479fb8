/** What an approval covers of a request that goes live: what it takes back, and what comes back with it. */
import type { RecordedBadge } from '../../domain/badges';
import type { MarketplaceCode } from '../../domain/marketplaces';
import { makeReason, type Reason } from '../../domain/reasons';
import { prepared, type Queryable } from '../pool';
import type { CertifiableProduct, RequestRow } from '../requests';
import { keepSuspended } from '../suspended-elsewhere';
import { takeBackBadges } from './badges';
import { readRecordedBadges, saveBadges } from './plans';
import type { Locked } from './record';

export interface Coverage {
  /** The marketplaces that are wanted and covered, in the order in which they were chosen. */
  readonly covered: readonly MarketplaceCode[];
  /** Badges of covered marketplaces that are staged or effective, or were. */
  readonly badges: readonly RecordedBadge[];
  /** One for each marketplace that is dropped now. */
  readonly dropped: readonly Reason[];
  /** Dropped for an approval before, and covered by this one. */
  readonly restored: readonly MarketplaceCode[];
  /** Those of all that is dropped, now or before. */
  readonly reasons: readonly Reason[];
  /** Whether any of this was otherwise before. */
  readonly isNew: boolean;
}

/**
 * Holds a request that goes live against the newest approval. Only that one counts: what an earlier one left out comes
 * back, and what this one leaves out loses even a badge that is effective already. One that an operator has suspended there
 * is removed: what they took from shoppers does not come back with an approval.
 */
export async function applyCoverage(
  { connection, row, at }: Locked,
  { certification: { marketplaces: certified } }: CertifiableProduct,
): Promise<Coverage> {
  const isCovered = (code: MarketplaceCode) => certified.includes(code);
  const reasonsBefore = row.reasons.filter(isAboutCoverage);
  const before = reasonsBefore.flatMap(({ marketplace }) => marketplace ?? []);
  const wanted = await readWanted(connection, row, before);
  const badges = await readRecordedBadges(connection, row.id);
  const lost = badges.filter(({ marketplace }) => !isCovered(marketplace));
  const isRemoved = (code: MarketplaceCode) =>
    badges.some(({ marketplace, status }) => marketplace === code && status === 'REMOVED');
  const restored = before.filter((code) => isCovered(code) && !isRemoved(code));
  // An approval may cover none at all.
  const expected = certified.join(', ') || null;
  const uncovered = wanted
    .filter((code) => !isCovered(code))
    .map((code) => makeReason('MARKETPLACE_NOT_CERTIFIED', { marketplace: code, found: code, expected }));
  const isNew = said(uncovered) !== said(reasonsBefore);
  // What follows from all that is staged is written anew.
  if (isNew) await takeBackLost(connection, row.id, lost, at);
  return {
    covered: wanted.filter(isCovered),
    badges: badges.filter(({ marketplace }) => isCovered(marketplace)),
    dropped: uncovered.filter(({ marketplace }) => marketplace !== null && !before.includes(marketplace)),
    restored,
    reasons: [...row.reasons.filter((reason) => !isAboutCoverage(reason)), ...uncovered],
    isNew,
  };
}

async function takeBackLost(
  connection: Queryable,
  requestId: string,
  lost: readonly RecordedBadge[],
  at: string,
): Promise<void> {
  const isOperators = ({ causes }: RecordedBadge) => causes.includes('OPERATOR');
  const places = (badges: readonly RecordedBadge[]) => badges.map(({ marketplace }) => marketplace);
  const [own, others] = [lost.filter(isOperators), lost.filter((badge) => !isOperators(badge))];
  const gone = others.filter(({ status }) => status !== 'REMOVED');
  await takeBackBadges(connection, requestId, { marketplaces: places(gone), at });
  if (own.length === 0) return;
  await keepSuspended(connection, requestId, places(own));
  const badges = own.map((badge) => ({ ...badge, status: 'REMOVED', causes: [] }) as const);
  await saveBadges(connection, requestId, { badges, changed: [] }, { reason: null, by: null });
}

const isAboutCoverage = ({ code }: Reason) => code === 'MARKETPLACE_NOT_CERTIFIED';
const said = (reasons: readonly Reason[]) =>
  JSON.stringify(reasons.map(({ marketplace, expected }) => [marketplace, expected]));

/** A request's marketplaces and those that were dropped for an approval, in the order in which they were chosen. */
async function readWanted(
  connection: Queryable,
  row: RequestRow,
  dropped: readonly MarketplaceCode[],
): Promise<readonly MarketplaceCode[]> {
  if (dropped.length === 0) return row.marketplaces;
  const asked = await readAskedFor(connection, row);
  return asked.filter((code) => row.marketplaces.includes(code) || dropped.includes(code));
}

/** The marketplaces of the form that was submitted: what a request that is sent back begins with again. */
export async function readAskedFor(
  connection: Queryable,
  { id, round, marketplaces }: RequestRow,
): Promise<MarketplaceCode[]> {
  const { rows } = await connection.query<{ submitted: MarketplaceCode[] }>(
    prepared(
      "select form->'marketplaces' as submitted from badge_request_rounds where request_id = $1 and round = $2",
      [id, round],
    ),
  );
  return rows[0]?.submitted ?? marketplaces;
}
