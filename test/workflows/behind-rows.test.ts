/** Workflows that run and are behind their rows: what they had recorded was lost, with a workflow task or Temporal's last moments. */
import { createTransitionActivities } from '../../activities/transitions';
import { recordedSeqQuery } from '../../workflows/contract';
import { createGate } from '../setup/gate';
import { createWorld, MAKER, PROJECT, type RequestInWorld, type World } from '../setup/request-world';
import { reviewTerm } from '../setup/review-term';
import { until } from '../setup/until';
import { approved, beginAnew, pending } from './request-steps';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(() => beginAnew(world));

/** Records as a worker whose workflow task is lost. */
const recorder = (clock?: string) =>
  createTransitionActivities({
    pool: world.pool,
    reviewTerm,
    ...(clock !== undefined && { clock: () => clock }),
  });
const ref = async (request: RequestInWorld, actor: typeof MAKER | null = null) => ({
  requestId: request.id,
  seq: (await request.row()).transition_seq + 1,
  command: actor === null ? null : { commandId: `lost ${request.id} ${actor.role}`, actor },
});

it('asks Amazon no more for what its maker has withdrawn', async () => {
  const amazon = createGate();
  let asked = 0;
  world.outside.beforeLiveness = () => {
    asked += 1;
    return amazon.wait();
  };
  const request = await pending(world);
  await world.certify(PROJECT, approved);
  await amazon.reached;
  await recorder().recordWithdrawal(await ref(request, MAKER));
  amazon.open();
  const { transition_seq: seq } = await request.row();
  await until(async () => (await request.handle.query(recordedSeqQuery)) === seq);
  expect(asked).toBe(1);
  expect(await request.submit()).toMatchObject({ status: 'UNDER_REVIEW', round: 2 });
});
