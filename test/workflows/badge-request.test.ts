import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { createCommandRelay } from '../../activities/command-relay';
import { createTransitionActivities } from '../../activities/transitions';
import { createWorld, MAKER, PROJECT, type RequestInWorld, type World } from '../setup/request-world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  world.outside.check = () => 'YES';
  world.outside.live = () => 'YES';
  world.outside.beforeCheck = async () => undefined;
  world.outside.beforeLiveness = async () => undefined;
  await world.pool.query(
    `update certification_projects set status = 'UNDER_TEST', result = null, version = version + 1, marketplaces =
     '{US,CA,MX,BR,UK,IE,DE,FR,IT,ES,NL,IN,SA,AE,AU,JP}'`,
  );
});

const awaitingReviewer = (request: RequestInWorld) =>
  request.until((row) => row.stage === 'AWAITING_REVIEWER');
const refusalType = async (update: Promise<unknown>) => {
  const error = await update.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)
    return error.cause.type;
  return error;
};
const templates = async (request: RequestInWorld) => (await request.mails()).map((mail) => mail.template);
const DAY_MS = 86_400_000;
const approved = { status: 'COMPLETE', result: 'APPROVED' };

async function pending(form?: Parameters<World['create']>[0]): Promise<RequestInWorld> {
  const request = await world.create(form);
  await request.submit();
  await awaitingReviewer(request);
  await request.approve();
  return request;
}

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
    const request = await pending();
    await world.certify(PROJECT, approved);
    await request.handle.result();
    const { raw } = await request.handle.describe();
    const { events } = await request.handle.fetchHistory();
    const tasks = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes != null);
    expect(tasks.length).toBeLessThanOrEqual(7);
    expect(events?.length).toBeLessThanOrEqual(50);
    expect(Number(raw.workflowExecutionInfo?.stateTransitionCount)).toBeLessThanOrEqual(20);
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

  it('can be withdrawn in the middle of running checks, discarded, and then ends', async () => {
    const request = await world.create();
    const begun = new Promise<void>((resolve) => {
      world.outside.beforeCheck = () =>
        new Promise((_, reject) => {
          resolve();
          setTimeout(() => reject(new Error('nobody waits any more')), 3_000);
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
    const request = await pending();
    await world.certify(PROJECT, approved);
    await request.until(({ stage }) => stage === 'NEEDS_ATTENTION');
    world.outside.beforeLiveness = async () => undefined;
    await request.retry();
    await request.until(({ status }) => status === 'ENABLED');
  });

  it('goes on at once when the certification came before the approval', async () => {
    await world.pool.query(
      "update certification_projects set status = 'COMPLETE', result = 'APPROVED', version = version + 1",
    );
    const request = await pending();
    await request.handle.result();
    expect(await request.row()).toMatchObject({ status: 'ENABLED' });
  });

  it.each([
    [{ status: 'COMPLETE', result: 'REJECTED' }, 'CERTIFICATION_REJECTED'],
    [{ status: 'CANCELLED' }, 'CERTIFICATION_CANCELLED'],
    [{ status: 'INTAKE_REJECTED' }, 'CERTIFICATION_INTAKE_REJECTED'],
  ])('is sent back when certification ends as %j', async (change, code) => {
    const request = await pending();
    await world.certify(PROJECT, change);
    expect((await request.until(({ status }) => status === 'REJECTED')).reasons).toMatchObject([{ code }]);
  });

  it('stays pending while certification is on hold', async () => {
    const request = await pending();
    await world.certify(PROJECT, { status: 'ON_HOLD' });
    await world.certify(PROJECT, approved);
    await request.handle.result();
    expect((await request.history()).map(({ to_status }) => to_status)).not.toContain('REJECTED');
  });

  it('ignores news that is repeated or older', async () => {
    const request = await pending({ goLive: { kind: 'ON_DATE', date: '2027-06-01' } });
    const news = (version: number, verdict: 'APPROVED' | 'REFUSED') =>
      request.handle.signal('certificationChanged', { projectId: PROJECT, version, verdict });
    await world.certify(PROJECT, approved);
    await news(0, 'REFUSED');
    await news(1, 'REFUSED');
    await request.withdraw();
    expect(await request.row()).toMatchObject({ status: 'NOT_SUBMITTED' });
    expect((await request.history()).map(({ action }) => action)).not.toContain('refuseCertification');
  });

  it('drops marketplaces that the final certification does not cover', async () => {
    const request = await pending({ marketplaces: ['US', 'JP'] });
    await world.certify(PROJECT, { ...approved, marketplaces: ['US'] });
    await request.handle.result();
    const row = await request.row();
    expect(row).toMatchObject({ status: 'ENABLED', marketplaces: ['US'] });
    expect(row.reasons).toMatchObject([{ code: 'MARKETPLACE_NOT_CERTIFIED', marketplace: 'JP' }]);
    expect(await request.badges()).toMatchObject([{ marketplace: 'US' }]);
  });

  it('stages what is live and tells the maker about the rest, once', async () => {
    world.outside.live = (marketplace) => (marketplace === 'JP' ? 'NO' : 'YES');
    const request = await pending({ marketplaces: ['US', 'JP'] });
    await world.certify(PROJECT, approved);
    await request.until(({ transition_seq }) => transition_seq >= 4);
    expect(await request.badges()).toMatchObject([{ marketplace: 'US' }]);
    expect(await templates(request)).toEqual(['under-review', 'pending', 'listing-not-live']);
    expect(await request.withdraw()).toMatchObject({ status: 'ENABLED' });
    await request.handle.result();
    expect(await request.row()).toMatchObject({ marketplaces: ['US'] });
  });

  it('takes back what was written ahead when it is rescheduled or withdrawn', async () => {
    // The midnight that begins tomorrow's day in Sydney is ahead and less than a day away.
    const date = new Intl.DateTimeFormat('en-CA', { timeZone: 'Australia/Sydney' }).format(
      Date.now() + DAY_MS,
    );
    const request = await pending({ goLive: { kind: 'ON_DATE', date }, marketplaces: ['AU'] });
    await world.certify(PROJECT, approved);
    const staged = await request.until((row) => row.enabled_at !== null);
    expect(staged).toMatchObject({ status: 'PENDING', stage: 'SCHEDULED' });
    expect(await request.badges()).toMatchObject([{ marketplace: 'AU', effective_at: staged.enabled_at }]);
    const ahead = async () => ({
      mails: (await request.mails()).filter(({ due_at }) => due_at.getTime() > Date.now()).length,
      entries: (await request.history()).filter(({ at }) => at.getTime() > Date.now()).length,
      badges: (await request.badges()).length,
    });
    expect(await ahead()).toEqual({ mails: 1, entries: 1, badges: 1 });
    await request.reschedule({ kind: 'ON_DATE', date: '2027-06-01' });
    expect(await ahead()).toEqual({ mails: 0, entries: 0, badges: 0 });
    await request.reschedule({ kind: 'ON_DATE', date });
    await request.until((row) => row.enabled_at !== null);
    await request.withdraw();
    expect(await ahead()).toEqual({ mails: 0, entries: 0, badges: 0 });
    expect(await request.row()).toMatchObject({ status: 'NOT_SUBMITTED', enabled_at: null });
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
    const { recordSubmission } = createTransitionActivities({ pool: world.pool, reviewDueHours: 48 });
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
    const request = await pending();
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
