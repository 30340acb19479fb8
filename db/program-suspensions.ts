/** Programme suspensions: a maker's badges of a programme, suspended by an operator in a whole region. */
import { marketplacesIn, type MarketplaceCode, type Region } from '../domain/marketplaces';
import type { ProgramCode } from '../domain/programs';
import { prepared, type Queryable } from './pool';

export interface ProgramSuspension {
  readonly id: string;
  readonly program: ProgramCode;
  readonly organization: { readonly id: string; readonly name: string };
  readonly region: Region;
  /** The operator's words. */
  readonly reason: string;
  readonly suspendedBy: { readonly name: string };
  /** RFC 3339. */
  readonly suspendedAt: string;
  /** All three null while it holds. */
  readonly endReason: string | null;
  readonly endedBy: { readonly name: string } | null;
  readonly endedAt: string | null;
}

interface Row extends Omit<ProgramSuspension, 'suspendedAt' | 'endedAt'> {
  suspended_at: Date;
  ended_at: Date | null;
}

const SELECT = `select s.id, s.program, json_build_object('id', o.id, 'name', o.name) as organization, s.region,
    s.reason, json_build_object('name', b.name) as "suspendedBy", s.suspended_at,
    s.end_reason as "endReason", case when e.id is not null then json_build_object('name', e.name) end as "endedBy",
    s.ended_at
  from program_suspensions s join organizations o on o.id = s.organization_id
    join people b on b.id = s.suspended_by left join people e on e.id = s.ended_by`;

const toSuspension = ({ suspended_at, ended_at, ...rest }: Row): ProgramSuspension => ({
  ...rest,
  suspendedAt: suspended_at.toISOString(),
  endedAt: ended_at?.toISOString() ?? null,
});

/** Those who tell the badges listen here (program-suspension-news.ts). */
const WAKE_TELLERS = `select pg_notify('program_suspensions', '') from changed`;

export interface NewSuspension {
  readonly id: string;
  readonly program: ProgramCode;
  readonly organizationId: string;
  readonly region: Region;
  readonly reason: string;
  readonly operatorId: string;
}

/**
 * Suspends; a repeat with the same id changes nothing.
 * @returns the suspension, or the one that holds already in its place
 */
export async function openSuspension(
  db: Queryable,
  { id, program, organizationId, region, reason, operatorId }: NewSuspension,
): Promise<ProgramSuspension> {
  await db.query(
    `with changed as (
       insert into program_suspensions (id, program, organization_id, region, reason, suspended_by)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning id)
     ${WAKE_TELLERS}`,
    [id, program, organizationId, region, reason, operatorId],
  );
  const { rows } = await db.query<Row>(
    `${SELECT} where s.id = $1
       or (s.program = $2 and s.organization_id = $3 and s.region = $4 and s.ended_at is null)
      order by s.id = $1 desc limit 1`,
    [id, program, organizationId, region],
  );
  // The one in its place has ended between the two statements.
  if (rows[0] === undefined)
    return openSuspension(db, { id, program, organizationId, region, reason, operatorId });
  return toSuspension(rows[0]);
}

export interface SuspensionEnd {
  readonly id: string;
  /** Repeating it changes nothing. */
  readonly commandId: string;
  readonly operatorId: string;
  readonly reason: string;
}

/**
 * Ends a suspension.
 * @returns whether this command has ended it; false when another one had, or there is no such suspension
 */
export async function endSuspension(
  db: Queryable,
  { id, commandId, operatorId, reason }: SuspensionEnd,
): Promise<boolean> {
  await db.query(
    `with changed as (
       update program_suspensions
          set ended_at = now(), ended_by = $2, end_reason = $3, ended_command = $4, untold = true
        where id = $1 and ended_at is null returning id)
     ${WAKE_TELLERS}`,
    [id, operatorId, reason, commandId],
  );
  const { rowCount } = await db.query(
    'select from program_suspensions where id = $1 and ended_command = $2',
    [id, commandId],
  );
  return rowCount === 1;
}

/** Null when there is none. */
export async function findSuspension(db: Queryable, id: string): Promise<ProgramSuspension | null> {
  const { rows } = await db.query<Row>(`${SELECT} where s.id = $1`, [id]);
  return rows[0] === undefined ? null : toSuspension(rows[0]);
}

/**
 * Suspensions, those that have ended too, newest first.
 * @param organizationId only this organization's; null: every organization's
 * @param after the id that the page before ended with
 */
export async function listSuspensions(
  db: Queryable,
  { organizationId, limit, after }: { organizationId: string | null; limit: number; after: string | null },
): Promise<{ suspensions: ProgramSuspension[]; next: string | null }> {
  const { rows } = await db.query<Row>(
    `${SELECT} where ($1::text is null or s.organization_id = $1) and ($2::text is null or s.id < $2)
      order by s.id desc limit $3`,
    [organizationId, after, limit + 1],
  );
  const suspensions = rows.slice(0, limit).map(toSuspension);
  return { suspensions, next: rows.length > limit ? (suspensions.at(-1)?.id ?? null) : null };
}

/** What was said last of a region. */
export interface RegionalWord {
  readonly id: string;
  readonly region: Region;
  readonly holds: boolean;
  /** Why it holds, or why it has ended. */
  readonly reason: string;
}

/** What holds now for a maker's badges of a programme: a word of each region that was ever suspended. */
export async function readRegionalWords(
  connection: Queryable,
  { organizationId, program }: { organizationId: string; program: string },
): Promise<RegionalWord[]> {
  const { rows } = await connection.query<RegionalWord>(
    prepared(
      `select distinct on (region) id, region, ended_at is null as holds, coalesce(end_reason, reason) as reason
         from program_suspensions where organization_id = $1 and program = $2
        order by region, ended_at is null desc, ended_at desc, id desc`,
      [organizationId, program],
    ),
  );
  return rows;
}

/** Where a suspension holds. */
export const heldIn = (words: readonly RegionalWord[]): MarketplaceCode[] =>
  words.filter(({ holds }) => holds).flatMap(({ region }) => marketplacesIn(region));
