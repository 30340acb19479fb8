/** Many badges that become effective at one instant. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { percentiles, runClosedLoop, type Percentiles } from './lives';
import type { OneProject } from './one-project';
import { spentBetween, type CpuTimes } from './processes';

/** From moving the midnight until it comes: enough to give all requests another date, and to look before it. */
const AHEAD_MS = { all: 30_000, each: 100 };
/** Dates are given so many at a time, */
const RESCHEDULED_AT_A_TIME = 10;
/** and all badges are staged anew this long before the instant. */
const STAGED_BEFORE_MS = 3_000;
/** Workflows end spread over minutes. */
const ENDED_WITHIN_MS = 420_000;
const MAILED_WITHIN_MS = 300_000;
/** Looks begin so long before the instant, and go on so long after it. */
const LOOKED_BEFORE_MS = 10_000;
const LOOKED_FOR_MS = 3_000;
/** A page and a list cost many times what a lookup does. */
const LOOK_EVERY_MS = { badges: 20, statuses: 200 };
/** Counting workflows costs Temporal: seldom enough not to be seen in its CPU time. */
const COUNT_EVERY_MS = 5_000;
/** Places that one lookup asks for. */
const AT_ONCE = 100;
const DAY_MS = 86_400_000;

export interface MidnightFigures {
  readonly due: number;
  /** The latest look after the instant that did not show it, in milliseconds after it; 0: none. */
  readonly lookupLateMs: number;
  readonly statusLateMs: number;
  /** Looks before and after the instant. */
  readonly looks: number;
  /** Looks that showed it before the instant. */
  readonly early: number;
  readonly mails: number;
  /** From the instant until the mail server has accepted a mail. */
  readonly mailedMs: Percentiles | null;
  /** From the instant until the last mail; milliseconds of all requests together. */
  readonly cpuMs: CpuTimes;
  /** Workflows that have ended, how long after the instant the last one, and CPU time from the last mail until then. */
  readonly ended: { readonly workflows: number; readonly seconds: number; readonly cpuMs: CpuTimes };
  readonly failures: readonly string[];
}

interface Look {
  /** When it was asked and when answered, milliseconds since the epoch. */
  readonly asked: number;
  readonly answered: number;
  readonly shown: boolean;
}

/**
 * Has a midnight come within minutes for requests that are staged for a later one, and watches it through the API,
 * the mails, and the ends of the workflows.
 * @throws Error when the dates are not given in time, or mails or ends take too long
 */
export async function measureMidnight(
  project: OneProject,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<MidnightFigures> {
  const instant = await moveInstant(project, ids, signal);
  const samples = await readSamples(project, ids.slice(0, AT_ONCE));
  const open = await countOpen(project);
  await sleep(Math.max(0, instant - LOOKED_BEFORE_MS - Date.now()));
  let turn = 0;
  const nextSample = () => samples[(turn += 1) % samples.length] as Sample;
  const end = instant + LOOKED_FOR_MS;
  const watching = Promise.all([
    lookUntil(end, LOOK_EVERY_MS.badges, () => lookUp(project, samples)),
    lookUntil(end, LOOK_EVERY_MS.statuses, () => readStatus(project, nextSample())),
  ]);
  watching.catch(() => undefined);
  await sleep(instant - Date.now());
  const before = await project.readCpu();
  const mailed = await untilMailed(project, ids, signal);
  const after = await project.readCpu();
  const [lookups, statuses] = await watching;
  const all = [...lookups, ...statuses];
  const workflows = await untilEnded(project, { open, due: ids.length, instant }, signal);
  const seconds = (Date.now() - instant) / 1000;
  return {
    due: ids.length,
    lookupLateMs: latenessOf(lookups, instant),
    statusLateMs: latenessOf(statuses, instant),
    looks: all.length,
    early: all.filter(({ answered, shown }) => answered < instant && shown).length,
    mails: mailed.length,
    mailedMs: percentiles(mailed),
    cpuMs: spentBetween(before, after),
    ended: { workflows, seconds, cpuMs: spentBetween(after, await project.readCpu()) },
    failures: all.some(({ asked }) => asked >= instant) ? [] : ['Nobody looked after the instant'],
  };
}

/**
 * Gives requests another date, whose midnight is now a moment ahead, as that of every date: what was staged is taken
 * back, and staged again after a fresh look.
 * @returns the instant, milliseconds since the epoch
 */
async function moveInstant(
  project: OneProject,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { database, product } = project;
  const wanted = Date.now() + AHEAD_MS.all + ids.length * AHEAD_MS.each;
  const instant = new Date(Math.ceil(wanted / 1000) * 1000);
  await project.moveMidnights(instant);
  const nextDay = new Date(Date.parse(project.date) + DAY_MS).toISOString().slice(0, 10);
  const failures = await runClosedLoop([...ids], RESCHEDULED_AT_A_TIME, async (id) => {
    signal.throwIfAborted();
    await product.reschedule(id, nextDay);
  });
  if (failures[0] !== undefined) throw new Error(failures[0]);
  while (Date.now() < instant.getTime() - STAGED_BEFORE_MS) {
    signal.throwIfAborted();
    const { rows } = await database.query<{ staged: number }>(
      'select count(*)::int as staged from badge_requests where id = any($1) and enabled_at = $2',
      [ids, instant],
    );
    if (rows[0]?.staged === ids.length) return instant.getTime();
    await sleep(200);
  }
  throw new Error('Not all badges were staged for the midnight before it came');
}

/** Workflows of requests that have not ended. */
async function countOpen({ temporal }: OneProject): Promise<number> {
  const { count } = await temporal.workflow.count(
    `WorkflowType = 'badgeRequest' and ExecutionStatus = 'Running'`,
  );
  return count;
}

/** @returns how many have ended, once all have that are due */
async function untilEnded(
  project: OneProject,
  { open, due, instant }: { open: number; due: number; instant: number },
  signal: AbortSignal,
): Promise<number> {
  while (Date.now() < instant + ENDED_WITHIN_MS) {
    signal.throwIfAborted();
    const ended = open - (await countOpen(project));
    if (ended >= due) return ended;
    await sleep(COUNT_EVERY_MS);
  }
  throw new Error(`Workflows have not ended within ${ENDED_WITHIN_MS / 1000} s`);
}

async function lookUntil(end: number, everyMs: number, look: () => Promise<boolean>): Promise<Look[]> {
  const looks: Look[] = [];
  while (Date.now() < end) {
    const asked = Date.now();
    const shown = await look();
    looks.push({ asked, answered: Date.now(), shown });
    await sleep(everyMs);
  }
  return looks;
}

const latenessOf = (looks: readonly Look[], instant: number): number =>
  Math.max(
    0,
    ...looks.filter(({ asked, shown }) => asked >= instant && !shown).map(({ asked }) => asked - instant),
  );

const lookedUp = z.object({ data: z.array(z.object({ badges: z.array(z.unknown()) })) });

/** Whether every one of the badges is there; one answer is of one instant. */
async function lookUp({ run, marketplace }: OneProject, samples: readonly Sample[]): Promise<boolean> {
  const answer = await fetch(new URL('/v1/badges/lookup', run.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ badges: samples.map(({ asin }) => ({ marketplace, asin })) }),
  });
  const shown = lookedUp.parse(await answer.json()).data.filter(({ badges }) => badges.length > 0);
  if (shown.length > 0 && shown.length < samples.length)
    throw new Error(`One answer shows ${shown.length} badges of ${samples.length} that are due together`);
  return shown.length > 0;
}

const standing = z.object({ id: z.string(), status: z.string() });
const listed = z.object({ data: z.array(standing) });

/** Whether both the list and the request's own page show it as Enabled. */
async function readStatus({ run }: OneProject, { id, asin }: Sample): Promise<boolean> {
  const token = run.people.find(({ role }) => role === 'MAKER')?.token ?? '';
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(new URL(path, run.url), { headers: { authorization: `Bearer ${token}` } });
    return answer.json();
  };
  const [list, page] = await Promise.all([
    get(`/v1/badge-requests?asin=${asin}`),
    get(`/v1/badge-requests/${id}`),
  ]);
  const shown = [...listed.parse(list).data, standing.parse(page)].filter((each) => each.id === id);
  return shown.length === 2 && shown.every(({ status }) => status === 'ENABLED');
}

/** @returns how long after its instant each mail was accepted, in milliseconds */
async function untilMailed(
  { database }: OneProject,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<number[]> {
  const mails = "from mail_outbox where request_id = any($1) and template = 'enabled'";
  for (const end = Date.now() + MAILED_WITHIN_MS; Date.now() < end; await sleep(100)) {
    signal.throwIfAborted();
    const { rows } = await database.query<{ open: boolean }>(
      `select exists (select ${mails} and sent_at is null) as open`,
      [ids],
    );
    if (rows[0]?.open !== false) continue;
    const { rows: sent } = await database.query<{ ms: number }>(
      `select (extract(epoch from sent_at - due_at) * 1000)::float as ms ${mails}`,
      [ids],
    );
    return sent.map(({ ms }) => ms);
  }
  throw new Error(`Mails have not left within ${MAILED_WITHIN_MS / 1000} s`);
}

interface Sample {
  readonly id: string;
  readonly asin: string;
}
const readSamples = async ({ database }: OneProject, ids: readonly string[]): Promise<Sample[]> =>
  (await database.query<Sample>('select id, asin from badge_requests where id = any($1)', [ids])).rows;
