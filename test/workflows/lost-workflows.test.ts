/** Requests under way whose workflow was ended by hand, or lost: the Schedule's workflow gives them another one. */
import { createCertificationActivities } from '../../activities/certification/tell-waiting';
import { MockActivityEnvironment } from '@temporalio/testing';
import { approveUpdate } from '../../workflows/contract';
import { createGate } from '../setup/gate';
import { until } from '../setup/until';
import { createWorld, PROJECT, REVIEWER, type RequestInWorld, type World } from '../setup/request-world';
import { approved, awaitingReviewer, beginAnew, pending, reconcile } from './request-steps';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(() => beginAnew(world));

const later = {
  kind: 'ON_DATE',
  date: new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10),
} as const;
/** Ends its workflow, long after anything has happened. */
async function lose(request: RequestInWorld): Promise<void> {
  await request.handle.terminate();
  await world.pool.query("update badge_requests set updated_at = now() - interval '1 hour' where id = $1", [
    request.id,
  ]);
}
const isRunning = async (request: RequestInWorld) =>
  (await request.handle.describe()).status.name === 'RUNNING';
/** What Temporal lists is a little behind. */
const untilRevived = (request: RequestInWorld) =>
  until(async () => {
    await reconcile(world);
    return isRunning(request);
  });

it('that was being checked is checked, and decided', async () => {
  const request = await world.create();
  const amazon = createGate();
  world.outside.beforeCheck = amazon.wait;
  await request.submit();
  await amazon.reached;
  await lose(request);
  world.outside.beforeCheck = async () => undefined;
  amazon.open();
  await untilRevived(request);
  await awaitingReviewer(request);
  // Its own handle is that of the workflow before.
  const handle = world.client.workflow.getHandle(request.handle.workflowId);
  const command = { commandId: `approve ${request.id}`, actor: REVIEWER, round: 1 };
  expect(await handle.executeUpdate(approveUpdate, { args: [command] })).toMatchObject({ status: 'PENDING' });
  expect((await request.history()).map(({ action }) => action)).toEqual(['submit', 'passChecks', 'approve']);
});

it('that waits for its certification hears of it, though nobody has looked for it before', async () => {
  const request = await pending(world);
  await request.handle.terminate();
  await world.pool.query(
    "update certification_projects set version = version + 1, status = 'COMPLETE', result = 'APPROVED' where id = $1",
    [PROJECT],
  );
  const activities = createCertificationActivities({ ...world, signalsPerSecond: 5_000 });
  await new MockActivityEnvironment().run(() => activities.tellWaiting(PROJECT));
  await request.until((row) => row.enabled_at !== null);
});

it('that has heard of its certification is told once more', async () => {
  const request = await pending(world, { goLive: later });
  await world.certify(PROJECT, approved);
  const heard = () =>
    world.pool.query<{ heard: string | null }>(
      'select heard_revision as heard from badge_requests where id = $1',
      [request.id],
    );
  await until(async () => (await reconcile(world), (await heard()).rows[0]?.heard !== null));
  await lose(request);
  await untilRevived(request);
  await reconcile(world);
  const { events } = await request.handle.fetchHistory();
  const signals = (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes != null);
  expect(signals).toHaveLength(1);
});

it('stays as it is where its workflow runs, and the next run begins anew', async () => {
  const request = await pending(world, { goLive: later });
  await world.pool.query("update badge_requests set updated_at = now() - interval '1 hour'");
  const { runId } = await request.handle.describe();
  expect(await reconcile(world)).toBe('');
  expect((await request.handle.describe()).runId).toBe(runId);
});
