/** What was answered to a caller's key, so that a repeat gets the same answer and has no second effect. */
import type { Queryable } from './pool';

export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact text of the body. */
  readonly text: string;
}

export interface Claim {
  /** Caller, method and path: equal keys of different scopes have nothing to do with each other. */
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of the body, in a canonical form. */
  readonly fingerprint: Buffer;
  /** The id that a creation uses, if this is the first try. */
  readonly resourceId: string;
  /** After this long a try that never ended counts as ended. */
  readonly lockMs: number;
}

export type ClaimResult =
  | { readonly outcome: 'CLAIMED'; readonly resourceId: string }
  | { readonly outcome: 'ANSWERED'; readonly answer: StoredAnswer }
  | { readonly outcome: 'RUNNING'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'OTHER_BODY' };

/**
 * For statements whose loss in a crash costs nothing: they are not waited for on the disk. A lost claim had
 * no effect yet (what has one is committed later, and flushes it too); a lost answer is made again by the
 * repeat, which finds the same id or command.
 */
const WITHOUT_FLUSH = `with unflushed as materialized (select set_config('synchronous_commit', 'off', true))`;

interface Row {
  sameBody: boolean;
  status: number | null;
  headers: Record<string, string> | null;
  body: string | null;
  /** Null when nobody holds the key. */
  waitSeconds: number | null;
}

/** Takes the key for this try, or says why not. One statement, so that of equal calls side by side one wins. */
export async function claimKey(db: Queryable, claim: Claim): Promise<ClaimResult> {
  const { scope, key, fingerprint, resourceId, lockMs } = claim;
  for (;;) {
    const claimed = await db.query<{ resourceId: string }>({
      name: 'claim-idempotency-key',
      text: `${WITHOUT_FLUSH}
        insert into idempotency_keys as k (scope, key, fingerprint, resource_id, locked_until)
        select $1::text, $2::text, $3::bytea, $4::text, now() + $5::integer * interval '1 millisecond'
          from unflushed
        on conflict (scope, key) do update set locked_until = excluded.locked_until
          where k.status is null and k.fingerprint = excluded.fingerprint
            and (k.locked_until is null or k.locked_until < now())
        returning resource_id as "resourceId"`,
      values: [scope, key, fingerprint, resourceId, lockMs],
    });
    if (claimed.rows[0]) return { outcome: 'CLAIMED', resourceId: claimed.rows[0].resourceId };

    const { rows } = await db.query<Row>(
      `select fingerprint = $3 as "sameBody", status, headers, body #>> '{}' as body,
          case when locked_until is not null
            then greatest(1, ceil(extract(epoch from locked_until - now())))::integer end as "waitSeconds"
        from idempotency_keys where scope = $1 and key = $2`,
      [scope, key, fingerprint],
    );
    const row = rows[0];
    // Forgotten in between: try once more.
    if (row === undefined) continue;
    if (!row.sameBody) return { outcome: 'OTHER_BODY' };
    if (row.status !== null)
      return {
        outcome: 'ANSWERED',
        answer: { status: row.status, headers: row.headers ?? {}, text: row.body ?? '' },
      };
    // Freed in between: try once more.
    if (row.waitSeconds !== null) return { outcome: 'RUNNING', retryAfterSeconds: row.waitSeconds };
  }
}

/** Keeps the answer for repeats; the first one kept stays. The body is stored as a JSON string, byte for byte. */
export async function storeAnswer(
  db: Queryable,
  { scope, key }: Pick<Claim, 'scope' | 'key'>,
  { status, headers, text }: StoredAnswer,
): Promise<void> {
  await db.query({
    name: 'store-idempotent-answer',
    text: `${WITHOUT_FLUSH}
      update idempotency_keys set status = $3, headers = $4, body = to_jsonb($5::text), locked_until = null
        from unflushed
      where scope = $1 and key = $2 and status is null`,
    values: [scope, key, status, JSON.stringify(headers), text],
  });
}

/** Holds the key for a try that is still running. */
export async function holdKey(
  db: Queryable,
  { scope, key, lockMs }: Pick<Claim, 'scope' | 'key' | 'lockMs'>,
): Promise<void> {
  await db.query(
    `${WITHOUT_FLUSH}
      update idempotency_keys set locked_until = now() + $3::integer * interval '1 millisecond' from unflushed
      where scope = $1 and key = $2 and status is null and locked_until is not null`,
    [scope, key, lockMs],
  );
}

/** Lets the next repeat try again at once. */
export async function releaseKey(db: Queryable, { scope, key }: Pick<Claim, 'scope' | 'key'>): Promise<void> {
  await db.query(
    'update idempotency_keys set locked_until = null where scope = $1 and key = $2 and status is null',
    [scope, key],
  );
}
