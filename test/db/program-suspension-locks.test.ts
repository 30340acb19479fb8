/** A programme suspension that two spread at once: the call that suspends, and a worker that its row has woken. */
import { spreadNext } from '../../db/program-suspension-news';
import { transact } from '../../db/pool';
import { until } from '../setup/until';
import { createSuspensionScene } from './suspension-scene';

test('whoever spreads one by its name has it spread then, also where another one has it in hand', async () => {
  const made = await createSuspensionScene();
  const { pool } = made.scene;
  const areWaiting = (count: number) => async () => {
    const { rowCount } = await pool.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rowCount === count;
  };
  try {
    const request = await made.certified('on a date');
    await made.stage(request);
    await made.suspend('fe');
    const { rows } = await pool.query<{ id: string }>('select id from program_suspensions');
    const spreading = await transact(pool, async (connection) => {
      await connection.query('select from badge_requests where id = $1 for update', [request.id]);
      const byWorker = spreadNext(pool);
      await until(areWaiting(1));
      const byCall = spreadNext(pool, rows[0]?.id);
      const first = await Promise.race([
        byCall.then(() => 'answers'),
        until(areWaiting(2)).then(() => 'waits'),
      ]);
      expect(first).toBe('waits');
      return { byWorker, byCall };
    });
    await spreading.byCall;
    const { badges } = await request.traces();
    expect(badges.map(({ marketplace, causes }) => [marketplace, ...causes])).toEqual([
      ['JP', 'PROGRAM_SUSPENSION'],
      ['US'],
    ]);
    await spreading.byWorker;
  } finally {
    await made.scene.close();
  }
});
