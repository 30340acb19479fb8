/** However a project's events arrive, what is known in the end is what the pipeline said last. */
import fc from 'fast-check';
import { receiveEvent } from '../../../db/certification-inbox';
import {
  CERTIFICATION_STATUSES,
  type CertificationProject,
  type CertificationStatus,
} from '../../../domain/certification';
import { createTestDatabase, type TestDatabase } from '../../setup/database';

const RUNS = 20;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Two projects of one product, the second one of a recertification; each version says something else. */
const events: CertificationProject[] = ['cert_01', 'cert_02'].flatMap((projectId) =>
  [1, 2, 3, 4].map((version): CertificationProject => {
    const status: CertificationStatus = CERTIFICATION_STATUSES[version] ?? 'COMPLETE';
    return {
      projectId,
      version,
      organizationId: 'org_one',
      product: {
        id: 'prod_one',
        name: `Lamp of ${projectId} in version ${version}`,
        brand: 'Brand',
        model: `M-${version}`,
        deviceType: 'LIGHT',
        integration: version % 2 === 0 ? { kind: 'NONE' } : { kind: 'ADD_ON' },
      },
      marketplaces: version % 2 === 0 ? ['US'] : ['US', 'UK'],
      status: version === 4 ? 'COMPLETE' : status,
      result: version === 4 ? 'APPROVED' : null,
      reason: null,
    };
  }),
);

interface Delivery {
  readonly event: CertificationProject;
  /** Two deliveries of one event have the same id, or an id each. */
  readonly webhookId: string;
}
const once = (event: CertificationProject): Delivery => ({
  event,
  webhookId: `${event.projectId}-${event.version}`,
});

/** Every event at least once, in any order, some repeated. */
const anyOrder: fc.Arbitrary<Delivery[]> = fc
  .array(
    fc
      .record({ event: fc.constantFrom(...events), again: fc.constantFrom('', '-again') })
      .map(({ event, again }): Delivery => ({ event, webhookId: `${once(event).webhookId}${again}` })),
    { maxLength: 6 },
  )
  .chain((repeats) => {
    const all = [...events.map(once), ...repeats];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });

const receive = ({ event, webhookId }: Delivery) =>
  receiveEvent(database.pool, {
    webhookId,
    type: 'certification.project.updated',
    body: '{}',
    project: event,
  });

/** @returns what is known once all is delivered to an empty database */
async function knownAfter(deliver: () => Promise<unknown>): Promise<unknown> {
  const { pool } = database;
  await pool.query(
    'truncate certification_events, certification_news, products, certification_projects cascade',
  );
  await deliver();
  const read = async (table: string) =>
    (await pool.query<Record<string, unknown>>(`select * from ${table} order by 1`)).rows.map((row) => ({
      ...row,
      updated_at: null,
      next_attempt_at: null,
      // Counts what came.
      revision: null,
    }));
  return {
    projects: await read('certification_projects'),
    products: await read('products'),
    news: await read('certification_news'),
  };
}
const inTurn = (deliveries: readonly Delivery[]) => async () => {
  for (const delivery of deliveries) await receive(delivery);
};

it('in any order, any number of times', async () => {
  const expected = await knownAfter(inTurn(events.map(once)));
  expect(expected).toMatchObject({
    projects: [{ version: 4 }, { version: 4 }],
    products: [{ name: 'Lamp of cert_02 in version 4', project_id: 'cert_02', project_version: 4 }],
    news: [{ version: 4 }, { version: 4 }],
  });
  await fc.assert(
    fc.asyncProperty(anyOrder, async (deliveries) => {
      expect(await knownAfter(inTurn(deliveries))).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
});

it('at the same time', async () => {
  const expected = await knownAfter(inTurn(events.map(once)));
  await fc.assert(
    fc.asyncProperty(anyOrder, async (deliveries) => {
      expect(await knownAfter(() => Promise.all(deliveries.map(receive)))).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
});

it('with a product that two organizations claim at the same time, which belongs to one of them', async () => {
  const [first, second] = [events[0], events[4]];
  if (first === undefined || second === undefined) throw new Error('There are eight events.');
  const claims = [once(first), once({ ...second, organizationId: 'org_two' })];
  for (let round = 1; round <= RUNS; round += 1) {
    let outcomes: string[] = [];
    const known = await knownAfter(async () => (outcomes = await Promise.all(claims.map(receive))));
    expect(outcomes.sort()).toEqual(['APPLIED', 'FOREIGN']);
    expect(known).toMatchObject({ projects: [expect.anything()], products: [expect.anything()] });
  }
});
