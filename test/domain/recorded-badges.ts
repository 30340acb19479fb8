/** Badges as they are recorded, and orders for them. */
import type { BadgeAction, BadgeOrder, RecordedBadge, SuspensionCause } from '../../domain/badges';

export const NOW = '2027-01-15T08:00:00.000Z';
export const BEFORE = '2027-01-15T07:59:59.999Z';
export const LATER = '2027-01-15T08:00:00.001Z';

export const badge = (changes: Partial<RecordedBadge> = {}): RecordedBadge => ({
  marketplace: 'US',
  status: 'STAGED',
  effectiveAt: BEFORE,
  causes: [],
  planned: null,
  ...changes,
});
export const suspended = (...causes: SuspensionCause[]) => badge({ status: 'SUSPENDED', causes });
export const heldBack = (changes: Partial<RecordedBadge> = {}) =>
  badge({ causes: ['PROGRAM_SUSPENSION'], ...changes });
export const removed = badge({ status: 'REMOVED' });
export const order = (action: BadgeAction, changes: Partial<BadgeOrder> = {}): BadgeOrder => ({
  action,
  cause: 'OPERATOR',
  marketplaces: null,
  effectiveAt: null,
  ...changes,
});
