/** Lists of requests by where they stand, among many that stand elsewhere. */
import fc from 'fast-check';
import { pendingStage, waitedStage } from '../../domain/badge-request';
import { STAGES, STATUSES, type Stage, type Status } from '../../domain/lifecycle';
import type { Queryable } from '../../db/pool';
import { listRequests, type RequestFilters } from '../../db/request-list';
import type { RequestView } from '../../db/request-view';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { explain, rowsReadOf } from './plans';

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

const everything = { organizationId: null } as const;
const list = (db: Queryable, filters: Partial<RequestFilters>) =>
  listRequests(db, { ...everything, ...filters }, { order: 'newest', limit: 100, after: null });

/** Instants in hours from now; null: not set. */
interface Recorded {
  status: Status;
  stage: Stage | null;
  firstEffective: number | null;
  enabled: number | null;
  /** None of them is certified. */
  marketplaces: string[];
  badge: { status: string; effective: number; action: string | null; planned: number | null } | null;
}
const anyHours = fc.option(fc.constantFrom(-2, -1, 1, 2));
const anyBadge = fc
  .record({
    status: fc.constantFrom('STAGED', 'SUSPENDED', 'REMOVED'),
    effective: fc.constantFrom(-3, 3),
    action: fc.constantFrom('suspend', 'reinstate', 'remove'),
    planned: anyHours,
  })
  .map((badge) => ({ ...badge, action: badge.planned === null ? null : badge.action }));
const stagesOf: Partial<Record<Status, readonly Stage[]>> = {
  UNDER_REVIEW: ['CHECKING', 'AWAITING_REVIEWER', 'NEEDS_ATTENTION'],
  PENDING: ['AWAITING_CERTIFICATION', 'SCHEDULED', 'GOING_LIVE', 'NEEDS_ATTENTION'],
};
const anyRecorded: fc.Arbitrary<Recorded> = fc.constantFrom(...STATUSES).chain((status) =>
  fc.record({
    status: fc.constant(status),
    stage: fc.constantFrom(...(stagesOf[status] ?? [null])),
    firstEffective: status === 'PENDING' ? anyHours : fc.constant(null),
    enabled: status === 'PENDING' ? anyHours : fc.constant(null),
    marketplaces: fc.constantFrom([], ['US']),
    badge: ['ENABLED', 'SUSPENDED', 'REMOVED'].includes(status) ? anyBadge : fc.constant(null),
  }),
);

async function insert(recorded: readonly Recorded[]): Promise<void> {
  await database.pool.query('delete from badge_requests');
  for (const [index, { status, stage, firstEffective, enabled, badge, marketplaces }] of recorded.entries()) {
    const id = `br_${String(index).padStart(3, '0')}`;
    await database.pool.query(
      `insert into badge_requests (id, organization_id, created_by, program, asin, status, stage, first_effective_at,
           enabled_at, badges_change_at, marketplaces)
       values ($1, 'org_one', 'person_maker', 'WWA', $1, $2, $3, now() + make_interval(hours => $4),
           now() + make_interval(hours => $5), now() + make_interval(hours => $6), $7)`,
      [id, status, stage, firstEffective, enabled, badge?.planned ?? null, marketplaces],
    );
    if (badge !== null)
      await database.pool.query(
        `insert into badges (request_id, marketplace, program, asin, status, effective_at, staged_at, planned_action, planned_at)
         values ($1, 'US', 'WWA', $1, $2, now() + make_interval(hours => $3), now(), $4,
             now() + make_interval(hours => $5))`,
        [id, badge.status, badge.effective, badge.action, badge.planned],
      );
  }
}

const waitsIn = ({ stage, staged, certification }: RequestView) =>
  waitedStage(stage, pendingStage(staged, certification.awaited.length === 0));

test('a list by status or stage has whoever stands there at this instant, and nobody else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecorded, { minLength: 1, maxLength: 12 }), async (recorded) => {
      await insert(recorded);
      const all = (await list(database.pool, {})).requests;
      expect(all).toHaveLength(recorded.length);
      const expectThere = async (
        filters: Partial<RequestFilters>,
        stands: (one: (typeof all)[number]) => boolean,
      ) =>
        expect((await list(database.pool, filters)).requests.map(({ id }) => id)).toEqual(
          all.filter(stands).map(({ id }) => id),
        );
      for (const status of STATUSES)
        await expectThere({ statuses: [status] }, (one) => one.status === status);
      for (const stage of STAGES) await expectThere({ stage }, (one) => one.stage === stage);
      await expectThere({ statuses: ['PENDING', 'REMOVED'] }, ({ status }) =>
        ['PENDING', 'REMOVED'].includes(status),
      );
      await expectThere(
        {
          standings: [
            { status: 'PENDING', stage: 'SCHEDULED' },
            { status: 'REJECTED', stage: null },
          ],
        },
        (one) => waitsIn(one) === 'SCHEDULED' || one.status === 'REJECTED',
      );
    }),
    { numRuns: 40 },
  );
});

describe('among many that are Enabled', () => {
  const MANY = 20_000;
  beforeAll(async () => {
    await database.pool.query('delete from badge_requests');
    await database.pool.query(
      `insert into badge_requests (id, organization_id, created_by, program, asin, status)
       select 'br_' || lpad(n::text, 8, '0'), 'org_one', 'person_maker', 'WWA', 'B' || lpad(n::text, 9, '0'),
              case when n <= 20 then (array['REJECTED', 'NOT_SUBMITTED', 'SUSPENDED', 'DISCARDED'])[n % 4 + 1]
                else 'ENABLED' end
         from generate_series(1, ${MANY}) n`,
    );
    await database.pool.query(
      `insert into badge_requests (id, organization_id, created_by, program, asin, status, stage)
       select 'br_0_' || stage, 'org_one', 'person_maker', 'WWA', 'B0' || stage,
              case when stage in ('CHECKING', 'AWAITING_REVIEWER') then 'UNDER_REVIEW' else 'PENDING' end, stage
         from unnest($1::text[]) stage`,
      [STAGES],
    );
    // Of every table, as after a while in production: what is known of the badges changes the plan, too.
    await database.pool.query('vacuum analyze');
  });

  const plansOf = (filters: Partial<RequestFilters>) => explain(database.pool, (db) => list(db, filters));

  test.each<[string, Partial<RequestFilters>]>([
    ...STATUSES.map((status): [string, Partial<RequestFilters>] => [status, { statuses: [status] }]),
    ['ENABLED or SUSPENDED', { statuses: ['ENABLED', 'SUSPENDED'] }],
    ...STAGES.map((stage): [string, Partial<RequestFilters>] => [stage, { stage }]),
    ['waiting for a maker', { standings: [{ status: 'REJECTED', stage: null }] }],
    ['of an ASIN', { asin: 'B000000007' }],
    ['of an ASIN that nobody has', { asin: 'B0NONE0000' }],
  ])('those that are %s are found without reading the others', async (_, filters) => {
    expect(rowsReadOf('badge_requests', await plansOf(filters))).toBeLessThan(500);
  });

  const comparisons = async (filters: Partial<RequestFilters>) =>
    [...JSON.stringify(await plansOf(filters)).matchAll(/\(?(\w+) (~~\*?) /g)].map(
      ([, column, operator]) => `${column} ${operator}`,
    );

  test('a text is compared in any case with what is written in both alone, and a number with nothing', async () => {
    const words = await comparisons({ q: 'lamp' });
    expect([...new Set(words)].sort()).toEqual([
      ...['asin ~~', 'id ~~', 'identifier_code ~~*', 'model ~~*', 'name ~~*', 'variant ~~*'],
    ]);
    expect((await comparisons({ q: '4006381333931' })).filter((each) => each.endsWith('*'))).toEqual([]);
  });

  test('who sees one organization has only its products looked through', async () => {
    const plans = JSON.stringify(await plansOf({ q: 'lamp', organizationId: 'org_one' }));
    expect(plans).toMatch(
      /\(organization_id = 'org_one'::text\) AND \(\(name ~~\*|"Index Cond":"\(organization_id = 'org_one'/,
    );
  });
});

describe('among many that wait for the same certifications', () => {
  const MANY = 2_000;
  beforeAll(async () => {
    await database.pool.query('delete from badge_requests');
    await database.pool.query(
      `insert into certification_projects (id, organization_id, product_id, version, status, result, marketplaces)
         values ('cert_1', 'org_one', 'prod_one', 1, 'COMPLETE', 'APPROVED', '{US}'),
                ('cert_2', 'org_one', 'prod_one', 1, 'UNDER_TEST', null, '{JP}')`,
    );
    await database.pool.query(
      `insert into products (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
         values ('prod_one', 'org_one', '', '', '', '', '{"kind": "NONE"}', 'cert_2', 1)`,
    );
    await database.pool.query(
      `insert into badge_requests (id, organization_id, created_by, program, asin, status, stage, product_id, marketplaces)
       select 'br_' || lpad(n::text, 8, '0'), 'org_one', 'person_maker', 'WWA', 'B' || lpad(n::text, 9, '0'), 'PENDING',
              'AWAITING_CERTIFICATION', 'prod_one', case when n = 7 then '{US}'::text[] else '{US,JP}' end
         from generate_series(1, ${MANY}) n`,
    );
    await database.pool.query('vacuum analyze');
  });

  test('those that wait no more are found without reading the projects for each', async () => {
    const waitNoMore = { stage: 'SCHEDULED' } as const;
    expect((await list(database.pool, waitNoMore)).requests.map(({ id }) => id)).toEqual(['br_00000007']);
    const plans = await explain(database.pool, (db) => list(db, waitNoMore));
    expect(rowsReadOf('certification_projects', plans)).toBeLessThan(10);
    await database.pool.query(`update certification_projects set result = 'REVOKED' where id = 'cert_1'`);
    expect((await list(database.pool, waitNoMore)).requests).toEqual([]);
  });
});
