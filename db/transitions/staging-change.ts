/** The change that follows from a look at the listings: what is staged, dropped, told, and written ahead. */
import { pendingStage } from '../../domain/badge-request';
import { statusOnceEnabled, type RecordedBadge } from '../../domain/badges';
import type { Looks } from '../../domain/listing-looks';
import type { Status } from '../../domain/lifecycle';
import type { MarketplaceCode } from '../../domain/marketplaces';
import type { Reason } from '../../domain/reasons';
import type { CertificationNews, GoingLive } from '../../domain/transitions';
import { goLiveOf } from '../requests';
import { inOrder, spanOf, type EffectiveBadge } from './badges';
import type { Change, MailChange } from './change';
import type { Coverage } from './coverage';
import type { Locked } from './record';
import { zoneDataOf } from './zone-data';

/** What a look at the listings leaves to be told and done. */
export interface Looked {
  readonly coverage: Coverage;
  /** Badges that are staged now. */
  readonly fresh: readonly EffectiveBadge[];
  /** Why marketplaces are dropped whose listing was not live in time. */
  readonly late: readonly Reason[];
  /** Of the marketplaces that stay open. */
  readonly looks: Looks;
  /** What the maker is told of; null: nothing new. */
  readonly notLive: {
    readonly marketplaces: readonly MarketplaceCode[];
    /** Those of them of which nobody knows. */
    readonly unknown: readonly MarketplaceCode[];
    readonly triedUntil: string;
  } | null;
}

export function concludeStaging(
  { row, at }: Locked,
  certification: CertificationNews,
  { coverage, fresh, late, looks, notLive }: Looked,
): Change<GoingLive> {
  const { wanted, awaited, restored } = coverage;
  const dropped = [...coverage.dropped, ...late];
  const gone = dropped.map((reason) => reason.marketplace);
  const marketplaces = wanted.filter((code) => !gone.includes(code));
  const open = marketplaces.filter((code) => looks[code] !== undefined);
  const before = coverage.badges.map(({ marketplace, effectiveAt }) => ({ marketplace, since: effectiveAt }));
  const badges = inOrder([...before, ...fresh]);
  const reasons = [...coverage.reasons, ...late];
  const facts = { round: row.round, certification, judged: true, open, looks } as const;
  if (marketplaces.length === 0)
    return {
      action: 'exhaustMarketplaces',
      details: { codes: [...new Set(dropped.map((reason) => reason.code))] },
      columns: { reasons: JSON.stringify(reasons) },
      mails: [{ template: 'rejected', props: { reasons } }],
      outcome: { ...facts, status: 'REJECTED', stage: null, enabledAt: null },
    };
  const span = spanOf(badges);
  const mails: MailChange[] = [];
  const removed = coverage.removed.length > 0 ? { removed: coverage.removed } : {};
  if (dropped.length > 0)
    mails.push({ template: 'marketplace-dropped', props: { reasons: dropped, ...removed } });
  if (restored.length > 0)
    mails.push({ template: 'marketplace-restored', props: { marketplaces: restored } });
  if (notLive !== null) mails.push({ template: 'listing-not-live', props: { ...notLive } });
  const back = restored.length > 0 ? { restored } : {};
  const details = { staged: badges, open, dropped: gone, ...removed, ...back, ...zoneDataOf(goLiveOf(row)) };
  const columns = {
    marketplaces,
    reasons: JSON.stringify(reasons),
    first_effective_at: span.first_effective_at,
  };
  if (open.length > 0 || awaited.length > 0 || span.enabled_at === null)
    return {
      action: 'stage',
      details,
      columns: { ...columns, enabled_at: null },
      badges: fresh,
      mails,
      outcome: {
        ...facts,
        status: 'PENDING',
        stage: pendingStage('NONE', awaited.length === 0),
        enabledAt: null,
      },
    };
  const enabledAt = span.enabled_at;
  const status = statusOnceEnabled([...coverage.badges, ...fresh.map(asStaged)], enabledAt);
  return enabling(facts, { at, badges, fresh, enabledAt, status, details, columns, mails });
}

const asStaged = ({ marketplace, since }: EffectiveBadge): RecordedBadge => ({
  ...{ marketplace, effectiveAt: since },
  ...{ status: 'STAGED', causes: [], planned: null },
});

/** Every badge is staged: the request is Enabled now, or by itself at the last instant; or what is left of it then. */
function enabling(
  facts: Pick<GoingLive, 'round' | 'certification' | 'judged' | 'open' | 'looks'>,
  staged: {
    at: string;
    badges: readonly EffectiveBadge[];
    fresh: readonly EffectiveBadge[];
    enabledAt: string;
    status: Status;
    details: Record<string, unknown>;
    columns: NonNullable<Change<GoingLive>['columns']>;
    mails: readonly MailChange[];
  },
): Change<GoingLive> {
  const { at, enabledAt, status, badges } = staged;
  const now = Date.parse(enabledAt) <= Date.parse(at);
  const mails = [...staged.mails, { template: 'enabled', props: { badges }, dueAt: enabledAt }];
  const columns = { ...staged.columns, enabled_at: enabledAt };
  const written = { details: staged.details, columns, badges: staged.fresh, mails };
  if (now)
    return {
      action: 'enable',
      ...written,
      columns: { ...columns, badges_change_at: null },
      outcome: { ...facts, status, stage: null, enabledAt },
    };
  return {
    action: 'stage',
    ...written,
    ahead: [{ at: enabledAt, action: 'enable', to: status }],
    outcome: { ...facts, status: 'PENDING', stage: 'SCHEDULED', enabledAt, mailsFirst: true },
  };
}
