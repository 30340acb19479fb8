import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../../bench/random';
import { live, look, mailsOf, type Life } from './lives';
import { Visitor } from '../setup/visitor';
import { startProduct, type Product } from './product';

const LIVES = 12;
const KILLS = 8;
/** `E2E_SEED=… npx jest test/end-to-end` repeats the same order and pauses of kills. */
const seed = Number(process.env['E2E_SEED'] ?? Math.floor(Math.random() * 1_000_000));

jest.setTimeout(300_000);

let dataDir: string;
let product: Product;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(await realpath(tmpdir()), 'badge-request-e2e-'));
  // PostgreSQL runs as another user where the test runs as root.
  await chmod(dataDir, 0o755);
  product = await startProduct(dataDir);
});
afterAll(async () => {
  await product.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function killAtRandom(playing: { over: boolean }): Promise<string[]> {
  const random = randomFrom(seed);
  const killed: string[] = [];
  while (!playing.over && killed.length < KILLS) {
    await sleep(200 + random() * 2_000);
    const part = random() < 0.6 ? 'workers' : 'temporal';
    if (product.kill(part)) killed.push(part);
  }
  return killed;
}

async function expectAsLived(lives: readonly Life[]): Promise<void> {
  const found = await Promise.all(
    lives.map(async (life) => ({ ...(await look(product, life)), mails: await mailsOf(product, life) })),
  );
  const sorted = (mails: readonly string[]) => [...mails].sort();
  expect(found.map((each) => ({ ...each, mails: sorted(each.mails) }))).toEqual(
    lives.map((each) => ({ ...each, mails: sorted(each.mails) })),
  );
}

it('lets somebody into the console with mail address and password', async () => {
  const visitor = new Visitor(product.run.url);
  for (const { name, email, password } of product.run.people) {
    expect((await visitor.signIn(email, password)).url).toBe('/badge-requests');
    expect(await visitor.whoAmI()).toBe(name);
    visitor.cookies.clear();
  }
});

it(`ends each request where it should be, each mail once, while parts are killed (E2E_SEED=${seed})`, async () => {
  const playing = { over: false };
  const killing = killAtRandom(playing);
  const lives = await Promise.all(
    Array.from({ length: LIVES }, (_, number) => live({ product, number })),
  ).finally(() => (playing.over = true));
  expect((await killing).length).toBeGreaterThan(0);
  await expectAsLived(lives);
});

it('loses nothing when everything is killed at once and started again', async () => {
  const lives = await Promise.all([20, 21, 22].map((number) => live({ product, number })));
  await product.killAll();
  product = await startProduct(dataDir);
  await expectAsLived(lives);
  await expectAsLived([await live({ product, number: 24 })]);
});

it('ends within ten seconds when it is told to, and leaves no process', async () => {
  expect(await product.stop()).toBeLessThan(10_000);
  expect(product.leftovers()).toEqual([]);
  product = await startProduct(dataDir);
});
