/**
 * Records one transition of a request: status, history and mails in one transaction, keyed by the
 * workflow's own number, so that a repeated or late write changes nothing.
 */
import { follows, type Action, type Role, type Stage, type Status } from '../../domain/lifecycle';
import { standingAt } from '../../domain/badge-request';
import { refusals, type Recorded, type Refused } from '../../domain/transitions';
import { mailMakers } from '../outbox';
import { awaitConfirmation } from '../unconfirmed-commands';
import { prepared, transact, type Pool, type Queryable } from '../pool';
import { recordedStanding, REQUEST_COLUMNS, type RequestRow } from '../requests';

export interface TransitionRef {
  readonly requestId: string;
  /** The workflow's number of this transition, from 1. */
  readonly seq: number;
  /** Whose command it is; `null`: the service's own. */
  readonly command: TransitionCommand | null;
}

export interface TransitionCommand {
  readonly commandId: string;
  readonly actor: { readonly id: string; readonly role: Role };
}

/** A request as it is while its transition is recorded: locked, at one instant. */
export interface Locked {
  readonly connection: Queryable;
  readonly row: RequestRow;
  /** The database's clock after the lock was granted; RFC 3339. */
  readonly at: string;
}

/** Columns that a transition may set besides status and stage. */
export type ColumnChanges = Partial<{
  round: number;
  attention: string | null;
  reasons: string;
  review_due_at: string | null;
  submitted_at: string;
  marketplaces: string[];
  go_live_kind: string;
  go_live_date: string | null;
  first_effective_at: string | null;
  enabled_at: string | null;
}>;

export interface MailChange {
  readonly template: string;
  readonly props?: Readonly<Record<string, unknown>>;
  /** RFC 3339; absent: at once. */
  readonly dueAt?: string;
}

export interface Change<Outcome extends Recorded> {
  readonly action: Action;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly columns?: ColumnChanges;
  readonly mails?: readonly MailChange[];
  /** What becomes true by itself at a later instant, written ahead. */
  readonly ahead?: { readonly at: string; readonly action: Action; readonly to: Status };
  readonly outcome: Outcome;
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

/**
 * Runs `work` on the locked request and records what it returns.
 * @param action refused with ACTION_NOT_ALLOWED where the lifecycle does not allow it at this instant
 * @returns the outcome; of an earlier recording when there is one of the same number or command
 */
export async function record<Outcome extends Recorded>(
  { pool, clock }: Recorder,
  ref: TransitionRef,
  action: Action,
  work: (locked: Locked) => Promise<Change<Outcome> | Unchanged<Outcome | Refused>>,
): Promise<Outcome | Refused> {
  const skippedTo = await clock?.();
  return transact(pool, async (connection) => {
    const row = await lockRequest(connection, ref.requestId);
    const earlier = await findEarlier<Outcome>(connection, ref);
    if (earlier !== undefined) return earlier;
    if (row.transition_seq >= ref.seq) throw new StaleTransitionError(ref, row.transition_seq);
    const at = skippedTo ?? (await readClock(connection));
    const standing = standingAt(recordedStanding(row), at);
    if (!follows(standing, action)) return { refused: refusals.actionNotAllowed };
    const result = await work({ connection, row, at });
    if ('unchanged' in result) return result.unchanged;
    await write(connection, ref, { row, at, from: standing.status }, result);
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

async function lockRequest(connection: Queryable, requestId: string): Promise<RequestRow> {
  const { rows } = await connection.query<RequestRow>(
    prepared(`select ${REQUEST_COLUMNS} from badge_requests where id = $1 for update`, [requestId]),
  );
  const row = rows[0];
  if (row === undefined) throw new Error(`There is no request ${requestId}.`);
  return row;
}

/**
 * The outcome of this very transition. What another command has recorded under its number, or this command
 * under another number, is a refusal: whoever asks is behind what is recorded.
 */
async function findEarlier<Outcome>(
  connection: Queryable,
  ref: TransitionRef,
): Promise<Outcome | Refused | undefined> {
  const commandId = ref.command?.commandId ?? null;
  const { rows } = await connection.query<{
    transition_seq: number;
    command_id: string | null;
    outcome: Outcome;
  }>(
    prepared(
      `select transition_seq, command_id, outcome from badge_request_history
      where request_id = $1 and (transition_seq = $2 or command_id = $3)`,
      [ref.requestId, ref.seq, commandId],
    ),
  );
  const same = rows.find((row) => row.transition_seq === ref.seq && row.command_id === commandId);
  if (same !== undefined) return same.outcome;
  return rows.length > 0 ? { refused: refusals.actionNotAllowed } : undefined;
}

async function readClock(connection: Queryable): Promise<string> {
  const { rows } = await connection.query<{ at: Date }>(prepared('select clock_timestamp() as at'));
  return (rows[0]?.at ?? new Date()).toISOString();
}

async function write<Outcome extends Recorded>(
  connection: Queryable,
  ref: TransitionRef,
  { row, at, from }: { row: RequestRow; at: string; from: Status },
  change: Change<Outcome>,
): Promise<void> {
  const { status, stage } = change.outcome;
  await updateRow(connection, row.id, {
    status,
    stage,
    transition_seq: ref.seq,
    updated_at: at,
    ...change.columns,
  });
  await connection.query(
    prepared(
      `insert into badge_request_history
       (request_id, seq, at, actor_role, actor_id, action, from_status, to_status, details, transition_seq, outcome, command_id)
     select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
       from badge_request_history where request_id = $1`,
      [
        row.id,
        at,
        ref.command?.actor.role ?? 'SERVICE',
        ref.command?.actor.id ?? null,
        change.action,
        from,
        // What is enabled by the clock is entered with its own instant, below.
        status,
        change.details ?? {},
        ref.seq,
        change.outcome,
        ref.command?.commandId ?? null,
      ],
    ),
  );
  if (ref.command !== null) await awaitConfirmation(connection, row.id, change.action, ref.command);
  if (change.ahead !== undefined) await writeAhead(connection, row.id, status, change.ahead);
  for (const mail of change.mails ?? []) {
    await mailMakers(connection, {
      requestId: row.id,
      organizationId: row.organization_id,
      cause: `${ref.seq}.${mail.template}`,
      template: mail.template,
      props: mail.props ?? {},
      dueAt: mail.dueAt ?? at,
    });
  }
}

interface RowChanges extends ColumnChanges {
  status: Status;
  stage: Stage | null;
  transition_seq: number;
  updated_at: string;
}

async function updateRow(connection: Queryable, requestId: string, changes: RowChanges): Promise<void> {
  const columns = Object.keys(changes);
  const assignments = columns.map((column, index) => `${column} = $${index + 2}`);
  await connection.query(
    prepared(`update badge_requests set ${assignments.join(', ')}, version = version + 1 where id = $1`, [
      requestId,
      ...Object.values<unknown>({ ...changes }),
    ]),
  );
}

async function writeAhead(
  connection: Queryable,
  requestId: string,
  from: Status,
  entry: NonNullable<Change<Recorded>['ahead']>,
): Promise<void> {
  await connection.query(
    prepared(
      `insert into badge_request_history (request_id, seq, at, actor_role, action, from_status, to_status)
     select $1, coalesce(max(seq), 0) + 1, $2, 'SERVICE', $3, $4, $5
       from badge_request_history where request_id = $1`,
      [requestId, entry.at, entry.action, from, entry.to],
    ),
  );
}
