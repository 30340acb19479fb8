/** What the documents tell people to run does what they say. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { SEARCHED_AT_ONCE } from '../../activities/amazon/catalog-connection';
import { SLACK_SECONDS } from '../../activities/badge-audit';
import { createPoster } from '../../activities/webhooks/post';
import { authenticate } from '../../api/authentication';
import { requestEvent } from '../../api/webhook-endpoints/schemas';
import { takeDueBadges } from '../../db/audits';
import { closeFor, readClosure } from '../../db/call-limits';
import { listUnheardProjects } from '../../db/certification-news';
import { findPersonBySession, openSession } from '../../db/console-sessions';
import { findPersonByIdentity } from '../../db/identities';
import { openPool } from '../../db/pool';
import { ENTRY_ACTIONS } from '../../domain/lifecycle';
import type { WebhookEvent } from '../../domain/webhooks';
import { addBadges, addOwner } from '../activities/audit-scene';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { until } from '../setup/until';
import { readText, root } from './generated';

const run = promisify(execFile);
const blocksOf = (document: string, language: string) =>
  [...readText(document).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1] ?? '',
  );

it('docs/webhooks.md signs an event as it is verified', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'badge-request-docs-'));
  try {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw+/==';
    const body = `${blocksOf('docs/webhooks.md', 'json')[0] ?? ''}`;
    await writeFile(path.join(folder, 'event.json'), body);
    // In place of curl, a function that shows what it is given.
    const script = `curl() { printf '%s\\n' "$@"; }\n${blocksOf('docs/webhooks.md', 'sh')[0] ?? ''}`;
    const env = { ...process.env, url: 'https://badges.example/v1/certification-events', secret };
    const { stdout } = await run('sh', ['-ec', script], { cwd: folder, env });
    const headers = Object.fromEntries(
      [...stdout.matchAll(/^(webhook-\w+): (.+)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    expect(stdout).toContain('https://badges.example/v1/certification-events\n');
    expect(stdout).toMatch(/--data-binary\n@event\.json\n$/);
    expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('docs/events.md shows an event as it is sent', () => {
  const event: unknown = JSON.parse(blocksOf('docs/events.md', 'json')[0] ?? '');
  expect(requestEvent.parse(event)).toEqual(event);
});

it('docs/events.md shows a receiver that takes what is signed, and once', async () => {
  const { port } = await new Promise<AddressInfo>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address() as AddressInfo;
      server.close(() => resolve(address));
    });
  });
  const secret = `whsec_${Buffer.from('the secret of an endpoint, 32 b!').toString('base64')}`;
  const receiver = spawn(process.execPath, ['--input-type=module'], {
    cwd: root,
    env: { ...process.env, WEBHOOK_SECRET: secret },
  });
  const poster = createPoster({ allowLocal: true });
  try {
    let said = '';
    receiver.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    receiver.stdin.end((blocksOf('docs/events.md', 'js')[0] ?? '').replace('3000', String(port)));
    const event = JSON.parse(blocksOf('docs/events.md', 'json')[0] ?? '') as WebhookEvent;
    const send = (id: string, signedBy: string) =>
      poster.post({ url: `http://127.0.0.1:${port}`, id, event, at: new Date(), secrets: [signedBy] });
    await until(async () => (await send('whe_1', secret))?.answer === 204);
    expect(await send('whe_1', secret)).toMatchObject({ answer: 204 });
    expect(await send('whe_2', `whsec_${'A'.repeat(44)}`)).toMatchObject({ answer: 401 });
    await send('whe_3', secret);
    const line = 'badge_request.status_changed br_01kadm0v1wfb5s5t8k3v7q2m9x enable ENABLED';
    await until(() => said.trim() === `${line}\n${line}`);
  } finally {
    receiver.kill();
    await poster.close();
  }
});

it('docs/events.md says what has happened with each action', () => {
  const [, rows = ''] = readText('docs/events.md').split('| `action` ');
  const told = [...rows.matchAll(/^\| `(\w+)` +\| \S/gm)].map((match) => match[1]);
  expect(told.sort()).toEqual([...ENTRY_ACTIONS].sort());
});

describe('the SQL of docs/operations.md', () => {
  const blocks = blocksOf('docs/operations.md', 'sql');
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('says who is still to hear of a suspension, how far audits are behind, audits at once, opens what a 429 has closed', async () => {
    const [untold = '', audits = '', reopen = ''] = blocks;
    await expect(database.pool.query(untold)).resolves.toHaveLength(2);
    await addOwner(database.pool);
    await addBadges(database.pool, 3, { marketplaces: ['DE'], dueSinceHours: -40 });
    await expect(database.pool.query(audits)).resolves.toHaveLength(2);
    const batch = await takeDueBadges(database.pool, {
      ...{ marketplaces: ['DE'], most: SEARCHED_AT_ONCE, enough: SEARCHED_AT_ONCE },
      ...{ slackSeconds: SLACK_SECONDS, leaseSeconds: 60 },
    });
    expect(batch?.badges).toHaveLength(3);
    const limit = { account: 'na', family: 'catalog' };
    await closeFor(database.pool, limit, 60_000);
    await database.pool.query(reopen);
    expect(await readClosure(database.pool, limit)).toBe(0);
  });

  it('lets a person in by token and by sign-in, takes both away, and keeps them out again', async () => {
    const [letIn = '', bind = '', revoke = '', keepOut = ''] = blocks.slice(3);
    const call = (token: string) =>
      authenticate(
        { pool: database.pool, publicUrl: 'http://x', sessions: { hours: 1, idleMinutes: 1 } },
        { method: 'GET', headers: { authorization: `Bearer ${token}` } },
      );
    const [, , token = ''] = letIn.split(/(?=insert)/);
    const run = (sql: string, value: string) => database.pool.query(sql.replace(":'token'", `'${value}'`));
    await run(letIn, 'a-token');
    await run(token, 'another');
    expect(await call('a-token')).toMatchObject({
      id: 'person_ada',
      role: 'MAKER',
      organizationId: 'org_acme',
    });
    await database.pool.query(bind);
    const identity = {
      issuer: 'https://id.example',
      subject: '248289761001',
      readEmail: () => Promise.resolve(null),
    };
    expect(await findPersonByIdentity(database.pool, identity)).toBe('person_ada');
    const secretHash = Buffer.from('one');
    const session = { secretHash, personId: 'person_ada', idToken: 'one', hours: 1 };
    const findSession = () => findPersonBySession(database.pool, secretHash, 60);
    await openSession(database.pool, session);
    await run(revoke, 'a-token');
    expect(await findSession()).toBeNull();
    await expect(call('a-token')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await call('another')).toMatchObject({ id: 'person_ada' });
    await openSession(database.pool, session);
    expect(await findSession()).not.toBeNull();
    await database.pool.query(keepOut);
    expect(await findSession()).toBeNull();
    expect(await findPersonByIdentity(database.pool, identity)).toBeNull();
    await expect(call('another')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('says which webhook endpoints are behind', async () => {
    const [behind = ''] = blocks.slice(7);
    const { pool } = database;
    await pool.query(`insert into organizations (id, name) values ('org_hook', 'Hook')`);
    await pool.query(
      `insert into webhook_endpoints (id, organization_id, url, secret) values ('wep_1', 'org_hook', 'https://x.example', 's')`,
    );
    await pool.query(
      `insert into webhook_deliveries (id, endpoint_id, due_at, next_attempt_at, attempts, answer)
       values ('whe_1', 'wep_1', now(), now(), 2, 503), ('whe_2', 'wep_1', now(), null, 1, 204)`,
    );
    expect((await pool.query(behind)).rows).toMatchObject([
      { organization_id: 'org_hook', waiting: 1, attempts: 2, answer: '503' },
    ]);
  });

  it('lets a second role in that does everything as the first one', async () => {
    const [letIn = ''] = blocks.slice(8);
    const url = new URL(database.url);
    const owner = url.username;
    const name = `${owner}_2`;
    await database.pool.query(letIn.replaceAll(/\bbadge_requests(_2)?\b/g, `${owner}$1`));
    Object.assign(url, { username: name, password: 'a long one' });
    const second = openPool({ url: url.href, size: 1, name: 'second', onError: () => undefined });
    await second.query('create table made_by_second ()');
    const { rows } = await database.pool.query(
      `select tableowner as owner from pg_tables where tablename = 'made_by_second'`,
    );
    await second.end();
    await database.pool.query(`drop role "${name}"`);
    expect(rows).toEqual([{ owner }]);
  });

  it('has a certification told once more to who says that it was heard', async () => {
    const [tellAgain = ''] = blocks.slice(10);
    const { pool } = database;
    await pool.query(
      `insert into organizations (id, name) values ('org_heard', 'Heard');
       with project as (
         insert into certification_projects (id, organization_id, product_id, version, status, result, marketplaces)
         values ('cert_heard', 'org_heard', 'prod_heard', 2, 'COMPLETE', 'APPROVED', '{US}'))
       insert into products (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
       values ('prod_heard', 'org_heard', 'x', 'x', 'x', 'x', '{}', 'cert_heard', 2);
       insert into people (id, name, email, role, organization_id)
       values ('person_heard', 'x', 'heard@acme.example', 'MAKER', 'org_heard');
       insert into badge_requests
         (id, organization_id, created_by, status, stage, round, product_id, marketplaces, heard_revision)
       select 'br_heard', 'org_heard', 'person_heard', 'PENDING', 'SCHEDULED', 1, 'prod_heard', '{US}', revision
         from certification_projects where id = 'cert_heard'`,
    );
    const untold = () => listUnheardProjects(pool, { after: '', limit: 10 });
    expect(await untold()).toEqual([]);
    await pool.query(tellAgain);
    expect(await untold()).toEqual(['cert_heard']);
    await pool.query(`delete from badge_requests where id = 'br_heard'`);
  });

  it('shows what to watch, and sends once more what was refused', async () => {
    const [sendAgain = '', , suspended = '', watch = '', ...more] = blocks.slice(9);
    expect(more).toEqual([]);
    await database.pool.query(
      `insert into badge_requests (id, organization_id, created_by, status, stage, round)
       values ('br_stuck', 'org_acme', 'person_ada', 'UNDER_REVIEW', 'NEEDS_ATTENTION', 1);
       insert into mail_outbox (request_id, mail_key, recipient_id, template, props, attempts, refused_at, last_error)
       values ('br_stuck', 'br_stuck/1', 'person_ada', 'rejected', '{}', 1, now(), 'EMESSAGE 550');
       insert into review_findings (subject_id, round, "check", marketplace, answer, found, expected, checked_at)
       select 'br_stuck', 1, 'ASIN_LIVE', marketplace, answer, jsonb_build_object('why', why), '{}', now()
         from (values ('US', 'UNKNOWN', 'refused'), ('CA', 'UNKNOWN', 'refused'), ('JP', 'YES', null))
              as one (marketplace, answer, why)`,
    );
    const look = async () =>
      ((await database.pool.query(watch)) as unknown as { rows: object[] }[]).map(({ rows }) => rows);
    const before = await look();
    expect(before).toHaveLength(10);
    expect(before[9]).toEqual([{ check: 'ASIN_LIVE', why: 'refused', count: 2 }]);
    expect(before[0]).toEqual([{ status_now: 'UNDER_REVIEW', stage_now: 'NEEDS_ATTENTION', count: 1 }]);
    expect(before[2]).toEqual([{ recipient_id: 'person_ada', max: 'EMESSAGE 550', count: 1 }]);
    await database.pool.query(sendAgain);
    const [, due, refused] = await look();
    expect(due).toMatchObject([{ count: 1, max: 'EMESSAGE 550' }]);
    expect(refused).toEqual([]);
    await database.pool.query(
      `insert into badges (request_id, marketplace, program, asin, status, effective_at, causes)
       values ('br_stuck', 'US', 'WWA', 'B000000001', 'SUSPENDED', now(), '{LISTING}'),
              ('br_stuck', 'JP', 'WWA', 'B000000001', 'SUSPENDED', now(), '{OPERATOR}')`,
    );
    const { rows } = await database.pool.query(suspended);
    expect(rows).toEqual([{ request_id: 'br_stuck', marketplace: 'US' }]);
  });
});
