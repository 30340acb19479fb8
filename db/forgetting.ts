/** What is kept for a while only. */
import type { Queryable } from './pool';

/** As long as somebody may repeat a call: the promise is a day. */
export const REPEATED_WITHIN = '48 hours';
/** As long as somebody may ask whether something has left or come. */
const ASKED_FOR_WITHIN = '90 days';

/** Tables whose rows are forgotten once an instant of theirs is so long ago; an index finds it where there may be many. */
const kept = {
  idempotency_keys: { instant: 'created_at', for: REPEATED_WITHIN },
  asin_suggestions: { instant: 'asked_at', for: '1 hour' },
  // What is told of a request stands in its history.
  mail_outbox: { instant: 'coalesce(sent_at, refused_at)', for: ASKED_FOR_WITHIN },
  // What they said stands in their project, so that one that comes once more is an older version of it.
  certification_events: { instant: 'received_at', for: ASKED_FOR_WITHIN },
  // What came of a command's words stands in the round that they are about, and in the history.
  reviewer_decisions: { instant: 'created_at', for: ASKED_FOR_WITHIN },
  operator_decisions: { instant: 'created_at', for: ASKED_FOR_WITHIN },
  // Whatever came of them: ten times as long as one is tried.
  webhook_deliveries: { instant: 'due_at', for: '30 days' },
  // Whoever repeats the call that made one has been told.
  calendar_feeds: { instant: 'revoked_at', for: REPEATED_WITHIN },
  // One that is only idle stays: whoever signs out of it is to be signed out at the identity provider too, which wants to
  // see its ID token.
  console_sessions: { instant: 'expires_at', for: '0' },
} as const satisfies Record<string, { instant: string; for: string }>;

export type KeptTable = keyof typeof kept;
export const KEPT_TABLES = Object.keys(kept) as KeptTable[];

/**
 * Forgets rows of a table that are old, so many at the most: many thousands would take longer than a statement may. What
 * somebody has locked stays.
 * @returns how many
 */
export async function forgetOld(db: Queryable, table: KeptTable, limit: number): Promise<number> {
  const { instant, for: time } = kept[table];
  const { rowCount } = await db.query(
    `delete from ${table} where ctid = any (array(
       select ctid from ${table} where ${instant} < now() - $1::interval limit $2 for update skip locked))`,
    [time, limit],
  );
  return rowCount ?? 0;
}
