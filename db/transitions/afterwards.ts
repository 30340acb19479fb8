/** The transitions after Enabled that operators and certifications cause: badges suspended, reinstated, removed. */
import { standingAt } from '../../domain/badge-request';
import {
  actOnBadges,
  badgeStatusAt,
  type ActedOn,
  type BadgeAction,
  type BadgeOrder,
  type RecordedBadge,
} from '../../domain/badges';
import { certificationVerdict } from '../../domain/certification';
import type { MarketplaceCode } from '../../domain/marketplaces';
import { refusals, type BadgesRecorded, type Refused, type RemedyStart } from '../../domain/transitions';
import { readReason } from '../operator-decisions';
import { prepared } from '../pool';
import { readProduct, recordedStanding, REQUEST_COLUMNS, type RequestRow } from '../requests';
import { mailOf, planAhead, readRecordedBadges, saveBadges } from './plans';
import type { Change, MailChange } from './change';
import { record, type Locked, type Recorder, type TransitionRef, type Unchanged } from './record';

/** What an operator asks for; their words lie under the command's id. */
export interface OperatorOrder {
  readonly action: BadgeAction;
  /** Null: wherever it can be done. */
  readonly marketplaces: readonly MarketplaceCode[] | null;
  /** RFC 3339; null: now. */
  readonly effectiveAt: string | null;
}

/** Where a request and its badges stand, for the workflow that writes it from now on. */
export async function readAfterwards({ pool, clock }: Recorder, requestId: string): Promise<RemedyStart> {
  const { rows } = await pool.query<RequestRow & { present: Date }>(
    prepared(`select ${REQUEST_COLUMNS}, now() as present from badge_requests where id = $1`, [requestId]),
  );
  const row = rows[0];
  if (row === undefined) throw new Error(`There is no request ${requestId}.`);
  const badges = await readRecordedBadges(pool, requestId);
  const at = (await clock?.()) ?? row.present.toISOString();
  const standing = standingAt(recordedStanding(row, badges), at);
  return { ...standing, round: row.round, seq: row.transition_seq, badges };
}

/** Does what an operator asks for, now or at a later instant. */
export async function recordOperatorOrder(
  recorder: Recorder,
  ref: TransitionRef,
  order: OperatorOrder,
): Promise<BadgesRecorded | Refused> {
  return record<BadgesRecorded>(recorder, ref, order.action, async (locked) => {
    const reason = await readReason(locked.connection, ref.command?.commandId ?? '', locked.row.id);
    if (reason === null) return { unchanged: { refused: refusals.formInvalid } };
    return changeBadges(
      locked,
      { ...order, cause: 'OPERATOR' },
      { reason, by: ref.command?.actor.id ?? null },
    );
  });
}

/**
 * Does what the certification of the request's product says now: revoked, every badge is suspended for it; approved,
 * what was suspended for it comes back where the certification covers it. Anything else changes nothing.
 */
export async function recordCertificationOfBadges(
  recorder: Recorder,
  ref: TransitionRef,
): Promise<BadgesRecorded | Refused> {
  return record<BadgesRecorded>(recorder, ref, 'suspend', async (locked) => {
    const product = await readProduct(locked.connection, locked.row.product_id, 'share');
    if (product === null) throw new Error(`The product of ${locked.row.id} is not there.`);
    const { certification } = product;
    const about = { cause: 'CERTIFICATION_REVOKED', effectiveAt: null } as const;
    const words = { reason: certification.reason, by: null };
    switch (certificationVerdict(certification)) {
      case 'REVOKED':
        return changeBadges(locked, { ...about, action: 'suspend', marketplaces: null }, words);
      case 'APPROVED': {
        const { marketplaces } = certification;
        return changeBadges(
          locked,
          { ...about, action: 'reinstate', marketplaces },
          { reason: null, by: null },
        );
      }
      case 'OPEN':
      case 'REFUSED':
        return { unchanged: { refused: refusals.actionNotAllowed } };
    }
  });
}

/** Why, for people, and whose command it is; `by` is null for the service's own. */
export interface OrderWords {
  readonly reason: string | null;
  readonly by: string | null;
  /** What the mail says besides. */
  readonly props?: Readonly<Record<string, unknown>>;
}

/** Acts on a locked request's badges; refused where it can be done to none of them. */
export async function changeBadges(
  { connection, row, at }: Locked,
  order: BadgeOrder,
  { reason, by, props }: OrderWords,
): Promise<Change<BadgesRecorded> | Unchanged<Refused>> {
  const before = await readRecordedBadges(connection, row.id);
  const acted = actOnBadges(before, order, at);
  if (acted === null) return { unchanged: { refused: refusals.actionNotAllowed } };
  await saveBadges(connection, row.id, acted, { reason, by });
  const { ahead, mails, columns } = await planAhead(connection, row.id, acted.badges, at);
  const { action, cause } = order;
  const planned = isAhead(order, at) ? { effectiveAt: order.effectiveAt } : {};
  const told = marketplacesToTell(before, acted, order, at);
  const mail: MailChange[] =
    told.length === 0
      ? []
      : [{ template: mailOf[action], props: { marketplaces: told, cause, reason, ...props } }];
  return {
    action,
    details: { marketplaces: acted.changed, cause, reason, ...planned },
    columns,
    mails: [...mail, ...mails],
    ahead,
    outcome: { status: acted.status, stage: null, round: row.round, badges: acted.badges },
  };
}

const isAhead = ({ effectiveAt }: BadgeOrder, at: string) =>
  effectiveAt !== null && Date.parse(effectiveAt) > Date.parse(at);

/** Where something is different now; of what comes later, its own mail tells. */
function marketplacesToTell(
  before: readonly RecordedBadge[],
  { badges, changed }: ActedOn,
  order: BadgeOrder,
  at: string,
): MarketplaceCode[] {
  if (isAhead(order, at)) return [];
  if (order.action !== 'reinstate') return [...changed];
  const statusIn = (all: readonly RecordedBadge[], code: MarketplaceCode) =>
    all.filter(({ marketplace }) => marketplace === code).map((badge) => badgeStatusAt(badge, at))[0];
  return changed.filter(
    (code) => statusIn(before, code) === 'SUSPENDED' && statusIn(badges, code) === 'ENABLED',
  );
}
