/** Gives recorded commands again whose workflow may not know of them, until it answers. */
import {
  ApplicationFailure,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import type { Drainable } from '../db/drain';
import type { Pool } from '../db/pool';
import { giveNextCommand, nextCommandAt, type UnconfirmedCommand } from '../db/unconfirmed-commands';
import { refusals, workflowIds } from '../workflows/contract';

const ANSWERED_WITHIN_MS = 5_000;

export function createCommandRelay({ pool, client }: { pool: Pool; client: Client }): Drainable {
  return {
    channel: 'unconfirmed_commands',
    drainOne: () => giveNextCommand(pool, (command) => give(client, command)),
    nextDueAt: () => nextCommandAt(pool),
  };
}

/** @throws when it is not certain that the workflow knows the command */
async function give(
  client: Client,
  { requestId, commandId, updateName, command }: UnconfirmedCommand,
): Promise<void> {
  const handle = client.workflow.getHandle(workflowIds.badgeRequest(requestId));
  await client.withDeadline(Date.now() + ANSWERED_WITHIN_MS, async () => {
    try {
      await handle.executeUpdate(updateName, { args: [command], updateId: commandId });
    } catch (error) {
      if (isRefusal(error)) return;
      if (error instanceof WorkflowNotFoundError && (await hasEnded(handle))) return;
      throw error;
    }
  });
}

/** A workflow that refuses the command is past it already: nothing else can have its number. */
const isRefusal = (error: unknown) =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  Object.values<unknown>(refusals).includes(error.cause.type);

async function hasEnded(handle: WorkflowHandle): Promise<boolean> {
  return (await handle.describe()).status.name !== 'RUNNING';
}
