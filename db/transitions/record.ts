/**
 * Records one transition of a request: status, history and mails in one transaction, keyed by the
 * workflow's own number, so that a repeated or late write changes nothing.
 */
import { follows, type Action, type Standing } from '../../domain/lifecycle';
import { standingAt } from '../../domain/badge-request';
import type { SuspensionCause } from '../../domain/badges';
import { refusals, type Recorded, type Refused } from '../../domain/transitions';
import { readRecordedBadges } from './plans';
import { prepared, transact, type Pool, type Queryable } from '../pool';
import { recordedStanding, REQUEST_COLUMNS, type RequestRow } from '../requests';
import { statementOf, type Change } from './change';
import type { TransitionRef } from './transition-ref';

export type { TransitionRef };

/** A request as it is while its transition is recorded: locked, at one instant. */
export interface Locked {
  readonly connection: Queryable;
  readonly row: RequestRow;
  /** The database's clock after the lock was granted; RFC 3339. */
  readonly at: string;
  /** Where the request stands at that instant. */
  readonly standing: Standing;
  /** Whether it is recorded beside what the request's own workflow records, under no number of its. */
  readonly isBeside: boolean;
}

/** Nothing is recorded, the outcome says why. */
export interface Unchanged<Outcome> {
  readonly unchanged: Outcome;
}

export interface Recorder {
  readonly pool: Pool;
  /** Replaces the database's clock, RFC 3339; for time that is skipped. */
  readonly clock?: () => Promise<string> | string;
}

type Work<Outcome extends Recorded> = (
  locked: Locked,
) => Promise<Change<Outcome> | Unchanged<Outcome | Refused>>;

/**
 * Runs `work` on the locked request and records what it returns.
 * @param action refused with ACTION_NOT_ALLOWED where the lifecycle does not allow it at this instant
 * @returns the outcome; of an earlier recording when there is one of the same number or command
 */
export const record = <Outcome extends Recorded>(
  recorder: Recorder,
  ref: TransitionRef,
  action: Action,
  work: Work<Outcome>,
): Promise<Outcome | Refused> => recordOnly(recorder, ref, { action, isSame: () => true }, work);

/** What the service itself has recorded under a number before. */
export interface EarlierRecording {
  readonly action: Action;
  /** Of a change of badges. */
  readonly cause: SuspensionCause | null;
}

interface Only {
  readonly action: Action;
  readonly isSame: (earlier: EarlierRecording) => boolean;
  readonly besides?: boolean;
}

/**
 * The same for a workflow that does not go on from wherever the request stands: what it has to do is done only once this
 * very transition is recorded.
 * @param only.isSame whether an earlier recording is of this; refused where it is not: whoever asks is behind it
 * @param only.besides whether it may be recorded while the request is still Pending, too: of its badges that workflow knows
 * nothing, so it is not behind. What is recorded so is told from its repeat by what it finds, not by a number
 */
export async function recordOnly<Outcome extends Recorded>(
  { pool, clock }: Recorder,
  ref: TransitionRef,
  { action, isSame, besides = false }: Only,
  work: Work<Outcome>,
): Promise<Outcome | Refused> {
  const skippedTo = await clock?.();
  return transact(pool, async (connection, commitWith) => {
    const { row, clockAt, earlier } = await lockRequest<Outcome>(connection, ref, isSame);
    if (earlier !== undefined) return earlier;
    if (row.transition_seq >= ref.seq) throw new StaleTransitionError(ref, row.transition_seq);
    const at = skippedTo ?? clockAt;
    const changing = row.badges_change_at === null ? [] : await readRecordedBadges(connection, row.id);
    const standing = standingAt(recordedStanding(row, changing), at);
    if (!follows(standing, action)) return { refused: refusals.actionNotAllowed };
    const isBeside = besides && standing.status === 'PENDING';
    const result = await work({ connection, row, at, standing, isBeside });
    if ('unchanged' in result) return result.unchanged;
    await commitWith(statementOf(ref, { row, at, from: standing.status, isBeside }, result));
    return result.outcome;
  });
}

/** A write of a run that another one has overtaken. It never gets better. */
export class StaleTransitionError extends Error {
  constructor(ref: TransitionRef, recorded: number) {
    super(`Transition ${ref.seq} of ${ref.requestId} is older than the recorded ${recorded}.`);
    this.name = 'StaleTransitionError';
  }
}

interface Recording extends EarlierRecording {
  readonly transition_seq: number;
  readonly command_id: string | null;
  readonly outcome: unknown;
}

const RECORDINGS = `
  select transition_seq, command_id, outcome, action, details->>'cause' as cause from badge_request_history
   where request_id = $1 and (transition_seq = $2 or command_id = $3)`;

/** Locks the request, and looks for an earlier recording and at the clock, in one statement. */
async function lockRequest<Outcome>(
  connection: Queryable,
  ref: TransitionRef,
  isSame: (earlier: EarlierRecording) => boolean,
): Promise<{ row: RequestRow; clockAt: string; earlier: Outcome | Refused | undefined }> {
  const values = [ref.requestId, ref.seq, ref.command?.commandId ?? null];
  const { rows } = await connection.query<LockedRow>(
    // The clock is read of what is locked, so after it. What else is read is as it was when the statement began.
    prepared(
      `with locked as materialized (select ${REQUEST_COLUMNS} from badge_requests where id = $1 for update)
       select locked.*, clock_timestamp() as clock_at,
              (select r.transition_seq from badge_requests r where r.id = $1) as seen_seq,
              (select json_agg(h) from (${RECORDINGS}) h) as recordings
         from locked`,
      values,
    ),
  );
  if (rows[0] === undefined) throw new Error(`There is no request ${ref.requestId}.`);
  const { clock_at, seen_seq, recordings, ...row } = rows[0];
  // Another transition was recorded while the lock was waited for: what it wrote can be seen only now.
  const all =
    seen_seq === row.transition_seq
      ? (recordings ?? [])
      : (await connection.query<Recording>(prepared(RECORDINGS, values))).rows;
  return { row, clockAt: clock_at.toISOString(), earlier: earlierOf<Outcome>(all, ref, isSame) };
}

interface LockedRow extends RequestRow {
  clock_at: Date;
  seen_seq: number;
  recordings: Recording[] | null;
}

/**
 * The outcome of this very transition. What another command has recorded under its number, or this command
 * under another number, is a refusal: whoever asks is behind what is recorded.
 */
function earlierOf<Outcome>(
  recordings: readonly Recording[],
  { seq, command }: TransitionRef,
  isSame: (earlier: EarlierRecording) => boolean,
): Outcome | Refused | undefined {
  const commandId = command?.commandId ?? null;
  const same = recordings.find((one) => one.transition_seq === seq && one.command_id === commandId);
  if (same !== undefined && isSame(same)) return same.outcome as Outcome;
  return recordings.length > 0 ? { refused: refusals.actionNotAllowed } : undefined;
}
