/** Projects whose news is still to be told, and the requests that it concerns. */
import type { MarketplaceCode } from '../domain/marketplaces';
import { partReasons, verdictFor } from '../domain/product-certification';
import type { Reason } from '../domain/reasons';
import type { CertificationNews } from '../domain/transitions';
import { workOffNext, type Backlog } from './backlog';
import { newsOf, type CertifiableProduct } from './certified-product';
import { readNextDue, type NextDue, type ReportFailure } from './drain';
import { prepared, type Pool, type Queryable } from './pool';
import { PRESENT_CAUSES, PRESENT_STATUS } from './present-causes';
import { reinstatedSince, standingOf } from './standing-certification';

interface UntoldProject {
  project_id: string;
  version: number;
  attempts: number;
}

const backlog: Backlog<UntoldProject> = {
  table: 'certification_news',
  key: ['project_id'],
  columns: ['project_id', 'version', 'attempts'],
  doneWithinSeconds: 10,
};

/**
 * Tells the next project with untold news, and forgets what was told; news that came meanwhile stay, and so do those that
 * somebody has asked to have told once more. The pipeline's next event does not wait for it. See `workOffNext`.
 */
export const tellNextNews = (
  pool: Pool,
  tell: (projectId: string) => Promise<void>,
  report?: ReportFailure,
): Promise<number> =>
  workOffNext(
    pool,
    backlog,
    {
      async work(row) {
        await unsettle(pool, row.project_id);
        await tell(row.project_id);
      },
      forget: (row) =>
        pool.query(
          prepared(
            'delete from certification_news where project_id = $1 and version = $2 and attempts = $3',
            [row.project_id, row.version, row.attempts],
          ),
        ),
    },
    report,
  );

/** When the next project is due to be told of; see `Drainable`. */
export const nextNewsDue = (connection: Queryable, after: Date | null): Promise<NextDue | null> =>
  readNextDue(connection, { table: 'certification_news', due: 'next_attempt_at' }, after);

/** A request that news concerns: it waits for a certification, or its badges stand or fall with it, or both. */
export interface Concerned {
  readonly id: string;
  /** What the certification of its product is to it; null where it waits for none, or has heard it. */
  readonly news: CertificationNews | null;
  readonly hasBadges: boolean;
}

/** What the request `r` asks for, and what it was dropped from it, in SQL. */
const WANTED = `(r.marketplaces || array(
    select said->>'marketplace' from jsonb_array_elements(r.reasons) as reasons(said)
     where said->>'marketplace' is not null))`;

/** Whether the project `c` says, or said, something of what the request `r` wants, or nobody says anything of some of it. */
const CONCERNS = `(c.named_marketplaces && ${WANTED} or not ${WANTED} <@ array(
    select unnest(o.marketplaces) from certification_projects o where o.product_id = c.product_id))`;

/** Whether what a product's projects say, as far as a revision, is more than the request `r` has heard. */
const unheard = (revision: string) => `coalesce(r.heard_revision, 0) < ${revision}`;

/** Whether a badge of the request `r`, those to come included, is not what the projects say that it stands by. */
const HAS_OTHERS = `exists (
    select 1 from (select b.marketplace, ${PRESENT_STATUS} as status, ${PRESENT_CAUSES} as causes
                     from badges b where b.request_id = r.id) b
       cross join ${standingOf('r.product_id', 'b.marketplace')} s
     where b.status <> 'REMOVED' and case s.verdict
         when 'REVOKED' then 'CERTIFICATION_REVOKED' <> all(b.causes)
         when 'APPROVED' then ('CERTIFICATION_REVOKED' = any(b.causes)) = s.covers
         else false end
       and not ${reinstatedSince('r.id', 'b.marketplace', 's.updated_at')})`;

/**
 * Requests that news of a project concerns, by id, after a given one; at most `limit`. Who waits and has heard it is not
 * concerned.
 * @param product whose project it is
 */
export async function listConcerned(
  connection: Queryable,
  projectId: string,
  product: CertifiableProduct,
  { after = '', limit }: { after?: string; limit: number },
): Promise<Concerned[]> {
  const { rows } = await connection.query<{
    id: string;
    marketplaces: MarketplaceCode[];
    reasons: Reason[];
    badges: MarketplaceCode[] | null;
    waits: boolean;
    has_badges: boolean;
  }>(
    prepared(
      `select id, marketplaces, reasons, waits, has_badges, case when waits then (
              select array_agg(b.marketplace) from badges b where b.request_id = concerned.id) end as badges
         from (
       select r.id, r.marketplaces, r.reasons,
              r.status = 'PENDING' and ${unheard('$4::bigint')} and ${CONCERNS} as waits,
              (r.status <> 'PENDING' or r.enabled_at <= now()) and ${HAS_OTHERS} as has_badges
         from certification_projects c join badge_requests r on r.product_id = c.product_id
        where c.id = $1 and r.status in ('PENDING', 'ENABLED', 'SUSPENDED') and r.id > $2) concerned
       where waits or has_badges order by id limit $3`,
      [projectId, after, limit, product.revision],
    ),
  );
  return rows.map(({ id, marketplaces, reasons, badges, waits, has_badges: hasBadges }) => {
    const has = (badges ?? []).map((marketplace) => ({ marketplace, isEffective: true }));
    const { dropped } = partReasons(reasons);
    const news = waits
      ? newsOf(product, verdictFor(product.projects, { marketplaces, dropped, badges: has }))
      : null;
    return { id, news, hasBadges };
  });
}

/**
 * Notes that the workflows of those who wait were told for certain. Not waited for on the disk: where a crash loses it, they
 * are told once more, which changes nothing. Who waits for another product's by now has heard nothing by it. Requests are
 * locked by id, as by whoever else locks several of them.
 */
export async function markHeard(
  connection: Queryable,
  told: readonly Concerned[],
  { id: productId, revision }: CertifiableProduct,
): Promise<void> {
  const requestIds = told.filter(({ news }) => news !== null).map(({ id }) => id);
  if (requestIds.length === 0) return;
  await connection.query(
    prepared(
      `with unflushed as materialized (select set_config('synchronous_commit', 'off', true)),
      heard as materialized (
        select r.id from badge_requests r
         where r.id = any($1::text[]) and r.product_id = $3
           and ${unheard('$2::bigint')} order by r.id for no key update)
      update badge_requests r set heard_revision = $2 from unflushed, heard
      where r.id = heard.id`,
      [requestIds, revision, productId],
    ),
  );
}

/** Has a request told once more what its certification says: its workflow is another one, which has heard nothing yet. */
export const forgetHeard = (connection: Queryable, requestId: string) =>
  connection.query(prepared('update badge_requests set heard_revision = null where id = $1', [requestId]));

/** Projects that say more than some request that waits for them has heard, by id, after a given one; at most `limit`. */
export async function listUnheardProjects(
  connection: Queryable,
  { after = '', limit }: { after?: string; limit: number },
): Promise<string[]> {
  const { rows } = await connection.query<{ id: string }>(
    prepared(
      `select distinct c.id from badge_requests r join certification_projects c on c.product_id = r.product_id
      where r.status = 'PENDING' and c.id > $1 and ${unheard('c.revision')} and ${CONCERNS}
      order by c.id limit $2`,
      [after, limit],
    ),
  );
  return rows.map((row) => row.id);
}

export interface Settling {
  /** The last project that was looked at; null when there was none. */
  readonly until: string | null;
  /** Whether there may be more behind it. */
  readonly more: boolean;
  /** Those whose badges are to be told. */
  readonly lost: readonly string[];
}

/**
 * Looks whether the badges of projects' products say what they stand by, by id, after a given one. Where they do, the
 * project's revision is settled and not looked at again; otherwise news was lost, or is still under way. Badges to come are
 * their request's own workflow's to take back; where that is lost they are told once they are effective, too.
 * @param limit projects at the most
 */
export async function settleProjects(
  connection: Queryable,
  { after, limit }: { after: string; limit: number },
): Promise<Settling> {
  const { rows } = await connection.query<{ id: string; is_lost: boolean }>(
    prepared(
      `with unsettled as materialized (
         select id, revision, product_id
           from certification_projects where badges_settled_revision is distinct from revision and id > $1
          order by id limit $2 for no key update skip locked),
       lost as materialized (
         select u.product_id from (select distinct product_id from unsettled) u
          where exists (
            select 1 from badge_requests r
             where r.product_id = u.product_id and r.status in ('PENDING', 'ENABLED', 'SUSPENDED')
               and ${HAS_OTHERS})),
       settled as (
         update certification_projects c set badges_settled_revision = u.revision from unsettled u
          where c.id = u.id and not exists (select from lost where lost.product_id = u.product_id))
       select u.id, l.product_id is not null as is_lost
         from unsettled u left join lost l on l.product_id = u.product_id order by u.id`,
      [after, limit],
    ),
  );
  return {
    until: rows.at(-1)?.id ?? null,
    more: rows.length === limit,
    lost: rows.filter((row) => row.is_lost).map(({ id }) => id),
  };
}

/** Has a project looked at again once it is told, whatever is known of its badges. */
const unsettle = (connection: Queryable, projectId: string) =>
  connection.query(
    prepared(
      `update certification_projects set badges_settled_revision = null
        where id = $1 and badges_settled_revision = revision`,
      [projectId],
    ),
  );

/**
 * Has a certification told once more to a request whose badges it should have taken and has not, revoked or approved for
 * other marketplaces: at the instant at which badges become effective, news finds nobody who waits any more. What an
 * operator has reinstated since stays.
 */
export async function tellAgainIfLost(connection: Queryable, requestId: string): Promise<void> {
  await connection.query(
    prepared(
      `with missed as (
       insert into certification_news as n (project_id, version)
       select distinct s.id, s.version
         from badge_requests r join badges b on b.request_id = r.id
           cross join ${standingOf('r.product_id', 'b.marketplace')} s
        where r.id = $1 and b.status <> 'REMOVED' and 'CERTIFICATION_REVOKED' <> all(b.causes)
          and (s.verdict = 'REVOKED' or s.verdict = 'APPROVED' and not s.covers)
          and not ${reinstatedSince('r.id', 'b.marketplace', 's.updated_at')}
       on conflict (project_id) do update set attempts = n.attempts + 1, next_attempt_at = now()
       returning project_id
     )
     select pg_notify('certification_news', project_id) from missed`,
      [requestId],
    ),
  );
}
