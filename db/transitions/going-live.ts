/** The transitions from Pending on: certification refused, badges staged, everything effective. */
import { certificationLabel, certificationReasonCode } from '../../domain/certification';
import type { Answer } from '../../domain/review';
import type { MarketplaceCode } from '../../domain/marketplaces';
import { makeReason, type Reason } from '../../domain/reasons';
import { goLiveInstants } from '../../domain/go-live';
import type { GoingLive, Refused } from '../../domain/transitions';
import { prepared, type Queryable } from '../pool';
import { goLiveOf, readProduct, type CertifiableProduct, type RequestRow } from '../requests';
import { readEffectiveBadges, spanOf, takeBackStaged, type EffectiveBadge } from './badges';
import {
  record,
  type Change,
  type Locked,
  type MailChange,
  type Recorder,
  type TransitionRef,
} from './record';
import { newsOf } from './review';

/** What the listing check before going live answered, by marketplace. */
export type LivenessAnswers = Partial<Record<MarketplaceCode, Answer>>;

export interface Staging {
  readonly answers: LivenessAnswers;
  /** Whether this was the last try: what is not live now is dropped. */
  readonly last: boolean;
  /** Whether this was the first: the maker is told what is not live. */
  readonly first: boolean;
  /** Until when it is tried again; RFC 3339. */
  readonly triedUntil: string;
}

/**
 * Stages the badges whose listing is live, each with its own instant; all that follows from them at that
 * instant is written now. Marketplaces that the certification does not cover, or that were not live in
 * time, are dropped with a reason; when none is left the request is rejected.
 */
export async function recordStaging(
  recorder: Recorder,
  ref: TransitionRef,
  staging: Staging,
): Promise<GoingLive | Refused> {
  return record<GoingLive>(recorder, ref, 'stage', async (locked) => {
    const { connection, row, at } = locked;
    const product = await readPendingProduct(connection, row);
    if (newsOf(product).verdict !== 'APPROVED') return stillWaiting(locked, product);
    const staged = await readEffectiveBadges(connection, row.id);
    const open = row.marketplaces.filter((code) => !staged.some((badge) => badge.marketplace === code));
    const uncovered = open.filter((code) => !product.certification.marketplaces.includes(code));
    const covered = open.filter((code) => !uncovered.includes(code));
    const live = covered.filter((code) => staging.answers[code] === 'YES');
    const missing = covered.filter((code) => !live.includes(code));
    await stageBadges(connection, row, live, at);
    const dropped = [
      ...uncovered.map((marketplace) =>
        makeReason('MARKETPLACE_NOT_CERTIFIED', {
          marketplace,
          found: marketplace,
          expected: product.certification.marketplaces.join(', '),
        }),
      ),
      ...(staging.last ? missing : []).map((marketplace) =>
        makeReason('LISTING_NOT_LIVE_IN_TIME', { marketplace }),
      ),
    ];
    return concludeStaging(locked, product, staging, dropped, staging.last ? [] : missing);
  });
}

async function readPendingProduct(connection: Queryable, row: RequestRow): Promise<CertifiableProduct> {
  const product = await readProduct(connection, row.product_id, 'share');
  if (product === null) throw new Error(`The product of ${row.id} is not there.`);
  return product;
}

async function stageBadges(
  connection: Queryable,
  row: RequestRow,
  live: readonly MarketplaceCode[],
  at: string,
): Promise<void> {
  if (live.length === 0) return;
  const goLive = goLiveOf(row);
  const instants = goLive === null ? {} : goLiveInstants(goLive, live);
  // A date that is over makes the badge effective at once.
  const effective = live.map((code) => {
    const instant = instants[code];
    return instant !== undefined && Date.parse(instant) > Date.parse(at) ? instant : at;
  });
  await connection.query(
    prepared(
      `insert into badges (request_id, marketplace, program, asin, effective_at, staged_at)
     select $1, b.marketplace, $2, $3, b.effective_at, $6
       from unnest($4::text[], $5::timestamptz[]) as b(marketplace, effective_at)
     on conflict (request_id, marketplace) do nothing`,
      [row.id, row.program, row.asin, live, effective, at],
    ),
  );
}

async function concludeStaging(
  { connection, row, at }: Locked,
  product: CertifiableProduct,
  staging: Staging,
  dropped: readonly Reason[],
  open: readonly MarketplaceCode[],
): Promise<Change<GoingLive>> {
  const badges = await readEffectiveBadges(connection, row.id);
  const gone = dropped.map((reason) => reason.marketplace);
  const marketplaces = row.marketplaces.filter((code) => !gone.includes(code));
  const reasons = [...row.reasons, ...dropped];
  const facts = { round: row.round, certification: newsOf(product), instants: {}, open: [...open] };
  if (marketplaces.length === 0)
    return {
      action: 'exhaustMarketplaces',
      details: { codes: [...new Set(dropped.map((reason) => reason.code))] },
      // The form keeps what was asked for, so that it can be corrected and submitted again.
      columns: { reasons: JSON.stringify(reasons) },
      mails: [{ template: 'rejected', props: { reasons } }],
      outcome: { ...facts, status: 'REJECTED', stage: null, enabledAt: null },
    };
  const span = spanOf(badges);
  const mails: MailChange[] = [];
  if (dropped.length > 0) mails.push({ template: 'marketplace-dropped', props: { reasons: dropped } });
  if (staging.first && open.length > 0)
    mails.push({
      template: 'listing-not-live',
      props: { marketplaces: open, triedUntil: staging.triedUntil },
    });
  const details = { staged: badges, open, dropped: gone };
  const columns = {
    marketplaces,
    reasons: JSON.stringify(reasons),
    first_effective_at: span.first_effective_at,
  };
  if (open.length > 0 || span.enabled_at === null)
    return {
      action: 'stage',
      details,
      columns: { ...columns, enabled_at: null },
      mails,
      outcome: {
        ...facts,
        instants: instantsOf(row, open),
        status: 'PENDING',
        stage: 'SCHEDULED',
        enabledAt: null,
      },
    };
  return enabling(facts, { at, badges, enabledAt: span.enabled_at, details, columns, mails });
}

/** Every badge is staged: the request is Enabled now, or by itself at the last instant. */
function enabling(
  facts: Pick<GoingLive, 'round' | 'certification' | 'instants' | 'open'>,
  staged: {
    at: string;
    badges: readonly EffectiveBadge[];
    enabledAt: string;
    details: Record<string, unknown>;
    columns: NonNullable<Change<GoingLive>['columns']>;
    mails: readonly MailChange[];
  },
): Change<GoingLive> {
  const { at, enabledAt, badges } = staged;
  const now = Date.parse(enabledAt) <= Date.parse(at);
  const mails = [...staged.mails, { template: 'enabled', props: { badges }, dueAt: enabledAt }];
  const columns = { ...staged.columns, enabled_at: enabledAt };
  if (now)
    return {
      action: 'enable',
      details: staged.details,
      columns,
      mails,
      outcome: { ...facts, status: 'ENABLED', stage: null, enabledAt },
    };
  return {
    action: 'stage',
    details: staged.details,
    columns,
    mails,
    ahead: { at: enabledAt, action: 'enable', to: 'ENABLED' },
    outcome: { ...facts, status: 'PENDING', stage: 'SCHEDULED', enabledAt },
  };
}

const instantsOf = (row: RequestRow, open: readonly MarketplaceCode[]) => {
  const goLive = goLiveOf(row);
  return goLive === null ? {} : goLiveInstants(goLive, open);
};

/** The certification is not what the workflow last heard: nothing is staged, it waits on. */
async function stillWaiting(
  { connection, row }: Locked,
  product: CertifiableProduct,
): Promise<Change<GoingLive>> {
  const badges = await readEffectiveBadges(connection, row.id);
  const open = row.marketplaces.filter((code) => !badges.some((badge) => badge.marketplace === code));
  return {
    action: 'stage',
    details: { awaitsCertification: true },
    outcome: {
      status: 'PENDING',
      stage: 'AWAITING_CERTIFICATION',
      round: row.round,
      certification: newsOf(product),
      open,
      instants: instantsOf(row, open),
      enabledAt: null,
    },
  };
}

/** Sends the request back when its certification ended without approval; otherwise tells how it stands. */
export async function recordCertificationRefusal(
  recorder: Recorder,
  ref: TransitionRef,
): Promise<GoingLive | Refused> {
  return record<GoingLive>(recorder, ref, 'refuseCertification', async (locked) => {
    const { connection, row, at } = locked;
    const product = await readPendingProduct(connection, row);
    const code = certificationReasonCode(product.certification);
    if (code === null) return stillWaiting(locked, product);
    await takeBackStaged(connection, row.id, at);
    await connection.query(prepared('delete from badges where request_id = $1', [row.id]));
    const reasons = [
      makeReason(code, {
        found: certificationLabel(product.certification),
        text: product.certification.reason,
      }),
    ];
    return {
      action: 'refuseCertification',
      details: { codes: [code] },
      columns: { reasons: JSON.stringify(reasons), first_effective_at: null, enabled_at: null },
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
    };
  });
}

/**
 * Makes the row say what the clock already does, once every badge is effective.
 * @returns false when the database's clock has not reached that instant
 */
export async function recordEnabling({ pool, clock }: Recorder, requestId: string): Promise<boolean> {
  await pool.query(
    prepared(
      `update badge_requests set status = 'ENABLED', stage = null
      where id = $1 and status = 'PENDING' and enabled_at <= coalesce($2::timestamptz, now())`,
      [requestId, (await clock?.()) ?? null],
    ),
  );
  const { rows } = await pool.query<{ status: string }>(
    prepared('select status from badge_requests where id = $1', [requestId]),
  );
  return rows[0]?.status !== 'PENDING';
}
