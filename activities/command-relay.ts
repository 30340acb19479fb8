/** Gives recorded commands again whose workflow may not know of them, until it answers. */
import { randomUUID } from 'node:crypto';
import {
  ApplicationFailure,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import type { Drainable } from '../db/drain';
import type { Pool } from '../db/pool';
import {
  giveNextCommand,
  nextCommandDue,
  readRecording,
  type UnconfirmedCommand,
} from '../db/unconfirmed-commands';
import { isBadgeAction } from '../domain/badges';
import { isSinceEnabled } from '../domain/lifecycle';
import { recordedSeqQuery, refusals, taskQueues, workflowIds } from '../workflows/contract';
import { remedyOperation } from './remedy/start';

const ANSWERED_WITHIN_MS = 5_000;

export interface CommandRelayDependencies {
  readonly pool: Pool;
  readonly client: Client;
  /** Where the workflows of requests run. */
  readonly taskQueue?: string;
}

export function createCommandRelay({
  pool,
  client,
  taskQueue = taskQueues.badgeRequests,
}: CommandRelayDependencies): Drainable {
  return {
    channel: 'unconfirmed_commands',
    drainOne: (report) =>
      giveNextCommand(
        pool,
        async (command) =>
          (await isOfBadges(pool, command))
            ? giveOrder(client, taskQueue, command)
            : give(pool, client, command),
        report,
      ),
    nextDue: (after) => nextCommandDue(pool, after),
  };
}

/** Whether the workflow of badges has recorded it; the request's own does as long as that is Pending. */
async function isOfBadges(
  pool: Pool,
  { requestId, commandId, updateName }: UnconfirmedCommand,
): Promise<boolean> {
  if (!isBadgeAction(updateName)) return false;
  const recording = await readRecording(pool, requestId, commandId);
  return recording !== null && isSinceEnabled(recording.status);
}

/** @throws when it is not certain that the workflow knows the command */
async function give(
  pool: Pool,
  client: Client,
  { requestId, commandId, updateName, command }: UnconfirmedCommand,
): Promise<void> {
  const handle = client.workflow.getHandle(workflowIds.badgeRequest(requestId));
  const giveAs = (updateId: string) => handle.executeUpdate(updateName, { args: [command], updateId });
  await client.withDeadline(Date.now() + ANSWERED_WITHIN_MS, async () => {
    try {
      await giveAs(commandId);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError && (await hasEnded(handle))) return;
      if (!isRefusal(error)) throw error;
      // Either it is past the command, or behind an earlier one, too, and the refusal is kept under the update's id.
      const recording = await readRecording(pool, requestId, commandId);
      if (recording === null || (await handle.query(recordedSeqQuery)) >= recording.seq) return;
      await giveAs(randomUUID());
    }
  });
}

/** An order about badges starts the workflow that it is for, where none runs. */
async function giveOrder(
  client: Client,
  taskQueue: string,
  { requestId, commandId, updateName, command }: UnconfirmedCommand,
): Promise<void> {
  await client.withDeadline(Date.now() + ANSWERED_WITHIN_MS, async () => {
    try {
      await client.workflow.executeUpdateWithStart(updateName, {
        startWorkflowOperation: remedyOperation(requestId, taskQueue),
        args: [command],
        updateId: commandId,
      });
    } catch (error) {
      // It has read the rows before it refused, and is past the order.
      if (!isRefusal(error)) throw error;
    }
  });
}

const isRefusal = (error: unknown) =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  Object.values<unknown>(refusals).includes(error.cause.type);

async function hasEnded(handle: WorkflowHandle): Promise<boolean> {
  return (await handle.describe()).status.name !== 'RUNNING';
}
