/** Where organizations' own programs hear of what happens to their requests. */
import { EARLIER_SECRET_HOURS, MOST_ENDPOINTS } from '../domain/webhooks';
import { REPEATED_WITHIN } from './forgetting';
import { prepared, transact, type Pool, type Queryable } from './pool';

export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  /** RFC 3339, as all instants here. */
  readonly createdAt: string;
  readonly disabledAt: string | null;
  /** MAKER: somebody said so; GONE: the receiver did. */
  readonly disabledBecause: 'MAKER' | 'GONE' | null;
  /** Until when the secret before the present one signs, too. */
  readonly earlierSecretUntil: string | null;
  /** Until when the receiver has asked to be left alone. */
  readonly restsUntil: string | null;
}

/** Whether endpoint `e` is sent what happens; what somebody asks for it is sent in any case. */
export const IS_SENT_TO = 'e.disabled_at is null and coalesce(e.rests_until <= now(), true)';

interface Row {
  id: string;
  url: string;
  created_at: Date;
  disabled_at: Date | null;
  disabled_because: 'MAKER' | 'GONE' | null;
  earlier_secret_until: Date | null;
  rests_until: Date | null;
}

const COLUMNS = `id, url, created_at, disabled_at, disabled_because,
  case when earlier_secret_until > now() then earlier_secret_until end as earlier_secret_until,
  case when rests_until > now() then rests_until end as rests_until`;

const toEndpoint = (row: Row): WebhookEndpoint => ({
  id: row.id,
  url: row.url,
  createdAt: row.created_at.toISOString(),
  disabledAt: row.disabled_at?.toISOString() ?? null,
  disabledBecause: row.disabled_because,
  earlierSecretUntil: row.earlier_secret_until?.toISOString() ?? null,
  restsUntil: row.rests_until?.toISOString() ?? null,
});

/** An endpoint as its organization names it. */
export interface EndpointRef {
  readonly id: string;
  readonly organizationId: string;
}

/**
 * Makes an endpoint, or gives one that is there, by its id, this secret; its address may have been changed since.
 * @returns DELETED when it was there and is deleted; TOO_MANY when the organization has as many as it may
 */
export async function saveEndpoint(
  pool: Pool,
  endpoint: EndpointRef & { readonly url: string; readonly secret: string },
): Promise<WebhookEndpoint | 'DELETED' | 'TOO_MANY'> {
  const { id, organizationId, url, secret } = endpoint;
  return transact(pool, async (connection) => {
    // One after the other, so that two cannot both be the last one.
    await connection.query('select from organizations where id = $1 for no key update', [organizationId]);
    const { rows } = await connection.query<Row>(
      `insert into webhook_endpoints as e (id, organization_id, url, secret)
       select $1, $2, $3, $4
        where (select count(*) from webhook_endpoints where organization_id = $2 and id <> $1) < $5
       on conflict (id) do update set secret = excluded.secret where e.organization_id = excluded.organization_id
       returning ${COLUMNS}`,
      [id, organizationId, url, secret, MOST_ENDPOINTS],
    );
    if (rows[0] !== undefined) return toEndpoint(rows[0]);
    const { rowCount } = await connection.query('select from webhook_endpoints where id = $1', [id]);
    return rowCount === 0 ? 'TOO_MANY' : 'DELETED';
  });
}

/** An organization's endpoints, newest first; there are few. */
export async function listEndpoints(db: Queryable, organizationId: string): Promise<WebhookEndpoint[]> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from webhook_endpoints where organization_id = $1 order by id desc`,
    [organizationId],
  );
  return rows.map(toEndpoint);
}

/** @returns null when the organization has no such endpoint, as everywhere here */
export async function findEndpoint(
  db: Queryable,
  { id, organizationId }: EndpointRef,
): Promise<WebhookEndpoint | null> {
  const { rows } = await db.query<Row>(
    prepared(`select ${COLUMNS} from webhook_endpoints where id = $1 and organization_id = $2`, [
      id,
      organizationId,
    ]),
  );
  return rows[0] === undefined ? null : toEndpoint(rows[0]);
}

/**
 * What is left out stays as it is. What waits for a disabled endpoint is told once it is enabled again. One that is moved or
 * enabled rests no longer.
 */
export async function changeEndpoint(
  pool: Pool,
  { id, organizationId }: EndpointRef,
  { url, enabled }: { readonly url?: string | undefined; readonly enabled?: boolean | undefined },
): Promise<WebhookEndpoint | null> {
  const { rows } = await pool.query<Row>(
    `update webhook_endpoints set url = coalesce($3, url),
            disabled_at = case when $4 then null when not $4 then coalesce(disabled_at, now()) else disabled_at end,
            disabled_because = case when $4 then null when not $4 then coalesce(disabled_because, 'MAKER')
                                    else disabled_because end,
            rests_until = case when $4 or $3 <> url then null else rests_until end
      where id = $1 and organization_id = $2 returning ${COLUMNS}`,
    [id, organizationId, url ?? null, enabled ?? null],
  );
  if (rows[0] === undefined) return null;
  if (enabled === true) await retryAtOnce(pool, id);
  return toEndpoint(rows[0]);
}

/** Nobody listens at an endpoint any more: it is disabled, unless it has another address by now. */
export async function disableGone(db: Queryable, { id, url }: { id: string; url: string }): Promise<void> {
  await db.query(
    `update webhook_endpoints set disabled_at = now(), disabled_because = 'GONE'
      where id = $1 and url = $2 and disabled_at is null`,
    [id, url],
  );
}

/** The receiver asks to be left alone for so long; not of another address that the endpoint has by now. */
export async function leaveAlone(
  db: Queryable,
  { id, url }: { id: string; url: string },
  seconds: number,
): Promise<void> {
  await db.query(
    `update webhook_endpoints set rests_until = greatest(rests_until, clock_timestamp() + make_interval(secs => $3))
      where id = $1 and url = $2`,
    [id, url, seconds],
  );
}

/** Rows of one statement: a hundred thousand would take longer than a statement may. */
const MOST_AT_ONCE = 5_000;

/**
 * What was tried in vain is due now, so much at the most; what is in hand has nothing to show yet. Nobody is waited for who
 * has some of it: a transition may be taking it back.
 */
const retryAtOnce = (db: Queryable, endpointId: string) =>
  db.query(
    `with again as (
       update webhook_deliveries set next_attempt_at = now() where id in (
         select id from webhook_deliveries
          where endpoint_id = $1 and next_attempt_at > now() and (answer is not null or failure is not null)
          order by next_attempt_at limit $2 for update skip locked))
     select pg_notify('webhook_deliveries', '')`,
    [endpointId, MOST_AT_ONCE],
  );

/**
 * Gives an endpoint another secret; the one before counts for a while. Repeated with the same command it is once more
 * another one, as nobody has seen the first, and the one before stays.
 */
export async function replaceSecret(
  db: Queryable,
  { id, organizationId }: EndpointRef,
  { secret, commandId }: { readonly secret: string; readonly commandId: string },
): Promise<WebhookEndpoint | null> {
  const { rows } = await db.query<Row>(
    `update webhook_endpoints set secret = $3, secret_command = $4,
            earlier_secret = case when secret_command = $4 then earlier_secret else secret end,
            earlier_secret_until = case when secret_command = $4 then earlier_secret_until
                                        else now() + make_interval(hours => $5) end
      where id = $1 and organization_id = $2 returning ${COLUMNS}`,
    [id, organizationId, secret, commandId, EARLIER_SECRET_HOURS],
  );
  return rows[0] === undefined ? null : toEndpoint(rows[0]);
}

/**
 * Deletes an endpoint: nobody has it any more, and nothing is sent there. Its row stays for whoever repeats the call that
 * made it. What it was told is left to {@link forgetDeletedEndpoints}: that may take long, and a transition that takes some
 * of it back would wait for what it has locked, and the other way round.
 * @returns false when there is none
 */
export async function deleteEndpoint(db: Queryable, { id, organizationId }: EndpointRef): Promise<boolean> {
  const { rowCount } = await db.query(
    `update webhook_endpoints set organization_id = null, url = '', secret = '', earlier_secret = null,
            earlier_secret_until = null, disabled_at = now(), disabled_because = 'MAKER'
      where id = $1 and organization_id = $2`,
    [id, organizationId],
  );
  return rowCount === 1;
}

/**
 * Forgets what deleted endpoints were told, so much at the most, and those that were deleted long ago once none is left.
 * @returns how many events
 */
export async function forgetDeletedEndpoints(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from webhook_deliveries where id in (
       select d.id from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
        where e.organization_id is null limit $1 for update of d skip locked)`,
    [limit],
  );
  await db.query(
    `delete from webhook_endpoints e
      where organization_id is null and disabled_at < now() - $1::interval
        and not exists (select from webhook_deliveries where endpoint_id = e.id)`,
    [REPEATED_WITHIN],
  );
  return rowCount ?? 0;
}
