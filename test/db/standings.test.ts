import fc from 'fast-check';
import { standingAt } from '../../domain/badge-request';
import {
  BADGE_ACTIONS,
  badgeStatusAt,
  presentBadge,
  statusOfBadges,
  SUSPENSION_CAUSES,
  type RecordedBadge,
  type SuspensionCause,
} from '../../domain/badges';
import { STAGES, STATUSES, type Stage, type Status } from '../../domain/lifecycle';
import { transact, type Queryable } from '../../db/pool';
import { findRequest } from '../../db/request-view';
import { createTestDatabase, type TestDatabase } from '../setup/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query("insert into organizations (id, name) values ('org_one', 'One')");
  await database.pool.query(
    `insert into people (id, name, email, role, organization_id)
     values ('person_maker', 'Maker', 'maker@one.example', 'MAKER', 'org_one')`,
  );
});
afterAll(() => database.drop());

/** Milliseconds from the present of the transaction; null: not set. */
type Offset = number | null;
interface Recorded {
  status: Status;
  stage: Stage | null;
  first: Offset;
  last: Offset;
}

// The present itself and its neighbours are where two rules would differ.
const anyOffset: fc.Arbitrary<Offset> = fc.oneof(
  fc.constantFrom(null, -1, 0, 1),
  fc.integer({ min: -1e11, max: 1e11 }),
);
const anyRecorded: fc.Arbitrary<Recorded> = fc.record({
  status: fc.oneof(fc.constant('PENDING' as const), fc.constantFrom(...STATUSES)),
  stage: fc.constantFrom(null, ...STAGES),
  first: anyOffset,
  last: anyOffset,
});

interface Standing {
  status_now: Status;
  stage_now: Stage | null;
  status: Status;
  stage: Stage | null;
  first_effective_at: Date | null;
  enabled_at: Date | null;
}

let counter = 0;
/** Runs in one transaction, whose `now()` stays, and leaves nothing behind. */
async function inOneInstant(work: (connection: Queryable, now: string) => Promise<void>): Promise<void> {
  await transact(database.pool, async (connection) => {
    await connection.query('savepoint clean');
    const { rows } = await connection.query<{ now: Date }>('select now()');
    await work(connection, rows[0]?.now.toISOString() ?? '');
    await connection.query('rollback to savepoint clean');
  });
}

async function insertRequests(connection: Queryable, requests: readonly Recorded[]): Promise<string[]> {
  const batch = (counter += 1);
  const ids = requests.map((_, index) => `br_${batch}_${index}`);
  await connection.query(
    `insert into badge_requests
       (id, organization_id, created_by, program, asin, status, stage, first_effective_at, enabled_at)
     select id, 'org_one', 'person_maker', 'WWA', id, status, stage,
            now() + first * interval '1 millisecond', now() + last * interval '1 millisecond'
       from unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[])
         as r(id, status, stage, first, last)`,
    [
      ids,
      requests.map(({ status }) => status),
      requests.map(({ stage }) => stage),
      requests.map(({ first }) => first),
      requests.map(({ last }) => last),
    ],
  );
  return ids;
}

test('the view says of every request what the domain says of it at the same instant', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecorded, { minLength: 20, maxLength: 60 }), async (requests) => {
      await inOneInstant(async (connection, now) => {
        const ids = await insertRequests(connection, requests);
        const { rows } = await connection.query<Standing>(
          `select s.* from badge_request_standings s where id = any($1) order by array_position($1, id)`,
          [ids],
        );
        expect(rows).toHaveLength(requests.length);
        expect(rows.map((row) => ({ status: row.status_now, stage: row.stage_now }))).toEqual(
          rows.map((row) =>
            standingAt(
              {
                status: row.status,
                stage: row.stage,
                firstEffectiveAt: row.first_effective_at?.toISOString() ?? null,
                enabledAt: row.enabled_at?.toISOString() ?? null,
                badges: [],
              },
              now,
            ),
          ),
        );
        // What was generated is what was stored: nothing but the clock makes the difference.
        expect(rows.map(({ status, stage }) => ({ status, stage }))).toEqual(
          requests.map(({ status, stage }) => ({ status, stage })),
        );
      });
    }),
    { numRuns: 25 },
  );
});

const MARKETPLACES = ['US', 'CA', 'DE', 'FR', 'JP', 'AU'] as const;
interface StoredBadge {
  status: RecordedBadge['status'];
  causes: RecordedBadge['causes'];
  effective: number;
  planned: { action: (typeof BADGE_ACTIONS)[number]; at: number; lifts?: SuspensionCause[] } | null;
}
const offset = fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -1e11, max: 1e11 }));
/** No operator lifts a programme's suspension from single badges. */
const LIFTED = SUSPENSION_CAUSES.filter((cause) => cause !== 'PROGRAM_SUSPENSION');
const anyBadge: fc.Arbitrary<StoredBadge> = fc.record({
  status: fc.constantFrom('STAGED', 'SUSPENDED', 'REMOVED'),
  causes: fc.subarray([...SUSPENSION_CAUSES]),
  effective: offset,
  planned: fc.option(
    fc.record(
      { action: fc.constantFrom(...BADGE_ACTIONS), at: offset, lifts: fc.subarray(LIFTED) },
      { requiredKeys: ['action', 'at'] },
    ),
  ),
});
const anyBadges = fc.array(anyBadge, { minLength: 1, maxLength: MARKETPLACES.length });

/** Stores badges with offsets from the present, and answers them as the domain sees them. */
async function insertBadges(
  connection: Queryable,
  id: string,
  badges: readonly StoredBadge[],
  now: string,
): Promise<RecordedBadge[]> {
  const instant = (after: number) => new Date(Date.parse(now) + after).toISOString();
  await connection.query(
    `insert into badges (request_id, marketplace, program, asin, status, causes, effective_at, planned_action, planned_at,
         planned_lifts)
     select $1, b.marketplace, 'WWA', $1, b.status, b.causes, now() + b.effective * interval '1 millisecond',
            b.action, now() + b.at * interval '1 millisecond', b.lifts
       from jsonb_to_recordset($2) as b(marketplace text, status text, causes text[], effective float8, action text, at float8,
            lifts text[])`,
    [
      id,
      JSON.stringify(
        badges.map(({ planned, ...badge }, index) => ({
          ...badge,
          ...planned,
          marketplace: MARKETPLACES[index],
        })),
      ),
    ],
  );
  // PostgreSQL's present has microseconds: so has everything that is counted from it.
  return badges.map(({ status, causes, effective, planned }, index) => ({
    marketplace: MARKETPLACES[index] ?? 'US',
    status,
    causes,
    effectiveAt: instant(effective),
    planned: planned && { ...planned, at: instant(planned.at) },
  }));
}

test('a request is shown with its badges as the domain sees them at the same instant', async () => {
  await fc.assert(
    fc.asyncProperty(anyBadges, async (badges) => {
      await inOneInstant(async (connection, now) => {
        const [id = ''] = await insertRequests(connection, [
          { status: 'PENDING', stage: 'SCHEDULED', first: null, last: null },
        ]);
        const recorded = await insertBadges(connection, id, badges, now);
        const shown = (await findRequest(connection, { id, organizationId: null }))?.badges ?? [];
        const byMarketplace = (one: { marketplace: string }, other: { marketplace: string }) =>
          one.marketplace < other.marketplace ? -1 : 1;
        expect([...shown].sort(byMarketplace)).toEqual(
          recorded
            .map((badge) => ({ ...presentBadge(badge, now), effectiveAt: badge.effectiveAt }))
            .sort(byMarketplace),
        );
      });
    }),
    { numRuns: 50 },
  );
});

test('a request is read on a connection that has read it before a migration gave the view another column', async () => {
  await inOneInstant(async (connection) => {
    const [id = ''] = await insertRequests(connection, [
      { status: 'NOT_SUBMITTED', stage: null, first: null, last: null },
    ]);
    const read = () => findRequest(connection, { id, organizationId: null });
    const before = await read();
    const { rows } = await connection.query<{ view: string }>(
      `select rtrim(pg_get_viewdef('badge_request_standings'), ';') as view`,
    );
    await connection.query(
      `create or replace view badge_request_standings as select s.*, 0 as added from (${rows[0]?.view}) s`,
    );
    expect(before).not.toBeNull();
    expect(await read()).toEqual(before);
  });
});

test('the view says of a request with badges what the domain says of them', async () => {
  await fc.assert(
    fc.asyncProperty(anyBadges, async (badges) => {
      await inOneInstant(async (connection, now) => {
        const status = statusOfBadges(
          badges.map(({ status, causes }) => {
            if (status !== 'STAGED') return status;
            return causes.includes('PROGRAM_SUSPENSION') ? 'SUSPENDED' : 'ENABLED';
          }),
        );
        const [id = ''] = await insertRequests(connection, [
          { status: status ?? 'ENABLED', stage: null, first: -1, last: -1 },
        ]);
        const effective = badges.map((badge) => ({ ...badge, effective: -1 }));
        const recorded = await insertBadges(connection, id, effective, now);
        await connection.query(
          `update badge_requests set badges_change_at = (select min(planned_at) from badges where request_id = $1)
            where id = $1`,
          [id],
        );
        const { rows } = await connection.query<Standing>(
          'select * from badge_request_standings where id = $1',
          [id],
        );
        expect(rows[0]?.status_now).toBe(statusOfBadges(recorded.map((badge) => badgeStatusAt(badge, now))));
      });
    }),
    { numRuns: 50 },
  );
});

test('the view says of a pending request whose badges were acted upon what the domain says of it', async () => {
  await fc.assert(
    fc.asyncProperty(anyBadges, anyOffset, async (badges, last) => {
      await inOneInstant(async (connection, now) => {
        const [id = ''] = await insertRequests(connection, [
          { status: 'PENDING', stage: 'SCHEDULED', first: -1, last },
        ]);
        const recorded = await insertBadges(connection, id, badges, now);
        await connection.query('update badge_requests set badges_change_at = now() where id = $1', [id]);
        const { rows } = await connection.query<Standing>(
          'select * from badge_request_standings where id = $1',
          [id],
        );
        const row = rows[0];
        const firstEffectiveAt = row?.first_effective_at?.toISOString() ?? null;
        const enabledAt = row?.enabled_at?.toISOString() ?? null;
        const about = { status: 'PENDING', stage: 'SCHEDULED', firstEffectiveAt, enabledAt } as const;
        expect({ status: row?.status_now, stage: row?.stage_now }).toEqual(
          standingAt({ ...about, badges: recorded }, now),
        );
      });
    }),
    { numRuns: 50 },
  );
});
