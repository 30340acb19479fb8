/**
 * Commands that are recorded and may be unknown to their workflow. An update is durable only once its
 * workflow task is; a kill between the transition's commit and that leaves the workflow behind its row.
 */
import type { Status } from '../domain/lifecycle';
import { workOffNext, type Backlog } from './backlog';
import { readNextDue, type NextDue, type ReportFailure } from './drain';
import type { Bind, Pool, Queryable } from './pool';

/** How long the one who gave a command has to confirm it, in seconds; then it is given again. */
const CONFIRMED_WITHIN_SECONDS = 5;

export interface UnconfirmedCommand {
  readonly requestId: string;
  readonly commandId: string;
  readonly updateName: string;
  readonly command: unknown;
}

/** The part of a statement that remembers a command, beside what records it. */
export const insertUnconfirmed = (
  bind: Bind,
  requestId: string,
  updateName: string,
  command: { readonly commandId: string },
): string =>
  `insert into unconfirmed_commands (request_id, command_id, update_name, command, next_attempt_at)
   values (${bind(requestId)}, ${bind(command.commandId)}, ${bind(updateName)}, ${bind(command)},
           clock_timestamp() + make_interval(secs => ${CONFIRMED_WITHIN_SECONDS}))`;

/**
 * What became of a command: CONFIRMED is over, RECORDED may be unknown to the workflow yet.
 * @returns null when it was never recorded
 */
export async function findCommand(
  connection: Queryable,
  requestId: string,
  commandId: string,
): Promise<'CONFIRMED' | 'RECORDED' | null> {
  const { rows } = await connection.query<{ open: boolean }>({
    name: 'find-command',
    text: `select exists (select 1 from unconfirmed_commands u
                           where u.request_id = h.request_id and u.command_id = h.command_id) as open
             from badge_request_history h where h.request_id = $1 and h.command_id = $2`,
    values: [requestId, commandId],
  });
  const row = rows[0];
  if (row === undefined) return null;
  return row.open ? 'RECORDED' : 'CONFIRMED';
}

/** The number of the transition that a command was recorded as, and the status that it led to; null when it was not. */
export async function readRecording(
  connection: Queryable,
  requestId: string,
  commandId: string,
): Promise<{ seq: number; status: Status } | null> {
  const { rows } = await connection.query<{ seq: number; status: Status }>(
    `select transition_seq as seq, to_status as status from badge_request_history
      where request_id = $1 and command_id = $2`,
    [requestId, commandId],
  );
  return rows[0] ?? null;
}

/** The workflow has answered the command: it knows. */
export async function confirmCommand(
  connection: Queryable,
  requestId: string,
  commandId: string,
): Promise<void> {
  await connection.query({
    name: 'confirm-command',
    text: 'delete from unconfirmed_commands where request_id = $1 and command_id = $2',
    values: [requestId, commandId],
  });
}

interface CommandRow {
  request_id: string;
  command_id: string;
  update_name: string;
  command: unknown;
}

const backlog: Backlog<CommandRow> = {
  table: 'unconfirmed_commands',
  key: ['request_id', 'command_id'],
  columns: ['request_id', 'command_id', 'update_name', 'command'],
  doneWithinSeconds: CONFIRMED_WITHIN_SECONDS,
};

/** Gives the next command that nobody has confirmed in time once more, and forgets it. See `workOffNext`. */
export const giveNextCommand = (
  pool: Pool,
  give: (command: UnconfirmedCommand) => Promise<void>,
  report?: ReportFailure,
): Promise<number> =>
  workOffNext(
    pool,
    backlog,
    {
      work: (row) =>
        give({
          requestId: row.request_id,
          commandId: row.command_id,
          updateName: row.update_name,
          command: row.command,
        }),
      forget: (row) => confirmCommand(pool, row.request_id, row.command_id),
    },
    report,
  );

/** When the next one is due; see `Drainable`. */
export const nextCommandDue = (connection: Queryable, after: Date | null): Promise<NextDue | null> =>
  readNextDue(connection, { table: 'unconfirmed_commands', due: 'next_attempt_at' }, after);
