/** Records the histories of workflows that stand in for a lost one, or have lost something; see histories.record.ts. */
import { newsOf, readProductOfProject } from '../../db/certified-product';
import { recordedSeqQuery } from '../../workflows/contract';
import { tellOne } from '../../activities/certification/tell-waiting';
import { createTransitionActivities } from '../../activities/transitions';
import { createGate } from '../setup/gate';
import { MAKER, PROJECT } from '../setup/request-world';
import { reviewTerm } from '../setup/review-term';
import { until } from '../setup/until';
import { keep, recordScene } from './record-scene';
import { approved, pending } from './request-steps';

const scene = recordScene();

it('begun with what was recorded, and with news of the certification, enabled', async () => {
  const request = await pending(scene.world);
  await request.handle.terminate();
  await scene.world.pool.query(
    "update certification_projects set version = version + 1, status = 'COMPLETE', result = 'APPROVED'",
  );
  const product = await readProductOfProject(scene.world.pool, PROJECT);
  if (product === null) throw new Error('There is such a project.');
  const told = { id: request.id, news: newsOf(product, 'APPROVED'), hasBadges: false };
  await tellOne(scene.world, told, product);
  const handle = scene.world.client.workflow.getHandle(request.handle.workflowId);
  await handle.result();
  await keep('begun-with-what-was-recorded-then-enabled', handle);
});

it('refused by rows that are ahead of it, it takes them over', async () => {
  const amazon = createGate();
  scene.world.outside.beforeLiveness = amazon.wait;
  const request = await pending(scene.world);
  await scene.world.certify(PROJECT, approved);
  await amazon.reached;
  const { recordWithdrawal } = createTransitionActivities({ pool: scene.world.pool, reviewTerm });
  const { transition_seq: seq } = await request.row();
  await recordWithdrawal({
    requestId: request.id,
    seq: seq + 1,
    command: { commandId: `lost ${request.id}`, actor: MAKER },
  });
  amazon.open();
  await until(async () => (await request.handle.query(recordedSeqQuery)) === seq + 1);
  await request.discard();
  await request.handle.result();
  await keep('refused-then-caught-up', request.handle);
});
