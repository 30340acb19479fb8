/** Records the histories that test/workflows/replay.test.ts replays: one per ending and per kind of message. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { createGate } from '../setup/gate';
import { until } from '../setup/until';
import { createWorld, OPERATOR, PROJECT, type RequestInWorld, type World } from '../setup/request-world';
import {
  certificationChangedSignal,
  programSuspensionChangedSignal,
  RECONCILE_SCHEDULE,
  workflowIds,
  workflowTypes,
} from '../../workflows/contract';
import { endSuspension, openSuspension } from '../../db/program-suspensions';
import { reportTrouble } from '../../activities/remedy/report-trouble';
import { approved, pending, reviewed } from './request-steps';

const DAY_MS = 86_400_000;
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
async function enabled(form?: Parameters<typeof pending>[1]): Promise<RequestInWorld> {
  const request = await pending(world, form);
  await world.certify(PROJECT, approved);
  await request.handle.result();
  return request;
}
/** Keeps what the workflow of a request's badges does about a signal. */
async function keepAnswer(name: string, { id }: RequestInWorld, signal: string, signalArgs: unknown[] = []) {
  const handle = await world.client.workflow.signalWithStart(workflowTypes.badgeRemedy, {
    workflowId: workflowIds.badgeRemedy(id),
    taskQueue: world.taskQueue,
    ...{ args: [{ requestId: id }], signal, signalArgs },
  });
  await handle.result();
  await keep(name, handle);
}

it('enabled', async () => {
  const request = await enabled({ marketplaces: ['US', 'DE', 'JP'] });
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

it('rechecked twice, enabled', async () => {
  const request = await world.create();
  await reviewed(request);
  for (const seq of [4, 6]) {
    await request.recheck();
    await request.until((row) => row.stage === 'AWAITING_REVIEWER' && row.transition_seq === seq);
  }
  await request.approve();
  await world.certify(PROJECT, approved);
  await request.handle.result();
  await keep('rechecked-then-enabled', request.handle);
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

it('certification revoked while an operator is needed', async () => {
  world.outside.beforeLiveness = async () => {
    throw ApplicationFailure.nonRetryable('broken');
  };
  const request = await pending(world);
  await world.certify(PROJECT, approved);
  await request.until((row) => row.stage === 'NEEDS_ATTENTION');
  await world.certify(PROJECT, { status: 'COMPLETE', result: 'REVOKED' });
  await request.until((row) => row.status === 'REJECTED');
  await request.discard();
  await request.handle.result();
  await keep('revoked-while-an-operator-is-needed', request.handle);
});

it('certification revoked while Amazon is being asked', async () => {
  const amazon = createGate();
  world.outside.beforeLiveness = amazon.wait;
  const request = await pending(world);
  await world.certify(PROJECT, approved);
  await amazon.reached;
  await world.certify(PROJECT, { status: 'COMPLETE', result: 'REVOKED' });
  await request.until((row) => row.status === 'REJECTED');
  amazon.open();
  await request.discard();
  await request.handle.result();
  await keep('revoked-while-amazon-is-asked', request.handle);
});

it('certification refused', async () => {
  const request = await pending(world);
  await world.certify(PROJECT, { status: 'CANCELLED' });
  await request.until((row) => row.status === 'REJECTED');
  await keep('certification-refused', request.handle);
});

it('listing not live, looked at again tomorrow', async () => {
  world.outside.live = () => 'NO';
  const request = await pending(world);
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

/** Plays on a server that skips time. */
async function skipping(play: (environment: TestWorkflowEnvironment) => Promise<void>): Promise<void> {
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
    await play(environment);
  } finally {
    await world.close();
    await environment.teardown();
    world = usual;
  }
}

it('staged each marketplace a day before its own midnight, ended after the last', () =>
  skipping(async (environment) => {
    const later = (await environment.currentTimeMs()) + 90 * DAY_MS;
    const date = new Date(later).toISOString().slice(0, 10);
    const request = await pending(world, { goLive: { kind: 'ON_DATE', date }, marketplaces: ['US', 'JP'] });
    await world.certify(PROJECT, approved);
    await request.handle.result();
    await keep('staged-apart-then-enabled', request.handle);
  }));

it('staged for one midnight, ended when the mails had left', () =>
  skipping(async (environment) => {
    const later = (await environment.currentTimeMs()) + 90 * DAY_MS;
    const date = new Date(later).toISOString().slice(0, 10);
    const request = await pending(world, { goLive: { kind: 'ON_DATE', date }, marketplaces: ['US'] });
    await world.certify(PROJECT, approved);
    await request.handle.result();
    await keep('ended-after-the-mails', request.handle);
  }));

it('a newer approval covers less than is staged', () =>
  skipping(async (environment) => {
    const now = await environment.currentTimeMs();
    const date = new Date(now + 90 * DAY_MS).toISOString().slice(0, 10);
    const request = await pending(world, { goLive: { kind: 'ON_DATE', date }, marketplaces: ['US', 'JP'] });
    await world.certify(PROJECT, approved);
    await environment.sleep(Date.parse(date) - DAY_MS / 2 - now);
    const less = { ...approved, marketplaces: ['JP'] };
    await world.certify(PROJECT, less);
    await request.until(({ marketplaces }) => marketplaces.length === 1);
    await world.certify(PROJECT, less);
    await request.handle.result();
    await keep('newer-approval-covers-less', request.handle);
  }));

it('an approval covers less than is wanted, long before the date', async () => {
  const date = new Date(Date.now() + 90 * DAY_MS).toISOString().slice(0, 10);
  const request = await pending(world, { goLive: { kind: 'ON_DATE', date }, marketplaces: ['US', 'JP'] });
  await world.certify(PROJECT, { ...approved, marketplaces: ['JP'] });
  await request.until(({ marketplaces }) => marketplaces.length === 1);
  await world.certify(PROJECT, { ...approved, marketplaces: ['DE'] });
  await request.until(({ status }) => status === 'REJECTED');
  await request.discard();
  await request.handle.result();
  await keep('approval-covers-less-long-before', request.handle);
});

/** A request whose listing in Japan is reported to be wrong, and was looked at `looks` times before it is right. */
async function troubled(looks: number): Promise<WorkflowHandle> {
  const request = await enabled({ marketplaces: ['US', 'JP'] });
  let left = looks * 2;
  world.outside.check = () => ((left -= 1) >= 0 ? 'BRAND_MISMATCH' : 'YES');
  const said = { check: 'LISTING_MATCHES', marketplace: 'JP', answer: 'NO', code: 'BRAND_MISMATCH' } as const;
  const about = { found: {}, expected: {}, checkedAt: '2027-01-01T00:00:00.000Z' };
  await reportTrouble(world, {
    requestId: request.id,
    marketplace: 'JP',
    findings: [{ ...said, ...about, codes: ['BRAND_MISMATCH'], undecided: [] }],
  });
  return world.client.workflow.getHandle(workflowIds.badgeRemedy(request.id));
}

it('in trouble, right again within the grace', () =>
  skipping(async () => {
    const handle = await troubled(3);
    await handle.result();
    await keep('in-trouble-then-recovered', handle);
  }));

it('in trouble, certification revoked while Amazon is being asked', () =>
  skipping(async (environment) => {
    const handle = await troubled(Infinity);
    const amazon = createGate();
    world.outside.beforeLook = amazon.wait;
    await environment.sleep(DAY_MS + 1_000);
    await amazon.reached;
    await world.pool.query(
      "update certification_projects set version = version + 1, status = 'COMPLETE', result = 'REVOKED'",
    );
    await handle.signal(certificationChangedSignal.name, {});
    await until(async () => {
      const { rowCount } = await world.pool.query("select from badges where status = 'SUSPENDED'");
      return rowCount === 2;
    });
    amazon.open();
    await handle.result();
    await keep('in-trouble-then-revoked', handle);
  }));

it('in trouble, suspended, reinstated by itself', () =>
  skipping(async () => {
    const handle = await troubled(8);
    await handle.result();
    await keep('in-trouble-then-reinstated', handle);
  }));

it('in trouble, suspended, removed, with runs that continue each other', () =>
  skipping(async () => {
    const handle = await troubled(Infinity);
    const { runId } = await handle.describe();
    await handle.result();
    await keep('in-trouble-continued-as-new', world.client.workflow.getHandle(handle.workflowId, runId));
    await keep('in-trouble-then-removed', world.client.workflow.getHandle(handle.workflowId));
  }));

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

it('badges suspended, reinstated, removed by an operator', async () => {
  const request = await enabled({ marketplaces: ['US', 'JP'] });
  for (const action of ['suspend', 'reinstate', 'remove'] as const) {
    await request.order(action);
    const handle = world.client.workflow.getHandle(workflowIds.badgeRemedy(request.id));
    await handle.result();
    await keep(`badges-${action}`, handle);
  }
});

it('badges suspended by a certification that is revoked', async () => {
  const request = await enabled();
  await world.pool.query("update certification_projects set version = 9, result = 'REVOKED'");
  const news = { projectId: PROJECT, version: 9, verdict: 'REVOKED' };
  await keepAnswer('badges-suspended-by-certification', request, certificationChangedSignal.name, [news]);
});

it('badges suspended by a programme in two regions, and reinstated in one', async () => {
  const request = await enabled({ marketplaces: ['US', 'JP'] });
  const about = { program: 'WWA', organizationId: 'org_one', operatorId: OPERATOR.id, reason: '…' } as const;
  await openSuspension(world.pool, { ...about, id: 'psus_na', region: 'na' });
  await openSuspension(world.pool, { ...about, id: 'psus_fe', region: 'fe' });
  await keepAnswer('badges-suspended-by-programme', request, programSuspensionChangedSignal.name);
  await endSuspension(world.pool, { ...about, id: 'psus_na', commandId: 'cmd_end' });
  await keepAnswer('badges-reinstated-by-programme', request, programSuspensionChangedSignal.name);
});

it('a look for ASINs', async () => {
  const suggesting = await createWorld({ activities: () => ({ suggestAsins: async () => undefined }) });
  try {
    const suggestionId = `sug_${process.pid}`;
    const handle = await suggesting.client.workflow.start(workflowTypes.asinSuggestion, {
      workflowId: workflowIds.asinSuggestion(suggestionId),
      taskQueue: suggesting.taskQueue,
      args: [{ suggestionId, patienceMs: 5_000 }],
    });
    await handle.result();
    await keep('asin-suggestion', handle);
  } finally {
    await suggesting.close();
  }
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

it('a reconciliation', async () => {
  const handle = await world.client.workflow.start(workflowTypes.certificationReconcile, {
    workflowId: `${RECONCILE_SCHEDULE}-${process.pid}`,
    taskQueue: world.taskQueue,
  });
  await handle.result();
  await keep('certification-reconcile', handle);
});
