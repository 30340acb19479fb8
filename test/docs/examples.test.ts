/** What the documents tell people to run does what they say. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { authenticate } from '../../api/authentication';
import { closeFor, readClosure } from '../../db/call-limits';
import { findPersonBySession, openSession } from '../../db/console-sessions';
import { findPersonByIdentity } from '../../db/identities';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { readText } from './generated';

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

describe('the SQL of docs/operations.md', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('says who is still to hear of a suspension, how far audits are behind, opens what a 429 has closed, lets a person in by token and by sign-in, keeps them out again, and shows what to watch', async () => {
    const [untold = '', audits = '', reopen = '', letIn = '', bind = '', keepOut = '', watch = '', ...more] =
      blocksOf('docs/operations.md', 'sql');
    expect(more).toEqual([]);
    await expect(database.pool.query(untold)).resolves.toHaveLength(2);
    await expect(database.pool.query(audits)).resolves.toHaveLength(2);
    const limit = { account: 'na', family: 'catalog' };
    await closeFor(database.pool, limit, 60_000);
    await database.pool.query(reopen);
    expect(await readClosure(database.pool, limit)).toBe(0);
    const call = () =>
      authenticate(
        { pool: database.pool, publicUrl: 'http://x', sessions: { hours: 1, idleMinutes: 1 } },
        { method: 'GET', headers: { authorization: 'Bearer a-token' } },
        ['MAKER'],
      );
    await database.pool.query(letIn.replace(":'token'", "'a-token'"));
    expect(await call()).toMatchObject({ id: 'person_ada', role: 'MAKER', organizationId: 'org_acme' });
    await database.pool.query(bind);
    const identity = {
      issuer: 'https://id.example',
      subject: '248289761001',
      readEmail: () => Promise.resolve(null),
    };
    expect(await findPersonByIdentity(database.pool, identity)).toBe('person_ada');
    const secretHash = Buffer.from('one');
    await openSession(database.pool, { secretHash, personId: 'person_ada', idToken: 'one', hours: 1 });
    await database.pool.query(keepOut);
    expect(await findPersonBySession(database.pool, secretHash, 60)).toBeNull();
    expect(await findPersonByIdentity(database.pool, identity)).toBeNull();
    await expect(call()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(database.pool.query(watch)).resolves.toHaveLength(7);
  });
});
