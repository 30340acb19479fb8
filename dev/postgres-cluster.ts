/** Where the embedded PostgreSQL keeps its data, and how that comes into being. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commandLineOf, endProcess } from './process-identity';
import { canEnter, giveTo, type SystemUser } from './system-user';

export const DATABASE_OWNER = 'badge_requests';

/**
 * The real folder of the cluster that `folder` names. Where the user cannot enter it (a data folder
 * under root's home), it is a link to a folder elsewhere, so that the data folder still says where.
 * @throws Error where what it leads to is gone
 */
export async function placeCluster(folder: string, user: SystemUser | undefined): Promise<string> {
  const linked = await readlink(folder).catch(() => undefined);
  if (linked !== undefined) {
    // An empty database in its place would belong to no workflow that Temporal has.
    if (!existsSync(linked))
      throw new Error(
        `${folder} leads to ${linked}, which is not there: put the data back, or remove ${dirname(folder)} to begin anew`,
      );
    if (user !== undefined) await giveTo(linked, user);
    return linked;
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (user === undefined) return folder;
  await giveTo(folder, user);
  const real = await realpath(folder);
  if (canEnter(real, user)) return real;
  return placeElsewhere(folder, real, user);
}

async function placeElsewhere(folder: string, real: string, user: SystemUser): Promise<string> {
  const name = createHash('sha256').update(real).digest('hex').slice(0, 12);
  for (const parent of ['/var/lib', '/var/tmp', tmpdir()]) {
    const home = join(parent, 'badge-request-service');
    const elsewhere = await mkdir(home, { recursive: true })
      .then(() => chmod(home, 0o755))
      .then(() => mkdtemp(join(home, `${name}-`)))
      .catch(() => undefined);
    if (elsewhere === undefined) continue;
    await giveTo(elsewhere, user);
    if (!canEnter(elsewhere, user)) {
      await rm(elsewhere, { recursive: true, force: true });
      continue;
    }
    // Data of a run that could still enter the folder moves along.
    const data = join(real, 'data');
    if (existsSync(data)) await rename(data, join(elsewhere, 'data'));
    await rm(folder, { recursive: true });
    await symlink(elsewhere, folder);
    return elsewhere;
  }
  throw new Error(
    `root's PostgreSQL runs as nobody, who cannot enter ${folder}; set DATA_DIR to a folder that everybody can enter`,
  );
}

/**
 * Makes the cluster unless it is there. It is complete or not there at all: it is made beside and renamed.
 * @param native folder of the programs
 */
export async function makeCluster(
  folder: string,
  options: {
    native: string;
    user: SystemUser | undefined;
    password: string;
    durable: boolean;
    signal?: AbortSignal | undefined;
  },
): Promise<string> {
  const data = join(folder, 'data');
  await removeUnfinished(folder);
  if (existsSync(join(data, 'PG_VERSION'))) return data;
  const beside = await mkdtemp(join(folder, 'new-'));
  const passwordFile = join(folder, `password-${process.pid}`);
  try {
    await chmod(beside, 0o700);
    await writeFile(passwordFile, options.password, { mode: 0o600 });
    if (options.user) await giveTo(folder, options.user);
    await initialise(beside, passwordFile, options);
    await rename(beside, data);
    await flush(folder);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(beside, { recursive: true, force: true });
  }
  return data;
}

/** A run that was killed while it made a cluster leaves that behind, with the password; its initdb may still write. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (/^(new|password)-/.test(name))
      await rm(join(folder, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function initialise(
  data: string,
  passwordFile: string,
  {
    native,
    user,
    durable,
    signal,
  }: { native: string; user: SystemUser | undefined; durable: boolean; signal?: AbortSignal | undefined },
): Promise<void> {
  const args = ['-D', data, '-U', DATABASE_OWNER, `--pwfile=${passwordFile}`, '-A', 'scram-sha-256'];
  // The provider that PostgreSQL brings itself sorts alike on every machine.
  args.push('--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C');
  if (!durable) args.push('--no-sync');
  return new Promise((resolve, reject) => {
    const child = spawn(join(native, 'bin', 'initdb'), args, {
      cwd: dirname(data),
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      ...(signal && { signal }),
      ...user,
    });
    const said: Buffer[] = [];
    let failure: Error | undefined;
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    child.once('error', (error) => (failure = error));
    // One that is told to end tidies up first, and its own children hold its output until they are gone.
    child.once('close', (code) => {
      if (failure !== undefined) reject(failure);
      else if (code === 0) resolve();
      else reject(new Error(`initdb ended with code ${code}: ${Buffer.concat(said).toString().trim()}`));
    });
  });
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

/** Ends the server that a killed run left on this cluster; a lock file that names somebody else goes. */
export async function endAbandoned(data: string): Promise<void> {
  const lock = join(data, 'postmaster.pid');
  const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const command = commandLineOf(pid);
  if (command?.includes('postgres') && command.includes(data)) await endProcess(pid, 'SIGINT', 8000);
  await rm(lock, { force: true });
}
