/** Badges that are suspended at a place where a request wants one, or were until their request lost them. */
import type { SuspensionCause } from '../domain/badges';
import type { MarketplaceCode } from '../domain/marketplaces';
import { prepared, type Bind, type Queryable } from './pool';
import { PRESENT_CAUSES, PRESENT_STATUS } from './present-causes';
import type { RequestRow } from './requests';

/** A badge of the same programme and ASIN that another request has, or that a request lost while it was suspended. */
export interface SuspendedElsewhere {
  readonly marketplace: MarketplaceCode;
  /** May be the request itself: of an earlier round. */
  readonly requestId: string;
  readonly causes: readonly SuspensionCause[];
}

/**
 * From of these badges `b`, for the row `s` of a request. What a suspension of the programme holds back would be held back
 * for this request, too.
 */
export const SUSPENDED_ELSEWHERE = `from (
    select b.marketplace, b.request_id, ${PRESENT_CAUSES} as causes from badges b
     where b.asin = s.asin and b.program = s.program and b.marketplace = any(s.marketplaces)
       and b.request_id <> s.id and ${PRESENT_STATUS} = 'SUSPENDED'
       and not (${PRESENT_CAUSES}) <@ '{PROGRAM_SUSPENSION}'
    union all
    select k.marketplace, k.request_id, '{OPERATOR}'::text[] from suspended_before k
     where k.asin = s.asin and k.program = s.program and k.marketplace = any(s.marketplaces)) b`;

/** Whether there is any: approving the request would show the badge there again. */
export async function isSuspendedElsewhere(db: Queryable, { id }: Pick<RequestRow, 'id'>): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    prepared(`select exists (select ${SUSPENDED_ELSEWHERE}) as found from badge_requests s where s.id = $1`, [
      id,
    ]),
  );
  return rows[0]?.found === true;
}

/**
 * Keeps which of a request's badges an operator has suspended, before they are taken from it.
 * @param marketplaces of those that are; null: all
 */
export async function keepSuspended(
  connection: Queryable,
  requestId: string,
  marketplaces: readonly MarketplaceCode[] | null = null,
): Promise<void> {
  await connection.query(
    prepared(
      `insert into suspended_before (request_id, program, asin, marketplace)
       select request_id, program, asin, marketplace from badges
        where request_id = $1 and status = 'SUSPENDED' and 'OPERATOR' = any(causes)
          and ($2::text[] is null or marketplace = any($2))
       on conflict do nothing`,
      [requestId, marketplaces],
    ),
  );
}

/** The statement's part that forgets what was kept of the places of badges that are staged now. */
export const forgetSuspended = (
  bind: Bind,
  { program, asin }: Pick<RequestRow, 'program' | 'asin'>,
  marketplaces: readonly MarketplaceCode[],
): string =>
  `delete from suspended_before where asin = ${bind(asin)} and program = ${bind(program)}
      and marketplace = any(${bind(marketplaces)}::text[])`;
