/**
 * Commands that are recorded and may be unknown to their workflow. An update is durable only once its
 * workflow task is; a kill between the transition's commit and that leaves the workflow behind its row.
 */
import { readNextDue, type NextDue, type ReportFailure } from './drain';
import { prepared, type Bind, type Pool, type Queryable } from './pool';

/** How long the one who gave a command has to confirm it, in seconds; then it is given again. */
const CONFIRMED_WITHIN_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 60;

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

/**
 * Takes the next command that nobody has confirmed in time, gives it again and forgets it once `give` returns.
 * When it fails, the command is due again later.
 * @param report is told why a command is put off
 * @returns how many were due, two at the most; 0 when there was none
 */
export async function giveNextCommand(
  pool: Pool,
  give: (command: UnconfirmedCommand) => Promise<void>,
  report: ReportFailure = () => undefined,
): Promise<number> {
  const taken = await takeNext(pool);
  if (taken === undefined) return 0;
  const { command, due } = taken;
  try {
    await give(command);
  } catch (error) {
    // It is due again when `takeNext` said.
    report(error);
    return due;
  }
  await confirmCommand(pool, command.requestId, command.commandId);
  return due;
}

/** Puts the command off before it is given, so that no lock is held meanwhile. */
async function takeNext(
  connection: Queryable,
): Promise<{ command: UnconfirmedCommand; due: number } | undefined> {
  const { rows } = await connection.query<{
    request_id: string;
    command_id: string;
    update_name: string;
    command: unknown;
    due: number;
  }>(
    prepared(
      `update unconfirmed_commands u set attempts = attempts + 1,
            next_attempt_at = clock_timestamp() + least($1, 5 * power(2, least(attempts, 6))) * interval '1 second'
       from (select request_id, command_id from unconfirmed_commands where next_attempt_at <= now()
              order by next_attempt_at limit 1 for update skip locked) due
      where u.request_id = due.request_id and u.command_id = due.command_id
      returning u.request_id, u.command_id, u.update_name, u.command,
                (select count(*) from (select from unconfirmed_commands where next_attempt_at <= now() limit 2) o) as due`,
      [LONGEST_WAIT_SECONDS],
    ),
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const { request_id: requestId, command_id: commandId, update_name: updateName, command, due } = row;
  return { command: { requestId, commandId, updateName, command }, due };
}

/** When the next one is due; see `Drainable`. */
export const nextCommandDue = (connection: Queryable, after: Date | null): Promise<NextDue | null> =>
  readNextDue(connection, { table: 'unconfirmed_commands', due: 'next_attempt_at' }, after);
