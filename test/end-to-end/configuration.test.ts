import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { nobodysAmazon } from '../setup/amazon-settings';

const dist = join(__dirname, '..', '..', 'dist');
/** The least that API and workers start with. */
const least = {
  PATH: process.env['PATH'],
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  SMTP_URL: 'smtp://127.0.0.1',
  OIDC_ISSUER: 'http://127.0.0.1:1',
  CERTIFICATION_WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32).toString('base64')}`,
  ...nobodysAmazon,
};

/** Runs a program to its end. */
function end(script: string, env: NodeJS.ProcessEnv): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(dist, script)], {
    env,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, stderr };
}

it.each(['api/main.js', 'workers/main.js', 'db/migrate.js'])(
  '%s ends with 2 and the whole list where its configuration is wrong',
  (script) => {
    const { status, stderr } = end(script, { PATH: least.PATH, DATABASE_URL: 'nothing' });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^The configuration has \d+ problem\(s\):\n( {2}- .+\n)+$/);
  },
);

it.each(['api/main.js', 'workers/main.js'])(
  '%s says so likewise of a certificate for Temporal that is not there',
  (script) => {
    const missing = '/nonexistent/client.pem';
    const { status, stderr } = end(script, { ...least, TEMPORAL_TLS_CLIENT_CERT_PATH: missing });
    expect(stderr).toMatch(/^The configuration has 1 problem\(s\):\n {2}- .+\n$/);
    expect(stderr).toContain('TEMPORAL_TLS');
    expect(stderr).toContain(missing);
    expect(status).toBe(2);
  },
);

it.each(['', '{"pid":', 'null'])('npm start goes on where lock.json is damaged: %j', (lock) => {
  const folder = mkdtempSync(join(tmpdir(), 'damaged-lock-'));
  try {
    writeFileSync(join(folder, 'lock.json'), lock);
    writeFileSync(join(folder, 'run.json'), '{}');
    const { status, stderr } = end('../dev/start.mjs', { PATH: least.PATH, DATA_DIR: folder, PORT: 'none' });
    expect(stderr).toMatch(/^The configuration has 1 problem\(s\):\n {2}- .*PORT.*\n$/);
    expect(status).toBe(2);
    expect(existsSync(join(folder, 'run.json'))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('npm start says what to do where files can be made and not written, and leaves none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
  try {
    // No file may have a byte: as on a full disk, each write fails.
    const withoutRoom = 'trap "" XFSZ; ulimit -f 0; exec "$0" "$1"';
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', withoutRoom, process.execPath, join(dist, '..', 'dev', 'start.mjs')],
      { env: { PATH: least.PATH, DATA_DIR: folder }, encoding: 'utf8', timeout: 20_000 },
    );
    expect(stderr).toMatch(
      /^No data can be kept in .*full-disk-.* \(.+\)\. Set DATA_DIR to another folder\.\n$/,
    );
    expect(status).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('a worker that waits for Temporal ends when it is told to, although whoever started it still listens to it', async () => {
  const worker = fork(join(dist, 'workers', 'main.js'), {
    env: least,
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  const output = worker.stdout as Readable;
  try {
    let said = '';
    while (!said.includes('Temporal does not answer yet')) said += String(await once(output, 'data'));
    worker.kill('SIGTERM');
    expect(await once(worker, 'exit')).toEqual([0, null]);
  } finally {
    worker.kill('SIGKILL');
  }
});
