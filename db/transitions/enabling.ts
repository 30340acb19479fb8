/** Everything is effective: what the clock has done already, and rows say afterwards. */
import type { Status } from '../../domain/lifecycle';
import { tellAgainIfLost } from '../certification-news';
import { prepared } from '../pool';
import { tellIfHeldBack } from '../program-suspension-news';
import type { Recorder } from './record';

const HAVE_BADGES: readonly Status[] = ['ENABLED', 'SUSPENDED', 'REMOVED'];

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
      `update badge_requests set status = 'ENABLED', stage = null
      where id = $1 and status = 'PENDING' and enabled_at <= coalesce($2::timestamptz, now())`,
      [requestId, (await clock?.()) ?? null],
    ),
  );
  const { rows } = await pool.query<{ status: string; is_staged: boolean }>(
    prepared('select status, enabled_at is not null as is_staged from badge_requests where id = $1', [
      requestId,
    ]),
  );
  const { status, is_staged: isStaged } = rows[0] ?? {};
  if (status === 'PENDING' && isStaged === true) return false;
  if (!HAVE_BADGES.some((each) => each === status)) return 'BEHIND';
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
