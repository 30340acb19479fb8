/**
 * Runs the workflows of the open requests forward. The server's clock jumps only while nothing is at work, so
 * one workflow that never gets done with its task would hold up all others: such a one is ended, and why is
 * kept.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type WorkflowHandle } from '@temporalio/client';
import type { Pool } from '../db/pool';
import type { SettingsByProgram } from '../domain/program-settings';
import { taskQueues, workflowIds, workflowTypes, type BadgeRequestState } from '../workflows/contract';
import { PATIENT, startWorkers } from './rehearsal-workers';
import { SKIPPING_NAMESPACE, type SkippingServer } from './skipping-server';
import { watchSteps, type StepWatch } from './step-watch';
import { readBlockade, readEnd, type End } from './workflow-trouble';

export interface Rehearsed {
  readonly requestId: string;
  readonly state: BadgeRequestState;
}

export interface ForwardRun {
  readonly server: SkippingServer;
  readonly copy: Pool;
  readonly workflowBundlePath: string;
  readonly programs: SettingsByProgram;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly atEnd: (end: () => Promise<unknown>) => void;
}

/** By request id, what became of its workflow. */
export type Ends = Map<string, End>;

const STARTED_AT_A_TIME = 50;
const ASKED_AT_A_TIME = 20;
const LOOK_EVERY_MS = 250;
/** Nothing done and no jump of the clock for so long: somebody may be stuck. */
const QUIET_MS = 1_500;
/** Somebody at work without getting anything done for so long is stuck, */
const STANDSTILL_MS = 20_000;
/** and when nothing moves for so long although nobody is at work, the rehearsal is. */
const GIVE_UP_MS = 60_000;
/** A jump of the clock, beyond what passes by itself between two looks. */
const JUMP_MS = 2_000;

/** The clock stands still, and no request is to blame. */
export class StandstillError extends Error {
  constructor(at: number) {
    super(`The time-skipping server stands still at ${new Date(at).toISOString()}.`);
    this.name = 'StandstillError';
  }
}

/**
 * @param until an instant, milliseconds since the epoch; what is due by then is done when this returns
 * @throws {StandstillError}
 */
export async function runForward(
  rehearsed: readonly Rehearsed[],
  until: number,
  run: ForwardRun,
): Promise<Ends> {
  const { server, signal } = run;
  const watch = watchSteps();
  run.atEnd(await startWorkers({ ...run, watch, count: rehearsed.length }));
  const client = new Client({ connection: server.connection, namespace: SKIPPING_NAMESPACE });
  const handles = new Map<string, WorkflowHandle>();
  await inParallel(rehearsed, STARTED_AT_A_TIME, async ({ requestId, state }) => {
    signal.throwIfAborted();
    const handle = await client.workflow.start(workflowTypes.badgeRequest, {
      workflowId: workflowIds.badgeRequest(requestId),
      taskQueue: taskQueues.badgeRequests,
      workflowTaskTimeout: PATIENT,
      args: [{ requestId, state }],
    });
    handles.set(requestId, handle);
  });
  const ends = await skip(handles, until, run, watch);
  await inParallel([...handles], ASKED_AT_A_TIME, async ([requestId, handle]) => {
    const why = watch.failing.get(handle.workflowId);
    if (why !== undefined) ends.set(requestId, { kind: 'STEP_FAILS', why });
    else if (!ends.has(requestId)) ends.set(requestId, await readEnd(handle));
  });
  return ends;
}

/** @returns the ends of those that were ended on the way */
async function skip(
  handles: ReadonlyMap<string, WorkflowHandle>,
  until: number,
  { server, signal, say }: ForwardRun,
  watch: StepWatch,
): Promise<Ends> {
  const ends: Ends = new Map();
  const endBlockades = (standstill: boolean) =>
    inParallel([...handles], ASKED_AT_A_TIME, async ([requestId, handle]) => {
      if (ends.has(requestId)) return;
      const blockade = await readBlockade(handle, standstill);
      if (blockade === null) return;
      ends.set(requestId, blockade.trouble);
      await handle.terminate('It is stuck in the rehearsal');
      await server.giveBack(blockade.locks);
    });
  const look = async () => ({ clock: await server.now(), done: watch.done(), at: performance.now() });
  let arrived = false;
  const arriving = server.skipTo(until).then(() => {
    arrived = true;
  });
  let moved = await look();
  let patience = QUIET_MS;
  while (!arrived) {
    await Promise.race([arriving, sleep(LOOK_EVERY_MS, undefined, { signal })]);
    const now = await look();
    const quiet = now.at - moved.at;
    if (now.done !== moved.done || now.clock - moved.clock > quiet + JUMP_MS) {
      moved = now;
      patience = QUIET_MS;
    } else if (quiet > GIVE_UP_MS) throw new StandstillError(now.clock);
    else if (quiet > patience) {
      // The next time later: asking all of them takes a while when there are many.
      patience *= 2;
      if (quiet > STANDSTILL_MS) say(`Nothing has moved for ${Math.round(quiet / 1000)} s …`);
      await endBlockades(quiet > STANDSTILL_MS);
    }
  }
  return ends;
}

async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items].reverse();
  const lane = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}
