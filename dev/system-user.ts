/** PostgreSQL refuses to run as root: as whom a part runs, and what that user can reach. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, lchown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface SystemUser {
  uid: number;
  gid: number;
}

const isRoot = () => process.getuid?.() === 0;

/**
 * As whom to run a program that refuses root.
 * @param ownedFolder a folder that may exist already; its owner goes on owning it
 * @returns undefined when this process is not root and simply runs it
 */
export async function unprivilegedUser(ownedFolder: string): Promise<SystemUser | undefined> {
  if (!isRoot()) return undefined;
  const owner = await stat(ownedFolder).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return { uid: idOfNobody('-u'), gid: idOfNobody('-g') };
}

function idOfNobody(option: '-u' | '-g'): number {
  try {
    return Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
  } catch {
    return 65534;
  }
}

/** Whether that user can enter a folder and read it. */
export const canEnter = (folder: string, user: SystemUser) =>
  spawnSync('/bin/sh', ['-c', 'cd "$1" && ls . >/dev/null', 'sh', folder], {
    cwd: '/',
    stdio: 'ignore',
    ...user,
  }).status === 0;

/** Gives a folder with everything in it to a user. */
export async function giveTo(folder: string, user: SystemUser): Promise<void> {
  await lchown(folder, user.uid, user.gid);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await giveTo(path, user);
    else await lchown(path, user.uid, user.gid);
  }
}

/** Lets everybody read a folder with everything in it, and run what its owner can run. */
export async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}
