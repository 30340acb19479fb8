/** The ports of the embedded parts: free ones, and the same ones again at the next start. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writePrivately } from './data-folder';
import { freePort, isFree } from './free-port';

const names = [
  'postgres',
  'temporal',
  'temporalHttp',
  'temporalMetrics',
  'temporalUi',
  'retail',
  'skills',
  'smtp',
  'mail',
  'identity',
] as const;
export type EmbeddedPorts = Record<(typeof names)[number], number>;

/**
 * Reads the ports of the last run; those that are busy now are replaced by free ones.
 * @param reserved a port that somebody else is about to use
 */
export async function choosePorts(file: string, reserved: number): Promise<EmbeddedPorts> {
  const kept = z
    .partialRecord(z.enum(names), z.number().int().min(1).max(65535))
    .catch({})
    .parse(
      await readFile(file, 'utf8')
        .then(JSON.parse)
        .catch(() => ({})),
    );
  const taken = new Set([reserved]);
  const entries: [string, number][] = [];
  for (const name of names) {
    let port = kept[name];
    while (port === undefined || taken.has(port) || !(await isFree(port))) port = await freePort();
    taken.add(port);
    entries.push([name, port]);
  }
  await writePrivately(file, JSON.stringify(Object.fromEntries(entries)));
  return Object.fromEntries(entries) as EmbeddedPorts;
}
