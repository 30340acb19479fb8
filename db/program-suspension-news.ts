/**
 * Who is still to hear of programme suspensions. That one begins or ends is first spread, in one transaction, over the
 * requests that it concerns: badges of Pending ones are held back or released in their rows, requests with effective
 * badges are put on the list of those that are told one by one.
 */
import { marketplacesIn, type Region } from '../domain/marketplaces';
import { workOffNext, type Backlog } from './backlog';
import { readNextDue, type NextDue, type ReportFailure } from './drain';
import { prepared, transact, type Bind, type Pool, type Queryable } from './pool';
import { heldIn, readRegionalWords } from './program-suspensions';

interface UntoldRow {
  id: string;
  organization_id: string;
  program: string;
  region: Region;
}

/**
 * Spreads one suspension that has begun or ended. One that cannot be spread is put off, up to a minute, and holds up no
 * other.
 * @param id only this one, put off or not, and waited for where somebody has it in hand; null: any that is due
 * @param report is told why one is put off
 * @returns false when there is none that nobody has in hand
 */
export async function spreadNext(
  pool: Pool,
  id: string | null = null,
  report: ReportFailure = () => undefined,
): Promise<boolean> {
  let inHand: string | undefined;
  try {
    return await transact(pool, async (connection) => {
      const { rows } = await connection.query<UntoldRow>(
        prepared(
          `select id, organization_id, program, region from program_suspensions
            where untold and ($1::text = id or $1::text is null and next_attempt_at <= now())
            order by next_attempt_at, id limit 1 for update ${id === null ? 'skip locked' : ''}`,
          [id],
        ),
      );
      const suspension = rows[0];
      if (suspension === undefined) return false;
      inHand = suspension.id;
      await spread(connection, suspension);
      return true;
    });
  } catch (error) {
    if (inHand === undefined) throw error;
    await putOff(pool, inHand);
    report(error);
    return true;
  }
}

async function spread(connection: Queryable, suspension: UntoldRow): Promise<void> {
  await holdBackOrRelease(connection, suspension);
  await putOnList(connection, suspension);
  // Whoever was woken by the suspension itself has found nothing on the list yet.
  await connection.query(
    prepared(
      `with told as (update program_suspensions set untold = false, attempts = 0 where id = $1 returning id)
       select ${WAKE} from told`,
      [suspension.id],
    ),
  );
}

const LONGEST_WAIT_SECONDS = 60;

const putOff = (pool: Pool, id: string) =>
  pool.query(
    prepared(
      `update program_suspensions set attempts = attempts + 1, next_attempt_at =
              clock_timestamp() + least($2, power(2, least(attempts, 10))) * interval '1 second'
        where id = $1`,
      [id, LONGEST_WAIT_SECONDS],
    ),
  );

/**
 * Makes the rows of badges whose requests are Pending say what holds now. The locks are waited for first: so badges
 * that are being staged meanwhile are seen, and whoever stages later sees the suspension. What a transition has said of a
 * badge another one takes back; and once the clock has enabled a request, its maker was told what is not shown.
 */
async function holdBackOrRelease(
  connection: Queryable,
  { organization_id: organizationId, program }: UntoldRow,
): Promise<void> {
  const owner = [organizationId, program];
  await connection.query(
    prepared(
      `select id from badge_requests where organization_id = $1 and program = $2 and status = 'PENDING'
        order by id for no key update`,
      owner,
    ),
  );
  const held = heldIn(await readRegionalWords(connection, { organizationId, program }));
  await connection.query(
    prepared(
      `update badges b
          set causes = case when b.marketplace = any($3::text[]) then '{PROGRAM_SUSPENSION}'::text[] else '{}' end
         from badge_requests r
        where r.organization_id = $1 and r.program = $2 and r.status = 'PENDING' and b.request_id = r.id
          and b.status = 'STAGED' and (b.marketplace = any($3)) <> ('PROGRAM_SUSPENSION' = any(b.causes))
          and (b.marketplace = any($3) or r.enabled_at is null or r.enabled_at > now())`,
      [...owner, held],
    ),
  );
}

async function putOnList(connection: Queryable, suspension: UntoldRow): Promise<void> {
  const { organization_id, program, region } = suspension;
  await connection.query(
    prepared(
      `insert into program_suspension_news as n (request_id)
       select r.id from badge_requests r
        where r.organization_id = $1 and r.program = $2
          and r.status in ('PENDING', 'ENABLED', 'SUSPENDED')
          and exists (select 1 from badges b where b.request_id = r.id and b.status <> 'REMOVED'
                         and b.effective_at <= now() and b.marketplace = any($3::text[]))
        order by r.id
       ${AGAIN}`,
      [organization_id, program, marketplacesIn(region)],
    ),
  );
}

/** One that is on the list has a new reason to be told. */
const AGAIN = `on conflict (request_id) do update set version = n.version + 1, next_attempt_at = now(), attempts = 0`;
const WAKE = `pg_notify('program_suspensions', '')`;

interface ToldRequest {
  request_id: string;
  version: number;
}

const backlog: Backlog<ToldRequest> = {
  table: 'program_suspension_news',
  key: ['request_id'],
  columns: ['request_id', 'version'],
  doneWithinSeconds: 10,
};

/** Tells the next request on the list, and forgets it unless there is a new reason meanwhile. See `workOffNext`. */
export const tellNextOfSuspension = (
  pool: Pool,
  tell: (requestId: string) => Promise<void>,
  report?: ReportFailure,
): Promise<number> =>
  workOffNext(
    pool,
    backlog,
    {
      work: (row) => tell(row.request_id),
      forget: (row) =>
        pool.query(
          prepared('delete from program_suspension_news where request_id = $1 and version = $2', [
            row.request_id,
            row.version,
          ]),
        ),
    },
    report,
  );

/** When the next request is due to be told, or the next suspension to be spread; see `Drainable`. */
export async function nextSuspensionNewsDue(
  connection: Queryable,
  after: Date | null,
): Promise<NextDue | null> {
  const rows = [
    { table: 'program_suspension_news', due: 'next_attempt_at' },
    { table: 'program_suspensions', due: 'next_attempt_at', open: 'untold' },
  ];
  const [news, spreading] = await Promise.all(rows.map((each) => readNextDue(connection, each, after)));
  if (!news || !spreading?.at) return news ?? null;
  return news.at !== null && news.at < spreading.at ? news : { now: news.now, at: spreading.at };
}

/** Puts a request on the list that has become Enabled by the clock with badges that are held back. */
export async function tellIfHeldBack(connection: Queryable, requestId: string): Promise<void> {
  await connection.query(
    prepared(
      `with told as (
       insert into program_suspension_news as n (request_id)
       select $1 where exists (
         select 1 from badges where request_id = $1 and status = 'STAGED' and 'PROGRAM_SUSPENSION' = any(causes))
       ${AGAIN} returning n.request_id)
       select ${WAKE} from told`,
      [requestId],
    ),
  );
}

/** The statement's part that puts a request on the list if any suspension holds for its maker and programme. */
export const tellIfSuspended = (
  bind: Bind,
  request: { id: string; organization_id: string; program: string | null },
): string =>
  `insert into program_suspension_news as n (request_id)
    select ${bind(request.id)} where exists (select 1 from program_suspensions
     where organization_id = ${bind(request.organization_id)} and program = ${bind(request.program)} and ended_at is null)
   ${AGAIN} returning ${WAKE}`;
