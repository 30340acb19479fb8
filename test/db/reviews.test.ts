import { createTransitionActivities } from '../../activities/transitions';
import { saveFindings } from '../../db/findings';
import { transact } from '../../db/pool';
import type { Answer, CheckName, Finding } from '../../domain/review';
import { reviewTerm } from '../setup/review-term';
import { createScene, people, type RequestOptions, type Scene, type SceneRequest } from './transition-scene';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

const submit = (request: SceneRequest) => scene.activities.recordSubmission(request.next(people.maker));

/** Runs a transition that must leave everything as it is. */
async function leaving<Outcome>(request: SceneRequest, run: () => Promise<Outcome>): Promise<Outcome> {
  const before = await request.traces();
  const outcome = await run();
  expect(await request.traces()).toEqual(before);
  return outcome;
}

/** Whether a connection of this test waits for another one's lock. */
const isSomebodyBlocked = async () =>
  (
    await scene.pool.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
  ).rowCount === 1;

describe('a submission', () => {
  test.each<[string, RequestOptions]>([
    ['lacks its ASIN', { asin: null }],
    ['names no marketplace', { marketplaces: [] }],
    ['names a marketplace that is not certified', { marketplaces: ['US', 'BR'] }],
    ['is for a date that is over', { goLive: { kind: 'ON_DATE', date: '2027-01-01' } }],
    ['is for the product of another organization', { productOf: 'org_two' }],
  ])('is refused when its form %s', async (_name, options) => {
    const request = await scene.create(options);
    expect(await leaving(request, () => submit(request))).toEqual({ refused: 'FORM_INVALID' });
  });

  test('is refused when its product cannot be chosen any more', async () => {
    const request = await scene.create();
    await request.certify({ status: 'CANCELLED' });
    expect(await leaving(request, () => submit(request))).toEqual({ refused: 'FORM_INVALID' });
  });

  test('is recorded under the same number and command once the form is complete', async () => {
    const request = await scene.create({ asin: null });
    const ref = request.next(people.maker);
    await leaving(request, () => scene.activities.recordSubmission(ref));
    await scene.pool.query("update badge_requests set asin = 'B0COMPLETE' where id = $1", [request.id]);
    expect(await scene.activities.recordSubmission(ref)).toMatchObject({ status: 'UNDER_REVIEW', round: 1 });
  });

  test.each(['UNDER_REVIEW', 'PENDING'] as const)(
    'is refused while another organization has the ASIN %s, and not when that is over',
    async (status) => {
      const asin = `B0SAME${status.slice(0, 4).replace('_', '0')}`;
      const theirs = await scene.create({ asin, organization: 'org_two' });
      await theirs.place(status, null);
      const ours = await scene.create({ asin });
      expect(await leaving(ours, () => submit(ours))).toEqual({ refused: 'DUPLICATE_REQUEST' });
      await theirs.place('NOT_SUBMITTED', null);
      expect(await submit(ours)).toMatchObject({ status: 'UNDER_REVIEW' });
    },
  );

  test('is recorded once the clock has enabled the other one, whose row does not say so yet', async () => {
    const asin = 'B0CLOCKED1';
    const theirs = await scene.create({ asin, organization: 'org_two' });
    await theirs.place('PENDING', 'SCHEDULED');
    await scene.pool.query(
      'update badge_requests set first_effective_at = $2, enabled_at = $2 where id = $1',
      [theirs.id, scene.now],
    );
    expect(await submit(await scene.create({ asin }))).toMatchObject({ status: 'UNDER_REVIEW' });
    expect((await theirs.traces()).row).toMatchObject({ status: 'ENABLED', stage: null });
  });

  test('is recorded of one organization only when two submit the same ASIN at once', async () => {
    const asin = 'B0RACING01';
    const requests = [await scene.create({ asin }), await scene.create({ asin, organization: 'org_two' })];
    const refs = requests.map((request) => request.next(people.maker));
    const outcomes = await Promise.all(refs.map((ref) => scene.activities.recordSubmission(ref)));
    expect(outcomes).toContainEqual({ refused: 'DUPLICATE_REQUEST' });
    expect(outcomes).toContainEqual(expect.objectContaining({ status: 'UNDER_REVIEW', round: 1 }));
  });

  test('is refused when another one that it could not see yet is recorded first', async () => {
    const asin = 'B0RACING02';
    const theirs = await scene.create({ asin, organization: 'org_two' });
    const ours = await scene.create({ asin });
    const outcome = await transact(scene.pool, async (connection) => {
      await connection.query("update badge_requests set status = 'UNDER_REVIEW' where id = $1", [theirs.id]);
      const submission = leaving(ours, () => submit(ours));
      submission.catch(() => undefined);
      while (!(await isSomebodyBlocked())) await new Promise((resolve) => setTimeout(resolve, 5));
      return { submission };
    });
    expect(await outcome.submission).toEqual({ refused: 'DUPLICATE_REQUEST' });
  });

  test('waits for whoever holds the request, and is judged by what they leave', async () => {
    const request = await scene.create();
    let outcome: Promise<unknown> = Promise.resolve();
    await transact(scene.pool, async (connection) => {
      await connection.query("update badge_requests set status = 'DISCARDED' where id = $1", [request.id]);
      outcome = submit(request);
      outcome.catch(() => undefined);
    });
    expect(await outcome).toEqual({ refused: 'ACTION_NOT_ALLOWED' });
  });
});

describe('a decision', () => {
  async function checked(): Promise<SceneRequest> {
    const request = await scene.create();
    await request.record(scene.activities.recordSubmission, people.maker);
    await request.find();
    await request.record(scene.activities.recordChecks);
    return request;
  }

  test.each([0, 2])('on another round than the present one (%s) is refused', async (round) => {
    const request = await checked();
    const ref = request.next(people.reviewer);
    await request.decide(ref.command?.commandId ?? '', round);
    const outdated = { refused: 'ROUND_OUTDATED' };
    expect(await leaving(request, () => scene.activities.recordApproval(ref, round))).toEqual(outdated);
    expect(await leaving(request, () => scene.activities.recordRejection(ref, round))).toEqual(outdated);
  });

  test('to reject is refused without a reason', async () => {
    const request = await checked();
    const ref = request.next(people.reviewer);
    expect(await leaving(request, () => scene.activities.recordRejection(ref, 1))).toEqual({
      refused: 'FORM_INVALID',
    });
  });

  test('to reject takes no reasons that were given on another request, or with another command', async () => {
    const [request, other] = [await checked(), await checked()];
    const ref = request.next(people.reviewer);
    await request.decide('another command');
    await other.decide(ref.command?.commandId ?? '');
    expect(await leaving(request, () => scene.activities.recordRejection(ref, 1))).toEqual({
      refused: 'FORM_INVALID',
    });
  });

  test('to reject while an operator is needed leaves nothing for them to look into', async () => {
    const request = await scene.create();
    await request.record(scene.activities.recordSubmission, people.maker);
    await request.record((ref) => scene.activities.recordAttention(ref, 'broken'));
    expect((await request.traces()).row['attention']).toBe('broken');
    const ref = request.next(people.reviewer);
    await request.decide(ref.command?.commandId ?? '');
    await scene.activities.recordRejection(ref, 1);
    expect((await request.traces()).row).toMatchObject({ status: 'REJECTED', attention: null });
  });

  test('of the checks is a rejection when one of them says no', async () => {
    const request = await scene.create({ marketplaces: ['US', 'DE'] });
    await request.record(scene.activities.recordSubmission, people.maker);
    await request.find('ASIN_NOT_FOUND');
    expect(await request.record(scene.activities.recordChecks)).toEqual({
      status: 'REJECTED',
      stage: null,
      round: 1,
    });
    const { row, history, mails, rounds } = await request.traces();
    expect(row['reasons']).toHaveLength(4);
    expect(history.at(-1)).toMatchObject({ action: 'failChecks', details: { codes: ['ASIN_NOT_FOUND'] } });
    expect(mails.map(({ template }) => template)).toEqual(['under-review', 'rejected']);
    expect(rounds).toMatchObject([{ round: 1, decision: 'failChecks', reasons: row['reasons'] }]);
  });

  test('of the checks goes by the findings of the present round only', async () => {
    const request = await scene.create();
    await request.record(scene.activities.recordSubmission, people.maker);
    await request.find('ASIN_NOT_FOUND');
    await request.record(scene.activities.recordChecks);
    await request.record(scene.activities.recordSubmission, people.maker);
    await request.find();
    expect(await request.record(scene.activities.recordChecks)).toMatchObject({
      stage: 'AWAITING_REVIEWER',
      round: 2,
    });
    expect((await request.traces()).row['reasons']).toEqual([]);
  });
});

describe('a programme that approves by itself', () => {
  const own = () =>
    createTransitionActivities({
      pool: scene.pool,
      reviewTerm,
      clock: () => scene.now,
      programs: { WWA: { buyability: 'LISTED', autoApprove: true } },
    });
  const finding = (check: CheckName, marketplace: 'US' | 'DE', answer: Answer = 'YES'): Finding => {
    const codes: Finding['codes'] = answer === 'NO' ? ['BRAND_MISMATCH'] : [];
    const about = { check, marketplace, answer, codes, undecided: [] };
    return { ...about, found: {}, expected: {}, checkedAt: '2027-01-10T12:00:00.000Z' };
  };
  const listings = (marketplace: 'US' | 'DE', answer: Answer = 'YES') => [
    finding('ASIN_LIVE', marketplace),
    finding('LISTING_MATCHES', marketplace, answer),
  ];
  const none = { kind: 'NONE' };
  const skill = { kind: 'SKILL', skillId: 'amzn1.ask.skill.1', vendorId: 'M1' };

  async function conclude(
    findings: readonly Finding[],
    integration: object = none,
    prepare: (requestId: string) => Promise<unknown> = async () => undefined,
  ) {
    const request = await scene.create({ marketplaces: ['US', 'DE'] });
    await prepare(request.id);
    await scene.pool.query('update products set integration = $2 where id = $1', [
      `prod_${request.id}`,
      integration,
    ]);
    await request.record(scene.activities.recordSubmission, people.maker);
    await saveFindings(scene.pool, { requestId: request.id, round: 1 }, findings);
    const ref = request.next();
    const outcome = await own().recordChecks(ref);
    return { request, ref, outcome };
  }

  test('does so when every check is yes in each marketplace, once however often it is recorded', async () => {
    const { request, ref, outcome } = await conclude([...listings('US'), ...listings('DE')]);
    expect(outcome).toMatchObject({ status: 'PENDING', stage: 'AWAITING_CERTIFICATION' });
    const before = await request.traces();
    expect(before.history.at(-1)).toMatchObject({ action: 'approve', actor_role: 'SERVICE' });
    expect(before.mails.map(({ template }) => template)).toEqual(['under-review', 'pending']);
    expect(await own().recordChecks(ref)).toEqual(outcome);
    expect(await request.traces()).toEqual(before);
  });

  test.each<[string, readonly Finding[], object]>([
    ['one check is unknown', [...listings('US'), ...listings('DE', 'UNKNOWN')], none],
    ['a marketplace was not checked', listings('US'), none],
    ['nothing was found at all', [], none],
    ['the skill was not checked', [...listings('US'), ...listings('DE')], skill],
    [
      'the skill was checked in one marketplace only',
      [...listings('US'), ...listings('DE'), finding('SKILL_PUBLISHED', 'US')],
      skill,
    ],
  ])('leaves it to a reviewer when %s', async (_name, findings, integration) => {
    const { outcome } = await conclude(findings, integration);
    expect(outcome).toMatchObject({ status: 'UNDER_REVIEW', stage: 'AWAITING_REVIEWER' });
  });

  test('leaves it to a reviewer when a badge of the ASIN is suspended', async () => {
    const other = await scene.create({ marketplaces: ['US'] });
    const suspend = (requestId: string) =>
      scene.pool.query(
        `insert into badges (request_id, marketplace, program, asin, status, causes, effective_at)
          select $1, 'US', program, asin, 'SUSPENDED', '{OPERATOR}', now() - interval '1 day'
            from badge_requests where id = $2`,
        [other.id, requestId],
      );
    const { outcome } = await conclude([...listings('US'), ...listings('DE')], none, suspend);
    expect(outcome).toMatchObject({ status: 'UNDER_REVIEW', stage: 'AWAITING_REVIEWER' });
  });

  test('rejects as any other when one is no', async () => {
    const { outcome } = await conclude([...listings('US'), ...listings('DE', 'NO')]);
    expect(outcome).toMatchObject({ status: 'REJECTED' });
  });
});
