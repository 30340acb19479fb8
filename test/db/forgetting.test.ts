/** What is kept for a while only: it is found without reading what stays, and nobody misses it. */
import { receiveEvent, type SignedEvent } from '../../db/certification-inbox';
import { forgetOld } from '../../db/forgetting';
import { saveReason } from '../../db/operator-decisions';
import { saveDecision } from '../../db/reviewer-decisions';
import type { Pool } from '../../db/pool';
import { createTestDatabase, type TestDatabase } from '../setup/database';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ pool } = database);
  await pool.query(`insert into organizations (id, name) values ('org_one', 'One')`);
  await pool.query(
    `insert into people (id, name, email, role) values ('person_one', 'One', 'one@people.example', 'OPERATOR')`,
  );
  await pool.query(
    `insert into badge_requests (id, organization_id, created_by) values ('br_one', 'org_one', 'person_one')`,
  );
});
afterAll(() => database.drop());

const namesIn = async (table: string, name: string) =>
  (await pool.query<{ name: string }>(`select ${name} as name from ${table} order by 1`)).rows.map(
    (row) => row.name,
  );

test('an event is forgotten long after it came, and changes nothing when it comes once more', async () => {
  const about = (webhookId: string, version: number): SignedEvent => ({
    webhookId,
    type: 'certification_project.updated',
    body: '{}',
    project: {
      projectId: 'cert_one',
      version,
      organizationId: 'org_one',
      product: {
        ...{ id: 'prod_one', name: 'Lamp', brand: 'Brand', model: 'M-1', deviceType: 'LIGHT' },
        integration: { kind: 'NONE' },
      },
      marketplaces: ['US'],
      ...{ status: 'UNDER_TEST', result: null, reason: null },
    },
  });
  await receiveEvent(pool, about('first', 1));
  await receiveEvent(pool, about('second', 2));
  await receiveEvent(pool, { webhookId: 'other', type: 'other', body: '{}', project: null });
  await pool.query(
    `update certification_events set received_at = now() - case when webhook_id = 'second' then interval '89 days'
        else interval '91 days' end`,
  );
  expect(await forgetOld(pool, 'certification_events', 1)).toBe(1);
  expect(await forgetOld(pool, 'certification_events', 10)).toBe(1);
  expect(await namesIn('certification_events', 'webhook_id')).toEqual(['second']);

  await pool.query('delete from certification_news');
  expect(await receiveEvent(pool, about('first', 1))).toBe('OLDER');
  expect(await receiveEvent(pool, about('second', 2))).toBe('REPEATED');
  expect(await namesIn('certification_news', 'project_id')).toEqual([]);
  expect(await namesIn('certification_projects', 'version')).toEqual([2]);
});

test('what was kept for a command is forgotten once nobody repeats it', async () => {
  for (const commandId of ['new', 'old']) {
    const command = { commandId, requestId: 'br_one' };
    await saveDecision(pool, { ...command, round: 1, reviewerId: 'person_one', reasons: [] });
    await saveReason(pool, { ...command, operatorId: 'person_one', reason: 'Recalled' });
  }
  for (const table of ['reviewer_decisions', 'operator_decisions'])
    await pool.query(`update ${table} set created_at = now() - interval '91 days' where command_id = 'old'`);
  for (const table of ['reviewer_decisions', 'operator_decisions'] as const) await forgetOld(pool, table, 10);
  expect(await namesIn('reviewer_decisions', 'command_id')).toEqual(['new']);
  expect(await namesIn('operator_decisions', 'command_id')).toEqual(['new']);
});

test.each([
  ['certification_events', 'received_at'],
  ['reviewer_decisions', 'created_at'],
  ['operator_decisions', 'created_at'],
  ['mail_outbox', 'coalesce(sent_at, refused_at)'],
  ['webhook_deliveries', 'due_at'],
  ['idempotency_keys', 'created_at'],
  ['asin_suggestions', 'asked_at'],
])('what is old in %s is found without reading what is kept', async (table, instant) => {
  const connection = await pool.connect();
  try {
    await connection.query('begin; set local enable_seqscan = off');
    const { rows } = await connection.query<{ 'QUERY PLAN': string }>(
      `explain select ctid from ${table} where ${instant} < now() - '90 days'::interval limit 5`,
    );
    await connection.query('rollback');
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).not.toContain('Seq Scan');
  } finally {
    connection.release();
  }
});
