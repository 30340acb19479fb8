/** What the badges of a product stand or fall by, once they are enabled; of many requests at once. */
import { UNAPPROVED_STATUSES } from '../domain/certification';

const unapproved = UNAPPROVED_STATUSES.map((status) => `'${status}'`).join(', ');

const isRejected = "(status = 'COMPLETE' and result is not distinct from 'REJECTED')";

/** Whether a project's row says that it is approved, or was until it was revoked; in SQL. */
export const saysApproved = (project: string): string =>
  `(${project}.status = 'COMPLETE' and ${project}.result in ('APPROVED', 'REVOKED')) is true`;

/**
 * What a badge stands or falls by, in SQL: as `standingIn` of the domain says.
 * @param product the product's id, in SQL
 * @param marketplace the badge's, in SQL
 */
export const standingOf = (product: string, marketplace: string): string => `lateral (
  select id, version, updated_at, ${marketplace} = any(marketplaces) as covers,
         case when status = 'COMPLETE' then case result when 'REJECTED' then 'REVOKED' else result end end as verdict
    from certification_projects p
   where product_id = ${product} and (was_approved or ${saysApproved('p')}) and status not in (${unapproved})
     and (not ${isRejected} or ${marketplace} = any(marketplaces))
   order by case when ${isRejected} then 1
                 when ${marketplace} = any(marketplaces) then 3
                 when status = 'COMPLETE' and result is not distinct from 'APPROVED' then 2
                 else 0 end desc, id collate "C" desc
   limit 1)`;

/**
 * Whether an operator has decided since an instant to reinstate a badge, and it has come true, in SQL: they knew of what was said
 * before. What a plan of before has written ahead carries no transition's number.
 */
export const reinstatedSince = (request: string, marketplace: string, instant: string): string => `exists (
  select 1 from badge_request_history h where h.request_id = ${request} and h.action = 'reinstate'
     and h.actor_role = 'OPERATOR' and h.transition_seq is not null and h.at > ${instant}
     and h.details->'marketplaces' ? ${marketplace}
     and coalesce((h.details->>'effectiveAt')::timestamptz, h.at) <= now())`;
