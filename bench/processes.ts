/** CPU time and memory of the parts of a running product, from /proc (proc_pid_stat(5), proc_pid_status(5)). */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { recallProcess } from '../dev/process-identity';

/** Milliseconds of CPU by part; null where the system has no /proc. */
export type CpuTimes = Readonly<Record<string, number>> | null;

/** Linux shows times in hundredths of a second, whatever the kernel's own clock is (time(7), USER_HZ). */
const MS_PER_TICK = 10;

export interface ProcessTimes {
  readonly parent: number;
  /** Of the process itself. */
  readonly ownMs: number;
  /** Of its children that have ended. */
  readonly endedChildrenMs: number;
}

/** Reads one line of /proc/PID/stat; the second field may hold blanks and brackets. */
export function parseStat(stat: string): ProcessTimes {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = (...indices: number[]) =>
    indices.reduce((sum, index) => sum + Number(fields[index]), 0) * MS_PER_TICK;
  return { parent: Number(fields[1]), ownMs: ticks(11, 12), endedChildrenMs: ticks(13, 14) };
}

/**
 * CPU times so far: of each part that a data folder names, its children included, and of others.
 * @param others more processes, by name; without their children
 */
export async function readCpuTimes(
  dataDir: string,
  others: Readonly<Record<string, number>>,
): Promise<CpuTimes> {
  if (process.platform !== 'linux') return null;
  const parts = await readParts(dataDir);
  const all = await readAllStats();
  return Object.fromEntries([
    ...Object.entries(parts).map(([name, pid]) => [name, totalOf(pid, all)]),
    ...Object.entries(others).map(([name, pid]) => [name, all.get(pid)?.ownMs ?? 0]),
  ]) as Record<string, number>;
}

function totalOf(pid: number, all: ReadonlyMap<number, ProcessTimes>): number {
  const own = all.get(pid);
  if (own === undefined) return 0;
  const children = [...all].filter(([, { parent }]) => parent === pid);
  return own.ownMs + own.endedChildrenMs + children.reduce((sum, [child]) => sum + totalOf(child, all), 0);
}

async function readAllStats(): Promise<Map<number, ProcessTimes>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    pids.map(async (pid): Promise<[number, ProcessTimes] | null> => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
      return stat === null ? null : [Number(pid), parseStat(stat)];
    }),
  );
  return new Map(stats.filter((stat) => stat !== null));
}

/** Process ids of the parts, by name. */
export async function readParts(dataDir: string): Promise<Record<string, number>> {
  const folder = join(dataDir, 'pids');
  const parts: [string, number][] = [];
  for (const file of await readdir(folder)) {
    const known = await recallProcess(join(folder, file));
    if (known !== undefined) parts.push([basename(file, '.json'), known.pid]);
  }
  return Object.fromEntries(parts);
}

/** What was spent between two readings, in milliseconds by part. */
export function spentBetween(before: CpuTimes, after: CpuTimes): CpuTimes {
  if (before === null || after === null) return null;
  return Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]));
}

/** Sums readings of the same parts. */
export function addSpent(one: CpuTimes, other: CpuTimes): CpuTimes {
  if (one === null || other === null) return null;
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}

/** Resident memory of a process in MiB; null where it cannot be read. */
export async function readRssMib(pid: number | undefined): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kib === undefined ? null : Number(kib) / 1024;
}
