/** The transitions from Pending on: certification refused, badges staged. */
import { certificationLabel, certificationReasonCode } from '../../domain/certification';
import { firstLooks, lookedAtUntil, nextLook, type Looks } from '../../domain/listing-looks';
import type { Answer } from '../../domain/review';
import type { MarketplaceCode } from '../../domain/marketplaces';
import type { RecordedBadge } from '../../domain/badges';
import { makeReason, type Reason, type ReasonCode } from '../../domain/reasons';
import { goLiveInstants } from '../../domain/go-live';
import type { GoingLive, Refused } from '../../domain/transitions';
import { tellAgainIfLost } from '../certification-news';
import { prepared, type Queryable } from '../pool';
import { readStandingCertification } from '../standing-certification';
import { goLiveOf, newsOf, readProduct, type CertifiableProduct, type RequestRow } from '../requests';
import { keepSuspended } from '../suspended-elsewhere';
import { readEffectiveBadges, takeBackStaged, type EffectiveBadge } from './badges';
import type { Change } from './change';
import { applyCoverage, readAskedFor, type Coverage } from './coverage';
import { endWith, takeBackUnseen } from './kept-badges';
import { record, type Locked, type Recorder, type TransitionRef, type Unchanged } from './record';
import { concludeStaging, instantsOf } from './staging-change';
import { zoneDataOf } from './zone-data';

export interface Staging {
  /** What the look at the listings answered, of the marketplaces that it was due for. */
  readonly answers: Partial<Record<MarketplaceCode, Answer>>;
  /** The looks at all open marketplaces, as they stood before this one. */
  readonly looks: Looks;
}

/**
 * Stages the badges whose listing is live, each with its own instant; all that follows from them at that
 * instant is written now. Marketplaces that the certification does not cover, or that were not live in
 * time, are dropped with a reason; when none is left the request is rejected. What is staged or was dropped is held
 * against the newest approval again; where that, too, changes nothing, nothing is recorded. The maker is told once of
 * each listing that is not live.
 * @param retryDays for how many days a listing that is not live is looked at again
 */
export async function recordStaging(
  recorder: Recorder,
  ref: TransitionRef,
  { answers, looks }: Staging,
  retryDays: number,
): Promise<GoingLive | Refused> {
  return record<GoingLive>(recorder, ref, 'stage', async (locked) => {
    const { connection, row, at } = locked;
    const product = await readPendingProduct(connection, row);
    if (newsOf(product).verdict !== 'APPROVED') return stillWaiting(locked, product, looks);
    const coverage = await applyCoverage(locked, product);
    const open = coverage.covered.filter((code) => !hasBadge(coverage.badges, code));
    const live = open.filter((code) => answers[code] === 'YES');
    const instants = instantsOf(row, open);
    const firsts = firstLooks(open, instants);
    const missing = open
      .filter((code) => answers[code] === 'NO' || answers[code] === 'UNKNOWN')
      .map((code) => ({ code, next: nextLook(at, looks[code], retryDays, instants[code]) }));
    const later = Object.fromEntries([
      ...open
        .filter((code) => answers[code] === undefined)
        .map((code) => [code, looks[code] ?? firsts[code]]),
      ...missing.filter(({ next }) => next !== null).map(({ code, next }) => [code, next]),
    ]) as Looks;
    const late = missing
      .filter(({ next }) => next === null)
      .map(({ code }) =>
        makeReason('LISTING_NOT_LIVE_IN_TIME', {
          marketplace: code,
          found: answers[code] === 'UNKNOWN' ? 'Amazon did not say whether it is live' : 'not live',
          expected: 'live',
        }),
      );
    const news = missing.filter(({ next }) => next?.tries === 1).map(({ code }) => code);
    const unknown = news.filter((code) => answers[code] === 'UNKNOWN');
    const mail = { marketplaces: news, unknown, triedUntil: lookedAtUntil(at, retryDays) };
    const change = concludeStaging(locked, product, {
      coverage,
      fresh: badgesOf(row, live, at),
      late,
      looks: later,
      notLive: news.length > 0 ? mail : null,
    });
    if (change.outcome.status === 'REJECTED') return sendBack(locked, change);
    const isNew = coverage.isNew || Object.keys(answers).length > 0;
    if (isNew) return change;
    return { unchanged: { ...change.outcome, unchanged: true } };
  });
}

/**
 * Nothing is left of its badges but what is kept for whoever decides next, and the form keeps what was asked for, so that it
 * can be corrected and submitted again.
 */
async function sendBack(
  { connection, row, at }: Locked,
  change: Change<GoingLive>,
): Promise<Change<GoingLive>> {
  await takeBackStaged(connection, row.id, at);
  await keepSuspended(connection, row.id);
  await connection.query(prepared('delete from badges where request_id = $1', [row.id]));
  const marketplaces = await readAskedFor(connection, row);
  const cleared = { first_effective_at: null, enabled_at: null, badges_change_at: null };
  return { ...change, columns: { ...change.columns, ...cleared, marketplaces } };
}

const hasBadge = (badges: Coverage['badges'], code: MarketplaceCode) =>
  badges.some(({ marketplace }) => marketplace === code);

async function readPendingProduct(connection: Queryable, row: RequestRow): Promise<CertifiableProduct> {
  const product = await readProduct(connection, row.product_id, 'share');
  if (product === null) throw new Error(`The product of ${row.id} is not there.`);
  return product;
}

/** The badges of marketplaces that are live, each with its instant. */
function badgesOf(row: RequestRow, live: readonly MarketplaceCode[], at: string): EffectiveBadge[] {
  const goLive = goLiveOf(row);
  const instants = goLive === null ? {} : goLiveInstants(goLive, live);
  // A date that is over makes the badge effective at once.
  const begin = Date.parse(at);
  return live.map((marketplace) => {
    const instant = Math.max(begin, Date.parse(instants[marketplace] ?? at));
    return { marketplace, since: new Date(instant).toISOString() };
  });
}

/**
 * The certification is not what the workflow last heard: nothing more is staged, it waits on. Where all of it is staged
 * there is nothing to wait for: the instants stay, and nothing is recorded.
 * @param looks those that were to come, where it is known
 */
async function stillWaiting(
  { connection, row }: Locked,
  product: CertifiableProduct,
  looks: Looks,
  read: Pick<GoingLive, 'approvalRead'> = {},
): Promise<Change<GoingLive> | Unchanged<GoingLive>> {
  const facts = { status: 'PENDING', round: row.round, certification: newsOf(product), ...read } as const;
  if (row.enabled_at !== null)
    return {
      unchanged: {
        ...facts,
        ...{ stage: row.stage, open: [], instants: {}, looks: {}, unchanged: true },
        enabledAt: row.enabled_at.toISOString(),
        mailsFirst: true,
      },
    };
  const badges = await readEffectiveBadges(connection, row.id);
  const open = row.marketplaces.filter((code) => !badges.some((badge) => badge.marketplace === code));
  const instants = instantsOf(row, open);
  const firsts = firstLooks(open, instants);
  return {
    action: 'stage',
    details: { awaitsCertification: true, ...zoneDataOf(goLiveOf(row)) },
    columns: { attention: null },
    outcome: {
      ...facts,
      stage: 'AWAITING_CERTIFICATION',
      open,
      instants,
      looks: Object.fromEntries(open.map((code) => [code, looks[code] ?? firsts[code]])),
      enabledAt: null,
    },
  };
}

/** Why a request is sent back for its certification: it is a reason's code, and what is said with it. */
interface Loss {
  readonly code: ReasonCode;
  readonly found: string;
  readonly text: string | null;
  /** Whether the badges that are effective stand by an approval that holds, as they would after Enabled. */
  readonly isSpared: boolean;
}

/** Null where the certification goes on, and what is staged stands by an approval that holds. */
async function readLoss(
  connection: Queryable,
  row: RequestRow,
  { id, certification }: CertifiableProduct,
): Promise<Loss | null> {
  const code = certificationReasonCode(certification);
  // As after Enabled: a newer project that is under way keeps no approval from being withdrawn, and one that has ended
  // takes nothing from the approval before it.
  const isStaged = (await readEffectiveBadges(connection, row.id)).length > 0;
  const standing = isStaged ? await readStandingCertification(connection, id) : null;
  const isWithdrawn = standing?.verdict === 'REVOKED';
  const isSpared = standing !== null && !isWithdrawn;
  if (code !== null)
    return { code, found: certificationLabel(certification), text: certification.reason, isSpared };
  if (!isWithdrawn) return null;
  const found = certificationLabel({ status: 'COMPLETE', result: 'REVOKED' });
  return { code: 'CERTIFICATION_REVOKED', found, text: standing.reason, isSpared };
}

/** Nothing goes live any more without its certification; what is live stays. */
async function endHere(
  { connection, row, at }: Locked,
  product: CertifiableProduct,
  { kept, reasons }: { kept: readonly RecordedBadge[]; reasons: readonly Reason[] },
): Promise<Change<GoingLive>> {
  // What its approval does not cover is for the workflow of its badges from now on.
  await tellAgainIfLost(connection, row.id);
  const { gone: uncertified, badges, columns, status } = endWith(row, kept, at);
  const codes = reasons.map(({ code }) => code);
  return {
    action: 'enable',
    details: { kept: columns.marketplaces, dropped: uncertified, codes },
    columns: { ...columns, attention: null, reasons: JSON.stringify([...row.reasons, ...reasons]) },
    mails: [{ template: 'enabled', props: { badges, uncertified, reasons } }],
    outcome: {
      ...{ status, stage: null, round: row.round, certification: newsOf(product) },
      ...{ open: [], instants: {}, enabledAt: columns.enabled_at ?? null },
    },
  };
}

/**
 * Sends the request back when its certification ended without approval, or the one was withdrawn that its badges stand by;
 * otherwise tells how it stands. Badges that are live by an approval that holds stay, and the request ends with them.
 * @param looks those that were to come, where it is known
 */
export async function recordCertificationRefusal(
  recorder: Recorder,
  ref: TransitionRef,
  looks: Looks = {},
): Promise<GoingLive | Refused> {
  return record<GoingLive>(recorder, ref, 'refuseCertification', async (locked) => {
    const { connection, row } = locked;
    const product = await readPendingProduct(connection, row);
    const loss = await readLoss(connection, row, product);
    if (loss === null) return stillWaiting(locked, product, looks, { approvalRead: true });
    const { code, isSpared, ...words } = loss;
    const reasons = [makeReason(code, words)];
    const kept = isSpared ? await takeBackUnseen(connection, row.id, locked.at) : [];
    if (kept.length > 0) return endHere(locked, product, { kept, reasons });
    return sendBack(locked, {
      action: 'refuseCertification',
      details: { codes: [code] },
      columns: {
        reasons: JSON.stringify(reasons),
        attention: null,
      },
      mails: [{ template: 'rejected', props: { reasons } }],
      outcome: {
        status: 'REJECTED',
        stage: null,
        round: row.round,
        certification: newsOf(product),
        open: [],
        instants: {},
        enabledAt: null,
      },
    });
  });
}
