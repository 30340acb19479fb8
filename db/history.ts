import type { Role, Status } from '../domain/lifecycle';
import type { Queryable } from './pool';

export interface HistoryEntry {
  readonly seq: number;
  readonly at: string;
  /** `name` is null for the service itself. */
  readonly actor: { readonly role: Role; readonly name: string | null };
  readonly action: string;
  readonly from: Status | null;
  readonly to: Status;
  readonly details: Readonly<Record<string, unknown>>;
}

interface Row {
  seq: number;
  at: Date;
  role: Role;
  name: string | null;
  action: string;
  from_status: Status | null;
  to_status: Status;
  details: Record<string, unknown>;
}

/** What has happened to a request, oldest first. An entry written ahead is there once its instant has come. */
export async function listHistory(
  db: Queryable,
  { requestId, limit, after }: { requestId: string; limit: number; after: number | null },
): Promise<{ entries: HistoryEntry[]; next: number | null }> {
  const { rows } = await db.query<Row>(
    `select h.seq, h.at, h.actor_role as role, a.name, h.action, h.from_status, h.to_status, h.details
      from badge_request_history h left join people a on a.id = h.actor_id
      where h.request_id = $1 and h.at <= now() and ($2::integer is null or h.seq > $2)
      order by h.seq limit $3`,
    [requestId, after, limit + 1],
  );
  const entries = rows.slice(0, limit).map((row) => ({
    seq: row.seq,
    at: row.at.toISOString(),
    actor: { role: row.role, name: row.name },
    action: row.action,
    from: row.from_status,
    to: row.to_status,
    details: row.details,
  }));
  return { entries, next: rows.length > limit ? (entries.at(-1)?.seq ?? null) : null };
}
