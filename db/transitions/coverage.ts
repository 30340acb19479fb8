/** What certifications are to a request in Pending: what they take back of it, and what comes back with them. */
import type { RecordedBadge } from '../../domain/badges';
import type { MarketplaceCode } from '../../domain/marketplaces';
import {
  isCertifiedIn,
  outlookIn,
  partReasons,
  reasonOfLoss,
  verdictFor,
  type Loss,
  type Outlook,
} from '../../domain/product-certification';
import type { Reason } from '../../domain/reasons';
import type { CertificationNews } from '../../domain/transitions';
import { newsOf, readProduct, type CertifiableProduct } from '../certified-product';
import { prepared, type Queryable } from '../pool';
import type { RequestRow } from '../requests';
import { keepSuspended } from '../suspended-elsewhere';
import { takeBackBadges } from './badges';
import { readRecordedBadges, saveBadges } from './plans';
import type { Locked } from './record';

/** A request and the certification of its product, as both are until the transaction ends. */
export interface Certification {
  readonly product: CertifiableProduct;
  /** What all of it is to the request. */
  readonly news: CertificationNews;
  readonly badges: readonly RecordedBadge[];
  /** Of one of its marketplaces. */
  readonly outlookIn: (code: MarketplaceCode) => Outlook;
}

/**
 * Reads what its certification is to a request in Pending, or one that begins to be.
 * @param badges all that it has; absent: they are read
 */
export async function readCertification(
  { connection, row, at }: Locked,
  badges?: readonly RecordedBadge[],
): Promise<Certification> {
  const product = await readProduct(connection, row.product_id, 'share');
  if (product === null) throw new Error(`The product of ${row.id} is not there.`);
  const has = badges ?? (await readRecordedBadges(connection, row.id));
  const toCome = has.map(({ marketplace, effectiveAt }) => ({
    marketplace,
    isEffective: Date.parse(effectiveAt) <= Date.parse(at),
  }));
  const { dropped } = partReasons(row.reasons);
  const { projects } = product;
  const verdict = verdictFor(projects, { marketplaces: row.marketplaces, dropped, badges: toCome });
  return {
    product,
    news: newsOf(product, verdict),
    badges: has,
    outlookIn: (code) => outlookIn(projects, code, toCome),
  };
}

/** Those of some marketplaces whose certification is under way, and that have no badge yet. */
export const awaitedAmong = (
  { outlookIn: outlookOf }: Pick<Certification, 'outlookIn'>,
  codes: readonly MarketplaceCode[],
): MarketplaceCode[] => codes.filter((code) => outlookOf(code).kind === 'AWAITED');

export interface Coverage {
  /** The marketplaces that are wanted and not lost, in the order in which they were chosen. */
  readonly wanted: readonly MarketplaceCode[];
  /** Those of them that are certified. */
  readonly covered: readonly MarketplaceCode[];
  /** Those whose certification is under way, and that have no badge yet. */
  readonly awaited: readonly MarketplaceCode[];
  /** Badges of wanted marketplaces that are staged or effective, or were. */
  readonly badges: readonly RecordedBadge[];
  /** One for each marketplace that is lost now. */
  readonly dropped: readonly Reason[];
  /** Where the badge of what is lost was taken from shoppers before, and does not come back. */
  readonly removed: readonly MarketplaceCode[];
  /** Lost before, and certified now. */
  readonly restored: readonly MarketplaceCode[];
  /** Those of all that is lost, now or before, and of whatever else was dropped. */
  readonly reasons: readonly Reason[];
  /** Whether any of this was otherwise before. */
  readonly isNew: boolean;
}

/**
 * Holds a request that goes live against what its marketplaces are certified for now: what was lost before comes back once it is
 * certified, and what is lost now loses even a badge that is effective already. One that an operator has suspended there
 * is removed: what they took from shoppers does not come back with an approval.
 */
export async function applyCoverage(
  { connection, row, at }: Locked,
  certification: Certification,
): Promise<Coverage> {
  const { product, badges, outlookIn: outlookOf } = certification;
  const { ofLosses, others, dropped: before } = partReasons(row.reasons);
  const isRemoved = (code: MarketplaceCode) =>
    badges.some(({ marketplace, status }) => marketplace === code && status === 'REMOVED');
  const restored = before.filter((code) => isCertifiedIn(product.projects, code) && !isRemoved(code));
  const asked = await readWanted(connection, row);
  const lossOf = (code: MarketplaceCode): Loss | null => {
    const outlook = outlookOf(code);
    return outlook.kind === 'LOST' ? outlook.loss : null;
  };
  const isGone = (code: MarketplaceCode) =>
    before.includes(code) ? !restored.includes(code) : lossOf(code) !== null;
  // What was lost before, and is under way again, is as it was.
  const reasonOf = (code: MarketplaceCode): Reason[] => {
    const loss = lossOf(code);
    return loss === null
      ? ofLosses.filter(({ marketplace }) => marketplace === code)
      : [reasonOfLoss(code, loss)];
  };
  const lost = asked.filter(isGone);
  const reasonsNow = lost.flatMap(reasonOf);
  const isNew = said(reasonsNow) !== said(ofLosses);
  const isLost = ({ marketplace }: RecordedBadge) => lost.includes(marketplace);
  const isTaken = (badge: RecordedBadge) => isOperators(badge) || badge.status === 'REMOVED';
  // What follows from all that is staged is written anew.
  if (isNew) await takeBackLost(connection, row.id, badges.filter(isLost), at);
  const wanted = asked.filter((code) => !isGone(code));
  return {
    wanted,
    covered: wanted.filter((code) => outlookOf(code).kind === 'CERTIFIED'),
    awaited: awaitedAmong(certification, wanted),
    badges: badges.filter((badge) => !isLost(badge)),
    dropped: reasonsNow.filter(({ marketplace }) => marketplace !== null && !before.includes(marketplace)),
    removed: badges.filter((badge) => isLost(badge) && isTaken(badge)).map(({ marketplace }) => marketplace),
    restored,
    reasons: [...others, ...reasonsNow],
    isNew,
  };
}

const isOperators = ({ causes }: RecordedBadge) => causes.includes('OPERATOR');

async function takeBackLost(
  connection: Queryable,
  requestId: string,
  lost: readonly RecordedBadge[],
  at: string,
): Promise<void> {
  const places = (badges: readonly RecordedBadge[]) => badges.map(({ marketplace }) => marketplace);
  const [own, others] = [lost.filter(isOperators), lost.filter((badge) => !isOperators(badge))];
  const gone = others.filter(({ status }) => status !== 'REMOVED');
  await takeBackBadges(connection, requestId, { marketplaces: places(gone), at });
  if (own.length === 0) return;
  await keepSuspended(connection, requestId, places(own));
  const badges = own.map((badge) => ({ ...badge, status: 'REMOVED', causes: [] }) as const);
  await saveBadges(connection, requestId, { badges, changed: [] }, { reason: null, by: null });
}

const said = (reasons: readonly Reason[]) =>
  JSON.stringify(
    reasons.map(({ code, marketplace, found, expected, text }) => [code, marketplace, found, expected, text]),
  );

/** A request's marketplaces and those that it has lost to certifications, in the order in which they were chosen. */
export async function readWanted(
  connection: Queryable,
  row: RequestRow,
): Promise<readonly MarketplaceCode[]> {
  const { dropped } = partReasons(row.reasons);
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
