/** One scene: requests wait, what they wait for comes, and parts of the product are killed meanwhile. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { movingMidnights } from '../bench/moved-midnight';
import { startProduct } from '../bench/product-run';
import { randomFrom } from '../bench/random';
import type { RunFile } from '../dev/run-file';
import { workflowTypes } from '../workflows/contract';
import { readArrivals, readRequests, settle } from './end-state';
import { judge } from './judgement';
import { killAtRandom, MEAN_PAUSE_MS, type KillCounts, type Progress } from './kills';
import { watchLookup } from './lookup-watch';
import { SCENES, type Options, type SceneName } from './options';
import { openPatiently, type PatientDatabase } from './patient-database';
import { beginRequests, bringToPending, type Request, type Requests } from './requests';

export interface Surroundings {
  /** Everything that is written goes there. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Tells people how far it is. */
  readonly say: (line: string) => void;
  /** Told how each thing that was started is put away; the last is to be first. */
  readonly atEnd: (end: () => Promise<unknown>) => void;
}

export interface SceneReport {
  readonly scene: SceneName;
  readonly requests: number;
  readonly kills: KillCounts;
  /** From the first kill until nothing was left to do. */
  readonly seconds: number;
  /** Mails that arrived, those that came again not counted, and how many came again. */
  readonly mails: number;
  readonly mailsAgain: number;
  /** Answers of the lookup meanwhile. */
  readonly lookups: number;
  /** What is not as it should be, in words. */
  readonly wrongs: readonly string[];
}

interface Stage extends Surroundings {
  readonly run: RunFile;
  readonly dataDir: string;
  readonly database: PatientDatabase;
  readonly requests: Requests;
  readonly options: Options;
  readonly seed: number;
  /** Has every go-live date begin at an instant, RFC 3339. */
  readonly moveMidnight: (instant: string) => Promise<void>;
}

/** One in so many is created, submitted and approved while the certification goes round. */
const LATE_EVERY = 10;
const HOUR_MS = 3_600_000;
/** Until the midnight there is so much time to stage everything, and so much more for each request. */
const STAGED_WITHIN_MS = { all: 15_000, each: 150 };
/** Kills begin so long before a midnight. */
const BEFORE_MIDNIGHT_MS = 5_000;
/** Of one worker process, unless configured otherwise. */
const MAIL_CONNECTIONS = 5;
const SLOWEST_MAIL_MS = 1_000;
/** Requests that are told in a second; the most is what the product does unless configured otherwise. */
const SIGNALS = { fewest: 1, most: 20 };

/** @throws Error when the product does not come up, or the scene cannot be set */
export async function playScene(
  scene: SceneName,
  options: Options,
  around: Surroundings,
): Promise<SceneReport> {
  const { say, signal } = around;
  const folder = join(around.folder, scene);
  // As root the embedded PostgreSQL runs as another user, who has to pass.
  await mkdir(folder, { mode: 0o711 });
  const midnightFile = join(folder, 'midnight');
  const moveMidnight = async (instant: string) => {
    await writeFile(`${midnightFile}.new`, instant);
    await rename(`${midnightFile}.new`, midnightFile);
  };
  await moveMidnight(new Date(Date.now() + 12 * HOUR_MS).toISOString());
  say(`${scene}: starting the product …`);
  const product = await startProduct(join(__dirname, '..', '..'), folder, 'LIFTED', {
    ...movingMidnights(midnightFile),
    CERTIFICATION_SIGNALS_PER_SECOND: signalsPerSecond(scene, options).toFixed(1),
  });
  around.atEnd(() => product.stop());
  const run = await product.ready(signal);
  const database = openPatiently(run.database.url);
  around.atEnd(() => database.end());
  say(`${scene}: ${options.requests} requests …`);
  const tomorrow = new Date(Date.now() + 24 * HOUR_MS).toISOString().slice(0, 10);
  const requests = await beginRequests(run, database, {
    goLive: scene === 'midnight' ? { kind: 'ON_DATE', date: tomorrow } : { kind: 'AS_SOON_AS_POSSIBLE' },
    signal,
  });
  const seed = options.seed + SCENES.indexOf(scene);
  const stage = { ...around, run, dataDir: product.dataDir, database, requests, options, seed, moveMidnight };
  const report = await (scene === 'fanout' ? playFanout(stage) : playMidnight(stage));
  await database.end();
  await product.stop();
  return report;
}

/** A fan-out that has time for all of its kills: half of that time is lost to them. */
function signalsPerSecond(scene: SceneName, { kills, requests }: Options): number {
  const wanted = (2 * requests) / ((kills * MEAN_PAUSE_MS) / 1000);
  return scene === 'midnight' ? SIGNALS.most : Math.min(SIGNALS.most, Math.max(SIGNALS.fewest, wanted));
}

/** The certification comes while most wait for it, and makers and a reviewer are still busy with the rest. */
async function playFanout(stage: Stage): Promise<SceneReport> {
  const { requests, options, seed, signal } = stage;
  const lateCount = Math.floor(options.requests / LATE_EVERY);
  const early = options.requests - lateCount;
  const pending = await bringToPending(requests, early);
  const random = randomFrom(seed + 1_000_000);
  const bringLate = async (number: number): Promise<Request> => {
    await sleep(random() * options.kills * MEAN_PAUSE_MS, undefined, { signal });
    const request = await requests.submit(number);
    await requests.approve(request.id);
    return request;
  };
  return play('fanout', stage, { pending, midnight: null }, async () => {
    const late = Array.from({ length: lateCount }, (_, index) => bringLate(early + index));
    const [brought] = await Promise.all([Promise.all(late), requests.certify()]);
    return brought;
  });
}

/** All is staged; then comes the midnight. */
async function playMidnight(stage: Stage): Promise<SceneReport> {
  const { requests, options, database, moveMidnight, signal } = stage;
  const pending = await bringToPending(requests, options.requests);
  const patience = STAGED_WITHIN_MS.all + STAGED_WITHIN_MS.each * pending.length;
  const midnight = new Date(Date.now() + patience).toISOString();
  await moveMidnight(midnight);
  await requests.certify();
  const killsFrom = Date.parse(midnight) - BEFORE_MIDNIGHT_MS;
  for (;;) {
    const { staged } = await readProgress(database);
    if (staged === pending.length) break;
    if (Date.now() > killsFrom)
      throw new Error(`Only ${staged} are staged ${BEFORE_MIDNIGHT_MS / 1000} s before midnight`);
    await sleep(100, undefined, { signal });
  }
  await sleep(killsFrom - Date.now(), undefined, { signal });
  return play('midnight', stage, { pending, midnight }, () => Promise.resolve([]));
}

/**
 * Kills while `act` does what the scene is about, waits until all work is done, and judges what has become of it.
 * @param act resolves with the requests that it has added
 */
async function play(
  scene: SceneName,
  stage: Stage,
  { pending, midnight }: { pending: readonly Request[]; midnight: string | null },
  act: () => Promise<readonly Request[]>,
): Promise<SceneReport> {
  const { run, database, options, signal } = stage;
  await slowDownMails(run, options);
  const asins = pending.map(({ asin }) => asin);
  const lookup = watchLookup(run.url, asins, () => midnight);
  const progress = watchProgress(database, options.requests);
  const begin = performance.now();
  const [kills, added] = await Promise.all([
    killAtRandom({ ...stage, kills: options.kills, progress: progress.read }),
    act(),
  ]);
  stage.say(`${scene}: all kills done, ${progress.read().text}; waiting until nothing is left to do …`);
  const ends = scene === 'fanout' || !options.quick;
  const ending = [workflowTypes.certificationFanout, ...(ends ? [workflowTypes.badgeRequest] : [])];
  const left = await settle({ run, database, ending, signal });
  const seconds = (performance.now() - begin) / 1000;
  await progress.end();
  const [looked, arrived, found] = [
    await lookup.end(),
    await readArrivals(run),
    await readRequests(
      database,
      [...pending, ...added].map(({ id }) => id),
      ends,
    ),
  ];
  const staging = midnight === null ? [] : ['stage'];
  const actions = ['create', 'submit', 'passChecks', 'approve', ...staging, 'enable'];
  const makers = await countMakers(database, run);
  const wrongs = judge({ requests: found, arrived, looked, left }, { actions, instant: midnight, makers });
  const mails = new Set(arrived).size;
  return {
    ...{ scene, requests: found.length, kills, seconds, wrongs, lookups: looked.answers },
    ...{ mails, mailsAgain: arrived.length - mails },
  };
}

/** So slow a mail server that mails leave during all of the kills. */
async function slowDownMails(run: RunFile, { kills, requests }: Options): Promise<void> {
  const delayMs = Math.min(
    SLOWEST_MAIL_MS,
    Math.round((MAIL_CONNECTIONS * kills * MEAN_PAUSE_MS) / requests),
  );
  await fetch(`${run.mail.url ?? ''}/_faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ times: 1_000_000, delayMs }),
  });
}

async function readProgress(
  database: PatientDatabase,
): Promise<{ staged: number; enabled: number; mails: number }> {
  const [row] = await database.rows<{ staged: number; enabled: number; mails: number }>(
    `select (select count(*)::int from badges) as staged,
            (select count(*)::int from badges where effective_at <= now()) as enabled,
            (select count(*)::int from mail_outbox where template = 'enabled' and sent_at is not null) as mails`,
  );
  return row ?? { staged: 0, enabled: 0, mails: 0 };
}

/** Looks again and again, so that a kill can be told at once what is done. */
function watchProgress(database: PatientDatabase, count: number) {
  const stopping = new AbortController();
  let last = { staged: 0, enabled: 0, mails: 0 };
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      last = await readProgress(database).catch(() => last);
      await sleep(250, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    read: (): Progress => ({
      done: last.staged + last.enabled + last.mails,
      text: `of ${count} badges ${last.staged} staged, ${last.enabled} effective, ${last.mails} mailed`,
    }),
    async end() {
      stopping.abort();
      await watching;
    },
  };
}

async function countMakers(database: PatientDatabase, run: RunFile): Promise<number> {
  const organization = run.people.find(({ role }) => role === 'MAKER')?.organization;
  const [row] = await database.rows<{ count: number }>(
    "select count(*)::int as count from people where role = 'MAKER' and organization_id = $1",
    [organization],
  );
  return row?.count ?? 0;
}
