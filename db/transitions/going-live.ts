/** The transitions from Pending on: certification refused, badges staged. */
import { firstLooks, lookedAtUntil, nextLook, type Looks } from '../../domain/listing-looks';
import type { Answer } from '../../domain/review';
import type { MarketplaceCode } from '../../domain/marketplaces';
import { badgeStatusAt, type RecordedBadge } from '../../domain/badges';
import { reasonsOfLosses, type Loss } from '../../domain/product-certification';
import { makeReason, type Reason } from '../../domain/reasons';
import { goLiveInstants } from '../../domain/go-live';
import type { GoingLive, Refused } from '../../domain/transitions';
import { tellAgainIfLost } from '../certification-news';
import { prepared } from '../pool';
import { goLiveOf, type RequestRow } from '../requests';
import { keepSuspended } from '../suspended-elsewhere';
import { takeBackBadges, takeBackStaged, type EffectiveBadge } from './badges';
import type { Change } from './change';
import {
  applyCoverage,
  readAskedFor,
  readCertification,
  readWanted,
  type Certification,
  type Coverage,
} from './coverage';
import { endWith, takeBackUnseen } from './kept-badges';
import { record, type Locked, type Recorder, type TransitionRef, type Unchanged } from './record';
import { concludeStaging } from './staging-change';
import { zoneDataOf } from './zone-data';

export interface Staging {
  /** What the look at the listings answered, of the marketplaces that it was due for. */
  readonly answers: Partial<Record<MarketplaceCode, Answer>>;
  /** The looks at all open marketplaces, as they stood before this one. */
  readonly looks: Looks;
}

/**
 * Stages the badges whose listing is live, each with its own instant; all that follows from them at that
 * instant is written now. Marketplaces that are lost to their certification, or that were not live in
 * time, are dropped with a reason; when none is left the request is rejected. What is staged or was dropped is held
 * against what is certified now; where that, too, changes nothing, nothing is recorded. Those whose certification is under way
 * are waited for. The maker is told once of each listing that is not live.
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
    const certification = await readCertification(locked);
    if (certification.news.verdict !== 'APPROVED') return stillWaiting(locked, certification, looks);
    const coverage = await applyCoverage(locked, certification);
    const open = coverage.covered.filter((code) => !hasBadge(coverage.badges, code));
    const live = open.filter((code) => answers[code] === 'YES');
    const instants = goLiveInstants(goLiveOf(row), open);
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
    const change = concludeStaging(locked, certification.news, {
      coverage,
      fresh: badgesOf(row, live, at),
      late,
      looks: later,
      notLive: news.length > 0 ? mail : null,
    });
    if (change.outcome.status === 'REJECTED') return sendBack(locked, certification, change);
    // What has become of badges that were live before is for the workflow of its badges from now on.
    if (change.action === 'enable' && coverage.badges.length > 0) await tellAgainIfLost(connection, row.id);
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
  certification: Certification,
  change: Change<GoingLive>,
): Promise<Change<GoingLive>> {
  const taken = takenFrom(certification, at);
  await takeBackStaged(connection, row.id, at);
  await keepSuspended(connection, row.id);
  await connection.query(prepared('delete from badges where request_id = $1', [row.id]));
  const marketplaces = await readAskedFor(connection, row);
  const cleared = { first_effective_at: null, enabled_at: null, badges_change_at: null };
  return {
    ...change,
    details: { ...change.details, ...taken },
    mails: (change.mails ?? []).map((mail) => ({ ...mail, props: { ...mail.props, ...taken } })),
    columns: { ...change.columns, ...cleared, marketplaces },
  };
}

/** Where shoppers have seen its badge until now, but for where it stays. */
function takenFrom(
  { badges }: Certification,
  at: string,
  kept: readonly RecordedBadge[] = [],
): { taken?: readonly MarketplaceCode[] } {
  const taken = badges
    .filter((badge) => badgeStatusAt(badge, at) === 'ENABLED' && !hasBadge(kept, badge.marketplace))
    .map(({ marketplace }) => marketplace);
  return taken.length === 0 ? {} : { taken };
}

const hasBadge = (badges: Coverage['badges'], code: MarketplaceCode) =>
  badges.some(({ marketplace }) => marketplace === code);

/** The badges of marketplaces that are live, each with its instant. */
function badgesOf(row: RequestRow, live: readonly MarketplaceCode[], at: string): EffectiveBadge[] {
  const instants = goLiveInstants(goLiveOf(row), live);
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
function stillWaiting(
  { row }: Locked,
  { news, badges }: Certification,
  looks: Looks,
  read: Pick<GoingLive, 'approvalRead'> = {},
): Change<GoingLive> | Unchanged<GoingLive> {
  const facts = { status: 'PENDING', round: row.round, certification: news, ...read } as const;
  if (row.enabled_at !== null)
    return {
      unchanged: {
        ...facts,
        ...{ stage: row.stage, open: [], looks: {}, unchanged: true },
        enabledAt: row.enabled_at.toISOString(),
        mailsFirst: true,
      },
    };
  const open = row.marketplaces.filter((code) => !hasBadge(badges, code));
  const firsts = firstLooks(open, goLiveInstants(goLiveOf(row), open));
  return {
    action: 'stage',
    details: { awaitsCertification: true, ...zoneDataOf(goLiveOf(row)) },
    columns: { attention: null },
    outcome: {
      ...facts,
      stage: 'AWAITING_CERTIFICATION',
      open,
      looks: Object.fromEntries(open.map((code) => [code, looks[code] ?? firsts[code]])),
      enabledAt: null,
    },
  };
}

/** Nothing goes live any more without its certification; what is live stays. */
async function endHere(
  { connection, row, at }: Locked,
  certification: Certification,
  { kept, reasons }: { kept: readonly RecordedBadge[]; reasons: readonly Reason[] },
): Promise<Change<GoingLive>> {
  // What its approval does not cover is for the workflow of its badges from now on.
  await tellAgainIfLost(connection, row.id);
  const { gone: uncertified, badges, columns, status } = endWith(row, kept, at);
  const taken = takenFrom(certification, at, kept);
  const codes = [...new Set(reasons.map(({ code }) => code))];
  return {
    action: 'enable',
    details: { kept: columns.marketplaces, dropped: uncertified, codes, ...taken },
    columns: { ...columns, attention: null, reasons: JSON.stringify([...row.reasons, ...reasons]) },
    mails: [{ template: 'enabled', props: { badges, uncertified, reasons, ...taken } }],
    outcome: {
      ...{ status, stage: null, round: row.round, certification: certification.news },
      ...{ open: [], enabledAt: columns.enabled_at ?? null },
    },
  };
}

/** Why some of a request's marketplaces are lost; of those whose certification is under way again nothing is said. */
function reasonsOf({ outlookIn }: Certification, codes: readonly MarketplaceCode[]): Reason[] {
  const losses = codes.flatMap((code): (readonly [MarketplaceCode, Loss])[] => {
    const outlook = outlookIn(code);
    return 'loss' in outlook ? [[code, outlook.loss]] : [];
  });
  return reasonsOfLosses(losses, codes);
}

/**
 * Sends the request back when no certification is left by which any of it could go live; otherwise tells how it stands. Badges
 * that are live by an approval that holds stay, and the request ends with them.
 * @param looks those that were to come, where it is known
 */
export async function recordCertificationRefusal(
  recorder: Recorder,
  ref: TransitionRef,
  looks: Looks = {},
): Promise<GoingLive | Refused> {
  return record<GoingLive>(recorder, ref, 'refuseCertification', async (locked) => {
    const { connection, row, at } = locked;
    const certification = await readCertification(locked);
    const { news } = certification;
    if (news.verdict !== 'REFUSED' && news.verdict !== 'REVOKED')
      return stillWaiting(locked, certification, looks, { approvalRead: true });
    const lost = row.marketplaces.filter((code) => certification.outlookIn(code).kind === 'LOST');
    if (lost.length < row.marketplaces.length) {
      await takeBackBadges(connection, row.id, { marketplaces: lost, at });
      const kept = await takeBackUnseen(connection, row.id, at);
      const reasons = reasonsOf(certification, row.marketplaces);
      if (kept.length > 0) return endHere(locked, certification, { kept, reasons });
    }
    const reasons = reasonsOf(certification, await readWanted(connection, row));
    return sendBack(locked, certification, {
      action: 'refuseCertification',
      details: { codes: [...new Set(reasons.map(({ code }) => code))] },
      columns: {
        reasons: JSON.stringify(reasons),
        attention: null,
      },
      mails: [{ template: 'rejected', props: { reasons } }],
      outcome: {
        status: 'REJECTED',
        stage: null,
        round: row.round,
        certification: news,
        open: [],
        enabledAt: null,
      },
    });
  });
}
