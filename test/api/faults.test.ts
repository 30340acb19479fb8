/** With Temporal, the database or workers away: reads work where they can, writes say that they may be repeated. */
import { hashSecret } from '../../api/authentication';
import { cookieNameOf } from '../../api/sign-in/cookies';
import { openTemporalClient } from '../../api/temporal-client';
import { openSession } from '../../db/console-sessions';
import { openPool } from '../../db/pool';
import { freePort } from '../../dev/free-port';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { until } from '../setup/until';
import { readyForm, startApi, type Api, type Reply, textOf } from './api-server';

const DEADLINE_MS = 500;
let database: TestDatabase;
type Temporal = ReturnType<typeof openTemporalClient>;
let present: Temporal;
let gone: Temporal;
/** With Temporal, and without. */
let api: Api;
let alone: Api;
/** Of what single tests begin. */
const endings: (() => Promise<void>)[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  present = openTemporalClient({ address: process.env['TEST_TEMPORAL_ADDRESS'] ?? '' }, 'badge-requests');
  gone = openTemporalClient({ address: `127.0.0.1:${await freePort()}` }, 'badge-requests');
  const world = ({ client }: Temporal) => ({ pool: database.pool, client, taskQueue: 'nobody' });
  const deps = { answerDeadlineMs: DEADLINE_MS, checkPatienceMs: DEADLINE_MS };
  api = await startApi({ world: world(present), deps });
  alone = await startApi({ world: world(gone), deps });
});
afterAll(async () => {
  for (const end of endings) await end();
  await Promise.all([api.close(), alone.close()]);
  await Promise.all([present.connection.close(), gone.connection.close()]);
  await database.drop();
});

function expectTryAgain({ status, headers, body }: Reply): void {
  expect([status, body['code'], headers.get('retry-after')]).toEqual([503, 'TRY_AGAIN', '2']);
  expect(body['detail']).toContain('safe to repeat with the same Idempotency-Key');
}

describe('while Temporal is away', () => {
  test('a creation leaves nothing behind, and its repeat completes once', async () => {
    const form = readyForm();
    const create = (where: Api) =>
      where.as('maker')('POST', '/v1/badge-requests', { body: form, key: 'create' });
    const count = async () =>
      (await database.pool.query('select 1 from badge_requests where asin = $1', [form.asin])).rowCount;
    const start = Date.now();
    expectTryAgain(await create(alone));
    expect(Date.now() - start).toBeLessThan(DEADLINE_MS + 2_000);
    expect(await count()).toBe(0);
    const created = await create(api);
    expect([created.status, created.headers.get('idempotent-replayed')]).toEqual([201, null]);
    expect((await create(alone)).text).toBe(created.text);
    expect(await count()).toBe(1);
  });

  test('a creation that stood still takes nothing back of a repeat that has completed meanwhile', async () => {
    const body = readyForm();
    const create = (where: Api) => where.as('maker')('POST', '/v1/badge-requests', { body, key: 'still' });
    const standing = create(alone);
    await until(async () => {
      const { rowCount } = await database.pool.query('select 1 from badge_requests where asin = $1', [
        body.asin,
      ]);
      return rowCount === 1;
    });
    // As the key of a program that stands still is: nobody says any more that its call runs.
    await database.pool.query(`update idempotency_keys set locked_until = '-infinity' where key = 'still'`);
    const created = await create(api);
    expect(created.status).toBe(201);
    expectTryAgain(await standing);
    expect((await api.as('maker')('GET', created.headers.get('location') ?? '')).text).toBe(created.text);
    expect((await create(alone)).text).toBe(created.text);
  });

  test('drafts are read and saved, commands are not taken', async () => {
    const { body } = await api.as('maker')('POST', '/v1/badge-requests', { body: readyForm() });
    const path = `/v1/badge-requests/${textOf(body['id'])}`;
    const maker = alone.as('maker');
    expect((await maker('GET', path)).status).toBe(200);
    expect((await maker('GET', '/v1/badge-requests')).status).toBe(200);
    expect((await maker('PATCH', path, { body: { variant: 'x' } })).status).toBe(200);
    expect((await maker('POST', `${path}/comments`, { body: { body: 'Hello' } })).status).toBe(201);
    expectTryAgain(await maker('POST', `${path}/submit`, { key: 'submit' }));
    expectTryAgain(await maker('POST', `${path}/discard`));
    expectTryAgain(await maker('POST', `${path}/check`));
    expect((await maker('GET', path)).body).toMatchObject({ status: 'NOT_SUBMITTED', version: 2 });
  });

  test('it is alive but not ready, and says what is away', async () => {
    expect((await alone.as(null)('GET', '/livez')).body).toEqual({ status: 'ok' });
    const { status, body } = await alone.as(null)('GET', '/readyz');
    expect([status, body]).toMatchObject([
      503,
      { code: 'NOT_READY', checks: { database: 'ok', temporal: 'unavailable' } },
    ]);
  });
});

describe('while no worker runs', () => {
  test('commands and checks are answered in time that they may be repeated', async () => {
    const { body } = await api.as('maker')('POST', '/v1/badge-requests', { body: readyForm() });
    const path = `/v1/badge-requests/${textOf(body['id'])}`;
    const start = Date.now();
    expectTryAgain(await api.as('maker')('POST', `${path}/submit`));
    expectTryAgain(await api.as('maker')('POST', `${path}/check`));
    expect(Date.now() - start).toBeLessThan(3 * DEADLINE_MS + 2_000);
  });

  test('a command that tasks end without is given again, and answered in the end that it may be repeated', async () => {
    const taskQueue = 'passes_over';
    const own = await startApi({ world: { pool: database.pool, client: present.client, taskQueue } });
    endings.push(() => own.close());
    const { body } = await own.as('maker')('POST', '/v1/badge-requests', { body: readyForm() });
    const answered = new AbortController();
    let tasks = 0;
    const { connection, client } = present;
    const about = { namespace: 'badge-requests', identity: 'passes over' };
    const passOver = async () => {
      const poll = { ...about, taskQueue: { name: taskQueue } };
      const { taskToken } = await client.workflowService.pollWorkflowTaskQueue(poll);
      tasks += 1;
      await client.workflowService.respondWorkflowTaskCompleted({ ...about, taskToken });
      await passOver();
    };
    const passing = expect(
      connection.withAbortSignal(answered.signal, () =>
        connection.withDeadline(Date.now() + 60_000, passOver),
      ),
    ).rejects.toThrow('CANCELLED');
    const reply = await own.as('maker')('POST', `/v1/badge-requests/${textOf(body['id'])}/submit`);
    answered.abort();
    await passing;
    expectTryAgain(reply);
    expect(tasks).toBeGreaterThan(1);
  });

  test('it is ready all the same', async () => {
    const { status, body } = await api.as(null)('GET', '/readyz');
    expect([status, body]).toEqual([200, { status: 'ok', checks: { database: 'ok', temporal: 'ok' } }]);
  });
});

test('without a database everything that needs it may be repeated, and the rest is answered', async () => {
  const refused = openPool({
    url: `postgres://nobody@127.0.0.1:${await freePort()}/none`,
    size: 2,
    name: 'test',
    onError: () => undefined,
  });
  const broken = await startApi({
    world: { pool: database.pool, client: gone.client, taskQueue: 'nobody' },
    deps: { pool: refused },
  });
  endings.push(
    () => broken.close(),
    () => refused.end(),
  );
  expectTryAgain(await broken.as('maker')('GET', '/v1/badge-requests'));
  expectTryAgain(await broken.as('maker')('POST', '/v1/badge-requests', { body: {}, key: 'k' }));
  expectTryAgain(await broken.as(null)('GET', '/v1/badges/US/B000000001'));
  expect((await broken.as(null)('GET', '/livez')).status).toBe(200);
  expect((await broken.as(null)('GET', '/readyz')).body['checks']).toEqual({
    database: 'unavailable',
    temporal: 'unavailable',
  });
  const said = broken.logged.find(({ route }) => route === '/readyz');
  expect(said).toMatchObject({
    level: 40,
    reason: {
      message: 'database, temporal',
      errors: [{ code: 'ECONNREFUSED' }, { message: expect.stringContaining('DEADLINE_EXCEEDED') as string }],
    },
  });
});

test('it is not ready on a database that lacks the newest tables, and the log says what to do', async () => {
  const older = await createTestDatabase();
  const asked = await startApi({
    world: { pool: older.pool, client: present.client, taskQueue: 'nobody' },
    deps: { pool: older.pool },
  });
  endings.push(
    () => asked.close(),
    () => older.drop(),
  );
  const ask = async () => (await asked.as(null)('GET', '/readyz')).body['checks'];
  expect(await ask()).toEqual({ database: 'ok', temporal: 'ok' });
  await older.pool.query('delete from migrations where id = (select max(id) from migrations)');
  expect(await ask()).toEqual({ database: 'unavailable', temporal: 'ok' });
  expect(asked.logged.find(({ status }) => status === 503)).toMatchObject({
    reason: {
      errors: [{ message: expect.stringContaining('run the migrations of this version first') as string }],
    },
  });
  await older.pool.query('drop table migrations');
  expect(await ask()).toEqual({ database: 'unavailable', temporal: 'ok' });
});

test('a database that drops every connection is used again at once', async () => {
  const list = () => api.as('maker')('GET', '/v1/badge-requests');
  await Promise.all([list(), list(), list()]);
  await database.pool
    .query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()`)
    .catch(() => undefined);
  const statuses = [(await list()).status, (await list()).status, (await list()).status];
  for (const status of statuses) expect([200, 503]).toContain(status);
  expect((await list()).status).toBe(200);
});

test('a database that takes no writes for now is answered so', async () => {
  const readOnly = new URL(database.url);
  readOnly.searchParams.set('options', '-c default_transaction_read_only=on');
  const pool = openPool({ url: readOnly.href, size: 2, name: 'test', onError: () => undefined });
  const limited = await startApi({
    world: { pool: database.pool, client: present.client, taskQueue: 'nobody' },
    deps: { pool },
  });
  endings.push(
    () => limited.close(),
    () => pool.end(),
  );
  expect((await limited.as('maker')('GET', '/v1/badge-requests')).status).toBe(200);
  expectTryAgain(await limited.as('maker')('POST', '/v1/badge-requests', { body: {} }));

  // Reading notes that a session is used and a claim is alive: what cannot be noted is read all the same.
  const secret = 'of-a-session';
  await openSession(database.pool, {
    ...{ secretHash: hashSecret(secret), personId: 'person_reviewer', idToken: 'none', hours: 1 },
  });
  await database.pool.query("update console_sessions set used_at = now() - interval '5 minutes'");
  const { body } = await api.as('maker')('POST', '/v1/badge-requests', { body: readyForm() });
  const id = textOf(body['id']);
  await database.pool.query(
    "update badge_requests set status = 'UNDER_REVIEW', stage = 'AWAITING_REVIEWER', round = 1 where id = $1",
    [id],
  );
  await database.pool.query(
    "insert into review_claims values ($1, 'person_reviewer', now(), now() + interval '5 minutes')",
    [id],
  );
  const headers = { cookie: `${cookieNameOf('session', limited.url)}=${secret}` };
  const read = await limited.as(null)('GET', `/v1/badge-requests/${id}`, { headers });
  expect([read.status, read.body['claim']]).toMatchObject([200, { by: { name: 'reviewer' } }]);
});
