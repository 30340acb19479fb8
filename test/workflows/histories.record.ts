/** Records the histories that test/workflows/replay.test.ts replays: one per ending and per kind of message. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  createWorld,
  PROJECT,
  type RequestForm,
  type RequestInWorld,
  type World,
} from '../setup/request-world';
import { workflowIds, workflowTypes } from '../../workflows/contract';

const DAY_MS = 86_400_000;
const approved = { status: 'COMPLETE', result: 'APPROVED' };
let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** Where and by what process a history was recorded pins nothing. */
const withoutMachine = (name: string, value: unknown) =>
  name === 'stackTrace' ? undefined : name === 'identity' ? 'worker' : value;

async function keep(name: string, handle: Pick<WorkflowHandle, 'fetchHistory'>): Promise<void> {
  const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()), withoutMachine);
  await writeFile(path.join(__dirname, '..', 'histories', `${name}.json`), `${JSON.stringify(history)}\n`);
}
const reviewed = async (request: RequestInWorld) => {
  await request.submit();
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
};
const pending = async (form?: RequestForm) => {
  const request = await world.create(form);
  await reviewed(request);
  await request.approve();
  return request;
};

it('enabled', async () => {
  const request = await pending({ marketplaces: ['US', 'DE', 'JP'] });
  await world.certify(PROJECT, approved);
  await request.handle.result();
  await keep('enabled', request.handle);
});

it('rejected by checks and by a reviewer, resubmitted, enabled', async () => {
  world.outside.check = () => 'BRAND_MISMATCH';
  const request = await world.create();
  await request.submit();
  await request.until((row) => row.status === 'REJECTED');
  world.outside.check = () => 'YES';
  await reviewed(request);
  await request.reject('OTHER', 2);
  await reviewed(request);
  await request.approve(3);
  await world.certify(PROJECT, approved);
  await request.handle.result();
  await keep('rejected-twice-then-enabled', request.handle);
});

it('withdrawn while checking, discarded', async () => {
  const begun = new Promise<void>((resolve) => {
    world.outside.beforeCheck = async () => {
      resolve();
      await new Promise((later) => setTimeout(later, 1_000));
    };
  });
  const request = await world.create();
  await request.submit();
  await begun;
  await request.withdraw();
  await request.discard();
  await request.handle.result();
  await keep('withdrawn-while-checking-then-discarded', request.handle);
});

it('rescheduled in review and in pending, still waiting', async () => {
  const request = await world.create();
  await reviewed(request);
  await request.reschedule({ kind: 'ON_DATE', date: '2027-06-01' });
  await request.approve();
  await world.certify(PROJECT, approved);
  await request.reschedule({ kind: 'ON_DATE', date: '2027-07-01' });
  await keep('rescheduled-and-waiting', request.handle);
});

it('needed an operator twice', async () => {
  const broken = async () => {
    throw ApplicationFailure.nonRetryable('broken');
  };
  world.outside.beforeCheck = broken;
  world.outside.beforeLiveness = broken;
  const request = await world.create();
  await request.submit();
  await request.until((row) => row.stage === 'NEEDS_ATTENTION');
  world.outside.beforeCheck = async () => undefined;
  await request.retry();
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
  await request.approve();
  await world.certify(PROJECT, approved);
  await request.until((row) => row.stage === 'NEEDS_ATTENTION');
  world.outside.beforeLiveness = async () => undefined;
  await request.retry();
  await request.handle.result();
  await keep('needed-an-operator-twice', request.handle);
});

it('certification refused', async () => {
  const request = await pending();
  await world.certify(PROJECT, { status: 'CANCELLED' });
  await request.until((row) => row.status === 'REJECTED');
  await keep('certification-refused', request.handle);
});

it('listing not live, looked at again tomorrow', async () => {
  world.outside.live = () => 'NO';
  const request = await pending();
  await world.certify(PROJECT, approved);
  await request.until((row) => row.transition_seq >= 4);
  await keep('listing-not-live', request.handle);
});

it('continued as new', async () => {
  const request = await world.create();
  const first = await request.handle.describe();
  for (let round = 1; round <= 6; round += 1) {
    await reviewed(request);
    await request.withdraw();
  }
  await keep('continued-as-new', world.client.workflow.getHandle(request.handle.workflowId, first.runId));
  await keep('carried-on-after-continue-as-new', world.client.workflow.getHandle(request.handle.workflowId));
});

it('staged ahead of its date, ended after it', async () => {
  const executable = process.env['TEST_TIME_SKIPPING_SERVER'] ?? '';
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: executable } },
  });
  const now = async () => new Date(await environment.currentTimeMs()).toISOString();
  const usual = world;
  world = await createWorld({
    skipping: { client: environment.client, connection: environment.nativeConnection, now },
  });
  try {
    const date = new Date(Date.parse(await now()) + 90 * DAY_MS).toISOString().slice(0, 10);
    const request = await pending({ goLive: { kind: 'ON_DATE', date }, marketplaces: ['US', 'JP'] });
    await world.certify(PROJECT, approved);
    await request.handle.result();
    await keep('staged-ahead-then-enabled', request.handle);
  } finally {
    await world.close();
    await environment.teardown();
    world = usual;
  }
});

it('a check of a draft', async () => {
  const checkId = `check_${process.pid}`;
  const handle = await world.client.workflow.start(workflowTypes.draftCheck, {
    workflowId: workflowIds.draftCheck(checkId),
    taskQueue: world.taskQueue,
    args: [{ checkId, marketplaces: ['US', 'UK'], hasSkill: true, patienceMs: 5_000 }],
  });
  await handle.result();
  await keep('draft-check', handle);
});

it('a fan-out', async () => {
  const handle = await world.client.workflow.start(workflowTypes.certificationFanout, {
    workflowId: workflowIds.certificationFanout(`cert_${process.pid}`),
    taskQueue: world.taskQueue,
    args: [{ projectId: PROJECT }],
  });
  await handle.result();
  await keep('certification-fanout', handle);
});
