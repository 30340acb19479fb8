import { transact } from '../../db/pool';
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

  test('is recorded of one organization only when two submit the same ASIN at once', async () => {
    const asin = 'B0RACING01';
    const requests = [await scene.create({ asin }), await scene.create({ asin, organization: 'org_two' })];
    const refs = requests.map((request) => request.next(people.maker));
    const run = () => Promise.allSettled(refs.map((ref) => scene.activities.recordSubmission(ref)));
    await run();
    // The one that lost the race may have failed on the unique index; repeated, it is refused.
    const outcomes = (await run()).map((end) =>
      end.status === 'fulfilled' ? end.value : (end.reason as unknown),
    );
    expect(outcomes).toContainEqual({ refused: 'DUPLICATE_REQUEST' });
    expect(outcomes).toContainEqual(expect.objectContaining({ status: 'UNDER_REVIEW', round: 1 }));
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

  test('to reject takes no reasons that were given on another request', async () => {
    const [request, other] = [await checked(), await checked()];
    const ref = request.next(people.reviewer);
    await other.decide(ref.command?.commandId ?? '');
    expect(await leaving(request, () => scene.activities.recordRejection(ref, 1))).toEqual({
      refused: 'FORM_INVALID',
    });
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
