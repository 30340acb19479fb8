import { prepared, type Queryable } from './pool';

interface Decision {
  readonly commandId: string;
  readonly requestId: string;
  readonly operatorId: string;
  readonly reason: string;
}

/** Keeps an operator's words for the transition that the command records; those kept first stay. */
export async function saveReason(
  db: Queryable,
  { commandId, requestId, operatorId, reason }: Decision,
): Promise<void> {
  await db.query(
    `insert into operator_decisions (command_id, request_id, operator_id, reason) values ($1, $2, $3, $4)
      on conflict (command_id) do nothing`,
    [commandId, requestId, operatorId, reason],
  );
}

/** The words that a command was given with; null when there are none. */
export async function readReason(
  db: Queryable,
  commandId: string,
  requestId: string,
): Promise<string | null> {
  const { rows } = await db.query<{ reason: string }>(
    prepared('select reason from operator_decisions where command_id = $1 and request_id = $2', [
      commandId,
      requestId,
    ]),
  );
  return rows[0]?.reason ?? null;
}
