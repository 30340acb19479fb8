/** Badges as they are recorded, and what is written ahead of what is planned for them. */
import {
  badgeStatusAt,
  describeBesides,
  describeReturn,
  nextChangeOf,
  statusOfBadges,
  type ActedOn,
  type BadgeAction,
  type RecordedBadge,
  type SuspensionCause,
} from '../../domain/badges';
import type { Role, Status } from '../../domain/lifecycle';
import type { MarketplaceCode } from '../../domain/marketplaces';
import { prepared, type Queryable } from '../pool';
import { takeBackMails } from '../outbox';
import { takeBackAhead } from './badges';
import type { AheadEntry, ColumnChanges, MailChange } from './change';

interface BadgeRow {
  marketplace: MarketplaceCode;
  status: RecordedBadge['status'];
  effective_at: Date;
  causes: RecordedBadge['causes'];
  planned_action: BadgeAction | null;
  planned_at: Date | null;
  planned_lifts: SuspensionCause[] | null;
}

/** All badges of a request, in the order in which they became effective. */
export async function readRecordedBadges(connection: Queryable, requestId: string): Promise<RecordedBadge[]> {
  const { rows } = await connection.query<BadgeRow>(
    prepared(
      `select marketplace, status, effective_at, causes, planned_action, planned_at, planned_lifts
       from badges where request_id = $1 order by effective_at, marketplace`,
      [requestId],
    ),
  );
  return rows.map((row) => ({
    marketplace: row.marketplace,
    status: row.status,
    effectiveAt: row.effective_at.toISOString(),
    causes: row.causes,
    planned:
      row.planned_action === null || row.planned_at === null
        ? null
        : {
            action: row.planned_action,
            at: row.planned_at.toISOString(),
            ...(row.planned_lifts && { lifts: row.planned_lifts }),
          },
  }));
}

/** Whose plan it is, and why. */
export interface PlanWords {
  readonly reason: string | null;
  readonly by: string | null;
}

/**
 * Records badges as they were acted on; a plan that stays keeps its words. One that had come true had put the badge's audit
 * far off (db/audits.ts): it is due within a day again.
 */
export async function saveBadges(
  connection: Queryable,
  requestId: string,
  { badges, changed }: Pick<ActedOn, 'badges' | 'changed'>,
  { reason, by }: PlanWords,
): Promise<void> {
  await connection.query(
    prepared(
      `update badges b set status = n.status, causes = n.causes, planned_action = n.action, planned_at = n.at,
            planned_lifts = n.lifts,
            audit_due_at = case when b.planned_at <= now() then now() + random() * interval '1 day' else b.audit_due_at end,
            planned_reason = case when n.at is not null then case when n.changed then $3 else b.planned_reason end end,
            planned_by = case when n.at is not null then case when n.changed then $4 else b.planned_by end end
       from jsonb_to_recordset($2::jsonb) as n(marketplace text, status text, causes text[], action text,
            at timestamptz, lifts text[], changed boolean)
      where b.request_id = $1 and b.marketplace = n.marketplace`,
      [
        requestId,
        JSON.stringify(
          badges.map(({ marketplace, status, causes, planned }) => ({
            marketplace,
            status,
            causes,
            action: planned?.action ?? null,
            at: planned?.at ?? null,
            lifts: planned?.lifts ?? null,
            // The service leaves an operator's plan as it is.
            changed: by !== null && changed.includes(marketplace),
          })),
        ),
        reason,
        by,
      ],
    ),
  );
}

interface PlanRow {
  action: BadgeAction;
  at: Date;
  reason: string | null;
  by: string | null;
  role: Role | null;
  marketplaces: MarketplaceCode[];
}

/** What a transition after Enabled writes of what is planned: history, mails, and when the clock changes something. */
export interface Plans {
  readonly ahead: readonly AheadEntry[];
  readonly mails: readonly MailChange[];
  readonly columns: ColumnChanges;
}

/**
 * Takes back all that was written ahead for a request's badges, and answers what is to be written in its place:
 * so history stays in order, and no mail is left of a plan that another one replaces.
 * @param badges all of the request's, as they are recorded now
 */
export async function planAhead(
  connection: Queryable,
  requestId: string,
  badges: readonly RecordedBadge[],
  at: string,
): Promise<Plans> {
  await takeBackAhead(connection, requestId, at);
  await takeBackMails(connection, requestId, at);
  const changeAt = nextChangeOf(badges);
  const columns = { badges_change_at: changeAt };
  if (changeAt === null) return { ahead: [], mails: [], columns };
  const { rows } = await connection.query<PlanRow>(
    prepared(
      `select b.planned_action as action, b.planned_at as at, b.planned_reason as reason, b.planned_by as by, p.role,
            array_agg(b.marketplace order by b.effective_at, b.marketplace) as marketplaces
       from badges b left join people p on p.id = b.planned_by
      where b.request_id = $1 and b.planned_at is not null
      group by 1, 2, 3, 4, 5 order by 2, 1, 3`,
      [requestId],
    ),
  );
  /** At an instant, before what some plans change that come true at it or later. */
  const standing = (when: Date, plans: readonly PlanRow[]): Status => {
    const yetToCome = plans.flatMap(({ marketplaces }) => marketplaces);
    const then = badges.map((badge) =>
      badgeStatusAt(
        yetToCome.includes(badge.marketplace) ? { ...badge, planned: null } : badge,
        when.toISOString(),
      ),
    );
    return statusOfBadges(then) ?? 'ENABLED';
  };
  // Several may share an instant: each goes on from where the one before it leads.
  const ahead = rows.map((row, index): AheadEntry => ({
    at: row.at.toISOString(),
    action: row.action,
    from: standing(row.at, rows.slice(index)),
    to: standing(row.at, rows.slice(index + 1)),
    actor: row.by === null || row.role === null ? null : { id: row.by, role: row.role },
    details: {
      ...{ marketplaces: row.marketplaces, cause: 'OPERATOR', reason: row.reason },
      ...(row.action === 'reinstate' && describeReturn(badges, row.marketplaces, row.at.toISOString())),
    },
  }));
  const mails = rows.flatMap((row, index): MailChange[] => {
    const marketplaces = row.marketplaces.filter((code) => isToBeTold(badges, code, row));
    if (marketplaces.length === 0) return [];
    const order = { action: row.action, cause: 'OPERATOR' } as const;
    return [
      {
        template: mailOf[row.action],
        props: {
          ...{ marketplaces, cause: order.cause, reason: row.reason },
          ...describeBesides(order, { before: badges, after: badges }, marketplaces),
        },
        dueAt: row.at.toISOString(),
        part: String(index + 1),
      },
    ];
  });
  return { ahead, mails, columns };
}

/** A badge that is shown already, or that something else holds back, is not reinstated for anybody who looks. */
function isToBeTold(
  badges: readonly RecordedBadge[],
  code: MarketplaceCode,
  { action, at }: Pick<PlanRow, 'action' | 'at'>,
): boolean {
  if (action !== 'reinstate') return true;
  const badge = badges.find(({ marketplace }) => marketplace === code);
  if (badge === undefined) return false;
  const before = badgeStatusAt(badge, new Date(at.getTime() - 1).toISOString());
  return before === 'SUSPENDED' && badgeStatusAt(badge, at.toISOString()) === 'ENABLED';
}

/** The mail that tells makers of what was done to badges. */
export const mailOf = {
  suspend: 'badge-suspended',
  reinstate: 'badge-reinstated',
  remove: 'badge-removed',
} as const satisfies Record<BadgeAction, string>;
