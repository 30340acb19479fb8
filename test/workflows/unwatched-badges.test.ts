/** Badges that are suspended for their listings and that nobody watches: their workflow was ended by hand, or lost. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { reportTrouble } from '../../activities/remedy/report-trouble';
import { workflowTypes } from '../../workflows/contract';
import { PROJECT, type RequestInWorld, type World } from '../setup/request-world';
import { useSkippingWorld } from '../setup/skipping-world';
import { until } from '../setup/until';
import { wrongBrand } from './request-steps';

const DAY_MS = 86_400_000;
let environment: TestWorkflowEnvironment;
let world: World;
let runs = 0;

useSkippingWorld((made) => {
  ({ environment, world } = made);
});

const remedyOf = (request: RequestInWorld) => world.client.workflow.getHandle(`badge-remedy/${request.id}`);
const isWrong = (wrong: boolean) => {
  world.outside.check = (check, marketplace) =>
    wrong && check === 'LISTING_MATCHES' && marketplace === 'JP' ? 'BRAND_MISMATCH' : 'YES';
};

/** A request whose badge in Japan is suspended for its listing since a day, in the eyes of its workflow. */
async function suspended(): Promise<RequestInWorld> {
  await world.certify(PROJECT, { status: 'COMPLETE', result: 'APPROVED' });
  const request = await world.create({ marketplaces: ['US', 'JP'] });
  await request.submit();
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
  await request.approve();
  await request.handle.result();
  isWrong(true);
  await reportTrouble(world, { requestId: request.id, marketplace: 'JP', findings: [wrongBrand('JP')] });
  await environment.sleep(8.25 * DAY_MS);
  return request;
}
/** The instant at which it is seen to that somebody watches them has come. */
const comeDue = () => world.pool.query("update badges set audit_due_at = '-infinity'");
/** No time is skipped meanwhile, as it would be while a result is waited for. */
async function reconcile(): Promise<void> {
  const handle = await world.client.workflow.start(workflowTypes.certificationReconcile, {
    workflowId: `reconcile-${(runs += 1)}`,
    taskQueue: world.taskQueue,
  });
  await until(async () => (await handle.describe()).status.name === 'COMPLETED');
}
const course = async (request: RequestInWorld) => {
  const entries = (await request.history()).slice(4);
  const begun = entries[0]?.at.getTime() ?? 0;
  return entries.map(({ action, at }) => `day ${Math.round((at.getTime() - begun) / DAY_MS)}: ${action}`);
};

it('come back once their listings are right, where their workflow was ended', async () => {
  const request = await suspended();
  await remedyOf(request).terminate();
  isWrong(false);
  await comeDue();
  await reconcile();
  await remedyOf(request).result();
  expect(await course(request)).toEqual(['day 0: warn', 'day 7: suspend', 'day 8: reinstate']);
});

it('are removed when they would have been, where their workflow was ended', async () => {
  const request = await suspended();
  await remedyOf(request).terminate();
  await comeDue();
  await reconcile();
  await remedyOf(request).result();
  expect(await course(request)).toEqual(['day 0: warn', 'day 7: suspend', 'day 97: remove']);
});

it('are asked after once a day, and what runs stays as it is', async () => {
  const request = await suspended();
  const { runId } = await remedyOf(request).describe();
  await reconcile();
  await comeDue();
  await reconcile();
  expect((await remedyOf(request).describe()).runId).toBe(runId);
  await remedyOf(request).terminate();
  await reconcile();
  expect((await remedyOf(request).describe()).status.name).toBe('TERMINATED');
});
