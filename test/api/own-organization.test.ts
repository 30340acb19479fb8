/** A reviewer is never offered, and never gets, a decision on a request of an organization that they belong to. */
import {
  ACTIONS,
  lifecycle,
  STAGES,
  STATUSES,
  type Role,
  type Stage,
  type Status,
} from '../../domain/lifecycle';
import { newAsin, startApi, type Api, type Json, type PersonName } from './api-server';
import { pathOf } from './request-calls';

let api: Api;
const id = 'br_insider';
beforeAll(async () => {
  // Nobody works here: nothing may get as far as a workflow.
  api = await startApi({ deps: { answerDeadlineMs: 300 } });
  await api.pool.query(
    `insert into badge_requests (id, organization_id, created_by, program, product_id, asin, marketplaces)
      values ($1, 'org_one', 'person_maker', 'WWA', 'prod_one', $2, '{US}')`,
    [id, newAsin()],
  );
});
afterAll(() => api.close());
afterEach(() => api.pool.query('delete from review_claims'));

const place = (status: Status, stage: Stage | null) =>
  api.pool.query(
    'update badge_requests set status = $2, stage = $3, round = 1, review_due_at = now() where id = $1',
    [id, status, stage],
  );
const claimBy = (reviewerId: string) =>
  api.pool.query(
    `insert into review_claims (request_id, reviewer_id, claimed_at, lapses_at)
      values ($1, $2, now(), now() + interval '1 minute')`,
    [id, reviewerId],
  );
const traces = async () => {
  const { rows } = await api.pool.query<Record<string, unknown>>(
    `select to_jsonb(r) as row,
        (select count(*) from badge_request_history where request_id = r.id) as history,
        (select jsonb_agg(c) from review_claims c) as claims,
        (select count(*) from reviewer_decisions) as decisions
      from badge_requests r where id = $1`,
    [id],
  );
  return rows[0];
};

/** Everything that the table lets a reviewer do, with a body that the call takes. */
const reviewersActions = ACTIONS.filter((action) =>
  (lifecycle[action].by as readonly Role[]).includes('REVIEWER'),
);
const bodies: Record<string, object> = {
  approve: { round: 1 },
  reject: { round: 1, reasons: [{ code: 'BRAND_MISMATCH' }] },
  recheck: { round: 1 },
};
/** Every stage of a review, and every other status. */
const standings: [Status, Stage | null][] = [
  ...STATUSES.map((status): [Status, null] => [status, null]),
  ...STAGES.map((stage): ['UNDER_REVIEW', Stage] => ['UNDER_REVIEW', stage]),
];
const claimants: [string, string | null][] = [
  ['nobody', null],
  ['another one', 'person_rival'],
  ['themselves, before they joined the organization', 'person_insider'],
];

test('the table lets reviewers do what is tried here', () => {
  expect([...reviewersActions].sort()).toEqual(['approve', 'claim', 'recheck', 'reject', 'release']);
});

describe.each(claimants)('when it is claimed by %s', (_name, reviewerId) => {
  test.each(reviewersActions)(
    '%s is refused wherever the request stands, and changes nothing',
    async (action) => {
      if (reviewerId !== null) await claimBy(reviewerId);
      for (const [status, stage] of standings) {
        await place(status, stage);
        const before = await traces();
        const { status: answer, body } = await api.as('insider')('POST', pathOf(id, `/${action}`), {
          body: bodies[action] ?? {},
        });
        expect([status, stage, answer, body['code']]).toEqual([status, stage, 403, 'OWN_ORGANIZATION']);
        expect(await traces()).toEqual(before);
      }
    },
  );

  test('nothing is offered, neither alone nor in a list nor in the queue', async () => {
    if (reviewerId !== null) await claimBy(reviewerId);
    for (const [status, stage] of standings) {
      await place(status, stage);
      const seen = await offered('insider');
      expect([status, stage, seen.slice(0, 2)]).toEqual([status, stage, [[], []]]);
      if (status === 'UNDER_REVIEW') expect(seen[2]).toEqual([]);
    }
  });
});

/** What may be done, as a single request, the list and the queue say; undefined where it is not in the queue. */
async function offered(person: PersonName): Promise<unknown[]> {
  const get = api.as(person);
  const listed = (page: Json) =>
    (page['data'] as unknown as { id: string; allowedActions: string[] }[]).find((each) => each.id === id)
      ?.allowedActions;
  return [
    (await get('GET', pathOf(id))).body['allowedActions'],
    listed((await get('GET', '/v1/badge-requests')).body),
    listed((await get('GET', '/v1/badge-requests?order=reviewDue')).body),
  ];
}

test('a reviewer of no organization, or of another one, is offered it all where it awaits a reviewer', async () => {
  await place('UNDER_REVIEW', 'AWAITING_REVIEWER');
  const all = ['approve', 'reject', 'recheck', 'claim'];
  expect(await offered('reviewer')).toEqual([all, all, all]);
  await api.pool.query("update people set organization_id = 'org_two' where id = 'person_rival'");
  expect(await offered('rival')).toEqual([all, all, all]);
});

test('a claim of before they joined lapses, whatever they read', async () => {
  await place('UNDER_REVIEW', 'AWAITING_REVIEWER');
  await claimBy('person_insider');
  const before = await traces();
  await api.as('insider')('GET', pathOf(id));
  expect(await traces()).toEqual(before);
});
