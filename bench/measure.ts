/** The course of a run: what is measured, in which order. */
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { workflowIds } from '../workflows/contract';
import { measureAudits } from './audits';
import { bareWorkflowId, startBare } from './bare/program';
import { compare, cpuPerRequest, rateOf, type Total } from './comparison';
import type { Figures } from './figures';
import { largestOf, meanOf, readHistory } from './histories';
import { percentiles, runLives, type Life, type Series } from './lives';
import { waitingUntil, type Options } from './options';
import { readCpuTimes } from './processes';
import { measureFanout } from './fanout';
import { collectingGarbage } from './garbage';
import { measureLookups } from './lookups';
import { measureMidnight, type MidnightFigures } from './midnight';
import { startOneProject } from './one-project';
import { connectToProduct } from './product';
import { startProduct } from './product-run';
import { measureReviews } from './reviews';
import type { Surroundings } from './surroundings';
import { measureWaiting } from './waiting';

/** So many lives, one at a time. */
const ALONE = 20;
/** So many lives side by side with their messages a second apart. */
const SPACED = 4;
const SPACE_MS = 1000;
/** So many histories are read of those under load. */
const HISTORIES = 40;
const SHOWN_FAILURES = 5;

/**
 * Starts product and bare program, and measures both.
 * @throws Error when one of them does not start, or a warm-up fails
 */
export async function measure(options: Options, around: Surroundings): Promise<Figures> {
  const begin = performance.now();
  const { say } = around;
  const { product, bare, database, running, temporal } = await bringUp(options, around);
  const load = { count: options.requests, concurrency: options.concurrency };
  say(`${load.count} whole requests, ${load.concurrency} at a time, in turns with the bare program …`);
  const programs = { bare: bare.plain, leanBare: bare.lean, product };
  const readCpu = () => readCpuTimes(running.dataDir, { driver: process.pid, 'bare worker': bare.pid });
  const totals = await compare(programs, load, { readCpu, say });
  say(`${ALONE} requests, one at a time …`);
  const alone = await runLives(product, await product.prepare(ALONE), { concurrency: 1 });
  say('Requests whose messages come a second apart …');
  const spaced = await runLives(product, await product.prepare(SPACED), {
    concurrency: SPACED,
    pauseMs: SPACE_MS,
  });
  const readAll = ({ lives }: Series, workflowIdOf: (id: string) => string) =>
    Promise.all(lives.slice(-HISTORIES).map(({ id }) => readHistory(temporal, workflowIdOf(id))));
  const histories = {
    product: await readAll(totals.product, workflowIds.badgeRequest),
    bare: await readAll(totals.bare, bareWorkflowId),
    spaced: await readAll(spaced, workflowIds.badgeRequest),
  };
  // What it asks of Temporal would be counted as the product's rest.
  await bare.close();
  say(`${options.waiting} requests that wait for their certification …`);
  const waiting = await measureWaiting(
    product,
    { database, running },
    { count: options.waiting, until: begin + waitingUntil(options) },
  );
  if (waiting.waiting < options.waiting) say(`  only ${waiting.waiting} of them do`);
  // One product at a time: the other would take from its CPU.
  await running.stop();
  const { attempt, broken } = createAttempts(around);
  const { reviews: submissions, audits: due, lookups: shown } = options;
  const reviews =
    submissions === 0 ? null : await attempt('reviews', () => measureReviews(submissions, around));
  const audits = due === 0 ? null : await attempt('audits', () => measureAudits(due, around));
  const lookups = shown === 0 ? null : await attempt('lookups', () => measureLookups(shown, around));
  const ofOne = await attempt('one project', () => measureOneProject(options, around, attempt));
  const [fanout, midnights] = [ofOne?.fanout ?? null, ofOne?.midnights ?? []];
  const failures = [
    ...broken,
    ...[...Object.values(totals), alone, spaced, waiting, reviews, audits, lookups, ofOne].flatMap(
      (each) => each?.failures ?? [],
    ),
  ];
  for (const failure of failures.slice(0, SHOWN_FAILURES)) say(`Failed: ${failure}`);
  return {
    concurrency: options.concurrency,
    ...throughputOf(totals),
    ...timesOf(totals.product.lives),
    alone: timesOf(alone.lives),
    bare: {
      ...timesOf(totals.bare.lives),
      cpuMsPerRequest: cpuPerRequest(totals.bare),
      ...meanOf(histories.bare),
    },
    cpuMsPerRequest: cpuPerRequest(totals.product),
    ...meanOf(histories.product),
    spaced: largestOf(histories.spaced),
    waiting: waiting.waiting,
    kibPerWaiting: waiting.kibPerWaiting,
    workerMemory: waiting.workerMemory,
    idleCpuPercent: waiting.idleCpuPercent,
    reviews: reviews === null ? null : withoutFailures(reviews),
    audits: audits === null ? null : withoutFailures(audits),
    lookups: lookups === null ? null : withoutFailures(lookups),
    fanout: fanout === null ? null : withoutFailures(fanout),
    midnights: midnights.map(withoutFailures),
    failed: failures.length,
    seconds: (performance.now() - begin) / 1000,
  };
}

async function bringUp({ concurrency }: Options, { folder, signal, say, atEnd }: Surroundings) {
  say('Starting the product …');
  const running = await startProduct(join(__dirname, '..', '..'), folder, 'LIFTED', collectingGarbage());
  atEnd(() => running.stop());
  const run = await running.ready(signal);
  const database = new pg.Pool({ connectionString: run.database.url, max: 2 });
  // It breaks when the product ends first.
  database.on('error', () => undefined);
  atEnd(() => database.end());
  const product = connectToProduct(run, database, concurrency);
  atEnd(() => product.close());
  const connection = await Connection.connect({ address: run.temporal.address });
  atEnd(() => connection.close());
  const temporal = new Client({ connection, namespace: run.temporal.namespace });
  say('Starting the bare program …');
  const bare = await startBare(run, folder, temporal);
  atEnd(() => bare.close());
  return { product, bare, database, running, temporal };
}

type Attempt = <Measured>(part: string, run: () => Promise<Measured>) => Promise<Measured | null>;

/** Parts of a run: one that breaks counts as a failure, and leaves the others their figures. */
function createAttempts({ signal }: Surroundings): { attempt: Attempt; broken: readonly string[] } {
  const broken: string[] = [];
  const attempt: Attempt = async (part, run) => {
    try {
      return await run();
    } catch (error) {
      signal.throwIfAborted();
      broken.push(`${part}: ${(error as Error).message}`);
      return null;
    }
  };
  return { attempt, broken };
}

const withoutFailures = <Measured extends { readonly failures: readonly string[] }>({
  failures: _,
  ...figures
}: Measured) => figures;

/** The requests that a certification has moved are those of the midnights, so that they are made once. */
async function measureOneProject(
  { fanout: wanted, midnight }: Options,
  around: Surroundings,
  attempt: Attempt,
) {
  const ofMidnights = midnight.reduce((sum, due) => sum + due, 0);
  const count = Math.max(wanted, ofMidnights);
  const midnights: MidnightFigures[] = [];
  if (count === 0) return { fanout: null, midnights, failures: [] };
  const project = await startOneProject(count, around);
  try {
    around.say('Their certification comes …');
    const fanout = await measureFanout(project, around.signal);
    let from = 0;
    for (const due of midnight) {
      around.say(`The midnight of ${due} …`);
      const ids = project.ids.slice(from, from + due);
      const figures = await attempt(`midnight of ${due}`, () => measureMidnight(project, ids, around.signal));
      if (figures !== null) midnights.push(figures);
      from += due;
    }
    const failures = [project, fanout, ...midnights].flatMap((each) => each.failures);
    return { fanout, midnights, failures };
  } finally {
    await project.end();
  }
}

function throughputOf({ product, bare, leanBare }: Record<'product' | 'bare' | 'leanBare', Total>) {
  return {
    requests: product.lives.length,
    completedPerSecond: rateOf(product),
    bareCompletedPerSecond: rateOf(bare),
    leanBareCompletedPerSecond: rateOf(leanBare),
    ratioToBare: rateOf(product) / rateOf(bare),
    ratioToLeanBare: rateOf(product) / rateOf(leanBare),
  };
}

const timesOf = (lives: readonly Life[]) => ({
  submitToReviewerMs: percentiles(lives.map((life) => life.submitToReviewerMs)),
  certifiedToEnabledMs: percentiles(lives.map((life) => life.certifiedToEnabledMs)),
});
