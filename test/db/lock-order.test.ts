/** Whoever locks several requests does so by id, so that no two wait for each other. */
import { markHeard } from '../../db/certification-news';
import { newsOf, readProduct } from '../../db/certified-product';
import { transact } from '../../db/pool';
import { until } from '../setup/until';
import { createScene } from './transition-scene';

test('noting who has heard waits for the first request before it locks the next', async () => {
  const scene = await createScene();
  const { pool } = scene;
  try {
    const ids = [(await scene.create()).id, (await scene.create()).id].sort();
    const [first = '', second = ''] = ids;
    // Behind the other one in the table, in whose order a plan without an index reads.
    await pool.query('update badge_requests set product_id = $2, version = version + 1 where id = $1', [
      first,
      `prod_${first}`,
    ]);
    await pool.query('update badge_requests set product_id = $2 where id = $1', [second, `prod_${first}`]);
    const noting = async () =>
      transact(pool, async (connection) => {
        await connection.query("select set_config('enable_indexscan', 'off', true)");
        await connection.query("select set_config('enable_bitmapscan', 'off', true)");
        const product = await readProduct(connection, `prod_${first}`);
        if (product === null) throw new Error('There is such a product.');
        const told = ids.map((id) => ({ id, news: newsOf(product, 'OPEN'), hasBadges: false }));
        await markHeard(connection, told, { ...product, revision: 9_999 });
      });
    const noted = await transact(pool, async (connection) => {
      await connection.query('select from badge_requests where id = $1 for update', [first]);
      const waiting = noting();
      await until(async () => {
        const { rowCount } = await pool.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        return rowCount === 1;
      });
      const { rowCount: free } = await pool.query(
        'select from badge_requests where id = $1 for update skip locked',
        [second],
      );
      expect(free).toBe(1);
      return { waiting };
    });
    await noted.waiting;
    const { rows } = await pool.query<{ heard: number }>(
      'select heard_revision as heard from badge_requests',
    );
    expect(rows.map(({ heard }) => heard)).toEqual([9_999, 9_999]);
  } finally {
    await scene.close();
  }
});
