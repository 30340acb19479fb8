/** Slots for calls to the outside, shared by all processes: one row for each account and family of operations. */
import { prepared, type Queryable } from './pool';

/** Whose limit it is: Amazon counts each account's calls, and some operations apart from others. */
export interface CallLimitKey {
  readonly account: string;
  readonly family: string;
}

export interface SlotWish {
  /** The rate as configured; what the other side has told lowers it. */
  readonly perSecond: number;
  /** What is added to the time between two slots, in milliseconds. */
  readonly marginMs: number;
  /** How far ahead a slot may be reserved, in milliseconds; 0: only one that is free now. */
  readonly longestWaitMs: number;
}

export interface Slot {
  /** Whether the slot is reserved for whoever asked. */
  readonly taken: boolean;
  /** How long until the slot, in milliseconds; when it is not taken, how long until it is worth asking again. */
  readonly waitMs: number;
  /** The rate that the other side has told, in calls per second. */
  readonly toldPerSecond: number | null;
}

/** How long a statement may take before calls count as uncountable, in milliseconds. */
const ANSWER_WITHIN_MS = 5_000;

const bounded = (text: string, values: unknown[]) => ({
  ...prepared(text, values),
  query_timeout: ANSWER_WITHIN_MS,
});

/**
 * Takes the next slot if it is near enough, in one statement and by the database's clock. A slot that is
 * not used is lost, and nothing else: nobody has to give anything back.
 */
export async function takeSlot(db: Queryable, key: CallLimitKey, wish: SlotWish): Promise<Slot> {
  const { account, family } = key;
  const { perSecond, marginMs, longestWaitMs } = wish;
  // `due` waits for the row's lock and then sees it as the one before has left it.
  const { rows } = await db.query<{ wait_ms: number; taken: boolean; told_per_second: number | null }>(
    bounded(
      `with due as (
         select account, family, told_per_second,
                greatest(next_at, closed_until, clock_timestamp()) as slot,
                make_interval(secs => 1 / least($3::float8, told_per_second) + $4::float8 / 1000) as spacing
           from call_limits where account = $1 and family = $2 for no key update),
       taken as (
         update call_limits l set next_at = due.slot + due.spacing
           from due
          where l.account = due.account and l.family = due.family
            and due.slot <= clock_timestamp() + make_interval(secs => $5::float8 / 1000)
          returning l.account)
       select (extract(epoch from due.slot - clock_timestamp()) * 1000)::float8 as wait_ms,
              exists (select from taken) as taken, due.told_per_second
         from due`,
      [account, family, perSecond, marginMs, longestWaitMs],
    ),
  );
  const row = rows[0];
  if (row !== undefined)
    return {
      taken: row.taken,
      waitMs: Math.max(0, row.wait_ms),
      toldPerSecond: row.told_per_second,
    };
  await db.query(
    bounded('insert into call_limits (account, family) values ($1, $2) on conflict do nothing', [
      account,
      family,
    ]),
  );
  return takeSlot(db, key, wish);
}

/** How long the other side still wants no calls, in milliseconds: 0 when it takes them. */
export async function readClosure(db: Queryable, { account, family }: CallLimitKey): Promise<number> {
  const { rows } = await db.query<{ closed_ms: number }>(
    bounded(
      `select (extract(epoch from closed_until - clock_timestamp()) * 1000)::float8 as closed_ms
         from call_limits where account = $1 and family = $2 and closed_until > clock_timestamp()`,
      [account, family],
    ),
  );
  return rows[0]?.closed_ms ?? 0;
}

/** Keeps everybody from calling for a while; never shortens what was asked before. */
export async function closeFor(
  db: Queryable,
  { account, family }: CallLimitKey,
  waitMs: number,
): Promise<void> {
  await db.query(
    bounded(
      `insert into call_limits as l (account, family, closed_until)
       values ($1, $2, clock_timestamp() + make_interval(secs => $3::float8 / 1000))
       on conflict (account, family) do update
         set closed_until = greatest(l.closed_until, excluded.closed_until)`,
      [account, family, waitMs],
    ),
  );
}

/** Remembers the rate that the other side tells, in calls per second. */
export async function rememberRate(
  db: Queryable,
  { account, family }: CallLimitKey,
  perSecond: number,
): Promise<void> {
  await db.query(
    bounded(
      `insert into call_limits as l (account, family, told_per_second) values ($1, $2, $3)
       on conflict (account, family) do update set told_per_second = excluded.told_per_second`,
      [account, family, perSecond],
    ),
  );
}
