/** Many badges that become effective at one instant. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { percentiles, type Percentiles } from './lives';
import type { OneProject } from './one-project';
import { spentBetween, type CpuTimes } from './processes';

/** From moving the instant until it comes: enough to write all rows, and to look before it. */
const AHEAD_SECONDS = 10;
const MAILED_WITHIN_MS = 300_000;
/** Looks go on so long after the instant. */
const LOOKED_FOR_MS = 3_000;
/** Places that one lookup asks for. */
const AT_ONCE = 100;

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
  readonly failures: readonly string[];
}

interface Look {
  /** When it was asked and when answered, milliseconds since the epoch. */
  readonly asked: number;
  readonly answered: number;
  readonly shown: boolean;
}

/**
 * Moves the midnight of staged requests to a few seconds ahead, in the bench's own database, and watches it
 * through the API and the mails.
 * @throws Error when the mails take too long
 */
export async function measureMidnight(
  project: OneProject,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<MidnightFigures> {
  const instant = await moveInstant(project, ids);
  const samples = await readSamples(project, ids.slice(0, AT_ONCE));
  let turn = 0;
  const nextSample = () => samples[(turn += 1) % samples.length] as Sample;
  const watching = Promise.all([
    lookUntil(instant + LOOKED_FOR_MS, () => lookUp(project, samples)),
    lookUntil(instant + LOOKED_FOR_MS, () => readStatus(project, nextSample())),
  ]);
  watching.catch(() => undefined);
  await sleep(instant - Date.now());
  const before = await project.readCpu();
  const mailed = await untilMailed(project, ids, signal);
  const cpuMs = spentBetween(before, await project.readCpu());
  const [lookups, statuses] = await watching;
  const all = [...lookups, ...statuses];
  return {
    due: ids.length,
    lookupLateMs: latenessOf(lookups, instant),
    statusLateMs: latenessOf(statuses, instant),
    looks: all.length,
    early: all.filter(({ answered, shown }) => answered < instant && shown).length,
    mails: mailed.length,
    mailedMs: percentiles(mailed),
    cpuMs,
    failures: all.some(({ asked }) => asked >= instant) ? [] : ['Nobody looked after the instant'],
  };
}

/** What is written ahead gets another instant, in one statement. @returns milliseconds since the epoch */
async function moveInstant({ database }: OneProject, ids: readonly string[]): Promise<number> {
  const { rows } = await database.query<{ at: Date }>(
    `with moved as (select date_trunc('second', now()) + make_interval(secs => $2) as at),
      rows_of_badges as (update badges set effective_at = at from moved where request_id = any($1)),
      requests as (update badge_requests set first_effective_at = at, enabled_at = at from moved where id = any($1)),
      entries as (update badge_request_history h set at = moved.at from moved
                   where request_id = any($1) and action = 'enable'),
      mails as (update mail_outbox set due_at = at, next_attempt_at = at from moved
                 where request_id = any($1) and template = 'enabled'),
      woken as (select pg_notify('mail_outbox', ''))
      select at from moved, woken`,
    [ids, AHEAD_SECONDS],
  );
  const at = rows[0]?.at.getTime() ?? 0;
  if (at - Date.now() < 1_000) throw new Error('Moving the instant took longer than there was time until it');
  return at;
}

async function lookUntil(end: number, look: () => Promise<boolean>): Promise<Look[]> {
  const looks: Look[] = [];
  while (Date.now() < end) {
    const asked = Date.now();
    const shown = await look();
    looks.push({ asked, answered: Date.now(), shown });
    await sleep(20);
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
