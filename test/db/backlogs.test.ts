/** Rows that are put off while they are worked on: one at a time, whatever plan PostgreSQL has come to. */
import { tellNextNews } from '../../db/certification-news';
import type { ReportFailure } from '../../db/drain';
import { openPool, type Pool } from '../../db/pool';
import { tellNextOfSuspension } from '../../db/program-suspension-news';
import { giveNextCommand } from '../../db/unconfirmed-commands';
import { createTestDatabase, type TestDatabase } from '../setup/database';

let database: TestDatabase;
/** One connection, so that the plan that was made on it is used again. */
let pool: Pool;
beforeEach(async () => {
  database = await createTestDatabase();
  const url = new URL(database.url);
  url.searchParams.set('options', '-c plan_cache_mode=force_generic_plan');
  pool = openPool({ url: url.href, size: 1, name: 'backlogs', onError: () => undefined });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

interface Backlog {
  readonly table: string;
  /** What a row has to have, and a value for the row of that number. */
  readonly columns: string;
  readonly values: string;
  readonly foreignKey: string;
  readonly workOff: (work: () => Promise<void>, report?: ReportFailure) => Promise<number>;
}
const backlogs: readonly Backlog[] = [
  {
    table: 'certification_news',
    columns: 'project_id, version',
    values: `'cert_' || n, 1`,
    foreignKey: 'certification_news_project_id_fkey',
    workOff: (work, report) => tellNextNews(pool, work, report),
  },
  {
    table: 'program_suspension_news',
    columns: 'request_id',
    values: `'br_' || n`,
    foreignKey: 'program_suspension_news_request_id_fkey',
    workOff: (work, report) => tellNextOfSuspension(pool, work, report),
  },
  {
    table: 'unconfirmed_commands',
    columns: 'request_id, command_id, update_name, command, next_attempt_at',
    values: `'br_' || n, 'command', 'submit', '{}', now()`,
    foreignKey: 'unconfirmed_commands_request_id_fkey',
    workOff: (work, report) => giveNextCommand(pool, work, report),
  },
];

describe.each(backlogs)('$table', ({ table, columns, values, foreignKey, workOff }) => {
  const fill = (rows: number) =>
    pool.query(`insert into ${table} (${columns}) select ${values} from generate_series(1, ${rows}) n`);
  const readAll = async () =>
    (
      await pool.query<{ attempts: number; wait: number }>(
        `select attempts, extract(epoch from next_attempt_at - clock_timestamp())::float as wait from ${table}
          order by attempts desc`,
      )
    ).rows;
  beforeEach(() => pool.query(`alter table ${table} drop constraint ${foreignKey}`));

  // What an autovacuum of a list that is empty most of the time leaves behind, and a connection keeps.
  test('a plan made for an empty list takes one row all the same', async () => {
    await fill(300);
    await pool.query(`delete from ${table}`);
    await pool.query(`vacuum analyze ${table}`);
    expect(await workOff(async () => undefined)).toBe(0);
    await fill(5);
    const report = jest.fn();
    expect(await workOff(() => Promise.reject(new Error('away')), report)).toBe(2);
    expect((await readAll()).map(({ attempts }) => attempts)).toEqual([1, 0, 0, 0, 0]);
    expect(report).toHaveBeenCalledTimes(1);
  });

  test('what is done is forgotten, and nothing else that was tried as often', async () => {
    await fill(2);
    await workOff(async () => void (await pool.query(`update ${table} set attempts = 1`)));
    expect(await readAll()).toHaveLength(1);
  });

  test('one that fails again and again waits longer, and a minute at the most', async () => {
    await fill(1);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await pool.query(`update ${table} set next_attempt_at = now()`);
      await workOff(() => Promise.reject(new Error('away')));
      waits.push((await readAll())[0]?.wait ?? 0);
    }
    expect(waits[1]).toBeGreaterThan((waits[0] ?? 0) * 1.8);
    expect(waits.at(-1)).toBeGreaterThan(58);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60);
  });
});
