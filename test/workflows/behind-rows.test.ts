/**
 * Workflows that run and are behind their rows: what they had recorded was lost with a workflow task, or with the last moments
 * of Temporal's data. The Schedule's workflow leads them there where the service has left undone what is due.
 */
import { createTransitionActivities } from '../../activities/transitions';
import { catchUpUpdate, recordedSeqQuery } from '../../workflows/contract';
import { createGate } from '../setup/gate';
import { fakeChecks } from '../setup/outside-fakes';
import {
  createWorld,
  MAKER,
  PROJECT,
  REVIEWER,
  type RequestInWorld,
  type World,
} from '../setup/request-world';
import { reviewTerm } from '../setup/review-term';
import { until } from '../setup/until';
import { approved, awaitingReviewer, beginAnew, pending, reconcile } from './request-steps';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const dayIn = (days: number) => ({ kind: 'ON_DATE', date: inDays(days).slice(0, 10) }) as const;

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
const ref = async (request: RequestInWorld, actor: typeof MAKER | typeof REVIEWER | null = null) => ({
  requestId: request.id,
  seq: (await request.row()).transition_seq + 1,
  command: actor === null ? null : { commandId: `lost ${request.id} ${actor.role}`, actor },
});
const certifiedLongAgo = () =>
  world.pool.query(
    `update certification_projects set version = version + 1, status = 'COMPLETE', result = 'APPROVED',
            updated_at = now() - interval '2 hours'`,
  );
/** Leaves what is due undone for long. */
const wait = (request: RequestInWorld) =>
  world.pool.query("update badge_requests set updated_at = now() - interval '2 hours' where id = $1", [
    request.id,
  ]);
/** What Temporal lists is a little behind. */
const reconcileUntil = (condition: () => Promise<boolean>) =>
  until(async () => (await reconcile(world), condition()));

it('checks what was submitted', async () => {
  const request = await world.create();
  await recorder().recordSubmission(await ref(request, MAKER));
  await wait(request);
  await reconcileUntil(async () => (await request.row()).stage !== 'CHECKING');
  await awaitingReviewer(request);
});

it('hears once more of the certification that it had heard of too early', async () => {
  const request = await world.create();
  await recorder().recordSubmission(await ref(request, MAKER));
  const checks = fakeChecks(world.pool, world.outside);
  const review = { subject: { requestId: request.id, round: 1 }, marketplaces: ['US'] } as const;
  await Promise.all([checks.checkListings(review), checks.checkSkill(review)]);
  await recorder().recordChecks(await ref(request));
  await recorder().recordApproval(await ref(request, REVIEWER), 1);
  await wait(request);
  await certifiedLongAgo();
  await reconcileUntil(async () => (await request.row()).enabled_at !== null);
  await request.handle.result();
});

it('ends once its badges are effective, though its certification was put on hold before it heard that they are staged', async () => {
  const request = await pending(world, { goLive: dayIn(90) });
  await certifiedLongAgo();
  await world.pool.query('update badge_requests set go_live_date = $2 where id = $1', [
    request.id,
    dayIn(-1).date,
  ]);
  await recorder(inDays(-3)).recordStaging(await ref(request), { answers: { US: 'YES' }, looks: {} });
  await world.certify(PROJECT, { status: 'ON_HOLD' });
  expect(await request.row()).toMatchObject({ status: 'PENDING' });
  await reconcileUntil(async () => (await request.row()).status === 'ENABLED');
  await request.handle.result();
});

it('is left alone where it knows its rows', async () => {
  const amazon = createGate();
  world.outside.beforeLiveness = amazon.wait;
  const request = await pending(world);
  await certifiedLongAgo();
  await reconcile(world);
  await amazon.reached;
  await wait(request);
  await reconcile(world);
  const { events } = await request.handle.fetchHistory();
  const names = (events ?? []).flatMap(
    (event) => event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name ?? [],
  );
  expect(names).toEqual(['submit', 'approve']);
  amazon.open();
  await request.handle.result();
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

it('goes on at once from what it has taken over, whatever Amazon is still asked for', async () => {
  const amazon = createGate();
  world.outside.beforeLiveness = amazon.wait;
  const request = await pending(world);
  await world.certify(PROJECT, approved);
  await amazon.reached;
  await recorder().recordWithdrawal(await ref(request, MAKER));
  const submission = await ref(request, MAKER);
  await recorder().recordSubmission({
    ...submission,
    command: { commandId: `submitted again ${request.id}`, actor: MAKER },
  });
  await request.handle.executeUpdate(catchUpUpdate);
  await awaitingReviewer(request);
  amazon.open();
});

it('concludes nothing of what it has taken over from the checks of the round before', async () => {
  const amazon = createGate();
  const checked: unknown[] = [];
  world.outside.beforeCheck = async ({ subject }) => {
    checked.push(subject);
    if (checked.length === 1) await amazon.wait();
  };
  const request = await world.create();
  await request.submit();
  await amazon.reached;
  await recorder().recordWithdrawal(await ref(request, MAKER));
  const again = { commandId: `submitted again ${request.id}`, actor: MAKER };
  await recorder().recordSubmission({ ...(await ref(request)), command: again });
  await request.handle.executeUpdate(catchUpUpdate);
  amazon.open();
  await awaitingReviewer(request);
  expect(checked).toEqual([1, 2].map((round) => ({ requestId: request.id, round })));
});
