/** Records the histories of badges that are effective; see histories.record.ts. */
import type { WorkflowHandle } from '@temporalio/client';
import { createRemedyRecordings } from '../../activities/remedy/recording';
import { reportTrouble } from '../../activities/remedy/report-trouble';
import { endSuspension, openSuspension } from '../../db/program-suspensions';
import {
  certificationChangedSignal,
  programSuspensionChangedSignal,
  workflowIds,
  workflowTypes,
} from '../../workflows/contract';
import { createGate } from '../setup/gate';
import { OPERATOR, PROJECT, type RequestInWorld } from '../setup/request-world';
import { until } from '../setup/until';
import { keep, recordScene } from './record-scene';
import { approved, pending, wrongBrand } from './request-steps';

const DAY_MS = 86_400_000;
const scene = recordScene();

/** Keeps what the workflow of a request's badges does about a signal. */
async function keepAnswer(name: string, { id }: RequestInWorld, signal: string, signalArgs: unknown[] = []) {
  const handle = await scene.world.client.workflow.signalWithStart(workflowTypes.badgeRemedy, {
    workflowId: workflowIds.badgeRemedy(id),
    taskQueue: scene.world.taskQueue,
    ...{ args: [{ requestId: id }], signal, signalArgs },
  });
  await handle.result();
  await keep(name, handle);
}

/** Somebody has looked at the listing in Japan, and it is another brand's. */
const reportJapan = (request: RequestInWorld) =>
  reportTrouble(scene.world, { requestId: request.id, marketplace: 'JP', findings: [wrongBrand('JP')] });

/** A request whose listing in Japan is reported to be wrong, and was looked at `looks` times before it is right. */
async function troubled(
  looks: number,
  before: (request: RequestInWorld) => Promise<unknown> = async () => undefined,
): Promise<WorkflowHandle> {
  const request = await scene.enabled({ marketplaces: ['US', 'JP'] });
  await before(request);
  let left = looks * 2;
  scene.world.outside.check = () => ((left -= 1) >= 0 ? 'BRAND_MISMATCH' : 'YES');
  await reportJapan(request);
  return scene.world.client.workflow.getHandle(workflowIds.badgeRemedy(request.id));
}

it('in trouble, right again within the grace', () =>
  scene.skipping(async () => {
    const handle = await troubled(3);
    await handle.result();
    await keep('in-trouble-then-recovered', handle);
  }));

it('in trouble, warned of already by a task that was lost', () =>
  scene.skipping(async () => {
    const { recordWarning } = createRemedyRecordings({
      // By the database's clock, which is years behind the server's.
      ...{ pool: scene.world.pool, graceDays: 10_000, removeDays: 90 },
    });
    const reasons = [
      { check: 'LISTING_MATCHES', code: 'BRAND_MISMATCH', found: null, expected: null },
    ] as const;
    const handle = await troubled(3, async (request) => {
      const { transition_seq: seq } = await request.row();
      await recordWarning({ requestId: request.id, seq: seq + 1, command: null }, [
        { marketplace: 'JP', reasons },
      ]);
    });
    await handle.result();
    await keep('in-trouble-warned-before', handle);
  }));

it('in trouble, certification revoked while Amazon is being asked', () =>
  scene.skipping(async (environment) => {
    const handle = await troubled(Infinity);
    const amazon = createGate();
    scene.world.outside.beforeLook = amazon.wait;
    const count = async (rows: string) => (await scene.world.pool.query(`select from ${rows}`)).rowCount;
    await until(async () => (await count("badge_request_history where action = 'warn'")) === 1);
    await environment.sleep(DAY_MS + 1_000);
    await amazon.reached;
    await scene.world.pool.query(
      "update certification_projects set version = version + 1, status = 'COMPLETE', result = 'REVOKED'",
    );
    await handle.signal(certificationChangedSignal.name, {});
    await until(async () => {
      const { events } = await handle.fetchHistory();
      return (events ?? []).some((event) => event.activityTaskCancelRequestedEventAttributes != null);
    });
    amazon.open();
    await handle.result();
    await keep('in-trouble-then-revoked', handle);
  }));

it('in trouble, suspended, reinstated by itself', () =>
  scene.skipping(async () => {
    const handle = await troubled(8);
    await handle.result();
    await keep('in-trouble-then-reinstated', handle);
  }));

it('in trouble, suspended, removed, with runs that continue each other', () =>
  scene.skipping(async () => {
    const handle = await troubled(Infinity);
    const { runId } = await handle.describe();
    await handle.result();
    await keep(
      'in-trouble-continued-as-new',
      scene.world.client.workflow.getHandle(handle.workflowId, runId),
    );
    await keep('in-trouble-then-removed', scene.world.client.workflow.getHandle(handle.workflowId));
  }));

it('in trouble anew once a planned reinstatement has come true', () =>
  scene.skipping(async (environment) => {
    const made: RequestInWorld[] = [];
    const handle = await troubled(Infinity, async (request) => made.push(request));
    await environment.sleep(8.25 * DAY_MS);
    const at = new Date((await environment.currentTimeMs()) + 60_000).toISOString();
    for (const request of made) await request.order('reinstate', ['JP'], at);
    await environment.sleep(120_000);
    for (const request of made) await reportJapan(request);
    await environment.sleep(DAY_MS);
    scene.world.outside.check = () => 'YES';
    await handle.result();
    await keep('in-trouble-anew-after-a-planned-reinstatement', handle);
  }));

it('badges suspended, reinstated, removed by an operator', async () => {
  const request = await scene.enabled({ marketplaces: ['US', 'JP'] });
  for (const action of ['suspend', 'reinstate', 'remove'] as const) {
    await request.order(action);
    const handle = scene.world.client.workflow.getHandle(workflowIds.badgeRemedy(request.id));
    await handle.result();
    await keep(`badges-${action}`, handle);
  }
});

it('badges suspended by a certification that is revoked', async () => {
  const request = await scene.enabled();
  await scene.world.pool.query("update certification_projects set version = 9, result = 'REVOKED'");
  const news = { projectId: PROJECT, version: 9, verdict: 'REVOKED' };
  await keepAnswer('badges-suspended-by-certification', request, certificationChangedSignal.name, [news]);
});

it('badges suspended by a programme in two regions, and reinstated in one', async () => {
  const request = await scene.enabled({ marketplaces: ['US', 'JP'] });
  const about = { program: 'WWA', organizationId: 'org_one', operatorId: OPERATOR.id, reason: '…' } as const;
  await openSuspension(scene.world.pool, { ...about, id: 'psus_na', region: 'na' });
  await openSuspension(scene.world.pool, { ...about, id: 'psus_fe', region: 'fe' });
  await keepAnswer('badges-suspended-by-programme', request, programSuspensionChangedSignal.name);
  await endSuspension(scene.world.pool, { ...about, id: 'psus_na', commandId: 'cmd_end' });
  await keepAnswer('badges-reinstated-by-programme', request, programSuspensionChangedSignal.name);
});

it('suspended, reinstated and removed while another badge is awaited', async () => {
  scene.world.outside.live = (marketplace) => (marketplace === 'US' ? 'YES' : 'NO');
  const request = await pending(scene.world, { marketplaces: ['US', 'JP'] });
  await scene.world.certify(PROJECT, approved);
  await request.until((row) => row.transition_seq === 4);
  for (const action of ['suspend', 'reinstate', 'remove'] as const) await request.orderWhilePending(action);
  await request.withdraw();
  await request.handle.result();
  await keep('ordered-while-going-live', request.handle);
});

it('in trouble and suspended by its programme while another badge is awaited, then Enabled', () =>
  scene.skipping(async (environment) => {
    const { pool, client, outside } = scene.world;
    outside.live = (marketplace) => (marketplace === 'JP' ? 'YES' : 'NO');
    const request = await pending(scene.world, { marketplaces: ['US', 'JP'] });
    await scene.world.certify(PROJECT, approved);
    await request.until((row) => row.transition_seq >= 4);
    outside.check = () => 'BRAND_MISMATCH';
    await reportJapan(request);
    await environment.sleep(8.25 * DAY_MS);
    const about = {
      program: 'WWA',
      organizationId: 'org_one',
      operatorId: OPERATOR.id,
      reason: '…',
    } as const;
    await openSuspension(pool, { ...about, id: 'psus_fe', region: 'fe' });
    const handle = client.workflow.getHandle(workflowIds.badgeRemedy(request.id));
    await handle.signal(programSuspensionChangedSignal);
    outside.live = () => 'YES';
    await request.handle.result();
    outside.check = () => 'YES';
    await handle.result();
    await keep('in-trouble-while-going-live', handle);
  }));
