/**
 * Why the badge `b` is suspended now, in SQL: what is recorded, and what of an operator's plan has come true since. The
 * domain says the same of a badge that it has in hand (`presentBadge`).
 */
export const PRESENT_CAUSES = `case
          when b.planned_at <= now() and b.planned_action = 'remove' then '{}'
          when b.planned_at <= now() and b.planned_action = 'reinstate' then
            array(select cause from unnest(b.causes) as cause where cause <> all(lifted_by_plan(b.planned_lifts)))
          when b.planned_at <= now() and 'OPERATOR' <> all(b.causes) then b.causes || '{OPERATOR}'
          else b.causes end`;

const statusAt = (instant: string) =>
  `badge_status_at(b.status, b.effective_at, b.causes, b.planned_action, b.planned_at, b.planned_lifts, ${instant})`;

/** How the badge `b` stands now, in SQL. */
export const PRESENT_STATUS = statusAt('now()');

/** How it stands once its plan has come true, as long as nothing else happens to it. */
export const PLANNED_STATUS = statusAt('b.planned_at');
