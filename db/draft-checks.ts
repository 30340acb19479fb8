/** Checks of drafts: what is checked, kept while its workflow runs and a while after. */
import type { BadgeRequestForm } from '../domain/form';
import type { CertifiedProduct } from '../domain/certification';
import { REPEATED_WITHIN } from './forgetting';
import { transact, type Pool, type Queryable } from './pool';

export interface DraftCheck {
  readonly id: string;
  readonly requestId: string;
  readonly organizationId: string;
  readonly form: BadgeRequestForm;
  readonly product: CertifiedProduct;
}

/** Begun, now or by an earlier try; or refused because the organization's last minute is full. */
export type CheckOutcome = 'BEGUN' | { readonly retryAfterSeconds: number };

const WINDOW = `interval '1 minute'`;

/**
 * Begins a check: keeps form and product as they are now. What is there already under the id stays and counts
 * once. The organization's row is locked meanwhile, so that of checks side by side each counts the others.
 * @param perMinute how many checks an organization may begin in any minute
 */
export async function beginDraftCheck(
  pool: Pool,
  check: DraftCheck,
  perMinute: number,
): Promise<CheckOutcome> {
  return transact(pool, async (connection) => {
    const { id, requestId, organizationId, form, product } = check;
    await connection.query('select id from organizations where id = $1 for no key update', [organizationId]);
    const { rowCount } = await connection.query(
      `insert into draft_checks (id, request_id, organization_id, form, product, created_at)
        select $1, $2, $3, $4, $5, clock_timestamp()
          where (select count(*) from draft_checks where organization_id = $3
            and created_at > clock_timestamp() - ${WINDOW}) < $6
            or exists (select 1 from draft_checks where id = $1)
        on conflict (id) do update set id = excluded.id`,
      [id, requestId, organizationId, form, product, perMinute],
    );
    return rowCount === 0 ? readWait(connection, organizationId, perMinute) : 'BEGUN';
  });
}

/** Until the oldest of the checks that fill the minute is a minute old. */
async function readWait(
  connection: Queryable,
  organizationId: string,
  perMinute: number,
): Promise<{ retryAfterSeconds: number }> {
  const { rows } = await connection.query<{ seconds: number }>(
    `select greatest(1, ceil(extract(epoch from created_at + ${WINDOW} - clock_timestamp())))::integer as seconds
      from draft_checks where organization_id = $1 order by created_at desc offset $2 limit 1`,
    [organizationId, perMinute - 1],
  );
  return { retryAfterSeconds: rows[0]?.seconds ?? 1 };
}

/**
 * Forgets checks, with their findings, that nobody asks for any more, so many at the most.
 * @returns how many
 */
export async function forgetDraftChecks(db: Queryable, limit: number): Promise<number> {
  const { rows } = await db.query<{ forgotten: number }>(
    `with old as (
       delete from draft_checks where id in (
         select id from draft_checks where created_at < now() - $1::interval
        limit $2 for update skip locked) returning id),
     findings as (delete from review_findings f using old where f.subject_id = old.id)
     select count(*)::int as forgotten from old`,
    [REPEATED_WITHIN, limit],
  );
  return rows[0]?.forgotten ?? 0;
}
