/** `npm run chaos` as people run it, small: the built program, each scene on a product of its own. */
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(__dirname, '..', '..', 'dist', 'chaos', 'main.js');
/** More than are told without a fan-out of their own. */
const REQUESTS = 24;
/** Of each scene. */
const KILLS = 2;
/** Kills each of the four parts once; `E2E_SEED=… npx jest test/end-to-end/chaos.test.ts` plays another order. */
const seed = Number(process.env['E2E_SEED'] ?? 27);

jest.setTimeout(900_000);

async function run(...args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

const folders = async () =>
  (await readdir(tmpdir())).filter((name) => name.startsWith(`badge-request-chaos-${seed}-`));

it(`leaves every request, badge and mail as if nothing had been killed (E2E_SEED=${seed})`, async () => {
  const sizes = ['--requests', String(REQUESTS), '--kills', String(KILLS)];
  const { code, output } = await run(...sizes, '--quick', '--seed', String(seed));
  expect({ code, output }).toEqual({ code: 0, output: expect.any(String) as string });
  expect(output).toMatch(new RegExp(`^Seed ${seed}\n`));
  expect(output.match(/^ *[\d.]+ s {2}kill \d of 2: /gm)).toHaveLength(2 * KILLS);
  expect(output.match(/every request, badge and mail is as it should be/g)).toHaveLength(2);
  expect(await folders()).toEqual([]);
});

it('says in a sentence what it does not understand', async () => {
  const { code, output } = await run('--scene', 'storm');
  expect(output).toBe('--scene storm must be fanout, midnight or both\n');
  expect(code).toBe(2);
});
