/** Records the histories that test/workflows/replay.test.ts replays: one per ending and per kind of message. */
import { ApplicationFailure } from '@temporalio/common';
import { createTransitionActivities } from '../../activities/transitions';
import { createGate } from '../setup/gate';
import { createWorld, PROJECT } from '../setup/request-world';
import { reviewTerm } from '../setup/review-term';
import {
  catchUpUpdate,
  certificationChangedSignal,
  RECONCILE_SCHEDULE,
  workflowIds,
  workflowTypes,
} from '../../workflows/contract';
import { keep, recordScene } from './record-scene';
import { approved, JAPAN_PROJECT, partByRegion, pending, reviewed } from './request-steps';

const DAY_MS = 86_400_000;
const scene = recordScene();

it('enabled', async () => {
  const request = await scene.enabled({ marketplaces: ['US', 'DE', 'JP'] });
  await keep('enabled', request.handle);
});

it('rejected by checks and by a reviewer, resubmitted, enabled', async () => {
  scene.world.outside.check = () => 'BRAND_MISMATCH';
  const request = await scene.world.create();
  await request.submit();
  await request.until((row) => row.status === 'REJECTED');
  scene.world.outside.check = () => 'YES';
  await reviewed(request);
  await request.reject('OTHER', 2);
  await reviewed(request);
  await request.approve(3);
  await scene.world.certify(PROJECT, approved);
  await request.handle.result();
  await keep('rejected-twice-then-enabled', request.handle);
});

it('rechecked twice, enabled', async () => {
  const request = await scene.world.create();
  await reviewed(request);
  for (const seq of [4, 6]) {
    await request.recheck();
    await request.until((row) => row.stage === 'AWAITING_REVIEWER' && row.transition_seq === seq);
  }
  await request.approve();
  await scene.world.certify(PROJECT, approved);
  await request.handle.result();
  await keep('rechecked-then-enabled', request.handle);
});

it('withdrawn while checking, discarded', async () => {
  const begun = new Promise<void>((resolve) => {
    scene.world.outside.beforeCheck = async () => {
      resolve();
      await new Promise((later) => setTimeout(later, 1_000));
    };
  });
  const request = await scene.world.create();
  await request.submit();
  await begun;
  await request.withdraw();
  await request.discard();
  await request.handle.result();
  await keep('withdrawn-while-checking-then-discarded', request.handle);
});

it('rescheduled in review and in pending, still waiting', async () => {
  const request = await scene.world.create();
  await reviewed(request);
  await request.reschedule({ kind: 'ON_DATE', date: '2027-06-01' });
  await request.approve();
  await scene.world.certify(PROJECT, approved);
  await request.reschedule({ kind: 'ON_DATE', date: '2027-07-01' });
  await keep('rescheduled-and-waiting', request.handle);
});

it('needed an operator twice', async () => {
  const broken = async () => {
    throw ApplicationFailure.nonRetryable('broken');
  };
  scene.world.outside.beforeCheck = broken;
  scene.world.outside.beforeLiveness = broken;
  const request = await scene.world.create();
  await request.submit();
  await request.until((row) => row.stage === 'NEEDS_ATTENTION');
  scene.world.outside.beforeCheck = async () => undefined;
  await request.retry();
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
  await request.approve();
  await scene.world.certify(PROJECT, approved);
  await request.until((row) => row.stage === 'NEEDS_ATTENTION');
  scene.world.outside.beforeLiveness = async () => undefined;
  await request.retry();
  await request.handle.result();
  await keep('needed-an-operator-twice', request.handle);
});

it('certification revoked while an operator is needed', async () => {
  scene.world.outside.beforeLiveness = async () => {
    throw ApplicationFailure.nonRetryable('broken');
  };
  const request = await pending(scene.world);
  await scene.world.certify(PROJECT, approved);
  await request.until((row) => row.stage === 'NEEDS_ATTENTION');
  await scene.world.certify(PROJECT, { status: 'COMPLETE', result: 'REVOKED' });
  await request.until((row) => row.status === 'REJECTED');
  await request.discard();
  await request.handle.result();
  await keep('revoked-while-an-operator-is-needed', request.handle);
});

it('certification revoked while Amazon is being asked', async () => {
  const amazon = createGate();
  scene.world.outside.beforeLiveness = amazon.wait;
  const request = await pending(scene.world);
  await scene.world.certify(PROJECT, approved);
  await amazon.reached;
  await scene.world.certify(PROJECT, { status: 'COMPLETE', result: 'REVOKED' });
  await request.until((row) => row.status === 'REJECTED');
  amazon.open();
  await request.discard();
  await request.handle.result();
  await keep('revoked-while-amazon-is-asked', request.handle);
});

it('certification refused', async () => {
  const request = await pending(scene.world);
  await scene.world.certify(PROJECT, { status: 'CANCELLED' });
  await request.until((row) => row.status === 'REJECTED');
  await keep('certification-refused', request.handle);
});

it('caught up with what a lost task had recorded', async () => {
  const { pool } = scene.world;
  const request = await pending(scene.world);
  const { transition_seq: seq } = await request.row();
  await pool.query("update certification_projects set status = 'CANCELLED', version = version + 1");
  const { recordCertificationRefusal } = createTransitionActivities({ pool, reviewTerm });
  await recordCertificationRefusal({ requestId: request.id, seq: seq + 1, command: null });
  await request.handle.executeUpdate(catchUpUpdate);
  await request.discard();
  await request.handle.result();
  await keep('caught-up-with-a-lost-task', request.handle);
});

it('an approval withdrawn while a newer project is under way', async () => {
  scene.world.outside.live = (marketplace) => (marketplace === 'US' ? 'YES' : 'NO');
  const request = await pending(scene.world, { marketplaces: ['US', 'JP'] });
  await scene.world.certify(PROJECT, approved);
  await request.until((row) => row.transition_seq === 4);
  await scene.world.pool.query(
    `with newer as (
       insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
       select 'cert_two', organization_id, product_id, 1, 'UNDER_TEST', marketplaces from certification_projects
       returning id),
     older as (update certification_projects set result = 'REVOKED')
     update products set project_id = newer.id from newer`,
  );
  const news = { projectId: 'cert_two', version: 1, verdict: 'OPEN', withdrawn: true } as const;
  await request.handle.signal(certificationChangedSignal, news);
  await request.until(({ status }) => status === 'REJECTED');
  await request.discard();
  await request.handle.result();
  await keep('approval-withdrawn-beside-a-newer-project', request.handle);
});

it('certified region by region', async () => {
  await partByRegion(scene.world);
  const live = await pending(scene.world, { marketplaces: ['US', 'JP'] });
  const lost = await pending(scene.world, { marketplaces: ['US', 'JP'] });
  await scene.world.certify(PROJECT, approved);
  for (const request of [live, lost]) await request.until((row) => row.first_effective_at !== null);
  await scene.world.certify(PROJECT, { status: 'COMPLETE', result: 'REVOKED' });
  for (const request of [live, lost]) await request.until((row) => row.first_effective_at === null);
  await live.reschedule({ kind: 'AS_SOON_AS_POSSIBLE' });
  await lost.withdraw();
  await lost.discard();
  await scene.world.certify(JAPAN_PROJECT, approved);
  for (const request of [live, lost]) await request.handle.result();
  await keep('certified-region-by-region', live.handle);
  await keep('lost-one-region-withdrawn', lost.handle);
});

it('listing not live, looked at again tomorrow', async () => {
  scene.world.outside.live = () => 'NO';
  const request = await pending(scene.world);
  await scene.world.certify(PROJECT, approved);
  await request.until((row) => row.transition_seq >= 4);
  await keep('listing-not-live', request.handle);
});

it('continued as new', async () => {
  const request = await scene.world.create();
  const first = await request.handle.describe();
  for (let round = 1; round <= 6; round += 1) {
    await reviewed(request);
    await request.withdraw();
  }
  await keep(
    'continued-as-new',
    scene.world.client.workflow.getHandle(request.handle.workflowId, first.runId),
  );
  await keep(
    'carried-on-after-continue-as-new',
    scene.world.client.workflow.getHandle(request.handle.workflowId),
  );
});

it('staged each marketplace a day before its own midnight, ended after the last', () =>
  scene.skipping(async (environment) => {
    const later = (await environment.currentTimeMs()) + 90 * DAY_MS;
    const date = new Date(later).toISOString().slice(0, 10);
    const request = await pending(scene.world, {
      goLive: { kind: 'ON_DATE', date },
      marketplaces: ['US', 'JP'],
    });
    await scene.world.certify(PROJECT, approved);
    await request.handle.result();
    await keep('staged-apart-then-enabled', request.handle);
  }));

it('staged for one midnight, ended when the mails had left', () =>
  scene.skipping(async (environment) => {
    const later = (await environment.currentTimeMs()) + 90 * DAY_MS;
    const date = new Date(later).toISOString().slice(0, 10);
    const request = await pending(scene.world, { goLive: { kind: 'ON_DATE', date }, marketplaces: ['US'] });
    await scene.world.certify(PROJECT, approved);
    await request.handle.result();
    await keep('ended-after-the-mails', request.handle);
  }));

it('a newer approval covers less than is staged', () =>
  scene.skipping(async (environment) => {
    const now = await environment.currentTimeMs();
    const date = new Date(now + 90 * DAY_MS).toISOString().slice(0, 10);
    const request = await pending(scene.world, {
      goLive: { kind: 'ON_DATE', date },
      marketplaces: ['US', 'JP'],
    });
    await scene.world.certify(PROJECT, approved);
    await environment.sleep(Date.parse(date) - DAY_MS / 2 - now);
    const less = { ...approved, marketplaces: ['JP'] };
    await scene.world.certify(PROJECT, less);
    await request.until(({ marketplaces }) => marketplaces.length === 1);
    await scene.world.certify(PROJECT, less);
    await request.handle.result();
    await keep('newer-approval-covers-less', request.handle);
  }));

it('an approval covers less than is wanted, long before the date', async () => {
  const date = new Date(Date.now() + 90 * DAY_MS).toISOString().slice(0, 10);
  const request = await pending(scene.world, {
    goLive: { kind: 'ON_DATE', date },
    marketplaces: ['US', 'JP'],
  });
  await scene.world.certify(PROJECT, { ...approved, marketplaces: ['JP'] });
  await request.until(({ marketplaces }) => marketplaces.length === 1);
  await scene.world.certify(PROJECT, { ...approved, marketplaces: ['DE'] });
  await request.until(({ status }) => status === 'REJECTED');
  await request.discard();
  await request.handle.result();
  await keep('approval-covers-less-long-before', request.handle);
});

it('a check of a draft', async () => {
  const checkId = `check_${process.pid}`;
  const handle = await scene.world.client.workflow.start(workflowTypes.draftCheck, {
    workflowId: workflowIds.draftCheck(checkId),
    taskQueue: scene.world.taskQueue,
    args: [{ checkId, marketplaces: ['US', 'UK'], hasSkill: true, patienceMs: 5_000 }],
  });
  await handle.result();
  await keep('draft-check', handle);
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
  const handle = await scene.world.client.workflow.start(workflowTypes.certificationFanout, {
    workflowId: workflowIds.certificationFanout(`cert_${process.pid}`),
    taskQueue: scene.world.taskQueue,
    args: [{ projectId: PROJECT }],
  });
  await handle.result();
  await keep('certification-fanout', handle);
});

it('a reconciliation', async () => {
  const handle = await scene.world.client.workflow.start(workflowTypes.certificationReconcile, {
    workflowId: `${RECONCILE_SCHEDULE}-${process.pid}`,
    taskQueue: scene.world.taskQueue,
  });
  await handle.result();
  await keep('certification-reconcile', handle);
});
