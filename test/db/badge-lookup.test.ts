import type { QueryConfig } from 'pg';
import { lookUpBadges, type BadgePlace } from '../../db/badge-lookup';
import { createLookupGatherer } from '../../db/lookup-gatherer';
import type { Queryable } from '../../db/pool';
import { createTestDatabase, type TestDatabase } from '../setup/database';

let database: TestDatabase;
const instant = '2026-11-01T00:00:00.000Z';
const asinOf = (index: number) => `B0${String(index).padStart(8, '0')}`;
const placeOf = (index: number): BadgePlace => ({ marketplace: 'US', asin: asinOf(index) });

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `insert into organizations (id, name) values ('org_one', 'One');
     insert into people (id, name, email, role, organization_id)
       values ('person_maker', 'Maker', 'maker@one.example', 'MAKER', 'org_one');
     insert into badge_requests (id, organization_id, created_by)
       select 'br_' || i, 'org_one', 'person_maker' from generate_series(1, 4000) i;
     insert into badges (request_id, marketplace, program, asin, effective_at)
       select 'br_' || i, 'US', 'WWA', 'B0' || lpad(i::text, 8, '0'), '${instant}' from generate_series(1, 4000) i`,
  );
  await database.pool.query('vacuum analyze badges');
});
afterAll(() => database.drop());

/** The same database, and how many places each of its statements asked for. */
function counted(): { db: Queryable; asked: number[] } {
  const asked: number[] = [];
  const query = ((statement: QueryConfig<[string[]]>) => {
    asked.push(statement.values?.[0].length ?? 0);
    return database.pool.query(statement);
  }) as unknown as Queryable['query'];
  return { db: { query }, asked };
}

test('many places are one statement, answered in the order asked, the same one as often as asked', async () => {
  const { db, asked } = counted();
  const places = [placeOf(3), placeOf(5000), placeOf(1), placeOf(3)];
  const lookups = await lookUpBadges(db, places);
  const carried = [{ program: 'WWA', since: instant }];
  expect(lookups.map(({ badges }) => badges)).toEqual([carried, [], carried, carried]);
  expect(new Set(lookups.map(({ asOf }) => asOf)).size).toBe(1);
  expect(asked).toEqual([4]);
});

test('of several requests for the same badge the earliest instant counts', async () => {
  await database.pool.query(
    `insert into badges (request_id, marketplace, program, asin, effective_at) values
       ('br_11', 'JP', 'WWA', 'B0SEVERAL1', '2026-10-02'), ('br_12', 'JP', 'WWA', 'B0SEVERAL1', '2026-10-01'),
       ('br_13', 'JP', 'WWA', 'B0SEVERAL1', '2999-10-01'), ('br_14', 'JP', 'WWA', 'B0SEVERAL1', '2998-10-01')`,
  );
  const [lookup] = await lookUpBadges(database.pool, [{ marketplace: 'JP', asin: 'B0SEVERAL1' }]);
  expect(lookup).toMatchObject({
    badges: [{ program: 'WWA', since: '2026-10-01T00:00:00.000Z' }],
    nextChangeAt: '2998-10-01T00:00:00.000Z',
  });
});

test('an index holds all that a lookup reads', async () => {
  const { db, asked } = counted();
  let text = '';
  const spy = ((statement: QueryConfig) => {
    text = statement.text;
    return db.query(statement);
  }) as unknown as Queryable['query'];
  await lookUpBadges({ query: spy }, [placeOf(1)]);
  expect(asked).toEqual([1]);
  const connection = await database.pool.connect();
  try {
    await connection.query('set plan_cache_mode = force_generic_plan');
    await connection.query(`prepare lookup (text[], text[]) as ${text}`);
    const { rows } = await connection.query<{ 'QUERY PLAN': string }>(
      `explain execute lookup ('{B000000001}', '{US}')`,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain(
      'Index Only Scan using badges_by_place',
    );
  } finally {
    connection.release(true);
  }
});

test('lookups that are asked for side by side share statements, and each gets its own answer', async () => {
  const { db, asked } = counted();
  const lookUp = createLookupGatherer(db);
  const indexes = Array.from({ length: 1200 }, (_, index) => index * 5);
  const lookups = await Promise.all(indexes.map((index) => lookUp(placeOf(index))));
  expect(asked).toEqual([500, 500, 200]);
  lookups.forEach(({ badges }, position) => {
    const index = indexes[position] ?? 0;
    expect([index, badges.length]).toEqual([index, index >= 1 && index <= 4000 ? 1 : 0]);
  });
});

test('a lookup is never answered by a statement that began before it', async () => {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let finish = (): void => undefined;
  const held = new Promise<void>((resolve) => (finish = resolve));
  let statements = 0;
  const query = (async (statement: QueryConfig) => {
    statements += 1;
    const answer = await database.pool.query(statement);
    begin();
    await held;
    return answer;
  }) as unknown as Queryable['query'];
  const lookUp = createLookupGatherer({ query });
  const place: BadgePlace = { marketplace: 'UK', asin: 'B0CHANGES1' };
  const before = lookUp(place);
  await begun;
  await database.pool.query(
    `insert into badges (request_id, marketplace, program, asin, effective_at)
       values ('br_21', 'UK', 'WWA', 'B0CHANGES1', now())`,
  );
  const after = lookUp(place);
  finish();
  expect((await before).badges).toEqual([]);
  expect((await after).badges).toHaveLength(1);
  expect(statements).toBe(2);
});

test('a statement that fails fails its lookups only, and the next ones are asked', async () => {
  let fail = true;
  const query = (async (statement: QueryConfig) => {
    if (fail) throw new Error('away');
    return database.pool.query(statement);
  }) as unknown as Queryable['query'];
  const lookUp = createLookupGatherer({ query });
  const failed = await Promise.allSettled([lookUp(placeOf(1)), lookUp(placeOf(2))]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fail = false;
  expect((await lookUp(placeOf(1))).badges).toHaveLength(1);
});
