/** The checks of a submission run again, as its reviewer or an operator wants it. */
import { badgeRequest } from '../../api/badge-requests/schemas';
import { type PersonName, type Json, textOf } from './api-server';
import { pathOf } from './request-calls';
import { workedApi } from './worked-api';

const worked = workedApi();

const isReviewed = ({ stage }: Json) => (stage as unknown) === 'AWAITING_REVIEWER';
const answersOf = ({ findings }: Json) => [
  ...new Set((findings as unknown as { answer: string }[]).map(({ answer }) => answer)),
];

test.each<PersonName>(['reviewer', 'operator'])('the %s has the checks run again', async (person) => {
  worked.world.outside.check = () => 'UNKNOWN';
  const id = await worked.requests.underReview();
  expect(answersOf((await worked.requests.read(id)).body)).toEqual(['UNKNOWN']);
  worked.world.outside.check = () => 'YES';
  const reply = await worked.requests.act(person, id, 'recheck', { round: 1 });
  expect(reply.status).toBe(200);
  expect(badgeRequest.parse(reply.body)).toEqual(reply.body);
  expect(answersOf(await worked.requests.until(id, isReviewed))).toEqual(['YES']);
});

test('a definite no of the new run rejects', async () => {
  const id = await worked.requests.underReview();
  worked.world.outside.check = () => 'BRAND_MISMATCH';
  await worked.requests.act('reviewer', id, 'recheck', { round: 1 });
  const rejected = await worked.requests.until(id, ({ status }) => (status as unknown) === 'REJECTED');
  expect(rejected['reasons']?.[0]).toMatchObject({ code: 'BRAND_MISMATCH' });
});

test('a claim outlasts it, and is renewed by it', async () => {
  const id = await worked.requests.underReview();
  await worked.requests.act('reviewer', id, 'claim');
  await worked.api.pool.query("update review_claims set lapses_at = now() + interval '1 minute'");
  const { body } = await worked.requests.act('reviewer', id, 'recheck', { round: 1 });
  expect(body).toMatchObject({ claim: { mine: true } });
  expect(Date.parse(textOf(body['claim']?.['until'])) - Date.now()).toBeGreaterThan(20 * 60_000);
  await worked.requests.until(id, isReviewed);
  for (const other of ['rival', 'operator'] as const) {
    const reply = await worked.requests.act(other, id, 'recheck', { round: 1 });
    expect([reply.status, reply.body['code']]).toEqual([409, 'CLAIMED']);
    expect((await worked.api.as(other)('GET', pathOf(id))).body['allowedActions']).toEqual([]);
  }
});

test('whoever names the version that they have seen decides on nothing that was found since', async () => {
  const id = await worked.requests.underReview();
  const reviewer = worked.api.as('reviewer');
  const seen = async () => ({ 'if-match': (await reviewer('GET', pathOf(id))).headers.get('etag') ?? '' });
  const before = await seen();
  await worked.requests.act('operator', id, 'recheck', { round: 1 });
  await worked.requests.until(id, isReviewed);
  const reject = { round: 1, reasons: [{ code: 'BRAND_MISMATCH' }] };
  for (const [action, body] of [
    ['reject', reject],
    ['approve', { round: 1 }],
    ['claim', {}],
  ] as const) {
    const late = await reviewer('POST', pathOf(id, `/${action}`), { body, headers: before });
    expect([action, late.status, late.body['code']]).toEqual([action, 412, 'PRECONDITION_FAILED']);
  }
  expect((await reviewer('GET', pathOf(id))).body).toMatchObject({ status: 'UNDER_REVIEW', claim: null });

  const present = { body: { round: 1 }, headers: await seen(), key: 'as seen' };
  for (let time = 0; time < 2; time += 1) {
    const approved = await reviewer('POST', pathOf(id, '/approve'), present);
    expect([approved.status, approved.body['status']]).toEqual([200, 'PENDING']);
  }
});

test('is given once for one Idempotency-Key', async () => {
  const id = await worked.requests.underReview();
  for (let time = 0; time < 2; time += 1) {
    expect((await worked.requests.act('reviewer', id, 'recheck', { round: 1 }, 'once')).status).toBe(200);
    await worked.requests.until(id, isReviewed);
  }
  const history = (await worked.api.as('maker')('GET', pathOf(id, '/history'))).body['data'];
  const actions = (history as unknown as { action: string }[]).map(({ action }) => action);
  expect(actions).toEqual(['create', 'submit', 'passChecks', 'recheck', 'passChecks']);
});

test.each([
  ['another round', { round: 2 }, 409, 'ROUND_OUTDATED'],
  ['no round', {}, 422, 'VALIDATION_FAILED'],
])('%s is refused', async (_name, body, status, code) => {
  const id = await worked.requests.underReview();
  const reply = await worked.requests.act('reviewer', id, 'recheck', body);
  expect([reply.status, reply.body['code']]).toEqual([status, code]);
});

test('what is not under review is not checked again', async () => {
  const id = await worked.requests.underReview();
  await worked.requests.act('maker', id, 'withdraw');
  const reply = await worked.requests.act('reviewer', id, 'recheck', { round: 1 });
  expect([reply.status, reply.body['code']]).toEqual([409, 'ACTION_NOT_ALLOWED']);
});
