/** What is left of a request that goes live no further: the badges that shoppers see, or saw. */
import { areAsStaged, badgeStatusAt, statusOnceEnabled, type RecordedBadge } from '../../domain/badges';
import type { Status } from '../../domain/lifecycle';
import type { MarketplaceCode } from '../../domain/marketplaces';
import type { Queryable } from '../pool';
import type { RequestRow } from '../requests';
import { spanOf, takeBackBadges, takeBackStaged, type EffectiveBadge } from './badges';
import type { ColumnChanges } from './change';
import { readRecordedBadges } from './plans';

/**
 * Takes back what is still to come, and with it badges that a suspended programme has held back from their instant on
 * where none else is shown, or was.
 * @returns the badges that stay
 */
export async function takeBackUnseen(
  connection: Queryable,
  requestId: string,
  at: string,
): Promise<readonly RecordedBadge[]> {
  const effective = await takeBackStaged(connection, requestId, at);
  if (effective.length === 0) return [];
  const badges = await readRecordedBadges(connection, requestId);
  if (!areAsStaged(badges) || badges.some((badge) => badgeStatusAt(badge, at) === 'ENABLED')) return badges;
  await takeBackBadges(connection, requestId, { marketplaces: badges.map((badge) => badge.marketplace), at });
  return [];
}

export interface Ended {
  /** Where a badge is left, shown or not. */
  readonly kept: readonly MarketplaceCode[];
  /** Where none goes live any more. */
  readonly gone: readonly MarketplaceCode[];
  readonly badges: readonly EffectiveBadge[];
  readonly columns: ColumnChanges;
  readonly status: Status;
}

/** A request that ends with the badges that it has, as their statuses are at an instant. */
export function endWith(row: RequestRow, effective: readonly RecordedBadge[], at: string): Ended {
  const badges = effective.map(({ marketplace, effectiveAt }) => ({ marketplace, since: effectiveAt }));
  const marketplaces = badges.map(({ marketplace }) => marketplace);
  return {
    kept: effective.filter(({ status }) => status !== 'REMOVED').map(({ marketplace }) => marketplace),
    gone: row.marketplaces.filter((code) => !marketplaces.includes(code)),
    badges,
    columns: { ...spanOf(badges), marketplaces, badges_change_at: null },
    status: statusOnceEnabled(effective, at),
  };
}
