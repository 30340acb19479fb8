/** The transitions after Enabled that operators and certifications cause: badges suspended, reinstated, removed. */
import { standingAt } from '../../domain/badge-request';
import {
  actOnBadges,
  badgeStatusAt,
  describeBesides,
  describeReturn,
  holdBack,
  type ActedOn,
  type BadgeAction,
  type BadgeOrder,
  type RecordedBadge,
} from '../../domain/badges';
import { isSinceEnabled } from '../../domain/lifecycle';
import { namesOf, type MarketplaceCode } from '../../domain/marketplaces';
import {
  namedIn,
  standingIn,
  type ProductProjects,
  type CertificationStanding,
} from '../../domain/product-certification';
import { refusals, type BadgesRecorded, type Refused, type RemedyStart } from '../../domain/transitions';
import { readReason } from '../operator-decisions';
import { readProduct } from '../certified-product';
import { prepared, type Queryable } from '../pool';
import { reinstatedSince, standingOf } from '../standing-certification';
import { recordedStanding, REQUEST_COLUMNS, type RequestRow } from '../requests';
import { mailOf, readRecordedBadges, saveBadges } from './plans';
import type { AheadEntry, Change, MailChange } from './change';
import { followUps, outcomeOf } from './follow-ups';
import { record, recordOnly, type Locked, type Recorder, type TransitionRef, type Unchanged } from './record';

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

/** Told several times it is done once, and an earlier recording knows nothing of what was told since: none is the same. */
export const whatHoldsNow = { action: 'suspend', isSame: () => false } as const;

/**
 * Does what the certifications say now by which the badges stand, each for its marketplace: one that is revoked suspends
 * them, and so does an approval that covers them no more; what was suspended for it comes back where an approval covers it.
 * Anything else changes nothing, and what an operator has reinstated since is left.
 */
export async function recordCertificationOfBadges(
  recorder: Recorder,
  ref: TransitionRef,
): Promise<BadgesRecorded | Refused> {
  return recordOnly<BadgesRecorded>(recorder, ref, whatHoldsNow, async (locked) => {
    const product = await readProduct(locked.connection, locked.row.product_id, 'share');
    if (product === null) throw new Error(`The product of ${locked.row.id} is not there.`);
    // After the lock, which keeps what is read here as it is.
    const open = await readUndecided(locked.connection, locked.row.id);
    return changeInTurn(locked, ordersFor(product.projects, open));
  });
}

/** The marketplaces of a request's badges but those that an operator has reinstated since their certification spoke. */
async function readUndecided(connection: Queryable, requestId: string): Promise<readonly MarketplaceCode[]> {
  const { rows } = await connection.query<{ marketplace: MarketplaceCode }>(
    prepared(
      `select b.marketplace from badge_requests r join badges b on b.request_id = r.id
         cross join ${standingOf('r.product_id', 'b.marketplace')} s
        where r.id = $1 and not ${reinstatedSince('r.id', 'b.marketplace', 's.updated_at')}
        order by b.effective_at, b.marketplace`,
      [requestId],
    ),
  );
  return rows.map(({ marketplace }) => marketplace);
}

/** What a product's projects say of the badges in some marketplaces: a suspension for each that says so, and one reinstatement. */
function ordersFor(projects: ProductProjects, codes: readonly MarketplaceCode[]): readonly WordedOrder[] {
  const about = { cause: 'CERTIFICATION_REVOKED', effectiveAt: null } as const;
  const standings = codes.flatMap((code) => {
    const standing = standingIn(projects, code);
    return standing === null ? [] : [{ code, ...standing }];
  });
  const codesOf = (some: (standing: CertificationStanding) => boolean) =>
    standings.filter(some).map(({ code }) => code);
  const suspensions = [...new Set(standings.map(({ project }) => project))].flatMap((project) => {
    const isRevoked = (each: CertificationStanding) => each.project === project && each.verdict === 'REVOKED';
    const isUncovered = (each: CertificationStanding) =>
      each.project === project && each.verdict === 'APPROVED' && !each.covers;
    return [
      { marketplaces: codesOf(isRevoked), reason: project.reason },
      { marketplaces: codesOf(isUncovered), reason: describeCover(projects) },
    ];
  });
  const covered = codesOf(({ verdict, covers }) => verdict === 'APPROVED' && covers);
  return [
    ...suspensions.map(({ marketplaces, reason }) => ({
      order: { ...about, action: 'suspend' as const, marketplaces },
      words: { reason, by: null },
    })),
    {
      order: { ...about, action: 'reinstate', marketplaces: covered },
      words: { reason: null, by: null },
    },
  ];
}

/** For people: what is covered by approvals that do not cover everything any more. */
function describeCover(projects: ProductProjects): string {
  const covered = namedIn(projects).filter((code) => {
    const standing = standingIn(projects, code);
    return standing?.verdict === 'APPROVED' && standing.covers;
  });
  return `The certification now covers only: ${namesOf(covered) || 'no marketplace'}.`;
}

/** Why, for people, and whose command it is; `by` is null for the service's own. */
export interface OrderWords {
  readonly reason: string | null;
  readonly by: string | null;
  /** What the entry says besides. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What the mail says besides. */
  readonly props?: Readonly<Record<string, unknown>>;
  /** Where another mail tells of it. */
  readonly told?: readonly MarketplaceCode[];
}

/** Acts on a locked request's badges; refused where it can be done to none of them. */
export const changeBadges = (locked: Locked, order: BadgeOrder, words: OrderWords) =>
  changeInTurn(locked, [{ order, words }]);

interface WordedOrder {
  readonly order: BadgeOrder;
  readonly words: OrderWords;
}
/** An order that was obeyed, and how the badges were before it. */
interface Obeyed extends WordedOrder {
  readonly before: readonly RecordedBadge[];
  readonly acted: ActedOn;
  /** Whether other badges of the request are still to come. */
  readonly isPending: boolean;
}

/** Obeys one order after the other in one transition, each with an entry and a mail of its own. */
async function changeInTurn(
  locked: Locked,
  orders: readonly WordedOrder[],
): Promise<Change<BadgesRecorded> | Unchanged<Refused>> {
  const { connection, row, at, standing, isBeside } = locked;
  // Until then its own workflow writes.
  if (!isSinceEnabled(standing.status) && !isBeside)
    return { unchanged: { refused: refusals.actionNotAllowed } };
  let badges: readonly RecordedBadge[] = await readRecordedBadges(connection, row.id);
  const obeyed: Obeyed[] = [];
  for (const worded of orders) {
    const one = await obeyOrder(locked, badges, worded);
    if (one === null) continue;
    obeyed.push(one);
    badges = one.acted.badges;
  }
  const [first, ...others] = obeyed;
  if (first === undefined) return { unchanged: { refused: refusals.actionNotAllowed } };
  const outcome = outcomeOf(locked, (others.at(-1)?.acted ?? first.acted).status, badges);
  const { ahead, mails, columns } = await followUps(locked, badges);
  const alsoNow = others.map((each): AheadEntry => ({
    at,
    action: each.order.action,
    to: outcome.status,
    details: detailsOf(each, at),
  }));
  return {
    action: first.order.action,
    details: detailsOf(first, at),
    columns,
    mails: [...obeyed.flatMap((each) => mailsOf(each, at)), ...mails],
    ahead: [...alsoNow, ...ahead],
    outcome,
  };
}

/**
 * Acts on badges and saves them; null where it can be done to none of them.
 * @param held where a badge that nothing else suspends is held back
 */
export async function obeyOrder(
  { connection, row, at, standing }: Locked,
  before: readonly RecordedBadge[],
  { order, words }: WordedOrder,
  held: readonly MarketplaceCode[] = [],
): Promise<Obeyed | null> {
  const done = actOnBadges(before, order, at);
  if (done === null) return null;
  const acted = { ...done, badges: holdBack(done.badges, held) };
  await saveBadges(connection, row.id, acted, words);
  return { order, words, before, acted, isPending: standing.status === 'PENDING' };
}

export function detailsOf({ order, words: { reason, details }, acted }: Obeyed, at: string) {
  const marketplaces = acted.changed;
  const planned = isAhead(order, at) ? { effectiveAt: order.effectiveAt } : {};
  const isReturn = order.action === 'reinstate' && !isAhead(order, at);
  const returned = isReturn ? describeReturn(acted.badges, marketplaces, at) : {};
  return { marketplaces, cause: order.cause, reason, ...planned, ...returned, ...details };
}

export function mailsOf(
  { order, words: { reason, props, told: elsewhere = [] }, before, acted, isPending }: Obeyed,
  at: string,
): MailChange[] {
  const { action, cause } = order;
  const told = marketplacesToTell(before, acted, order, at).filter((code) => !elsewhere.includes(code));
  if (told.length === 0) return [];
  const pending = action === 'remove' && isPending ? { isPending } : {};
  const besides = { ...pending, ...describeBesides(order, { before, after: acted.badges }, told) };
  return [{ template: mailOf[action], props: { marketplaces: told, cause, reason, ...besides, ...props } }];
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
