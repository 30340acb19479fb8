/** Records the histories of workflows that stand in for a lost one; see histories.record.ts. */
import { readNews } from '../../db/certification-news';
import { tellOne } from '../../activities/certification/tell-waiting';
import { PROJECT } from '../setup/request-world';
import { keep, recordScene } from './record-scene';
import { pending } from './request-steps';

const scene = recordScene();

it('begun with what was recorded, and with news of the certification, enabled', async () => {
  const request = await pending(scene.world);
  await request.handle.terminate();
  await scene.world.pool.query(
    "update certification_projects set version = version + 1, status = 'COMPLETE', result = 'APPROVED'",
  );
  const news = await readNews(scene.world.pool, PROJECT);
  if (news === null) throw new Error('There is such a project.');
  await tellOne(scene.world, { id: request.id, waits: true, hasBadges: false }, news);
  const handle = scene.world.client.workflow.getHandle(request.handle.workflowId);
  await handle.result();
  await keep('begun-with-what-was-recorded-then-enabled', handle);
});
