/** Projects whose news is still to be told, and the requests that it concerns. */
import type { CertificationNews } from '../domain/transitions';
import { workOffNext, type Backlog } from './backlog';
import { readNextDue, type NextDue, type ReportFailure } from './drain';
import { prepared, type Pool, type Queryable } from './pool';
import { PRESENT_CAUSES, PRESENT_STATUS } from './present-causes';
import { newsOf, readProductOfProject } from './requests';
import { standingOf } from './standing-certification';

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

/** What a project's product is certified as now; null when there is no such project, or no such product. */
export async function readNews(connection: Queryable, projectId: string): Promise<CertificationNews | null> {
  const product = await readProductOfProject(connection, projectId);
  return product === null ? null : newsOf(product);
}

/** A request that news concerns: it waits for the certification, or its badges stand or fall with it, or both. */
export interface Concerned {
  readonly id: string;
  readonly waits: boolean;
  /** Whether it has badges to come whose approval was withdrawn, while it waits for another project; absent: no. */
  readonly loses?: boolean;
  readonly hasBadges: boolean;
}

/** Whether the news of a project and version, named by two placeholders or columns, is more than a request has heard. */
const unheard = (project: string, version: string) =>
  `(r.heard_project is null
    or (r.heard_project collate "C", r.heard_version) < (${project} collate "C", ${version}))`;

/**
 * Whether the badges of the request `r`, those to come included, are not what its certification says.
 * @param verdict of the certification, in SQL
 * @param marketplaces that it covers, in SQL
 */
const hasOthers = (verdict: string, marketplaces: string) => `exists (
    select 1 from (select b.marketplace, ${PRESENT_STATUS} as status, ${PRESENT_CAUSES} as causes
                     from badges b where b.request_id = r.id) b
     where b.status <> 'REMOVED' and case ${verdict}
      when 'REVOKED' then 'CERTIFICATION_REVOKED' <> all(b.causes)
      when 'APPROVED' then ('CERTIFICATION_REVOKED' = any(b.causes)) = (b.marketplace = any(${marketplaces}))
      else false end)`;

/** The same of a request that has gone live: its badges are to be told. */
const differs = (verdict: string, marketplaces: string) =>
  `((r.status <> 'PENDING' or r.enabled_at <= now()) and ${hasOthers(verdict, marketplaces)})`;

/**
 * Whether an operator has decided since an instant to reinstate badges of the request `r`, and it has come true, in SQL:
 * they knew of it. What a plan of before has written ahead carries no transition's number.
 */
const reinstatedSince = (instant: string) => `exists (
  select 1 from badge_request_history h where h.request_id = r.id and h.action = 'reinstate'
     and h.actor_role = 'OPERATOR' and h.transition_seq is not null and h.at > ${instant}
     and coalesce((h.details->>'effectiveAt')::timestamptz, h.at) <= now())`;

/**
 * Requests that news of a project's product concerns, by id, after a given one; at most `limit`. Who waits and has heard
 * it is not concerned. News of a project that the badges do not stand by leaves what an operator has reinstated.
 */
export async function listConcerned(
  connection: Queryable,
  projectId: string,
  news: CertificationNews,
  { after = '', limit }: { after?: string; limit: number },
): Promise<Concerned[]> {
  const { rows } = await connection.query<{
    id: string;
    waits: boolean;
    loses: boolean;
    has_badges: boolean;
  }>(
    prepared(
      `select id, waits, loses, has_badges from (
       select r.id, r.status = 'PENDING' and ${unheard('$4', '$5::bigint')} as waits,
              $6 and s.verdict = 'REVOKED' and r.status = 'PENDING' and (r.enabled_at <= now()) is not true
                and ${hasOthers('s.verdict', 's.marketplaces')} as loses,
              ${differs('s.verdict', 's.marketplaces')}
                and (s.id = c.id or not ${reinstatedSince('s.updated_at')}) as has_badges
         from certification_projects c left join ${standingOf('c.product_id')} s on true
           join badge_requests r on r.product_id = c.product_id
        where c.id = $1 and r.status in ('PENDING', 'ENABLED', 'SUSPENDED') and r.id > $2) concerned
       where waits or loses or has_badges order by id limit $3`,
      [projectId, after, limit, news.projectId, news.version, news.verdict === 'OPEN'],
    ),
  );
  return rows.map(({ id, waits, loses, has_badges: hasBadges }) => ({ id, waits, loses, hasBadges }));
}

/**
 * Notes that the workflows of those who wait were told for certain. Not waited for on the disk: where a crash loses it, they
 * are told once more, which changes nothing. Who waits for another product's by now has heard nothing by it. Requests are
 * locked by id, as by whoever else locks several of them.
 */
export async function markHeard(
  connection: Queryable,
  told: readonly Concerned[],
  news: CertificationNews,
): Promise<void> {
  const requestIds = told.filter(({ waits }) => waits).map(({ id }) => id);
  if (requestIds.length === 0) return;
  await connection.query(
    prepared(
      `with unflushed as materialized (select set_config('synchronous_commit', 'off', true)),
      heard as materialized (
        select r.id from badge_requests r
         where r.id = any($1::text[]) and ($4::text is null or r.product_id = $4)
           and ${unheard('$2', '$3::bigint')} order by r.id for no key update)
      update badge_requests r set heard_project = $2, heard_version = $3 from unflushed, heard
      where r.id = heard.id`,
      [requestIds, news.projectId, news.version, news.productId ?? null],
    ),
  );
}

/** Has a request told once more what its certification says: its workflow is another one, which has heard nothing yet. */
export const forgetHeard = (connection: Queryable, requestId: string) =>
  connection.query(
    prepared('update badge_requests set heard_project = null, heard_version = null where id = $1', [
      requestId,
    ]),
  );

/** Projects that say more than some request that waits for them has heard, by id, after a given one; at most `limit`. */
export async function listUnheardProjects(
  connection: Queryable,
  { after = '', limit }: { after?: string; limit: number },
): Promise<string[]> {
  const { rows } = await connection.query<{ id: string }>(
    prepared(
      `select distinct c.id from badge_requests r
         join products p on p.id = r.product_id join certification_projects c on c.id = p.project_id
      where r.status = 'PENDING' and c.id > $1 and ${unheard('c.id', 'c.version')}
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
 * project's version is settled and not looked at again; otherwise news was lost, or is still under way. Badges to come are
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
         select id, version, product_id
           from certification_projects where badges_settled_version is distinct from version and id > $1
          order by id limit $2 for no key update skip locked),
       lost as materialized (
         select u.id from unsettled u join ${standingOf('u.product_id')} s on s.verdict is not null
          where exists (
            select 1 from badge_requests r
             where r.product_id = u.product_id and r.status in ('PENDING', 'ENABLED', 'SUSPENDED')
               and ${hasOthers('s.verdict', 's.marketplaces')} and not ${reinstatedSince('s.updated_at')})),
       settled as (
         update certification_projects c set badges_settled_version = u.version from unsettled u
          where c.id = u.id and not exists (select from lost where lost.id = u.id))
       select u.id, l.id is not null as is_lost from unsettled u left join lost l on l.id = u.id order by u.id`,
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
      `update certification_projects set badges_settled_version = null
        where id = $1 and badges_settled_version = version`,
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
       select s.id, s.version from badge_requests r join ${standingOf('r.product_id')} s on true
        where r.id = $1 and not ${reinstatedSince('s.updated_at')} and exists (
                select 1 from badges b where b.request_id = r.id and b.status <> 'REMOVED'
                   and 'CERTIFICATION_REVOKED' <> all(b.causes)
                   and (s.verdict = 'REVOKED' or s.verdict = 'APPROVED' and b.marketplace <> all(s.marketplaces)))
       on conflict (project_id) do update set attempts = n.attempts + 1, next_attempt_at = now()
       returning project_id
     )
     select pg_notify('certification_news', project_id) from missed`,
      [requestId],
    ),
  );
}
