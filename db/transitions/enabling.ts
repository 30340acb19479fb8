/** Everything is effective: what the clock has done already, and rows say afterwards. */
import { isSinceEnabled, type Status } from '../../domain/lifecycle';
import { tellAgainIfLost } from '../certification-news';
import { prepared } from '../pool';
import { tellIfHeldBack } from '../program-suspension-news';
import type { Recorder } from './record';

/** As the view says it from the last instant on. */
const STATUS_BY_BADGES = `case when badges_change_at is null then 'ENABLED' else (
  select case when bool_or(status_then = 'ENABLED') then 'ENABLED'
              when bool_or(status_then = 'SUSPENDED') then 'SUSPENDED' else 'REMOVED' end
    from (select badge_status_at(status, effective_at, causes, planned_action, planned_at, planned_lifts,
                                 coalesce($2::timestamptz, now())) as status_then
            from badges where request_id = $1) b) end`;

/**
 * Makes the row say what the clock already does, once every badge is effective.
 * @returns false when the database's clock has not reached that instant; BEHIND when the request was sent back, or has
 * something to stage again, which whoever asks has not heard of
 */
export async function recordEnabling(
  { pool, clock }: Recorder,
  requestId: string,
): Promise<boolean | 'BEHIND'> {
  await pool.query(
    prepared(
      `update badge_requests set status = ${STATUS_BY_BADGES}, stage = null, badges_change_at = null
      where id = $1 and status = 'PENDING' and enabled_at <= coalesce($2::timestamptz, now())`,
      [requestId, (await clock?.()) ?? null],
    ),
  );
  const { rows } = await pool.query<{ status: Status; is_staged: boolean }>(
    prepared('select status, enabled_at is not null as is_staged from badge_requests where id = $1', [
      requestId,
    ]),
  );
  const { status, is_staged: isStaged } = rows[0] ?? {};
  if (status === 'PENDING' && isStaged === true) return false;
  if (status === undefined || !isSinceEnabled(status)) return 'BEHIND';
  await tellAgainIfLost(pool, requestId);
  await tellIfHeldBack(pool, requestId);
  return true;
}

/**
 * Does so for whatever request of a programme and ASIN the clock has enabled: its row blocks another request until it says so.
 * @returns whether there was one
 */
export async function settleEnabled(
  recorder: Recorder,
  { program, asin }: { program: string | null; asin: string | null },
): Promise<boolean> {
  const { rows } = await recorder.pool.query<{ id: string }>(
    `select id from badge_requests where program = $1 and asin = $2
        and status = 'PENDING' and enabled_at <= coalesce($3::timestamptz, now())`,
    [program, asin, (await recorder.clock?.()) ?? null],
  );
  for (const { id } of rows) await recordEnabling(recorder, id);
  return rows.length > 0;
}
