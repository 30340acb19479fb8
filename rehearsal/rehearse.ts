/** The course of a rehearsal: copy, run forward, judge. */
import type { Pool } from '../db/pool';
import type { SettingsByProgram } from '../domain/program-settings';
import { carriedState } from './carried-state';
import type { Findings, Stuck } from './findings';
import { runForward, type Rehearsed } from './forward-run';
import { judge, lastInstantOf } from './judgement';
import { writeNamelessCopy } from './nameless-copy';
import type { OpenRequest, Snapshot } from './open-requests';
import { readRehearsedRows } from './rehearsed-rows';
import type { SkippingServer } from './skipping-server';

export interface Surroundings {
  /** An empty database at this version's schema, which is thrown away. */
  readonly copy: Pool;
  readonly server: SkippingServer;
  readonly workflowBundlePath: string;
  readonly programs: SettingsByProgram;
  readonly signal: AbortSignal;
  /** Tells people how far it is. */
  readonly say: (line: string) => void;
  /** Told how each thing that was started is put away; the last is to be first. */
  readonly atEnd: (end: () => Promise<unknown>) => void;
}

/** What becomes due at the last instant is done a few minutes later: workflows end spread over five. */
const TAIL_MS = 600_000;

/**
 * Runs what was read of the product forward in the copy.
 * @param until the last day, `YYYY-MM-DD`
 */
export async function rehearse(snapshot: Snapshot, until: string, around: Surroundings): Promise<Findings> {
  const { copy } = around;
  const { rehearsed, unreadable } = prepare(snapshot.requests);
  const ids = new Set(rehearsed.map(({ requestId }) => requestId));
  await writeNamelessCopy(
    copy,
    snapshot.requests.filter(({ id }) => ids.has(id)),
  );
  const ends = await runForward(rehearsed, lastInstantOf(until) + TAIL_MS, around);
  const rows = await readRehearsedRows(copy);
  return judge({ snapshot, rehearsed, unreadable, ends, rows, until });
}

function prepare(requests: readonly OpenRequest[]): { rehearsed: Rehearsed[]; unreadable: Stuck[] } {
  const [rehearsed, unreadable]: [Rehearsed[], Stuck[]] = [[], []];
  for (const request of requests)
    try {
      rehearsed.push({ requestId: request.id, state: carriedState(request) });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      unreadable.push({ requestId: request.id, kind: 'UNREADABLE', why });
    }
  return { rehearsed, unreadable };
}
