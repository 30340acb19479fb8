import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { createCommandRelay } from '../../activities/command-relay';
import { createTransitionActivities } from '../../activities/transitions';
import { approveUpdate } from '../../workflows/contract';
import { reviewTerm } from '../setup/review-term';
import { createWorld, MAKER, PROJECT, REVIEWER, type World } from '../setup/request-world';
import { approved, awaitingReviewer, beginAnew, pending, templates } from './request-steps';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(() => beginAnew(world));

const refusalType = async (update: Promise<unknown>) => {
  const error = await update.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)
    return error.cause.type;
  return error;
};
describe('a badge request', () => {
  it('goes from draft to the badge, with one mail for each status, and ends', async () => {
    const request = await world.create();
    expect(await request.submit()).toEqual({ status: 'UNDER_REVIEW', stage: 'CHECKING', round: 1 });
    await awaitingReviewer(request);
    expect(await request.approve()).toEqual({ status: 'PENDING', stage: 'AWAITING_CERTIFICATION', round: 1 });
    await world.certify(PROJECT, approved);
    await request.handle.result();
    expect(await request.row()).toMatchObject({ status: 'ENABLED', stage: null });
    expect(await request.badges()).toHaveLength(1);
    expect(await templates(request)).toEqual(['under-review', 'pending', 'enabled']);
    expect((await request.history()).map((entry) => entry.action)).toEqual([
      'submit',
      'passChecks',
      'approve',
      'enable',
    ]);
  });

  it('takes few workflow tasks, events and state transitions for a whole life', async () => {
    const request = await pending(world);
    await world.certify(PROJECT, approved);
    await request.handle.result();
    const { raw } = await request.handle.describe();
    const { events } = await request.handle.fetchHistory();
    const tasks = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes != null);
    expect(tasks.length).toBeLessThanOrEqual(6);
    expect(events?.length).toBeLessThanOrEqual(38);
    expect(Number(raw.workflowExecutionInfo?.stateTransitionCount)).toBeLessThanOrEqual(15);
  });

  it('is one event as long as it is a draft', async () => {
    const request = await world.create();
    expect(await refusalType(request.withdraw())).toBe('ACTION_NOT_ALLOWED');
    expect((await request.handle.describe()).raw.workflowExecutionInfo).toMatchObject({
      historyLength: { low: 1 },
      stateTransitionCount: { low: 1 },
    });
  });

  it.each([
    [true, 'that of the requests'],
    [false, 'those of the outside systems'],
  ])('asks on one queue or another, whether its workers ask (%s): %s', async (asksHere) => {
    const other = await createWorld({ asksHere });
    try {
      const request = await pending(other);
      await other.certify(PROJECT, approved);
      await request.handle.result();
      const { events } = await request.handle.fetchHistory();
      const queues = (events ?? []).flatMap(
        ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.taskQueue?.name ?? [],
      );
      expect(queues).toHaveLength(3);
      expect(new Set(queues)).toEqual(new Set([asksHere ? other.taskQueue : `${other.taskQueue}-outside`]));
    } finally {
      await other.close();
    }
  });

  it('rejects with a reason for each definite no, and goes on when corrected and submitted again', async () => {
    const request = await world.create({ marketplaces: ['US', 'JP'] });
    world.outside.check = (check, marketplace) =>
      check === 'ASIN_LIVE' && marketplace === 'JP' ? 'ASIN_NOT_FOUND' : 'YES';
    await request.submit();
    const row = await request.until(({ status }) => status === 'REJECTED');
    expect(row.reasons).toMatchObject([{ code: 'ASIN_NOT_FOUND', marketplace: 'JP' }]);
    world.outside.check = () => 'YES';
    expect(await request.submit()).toMatchObject({ status: 'UNDER_REVIEW', round: 2 });
    await awaitingReviewer(request);
    await request.approve(2);
    expect(await request.row()).toMatchObject({ status: 'PENDING', reasons: [] });
    expect(await templates(request)).toEqual(['under-review', 'rejected', 'under-review', 'pending']);
  });

  it('leaves what is unknown to the reviewer', async () => {
    const request = await world.create();
    world.outside.check = () => 'UNKNOWN';
    await request.submit();
    await awaitingReviewer(request);
    await request.reject('IMAGE_MISMATCH');
    expect(await request.row()).toMatchObject({ status: 'REJECTED', reasons: [{ code: 'IMAGE_MISMATCH' }] });
  });

  it('lets exactly one of two reviewers decide', async () => {
    const request = await world.create();
    await request.submit();
    await awaitingReviewer(request);
    const decisions = await Promise.allSettled([request.approve(), request.reject('OTHER')]);
    expect(decisions.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const history = await request.history();
    expect(history.filter(({ action }) => action === 'approve' || action === 'reject')).toHaveLength(1);
  });

  it('refuses a decision about an older round, and what the status does not allow', async () => {
    const request = await world.create();
    expect(await refusalType(request.approve())).toBe('ACTION_NOT_ALLOWED');
    await request.submit();
    await awaitingReviewer(request);
    expect(await refusalType(request.approve(7))).toBe('ROUND_OUTDATED');
    expect(await refusalType(request.discard())).toBe('ACTION_NOT_ALLOWED');
    expect(await request.row()).toMatchObject({ status: 'UNDER_REVIEW', stage: 'AWAITING_REVIEWER' });
  });

  it('refuses a decision of whoever may not decide, also a reviewer on their own organization’s', async () => {
    const request = await world.create();
    await request.submit();
    await awaitingReviewer(request);
    for (const actor of [MAKER, { ...REVIEWER, ownOrganization: true }]) {
      const command = { commandId: `approved by ${actor.role}`, actor, round: 1 };
      const decision = request.handle.executeUpdate(approveUpdate, { args: [command] });
      expect([actor, await refusalType(decision)]).toEqual([actor, 'ACTION_NOT_ALLOWED']);
    }
    expect(await request.row()).toMatchObject({ stage: 'AWAITING_REVIEWER' });
  });

  it('can be withdrawn in the middle of running checks, discarded, and then ends', async () => {
    const request = await world.create();
    let endCheck = () => undefined as void;
    const begun = new Promise<void>((resolve) => {
      world.outside.beforeCheck = () =>
        new Promise((_, reject) => {
          endCheck = () => reject(new Error('nobody waits any more'));
          resolve();
        });
    });
    await request.submit();
    await begun;
    await request.withdraw();
    expect(await request.row()).toMatchObject({ status: 'NOT_SUBMITTED', stage: null });
    await request.discard();
    await request.handle.result();
    expect(await request.row()).toMatchObject({ status: 'DISCARDED' });
    expect(await templates(request)).toEqual(['under-review', 'withdrawn', 'discarded']);
    endCheck();
  });

  it('asks for an operator when a step fails for good, and goes on when it is repeated', async () => {
    const request = await world.create();
    world.outside.beforeCheck = async () => {
      throw ApplicationFailure.nonRetryable('the catalogue client is broken');
    };
    await request.submit();
    const row = await request.until(({ stage }) => stage === 'NEEDS_ATTENTION');
    expect(row.status).toBe('UNDER_REVIEW');
    expect(row.attention).toContain('the catalogue client is broken');
    world.outside.beforeCheck = async () => undefined;
    await request.retry();
    await awaitingReviewer(request);
  });

  it('asks for an operator when staging fails for good, and can be withdrawn from there', async () => {
    world.outside.beforeLiveness = async () => {
      throw ApplicationFailure.nonRetryable('broken');
    };
    const request = await pending(world);
    await world.certify(PROJECT, approved);
    await request.until(({ stage }) => stage === 'NEEDS_ATTENTION');
    world.outside.beforeLiveness = async () => undefined;
    expect(await request.retry()).toMatchObject({ status: 'PENDING', stage: 'AWAITING_CERTIFICATION' });
    await request.until(({ status }) => status === 'ENABLED');
  });

  it('answers a repeated command from the first one', async () => {
    const request = await world.create();
    const answers = await Promise.all([request.submit('same'), request.submit('same')]);
    expect(answers[0]).toEqual(answers[1]);
    expect(await request.row()).toMatchObject({ round: 1 });
  });

  it('learns of a command that was recorded when its workflow task was lost', async () => {
    const request = await world.create();
    const command = { commandId: 'lost', actor: MAKER };
    // What a worker does that is killed between the row's commit and the workflow task's end.
    const { recordSubmission } = createTransitionActivities({
      pool: world.pool,
      reviewTerm,
      stagingRetryDays: 30,
    });
    await recordSubmission({ requestId: request.id, seq: 1, command });
    expect(await refusalType(request.withdraw())).toBe('ACTION_NOT_ALLOWED');
    await world.pool.query(
      "update unconfirmed_commands set next_attempt_at = now() where command_id = 'lost'",
    );
    const relay = createCommandRelay({ pool: world.pool, client: world.client });
    while (await relay.drainOne());
    await awaitingReviewer(request);
    expect(await request.row()).toMatchObject({ round: 1 });
    expect(await templates(request)).toEqual(['under-review']);
    const left = await world.pool.query("select 1 from unconfirmed_commands where command_id = 'lost'");
    expect(left.rowCount).toBe(0);
  });

  it('goes on where it was when its worker is replaced', async () => {
    const request = await pending(world);
    await world.restartWorker();
    await world.certify(PROJECT, approved);
    await request.handle.result();
    expect(await templates(request)).toEqual(['under-review', 'pending', 'enabled']);
  });

  it('keeps its life over continue-as-new', async () => {
    const request = await world.create();
    for (let round = 1; round <= 6; round += 1) {
      await request.submit();
      await awaitingReviewer(request);
      await request.withdraw();
    }
    await request.submit();
    await awaitingReviewer(request);
    const { events } = await request.handle.fetchHistory();
    expect(events?.length).toBeLessThan(130);
    await request.approve(7);
    await world.certify(PROJECT, approved);
    await world.client.workflow.getHandle(request.handle.workflowId).result();
    expect(await request.row()).toMatchObject({ status: 'ENABLED', round: 7 });
  });
});
