/** Which badges are due to be looked at, and who gets them. */
import { putOffAudits, takeDueBadges, type AuditBatch, type AuditWish } from '../../db/audits';
import { readSubject } from '../../db/findings';
import { readRecordedBadges, saveBadges } from '../../db/transitions/plans';
import { actOnBadges } from '../../domain/badges';
import { addBadges, addOwner, dueInHours } from '../activities/audit-scene';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { createScene } from './transition-scene';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await addOwner(database.pool);
});
afterEach(() => database.drop());

const take = (over: Partial<AuditWish> = {}) =>
  takeDueBadges(database.pool, {
    marketplaces: ['US', 'CA'],
    most: 100,
    enough: 1,
    slackSeconds: 3600,
    leaseSeconds: 600,
    ...over,
  });
const idsOf = (batch: AuditBatch | null) => (batch?.badges ?? []).map(({ requestId }) => requestId).sort();
const change = (id: string | undefined, assignments: string) =>
  database.pool.query(`update badges set ${assignments} where request_id = $1`, [id]);

test('badges that are due come with what their listing is held against', async () => {
  const [id = ''] = await addBadges(database.pool, 1, { from: 7 });
  await database.pool.query("update products set brand = 'Renamed', model = 'R-1'");
  const presentNames = { brand: 'Renamed', model: 'R-1' };
  expect(await take()).toMatchObject({
    marketplace: 'US',
    badges: [
      {
        requestId: id,
        marketplace: 'US',
        subject: {
          program: 'WWA',
          asin: 'BX00000007',
          gtin14: expect.stringMatching(/^0086000000007\d$/) as string,
          product: { brand: 'Benchmark' },
          presentNames,
        },
      },
    ],
  });
  // As in its workflow, once it is in trouble; a review knows only what was submitted.
  const subject = { requestId: id, round: 1 };
  expect(await readSubject(database.pool, subject, true)).toMatchObject({ presentNames });
  expect(await readSubject(database.pool, subject)).not.toHaveProperty('presentNames');
});

test('only badges that are shown are taken, as the clock says', async () => {
  const ids = await addBadges(database.pool, 10);
  await change(ids[0], "status = 'SUSPENDED', causes = '{OPERATOR}'");
  await change(ids[1], "status = 'REMOVED'");
  await change(ids[2], "effective_at = now() + interval '1 hour'");
  await change(ids[3], "planned_action = 'suspend', planned_at = now() - interval '1 second'");
  await change(ids[4], "planned_action = 'remove', planned_at = now() - interval '1 second'");
  await change(ids[5], "audit_due_at = now() + interval '1 minute'");
  // It waits for another one: what is shown already is looked at all the same.
  await database.pool.query("update badge_requests set status = 'PENDING', enabled_at = null where id = $1", [
    ids[6],
  ]);
  const planned = "planned_action = 'reinstate', planned_at = now() - interval '1 second'";
  await change(ids[7], `status = 'SUSPENDED', causes = '{OPERATOR}', ${planned}`);
  await change(ids[8], "planned_action = 'suspend', planned_at = now() + interval '1 hour'");
  expect(idsOf(await take())).toEqual(ids.slice(6));
});

test('badges that a plan has taken away are put far off, and due again once they come back', async () => {
  const [suspended = '', removed = '', later = ''] = await addBadges(database.pool, 3);
  await change(suspended, "planned_action = 'suspend', planned_at = now() - interval '1 second'");
  await change(removed, "planned_action = 'remove', planned_at = now() - interval '1 second'");
  await change(later, "planned_action = 'suspend', planned_at = now() + interval '1 hour'");
  // Those of another marketplace stay due, also where something is planned.
  const canadian = { marketplaces: ['CA'], from: 3, dueSinceHours: 2 } as const;
  const [shown = '', planned = ''] = await addBadges(database.pool, 2, canadian);
  await change(planned, "planned_action = 'suspend', planned_at = now() + interval '1 hour'");
  expect(idsOf(await take())).toEqual([later]);
  expect(await dueInHours(database.pool)).toEqual({
    ...{ [suspended]: 720, [removed]: 720, [later]: 0.2 },
    ...{ [shown]: -2, [planned]: -2 },
  });
  const badges = await readRecordedBadges(database.pool, suspended);
  const order = { action: 'reinstate', cause: 'OPERATOR', marketplaces: null, effectiveAt: null } as const;
  const acted = actOnBadges(badges, order, new Date().toISOString());
  if (acted === null) throw new Error('It cannot be reinstated.');
  await saveBadges(database.pool, suspended, acted, { reason: null, by: null });
  expect((await dueInHours(database.pool))[suspended]).toBeLessThanOrEqual(24);
});

test('nobody else gets what somebody has, until the lease ends', async () => {
  const ids = await addBadges(database.pool, 100);
  const takers = await Promise.all(Array.from({ length: 8 }, () => take({ most: 20 })));
  expect(takers.flatMap(idsOf).sort()).toEqual(ids);
  expect(await take()).toBeNull();
  // Whoever had them was killed.
  await database.pool.query('update badges set audit_due_at = now()');
  expect(idsOf(await take())).toEqual(ids);
});

test('a batch is of the marketplace that has waited longest', async () => {
  const [american] = await addBadges(database.pool, 1);
  const canada = ['CA'] as const;
  const [canadian] = await addBadges(database.pool, 1, { marketplaces: canada, from: 1, dueSinceHours: 30 });
  const [recent] = await addBadges(database.pool, 1, { marketplaces: canada, from: 3, dueSinceHours: 1 });
  await addBadges(database.pool, 1, { marketplaces: ['DE'], from: 2, dueSinceHours: 90 });
  expect(idsOf(await take({ enough: 2 }))).toEqual([canadian, recent]);
  expect(idsOf(await take())).toEqual([american]);
  expect(await take()).toBeNull();
});

test('too few wait for company, but not for ever', async () => {
  const wish = { enough: 20, slackSeconds: 3600 };
  const few = await addBadges(database.pool, 19, { dueSinceHours: 0 });
  expect(await take(wish)).toBeNull();
  const last = await addBadges(database.pool, 1, { dueSinceHours: 0, from: 19 });
  expect(idsOf(await take(wish))).toEqual([...few, ...last]);
  const [late] = await addBadges(database.pool, 1, { dueSinceHours: 2, from: 20 });
  expect(idsOf(await take(wish))).toEqual([late]);
});

test('what is put off is due then, unless somebody else has taken it since', async () => {
  const [one = '', other = ''] = await addBadges(database.pool, 2);
  const batch = await take();
  if (batch === null) throw new Error('Nothing was due.');
  await change(other, "audit_due_at = now() + interval '5 hours'");
  await putOffAudits(database.pool, batch, new Map([one, other].map((id) => [id, 48 * 3600])));
  expect(await dueInHours(database.pool)).toEqual({ [one]: 48, [other]: 5 });
});

test('badges that go live together are looked at within the day after it, apart from each other', async () => {
  const scene = await createScene();
  try {
    const request = await scene.approved({ marketplaces: ['US', 'JP', 'DE'] });
    await request.certify({ status: 'COMPLETE', result: 'APPROVED' });
    await request.record((ref) =>
      scene.activities.recordStaging(ref, {
        answers: { US: 'YES', JP: 'YES', DE: 'YES' },
        looks: {},
      }),
    );
    const { rows } = await scene.pool.query<{ hours: number }>(
      'select extract(epoch from audit_due_at - effective_at)::float8 / 3600 as hours from badges',
    );
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map(({ hours }) => hours)).size).toBe(3);
    for (const { hours } of rows) expect(hours >= 0 && hours <= 24).toBe(true);
  } finally {
    await scene.close();
  }
});
