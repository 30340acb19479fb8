/** What a request's workflow finds when it comes back from a lost task, or when somebody was faster. */
import { ApplicationFailure } from '@temporalio/common';
import { createRemedyRecordings } from '../../activities/remedy/recording';
import { reportTrouble } from '../../activities/remedy/report-trouble';
import { createTransitionActivities } from '../../activities/transitions';
import { certificationChangedSignal, recordedSeqQuery } from '../../workflows/contract';
import { reviewTerm } from '../setup/review-term';
import { createGate } from '../setup/gate';
import { createWorld, OPERATOR, PROJECT, type World } from '../setup/request-world';
import { createSkippingWorld } from '../setup/skipping-world';
import { approved, beginAnew, pending, wrongBrand } from './request-steps';
import { until } from '../setup/until';

const DAY_MS = 86_400_000;

it('sent back just before its instant, in a task that was lost, it goes on as it was recorded', async () => {
  const at = await createSkippingWorld();
  const { environment, world, now: clock } = at;
  try {
    const date = new Date((await environment.currentTimeMs()) + 30 * DAY_MS).toISOString().slice(0, 10);
    const request = await pending(world, { goLive: { kind: 'ON_DATE', date } });
    await world.certify(PROJECT, approved);
    await environment.sleep(Date.parse(date) - DAY_MS / 2 - (await environment.currentTimeMs()));
    const staged = await request.until((row) => row.enabled_at !== null);
    // What a worker does that is killed between the row's commit and the end of its workflow task.
    await world.pool.query("update certification_projects set status = 'CANCELLED', version = version + 1");
    const { recordCertificationRefusal } = createTransitionActivities({
      pool: world.pool,
      clock,
      reviewTerm,
    });
    await recordCertificationRefusal({
      requestId: request.id,
      seq: staged.transition_seq + 1,
      command: null,
    });
    await environment.sleep(2 * DAY_MS);
    expect(await request.row()).toMatchObject({ status: 'REJECTED' });
    expect(await request.discard()).toMatchObject({ status: 'DISCARDED' });
    await request.handle.result();
  } finally {
    await at.close();
  }
});

describe('on the usual server', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => beginAnew(world));
  const recordings = () => createRemedyRecordings({ pool: world.pool, graceDays: 7, removeDays: 90 });

  it('a look at listings says nothing of a date that was chosen while it was made', async () => {
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const asked = new Promise<void>((resolve) => {
      world.outside.beforeLiveness = () => {
        resolve();
        return answered;
      };
    });
    const request = await pending(world);
    await world.certify(PROJECT, approved);
    await asked;
    const locker = await world.pool.connect();
    await locker.query('begin');
    await locker.query('select from badge_requests where id = $1 for update', [request.id]);
    const date = new Date(Date.now() + 90 * DAY_MS).toISOString().slice(0, 10);
    const rescheduling = request.reschedule({ kind: 'ON_DATE', date });
    await until(async () => {
      const { rowCount } = await world.pool.query(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rowCount !== 0;
    });
    answer();
    await until(async () => {
      const { events } = await request.handle.fetchHistory();
      return (
        (events ?? []).filter((event) => event.activityTaskCompletedEventAttributes != null).length === 3
      );
    });
    await locker.query('rollback');
    locker.release();
    expect(await rescheduling).toMatchObject({ status: 'PENDING' });
    await request.withdraw();
    const actions = (await request.history()).map(({ action }) => action);
    expect(actions).toEqual(['submit', 'passChecks', 'approve', 'reschedule', 'withdraw']);
  });

  it('is sent back by a lost certification while Amazon is still being asked', async () => {
    const amazon = createGate();
    world.outside.beforeLiveness = amazon.wait;
    const request = await pending(world);
    await world.certify(PROJECT, approved);
    await amazon.reached;
    await world.certify(PROJECT, { status: 'COMPLETE', result: 'REVOKED' });
    await request.until(({ status }) => status === 'REJECTED');
    amazon.open();
    expect((await request.history()).map(({ action }) => action)).toEqual([
      'submit',
      'passChecks',
      'approve',
      'refuseCertification',
    ]);
  });

  it('is sent back by a lost certification also while it needs an operator', async () => {
    world.outside.beforeLiveness = async () => {
      throw ApplicationFailure.nonRetryable('broken');
    };
    const request = await pending(world);
    await world.certify(PROJECT, approved);
    await request.until(({ stage }) => stage === 'NEEDS_ATTENTION');
    await world.certify(PROJECT, { status: 'COMPLETE', result: 'REVOKED' });
    const row = await request.until(({ status }) => status === 'REJECTED');
    expect(row.attention).toBeNull();
    expect(await request.discard()).toMatchObject({ status: 'DISCARDED' });
  });

  it('ends where the workflow of its badges was faster to record that its certification is lost', async () => {
    const date = new Date(Date.now() + 90 * DAY_MS).toISOString().slice(0, 10);
    const request = await pending(world, { goLive: { kind: 'ON_DATE', date } });
    const { transition_seq: seq } = await request.row();
    // By the rows its instant has come, which its workflow expects later.
    await world.pool.query(
      `insert into badges (request_id, marketplace, program, asin, effective_at)
       select id, 'US', program, asin, now() from badge_requests where id = $1`,
      [request.id],
    );
    await world.pool.query(
      'update badge_requests set first_effective_at = now(), enabled_at = now() where id = $1',
      [request.id],
    );
    await world.pool.query(
      "update certification_projects set status = 'COMPLETE', result = 'REVOKED', version = version + 1",
    );
    await recordings().recordCertificationOfBadges({ requestId: request.id, seq: seq + 1, command: null });
    await request.handle.signal(certificationChangedSignal, {
      projectId: PROJECT,
      version: 99_999,
      verdict: 'REVOKED',
    });
    await request.handle.result();
    expect(await request.row()).toMatchObject({ status: 'SUSPENDED', transition_seq: seq + 1 });
  });

  it('goes on as recorded where a lost task has asked for an operator', async () => {
    const amazon = createGate();
    world.outside.beforeLiveness = amazon.wait;
    const request = await pending(world);
    await world.certify(PROJECT, approved);
    await amazon.reached;
    const { transition_seq: seq } = await request.row();
    const { recordAttention } = createTransitionActivities({ pool: world.pool, reviewTerm });
    await recordAttention({ requestId: request.id, seq: seq + 1, command: null }, 'broken');
    amazon.open();
    world.outside.beforeLiveness = async () => undefined;
    await until(async () => (await request.handle.query(recordedSeqQuery)) === seq + 1);
    expect(await request.retry()).toMatchObject({ status: 'PENDING' });
    await request.until(({ enabled_at }) => enabled_at !== null);
    await request.handle.result();
  });

  it('holds no workflow task while the database is away for long', async () => {
    const request = await world.create();
    await world.pool.query('alter table badge_request_rounds rename to rounds_that_are_away');
    const submitting = request.submit();
    await until(async () => {
      const { events } = await request.handle.fetchHistory();
      return (events ?? []).some((event) => event.timerStartedEventAttributes != null);
    }, 20_000);
    await world.pool.query('alter table rounds_that_are_away rename to badge_request_rounds');
    expect(await submitting).toMatchObject({ status: 'UNDER_REVIEW' });
  });

  it('badges follow what they are told, though a lost task has recorded something else', async () => {
    const request = await pending(world, { marketplaces: ['US', 'JP'] });
    await world.certify(PROJECT, approved);
    await request.handle.result();
    await reportTrouble(world, { requestId: request.id, marketplace: 'JP', findings: [wrongBrand('JP')] });
    const { transition_seq: seq } = await request.until((row) => row.transition_seq === 5);
    const reasons = [
      { check: 'LISTING_MATCHES', code: 'BRAND_MISMATCH', found: 'Acne', expected: 'Acme' },
    ] as const;
    await recordings().recordWarning({ requestId: request.id, seq: seq + 1, command: null }, [
      { marketplace: 'US', reasons },
    ]);
    await world.pool.query(
      `insert into program_suspensions (id, organization_id, program, region, reason, suspended_by)
       values ('psus_lost', 'org_one', 'WWA', 'na', 'Recalled.', $1)`,
      [OPERATOR.id],
    );
    await world.client.workflow.getHandle(`badge-remedy/${request.id}`).signal('programSuspensionChanged');
    await request.until((row) => row.transition_seq === seq + 2);
    expect(await request.badges()).toMatchObject([
      { marketplace: 'JP', status: 'STAGED' },
      { marketplace: 'US', status: 'SUSPENDED', causes: ['PROGRAM_SUSPENSION'] },
    ]);
  });
});
