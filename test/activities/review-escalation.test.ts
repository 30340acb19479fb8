import { createReviewEscalation } from '../../activities/review-escalation';
import { createTransitionActivities, type TransitionActivities } from '../../activities/transitions';
import { startDrain } from '../../db/drain';
import { transact } from '../../db/pool';
import { createScene, people, type Scene, type SceneRequest } from '../db/transition-scene';
import { reviewTerm } from '../setup/review-term';

let scene: Scene;
/** On the database's own clock; what is submitted is due at once. */
let activities: TransitionActivities;
beforeEach(async () => {
  scene = await createScene();
  await scene.pool.query(
    `insert into people (id, name, email, role, organization_id) values
       ('person_second', 'Second', 'second@badges.example', 'REVIEWER', null),
       ('person_insider', 'Insider', 'insider@one.example', 'REVIEWER', 'org_one'),
       ('person_outsider', 'Outsider', 'outsider@two.example', 'REVIEWER', 'org_two')`,
  );
  activities = createTransitionActivities({
    pool: scene.pool,
    reviewTerm: { ...reviewTerm, workingDays: 0 },
    stagingRetryDays: 30,
  });
});
afterEach(() => scene.close());

const escalation = (workingDays = 1) =>
  createReviewEscalation({
    pool: scene.pool,
    escalationTerm: { calendar: reviewTerm.calendar, workingDays },
  });
async function escalateAll(workingDays?: number): Promise<number> {
  let steps = 0;
  while (await escalation(workingDays).drainOne()) steps += 1;
  return steps;
}
async function submitted(): Promise<SceneRequest> {
  const request = await scene.create();
  await request.record(activities.recordSubmission, people.maker);
  await request.find();
  await request.record(activities.recordChecks);
  return request;
}
const makeDue = ({ id }: SceneRequest) =>
  scene.pool.query(
    "update badge_requests set next_escalation_at = now() - interval '1 s' where id = $1 and next_escalation_at is not null",
    [id],
  );
/** Who is told what of an overdue review, in the order written. */
async function told({ id }: SceneRequest): Promise<string[]> {
  const { rows } = await scene.pool.query<{ told: string }>(
    `select template || ' ' || recipient_id as told from mail_outbox
      where request_id = $1 and template like 'review-%' order by template desc, recipient_id`,
    [id],
  );
  return rows.map((row) => row.told);
}
const reviewersTold = ['person_outsider', 'person_reviewer', 'person_second'].map(
  (id) => `review-overdue ${id}`,
);
const everybodyTold = [...reviewersTold, 'review-escalated person_operator'];

test('an overdue review is told to the reviewers who may decide it, then to the operators, once each', async () => {
  const request = await submitted();
  expect(await escalateAll()).toBe(1);
  expect(await told(request)).toEqual(reviewersTold);
  expect(await escalateAll()).toBe(0);
  const { row } = await request.traces();
  expect(row).toMatchObject({ escalation_level: 1 });
  expect((await escalation().nextDue(null))?.at?.getTime()).toBeGreaterThan(Date.now());

  await makeDue(request);
  expect(await escalateAll()).toBe(1);
  expect(await told(request)).toEqual(everybodyTold);
  expect((await request.traces()).row).toMatchObject({ escalation_level: 2, next_escalation_at: null });
  expect(await escalateAll()).toBe(0);
  expect(await escalation().nextDue(null)).toMatchObject({ at: null });
});

test('the operators are told a working day after the reviewers, and at once where none is set', async () => {
  const request = await submitted();
  const everyDay = {
    ...reviewTerm.calendar,
    weekdays: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'],
  } as const;
  const before = Date.now();
  await createReviewEscalation({
    pool: scene.pool,
    escalationTerm: { calendar: everyDay, workingDays: 1 },
  }).drainOne();
  const next = (await escalation().nextDue(null))?.at?.getTime() ?? 0;
  expect(Math.abs(next - before - 86_400_000)).toBeLessThan(60_000);
  await makeDue(request);
  await escalateAll();
  const other = await submitted();
  expect(await escalateAll(0)).toBe(2);
  expect(await told(other)).toEqual(everybodyTold);
});

test('the mails say when the review was due, and keep their identity', async () => {
  const request = await submitted();
  await escalateAll();
  const { rows } = await scene.pool.query<{ mail_key: string; props: object }>(
    "select mail_key, props from mail_outbox where recipient_id = 'person_reviewer'",
  );
  const { row } = await request.traces();
  expect(rows).toEqual([
    {
      mail_key: `${request.id}.escalation.1.1.person_reviewer`,
      props: { reviewDueAt: new Date(String(row['review_due_at'])).toISOString() },
    },
  ]);
});

test('many drains at once tell everybody once', async () => {
  const requests = await Promise.all([submitted(), submitted(), submitted()]);
  const drains = Array.from({ length: 6 }, () => escalation(0));
  await Promise.all(
    drains.map(async (drain) => {
      while (await drain.drainOne());
    }),
  );
  // One that found only rows in other hands has stopped; what they left is worked off here.
  await escalateAll(0);
  for (const request of requests) expect(await told(request)).toEqual(everybodyTold);
});

test('a drain that runs finds what becomes due', async () => {
  const request = await submitted();
  const drain = startDrain(escalation(0), {
    databaseUrl: String(scene.pool.options.connectionString),
    concurrency: 1,
    onError: () => undefined,
  });
  for (const deadline = Date.now() + 10_000; (await told(request)).length < everybodyTold.length;) {
    expect(Date.now()).toBeLessThan(deadline);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await drain.stop();
  expect(await told(request)).toEqual(everybodyTold);
});

const endings: Record<string, (request: SceneRequest) => Promise<unknown>> = {
  approved: (request) => request.record((ref) => activities.recordApproval(ref, 1), people.reviewer),
  rejected: (request) =>
    request.record(async (ref) => {
      await request.decide(ref.command?.commandId ?? '');
      return activities.recordRejection(ref, 1);
    }, people.reviewer),
  withdrawn: (request) => request.record(activities.recordWithdrawal, people.maker),
};

test.each(Object.entries(endings))('what is %s in time is told to nobody', async (_name, end) => {
  const request = await submitted();
  await end(request);
  expect(await escalateAll()).toBe(0);
  expect(await told(request)).toEqual([]);
});

test.each(Object.entries(endings))(
  'what is %s before its mails leave takes them back',
  async (_name, end) => {
    const request = await submitted();
    await escalateAll();
    await scene.pool.query("update mail_outbox set sent_at = now() where recipient_id = 'person_second'");
    await transact(scene.pool, async (sender) => {
      await sender.query("select 1 from mail_outbox where recipient_id = 'person_outsider' for update");
      await end(request);
    });
    // Sent, and being sent.
    expect(await told(request)).toEqual(['review-overdue person_outsider', 'review-overdue person_second']);
  },
);

test('a decision that commits while a drain looks on is not escalated', async () => {
  const request = await submitted();
  await transact(scene.pool, async (connection) => {
    await connection.query("update badge_requests set status = 'PENDING' where id = $1", [request.id]);
    expect(await escalateAll()).toBe(0);
  });
  expect(await escalateAll()).toBe(0);
  expect(await told(request)).toEqual([]);
});

test('what is submitted again is escalated again', async () => {
  const request = await submitted();
  await escalateAll(0);
  await scene.pool.query('update mail_outbox set sent_at = now()');
  await request.record(activities.recordWithdrawal, people.maker);
  await request.record(activities.recordSubmission, people.maker);
  expect(await escalateAll(0)).toBe(2);
  expect((await told(request)).sort()).toEqual([...everybodyTold, ...everybodyTold].sort());
});

test('a drain that is killed before it commits has told nobody, and the next one tells everybody once', async () => {
  const request = await submitted();
  await scene.pool.query(
    `create function hold() returns trigger language plpgsql as
       'begin perform pg_advisory_xact_lock(1); return new; end'`,
  );
  await scene.pool.query(
    'create trigger hold before update of escalation_level on badge_requests for each row execute function hold()',
  );
  await transact(scene.pool, async (connection) => {
    await connection.query('select pg_advisory_xact_lock(1)');
    const killed = escalation().drainOne();
    killed.catch(() => undefined);
    await killWaiting();
    await expect(killed).rejects.toThrow();
  });
  expect(await told(request)).toEqual([]);
  expect(await escalateAll()).toBe(1);
  expect(await told(request)).toEqual(reviewersTold);
});

/** Ends the connection that waits for the advisory lock, as soon as one does. */
async function killWaiting(): Promise<void> {
  for (;;) {
    const { rowCount } = await scene.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event = 'advisory'`,
    );
    if ((rowCount ?? 0) > 0) return;
  }
}
