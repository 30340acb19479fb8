import { createTransitionActivities } from '../../activities/transitions';
import { reviewTerm } from '../setup/review-term';
import { createScene, people, type Scene, type SceneRequest } from './transition-scene';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

interface Clock {
  readonly review_due_at: Date | null;
  readonly next_escalation_at: Date | null;
  readonly escalation_level: number;
}
const clockOf = async ({ id }: SceneRequest): Promise<Clock | undefined> => {
  const { rows } = await scene.pool.query<Clock>(
    'select review_due_at, next_escalation_at, escalation_level from badge_requests where id = $1',
    [id],
  );
  return rows[0];
};
const runningUntil = (due: string): Clock => ({
  review_due_at: new Date(due),
  next_escalation_at: new Date(due),
  escalation_level: 0,
});
const standing: Clock = { review_due_at: null, next_escalation_at: null, escalation_level: 0 };

test.each([
  ['on a Thursday', '2027-01-14T15:30:00.000Z', 2, '2027-01-18T15:30:00.000Z'],
  ['on a Sunday', '2027-01-10T12:00:00.000Z', 2, '2027-01-13T00:00:00.000Z'],
  ['to be decided at once', '2027-01-10T12:00:00.000Z', 0, '2027-01-10T12:00:00.000Z'],
])(
  'what is submitted %s is due by the calendar, which its maker is told',
  async (_name, at, workingDays, due) => {
    const activities = createTransitionActivities({
      pool: scene.pool,
      reviewTerm: { ...reviewTerm, workingDays },
      stagingRetryDays: 30,
      clock: () => at,
    });
    const request = await scene.create();
    expect(await clockOf(request)).toEqual(standing);
    await request.record(activities.recordSubmission, people.maker);
    expect(await clockOf(request)).toEqual(runningUntil(due));
    expect((await request.traces()).mails).toMatchObject([
      { template: 'under-review', props: { reviewDueAt: due, hasSkill: false } },
    ]);
  },
);

async function checked(): Promise<SceneRequest> {
  const request = await scene.create();
  await request.record(scene.activities.recordSubmission, people.maker);
  await request.find();
  await request.record(scene.activities.recordChecks);
  return request;
}

/** As after both escalations. */
const escalate = ({ id }: SceneRequest) =>
  scene.pool.query(
    'update badge_requests set escalation_level = 2, next_escalation_at = null where id = $1',
    [id],
  );

const endings: Record<string, (request: SceneRequest) => Promise<unknown>> = {
  approve: (request) => request.record((ref) => scene.activities.recordApproval(ref, 1), people.reviewer),
  reject: (request) =>
    request.record(async (ref) => {
      await request.decide(ref.command?.commandId ?? '');
      return scene.activities.recordRejection(ref, 1);
    }, people.reviewer),
  withdraw: (request) => request.record(scene.activities.recordWithdrawal, people.maker),
};

describe.each(Object.entries(endings))('%s', (_name, end) => {
  test('stops the clock', async () => {
    const request = await checked();
    expect(await clockOf(request)).toEqual(runningUntil('2027-01-13T00:00:00.000Z'));
    await end(request);
    expect(await clockOf(request)).toEqual(standing);
  });

  test('forgets how far it was escalated', async () => {
    const request = await checked();
    await escalate(request);
    await end(request);
    expect(await clockOf(request)).toEqual(standing);
  });
});

test('a failed check stops the clock, and the next submission starts it anew', async () => {
  const request = await scene.create();
  await request.record(scene.activities.recordSubmission, people.maker);
  await escalate(request);
  await request.find('ASIN_NOT_FOUND');
  await request.record(scene.activities.recordChecks);
  expect(await clockOf(request)).toEqual(standing);
  scene.now = '2027-01-20T09:00:00.000Z';
  await request.record(scene.activities.recordSubmission, people.maker);
  expect(await clockOf(request)).toEqual(runningUntil('2027-01-22T09:00:00.000Z'));
});

test('neither the checks nor a change of the date nor an operator’s look moves the clock', async () => {
  scene.now = '2027-01-10T12:00:00.000Z';
  const request = await scene.create();
  await request.record(scene.activities.recordSubmission, people.maker);
  scene.now = '2027-01-11T12:00:00.000Z';
  await request.record((ref) => scene.activities.recordAttention(ref, 'broken'));
  await request.record((ref) => scene.activities.recordRetry(ref, 'CHECKING'), people.operator);
  await request.find();
  await request.record(scene.activities.recordChecks);
  const later = { kind: 'ON_DATE', date: '2027-06-01' } as const;
  await request.record((ref) => scene.activities.recordRescheduling(ref, later), people.maker);
  expect(await clockOf(request)).toEqual(runningUntil('2027-01-13T00:00:00.000Z'));
});
