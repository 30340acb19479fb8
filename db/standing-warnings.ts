/** Listings that their maker was warned of, and that nothing has settled since. */
import type { MarketplaceCode } from '../domain/marketplaces';

/** A warning, as {@link standingWarnings} answers. */
export interface StandingWarning {
  readonly marketplace: MarketplaceCode;
  /**
   * When the badge is suspended unless the listing is right by then; RFC 3339. May have passed, where nobody could say since
   * whether it is.
   */
  readonly suspendAt: string;
}

/**
 * An expression of a select: the warnings that stand now, oldest first; null: none does.
 * @param requestId in SQL
 */
export const standingWarnings = (requestId: string): string => `(
  select json_agg(json_build_object('marketplace', m.code, 'suspendAt', h.details->>'suspendAt') order by h.seq)
    from badge_request_history h cross join lateral jsonb_array_elements_text(h.details->'marketplaces') m(code)
   where h.request_id = ${requestId} and h.action = 'warn' and not exists (
     select 1 from badge_request_history l where l.request_id = ${requestId} and l.seq > h.seq and l.at <= now()
       and (l.action = 'submit' or l.details->'marketplaces' ? m.code
         and (l.action = 'clear' or l.action = 'suspend' and l.details->>'cause' = 'LISTING'))))`;
