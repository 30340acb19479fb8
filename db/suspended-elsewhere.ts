/** Badges that are suspended at a place where another request wants one. */
import type { SuspensionCause } from '../domain/badges';
import type { MarketplaceCode } from '../domain/marketplaces';
import { prepared, type Queryable } from './pool';
import { PRESENT_CAUSES, PRESENT_STATUS } from './present-causes';
import type { RequestRow } from './requests';

/** A badge of the same programme and ASIN that another request has. */
export interface SuspendedElsewhere {
  readonly marketplace: MarketplaceCode;
  readonly requestId: string;
  readonly causes: readonly SuspensionCause[];
}

/**
 * From and where of these badges `b`, for the row `s` of a request. What a suspension of the programme holds back would
 * be held back for this request, too.
 */
export const SUSPENDED_ELSEWHERE = `from badges b
    where b.asin = s.asin and b.program = s.program and b.marketplace = any(s.marketplaces)
      and b.request_id <> s.id and ${PRESENT_STATUS} = 'SUSPENDED'
      and not (${PRESENT_CAUSES}) <@ '{PROGRAM_SUSPENSION}'`;

/** Whether there is any: approving the request would show the badge there again. */
export async function isSuspendedElsewhere(db: Queryable, { id }: Pick<RequestRow, 'id'>): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    prepared(`select exists (select ${SUSPENDED_ELSEWHERE}) as found from badge_requests s where s.id = $1`, [
      id,
    ]),
  );
  return rows[0]?.found === true;
}
