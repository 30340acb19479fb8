import { WorkflowUpdateFailedError } from '@temporalio/client';
import { createCommandRelay } from '../../activities/command-relay';
import { createTransitionActivities } from '../../activities/transitions';
import { reviewTerm } from '../setup/review-term';
import { createWorld, REVIEWER, type RequestInWorld, type World } from '../setup/request-world';

let world: World;
let runs: string[][] = [];
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => {
  runs = [];
  world.outside.check = () => 'YES';
  world.outside.beforeCheck = async ({ marketplaces }) => void runs.push([...marketplaces]);
});
afterAll(() => world.close());

async function reviewed(): Promise<RequestInWorld> {
  const request = await world.create({ marketplaces: ['US', 'CA'] });
  await request.submit();
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
  return request;
}
const actions = async (request: RequestInWorld) => (await request.history()).map(({ action }) => action);

it('runs every check again and awaits the reviewer again', async () => {
  const request = await reviewed();
  expect(await request.recheck()).toEqual({ status: 'UNDER_REVIEW', stage: 'CHECKING', round: 1 });
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
  expect(runs).toEqual([
    ['US', 'CA'],
    ['US', 'CA'],
  ]);
  const { rows } = await world.pool.query<{ check: string }>(
    'select "check" from review_findings where subject_id = $1',
    [request.id],
  );
  // The skill's, too.
  expect(rows).toHaveLength(6);
  expect(await request.approve()).toMatchObject({ status: 'PENDING' });
  expect(await actions(request)).toEqual(['submit', 'passChecks', 'recheck', 'passChecks', 'approve']);
});

it('rejects when the new run says no', async () => {
  const request = await reviewed();
  world.outside.check = (check) => (check === 'ASIN_LIVE' ? 'ASIN_NOT_FOUND' : 'YES');
  await request.recheck();
  const { reasons } = await request.until((row) => row.status === 'REJECTED');
  expect(reasons.map(({ code }) => code)).toEqual(['ASIN_NOT_FOUND', 'ASIN_NOT_FOUND']);
});

it('is refused of another round, and while checks run', async () => {
  const request = await reviewed();
  await expect(request.recheck(2)).rejects.toThrow(WorkflowUpdateFailedError);
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  world.outside.beforeCheck = () => held;
  await request.recheck();
  await expect(request.recheck()).rejects.toThrow(WorkflowUpdateFailedError);
  await expect(request.approve()).rejects.toThrow(WorkflowUpdateFailedError);
  letGo();
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
});

it('is withdrawn in the middle of the new run', async () => {
  const request = await reviewed();
  const begun = new Promise<void>((resolve) => {
    world.outside.beforeCheck = async () => {
      resolve();
      await new Promise((later) => setTimeout(later, 500));
    };
  });
  await request.recheck();
  await begun;
  expect(await request.withdraw()).toMatchObject({ status: 'NOT_SUBMITTED' });
  expect(await actions(request)).toEqual(['submit', 'passChecks', 'recheck', 'withdraw']);
});

it('is done once when its workflow was killed before it knew', async () => {
  const request = await reviewed();
  const { recordRecheck } = createTransitionActivities({
    pool: world.pool,
    reviewTerm,
    stagingRetryDays: 30,
  });
  const command = { commandId: 'unheard', actor: REVIEWER, round: 1 };
  await recordRecheck({ requestId: request.id, seq: 3, command }, 1);
  await world.pool.query("update unconfirmed_commands set next_attempt_at = now() - interval '1 s'");
  const relay = createCommandRelay({ pool: world.pool, client: world.client });
  while (await relay.drainOne());
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
  expect(await actions(request)).toEqual(['submit', 'passChecks', 'recheck', 'passChecks']);
  expect(runs).toHaveLength(2);
});
