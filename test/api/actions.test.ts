/** What people decide, with a worker that records it. */
import { ApplicationFailure } from '@temporalio/common';
import { badgeRequest, historyEntry } from '../../api/badge-requests/schemas';
import { pageOf } from '../../api/values';
import { readyForm, textOf, someText, textLike } from './api-server';
import { pathOf } from './request-calls';
import { workedApi } from './worked-api';

const worked = workedApi();

test('a request goes from draft to Enabled', async () => {
  const id = await worked.requests.create();
  const submitted = await worked.requests.act('maker', id, 'submit');
  expect([submitted.status, submitted.body]).toMatchObject([
    200,
    { status: 'UNDER_REVIEW', round: 1, submittedAt: someText, reviewDueAt: someText },
  ]);
  const reviewed = await worked.requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
  expect(reviewed).toMatchObject({ waitingOn: 'REVIEWER', allowedActions: ['reschedule', 'withdraw'] });
  expect(reviewed['findings']).toHaveLength(6);
  const seen = await worked.api.as('reviewer')('GET', pathOf(id));
  expect(seen.body['allowedActions']).toEqual(['approve', 'reject', 'recheck', 'claim']);

  const approved = await worked.requests.act('reviewer', id, 'approve', { round: 1 });
  expect([approved.status, approved.body]).toMatchObject([
    200,
    { status: 'PENDING', stage: 'AWAITING_CERTIFICATION', waitingOn: 'CERTIFICATION' },
  ]);
  await worked.world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  const enabled = await worked.requests.until(id, ({ status }) => (status as unknown) === 'ENABLED');
  expect(badgeRequest.parse(enabled)).toEqual(enabled);
  expect(enabled).toMatchObject({ stage: null, waitingOn: null, allowedActions: [] });
  expect(enabled['badges']).toMatchObject([{ status: 'ENABLED' }, { status: 'ENABLED' }]);
  const lookup = await worked.api.as(null)('GET', `/v1/badges/US/${textOf(enabled['asin'])}`);
  expect(lookup.body['badges']).toMatchObject([{ program: 'WWA' }]);

  const history = await worked.api.as('maker')('GET', pathOf(id, '/history'));
  expect(pageOf(historyEntry).parse(history.body)).toEqual(history.body);
  const entries = history.body['data'] as unknown as {
    action: string;
    actor: { role: string; name: string };
  }[];
  expect(entries.map(({ action }) => action)).toEqual([
    'create',
    'submit',
    'passChecks',
    'approve',
    'enable',
  ]);
  expect(entries[2]?.actor).toEqual({ role: 'SERVICE', name: 'Service' });
  expect(entries[3]?.actor).toEqual({ role: 'REVIEWER', name: 'Reviewer' });
  expect(history.text).not.toContain('@');

  const late = await worked.requests.act('maker', id, 'withdraw');
  expect([late.status, late.body['code']]).toEqual([409, 'ACTION_NOT_ALLOWED']);
  await worked.world.certify('cert_one', { status: 'UNDER_TEST' });
});

test('an incomplete form is answered with every problem, and nothing is submitted', async () => {
  const id = await worked.requests.create({
    asin: '12345',
    retailIdentifier: { type: 'UPC', code: '036000291453' },
  });
  const { status, body } = await worked.requests.act('maker', id, 'submit');
  expect([status, body['code']]).toEqual([422, 'VALIDATION_FAILED']);
  const pointers = (body['errors'] as unknown as { pointer: string }[]).map(({ pointer }) => pointer);
  expect(pointers).toEqual([
    '/program',
    '/productId',
    '/retailIdentifier/code',
    '/asin',
    '/goLive',
    '/marketplaces',
  ]);
  expect((await worked.requests.read(id)).body).toMatchObject({ status: 'NOT_SUBMITTED', round: 0 });
});

test('a rejected request names its reasons, is corrected, and submitted again', async () => {
  const id = await worked.requests.underReview();
  const rejected = await worked.requests.act('reviewer', id, 'reject', {
    round: 1,
    reasons: [
      { code: 'IMAGE_MISMATCH', marketplace: 'US', text: ' A lamp is shown.\n' },
      { code: 'BRAND_MISMATCH', text: ' ' },
      { code: 'OTHER', text: 'See above.' },
    ],
  });
  expect(rejected.status).toBe(200);
  expect(badgeRequest.parse(rejected.body)).toEqual(rejected.body);
  expect(rejected.body).toMatchObject({
    status: 'REJECTED',
    allowedActions: [],
    reasons: [
      {
        code: 'IMAGE_MISMATCH',
        field: '/asin',
        marketplace: 'US',
        action: someText,
        text: 'A lamp is shown.',
      },
      { code: 'BRAND_MISMATCH', text: null },
      { code: 'OTHER', marketplace: null, text: 'See above.' },
    ],
  });
  expect((await worked.api.as('maker')('PATCH', pathOf(id), { body: { variant: 'Corrected' } })).status).toBe(
    200,
  );
  const again = await worked.requests.act('maker', id, 'submit');
  expect(again.body).toMatchObject({ status: 'UNDER_REVIEW', round: 2, reasons: [] });
  await worked.requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');

  const outdated = await worked.requests.act('reviewer', id, 'approve', { round: 1 });
  expect([outdated.status, outdated.body]).toMatchObject([409, { code: 'ROUND_OUTDATED', currentRound: 2 }]);
});

test('a failed check rejects with its reason', async () => {
  worked.world.outside.check = (check) => (check === 'ASIN_LIVE' ? 'ASIN_NOT_FOUND' : 'YES');
  const id = await worked.requests.create();
  await worked.requests.act('maker', id, 'submit');
  const rejected = await worked.requests.until(id, ({ status }) => (status as unknown) === 'REJECTED');
  const reasons = rejected['reasons'] as unknown as { code: string; marketplace: string }[];
  expect(reasons.map(({ code, marketplace }) => `${code} ${marketplace}`).sort()).toEqual([
    'ASIN_NOT_FOUND JP',
    'ASIN_NOT_FOUND US',
  ]);
});

test.each([
  ['no reason', { round: 1, reasons: [] }, '/reasons', 'REQUIRED'],
  [
    'a reason of the service’s own',
    { round: 1, reasons: [{ code: 'CERTIFICATION_REJECTED' }] },
    '/reasons/0/code',
    'UNKNOWN_REASON',
  ],
  [
    'OTHER without words',
    { round: 1, reasons: [{ code: 'OTHER', text: ' ' }] },
    '/reasons/0/text',
    'REQUIRED',
  ],
  [
    'OTHER with words that nobody sees',
    { round: 1, reasons: [{ code: 'OTHER', text: '\u200b\u2060' }] },
    '/reasons/0/text',
    'REQUIRED',
  ],
  [
    'OTHER with what are no words',
    { round: 1, reasons: [{ code: 'OTHER', text: { en: 'No.' } }] },
    '/reasons/0/text',
    'INVALID_TYPE',
  ],
  [
    'a marketplace that is not asked for',
    { round: 1, reasons: [{ code: 'BRAND_MISMATCH', marketplace: 'DE' }] },
    '/reasons/0/marketplace',
    'INVALID_VALUE',
  ],
  ['no round', { reasons: [{ code: 'BRAND_MISMATCH' }] }, '/round', 'REQUIRED'],
])('a rejection with %s is refused', async (_, body, pointer, code) => {
  const id = await worked.requests.underReview();
  const reply = await worked.requests.act('reviewer', id, 'reject', body);
  expect(reply.status).toBe(422);
  expect(reply.body['errors']).toMatchObject([{ pointer, code }]);
  expect((await worked.requests.read(id)).body['status']).toBe('UNDER_REVIEW');
});

test('a rejection is told everything that is wrong with it at once', async () => {
  const id = await worked.requests.underReview();
  const reasons = [{ code: 'OTHER', marketplace: 'XX' }, { code: 'NONE' }];
  const { body } = await worked.requests.act('reviewer', id, 'reject', { round: 1, reasons });
  const errors = body['errors'] as unknown as { pointer: string; code: string }[];
  expect(errors.map(({ pointer, code }) => `${pointer} ${code}`).sort()).toEqual([
    '/reasons/0/marketplace UNKNOWN_MARKETPLACE',
    '/reasons/0/text REQUIRED',
    '/reasons/1/code UNKNOWN_REASON',
  ]);
});

test('of two reviewers who decide at once, one decides', async () => {
  const id = await worked.requests.underReview();
  const replies = await Promise.all([
    worked.requests.act('reviewer', id, 'approve', { round: 1 }),
    worked.requests.act('reviewer', id, 'reject', { round: 1, reasons: [{ code: 'BRAND_MISMATCH' }] }),
  ]);
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  const [refused] = replies.filter(({ status }) => status === 409);
  expect(refused?.body['code']).toBe('ACTION_NOT_ALLOWED');
});

test('a reviewer reads but never decides on their own organization’s request', async () => {
  const id = await worked.requests.underReview();
  const reply = await worked.requests.act('insider', id, 'approve', { round: 1 });
  expect([reply.status, reply.body['code']]).toEqual([403, 'OWN_ORGANIZATION']);
  const seen = await worked.api.as('insider')('GET', pathOf(id));
  expect([seen.status, seen.body['allowedActions']]).toEqual([200, []]);
});

test('a request is withdrawn, discarded, and stays so', async () => {
  const id = await worked.requests.underReview();
  expect((await worked.requests.act('maker', id, 'withdraw')).body).toMatchObject({
    status: 'NOT_SUBMITTED',
    round: 1,
  });
  expect((await worked.requests.act('maker', id, 'discard')).body).toMatchObject({
    status: 'DISCARDED',
    allowedActions: [],
  });
  for (const action of ['submit', 'withdraw', 'discard'])
    expect((await worked.requests.act('maker', id, action)).body['code']).toBe('ACTION_NOT_ALLOWED');
});

test('another organization’s request for the ASIN that is under way refuses the submission', async () => {
  const id = await worked.requests.underReview();
  const { asin } = (await worked.requests.read(id)).body;
  const form = { ...readyForm(), asin, productId: 'prod_two' };
  const foreign = await worked.api.as('stranger')('POST', '/v1/badge-requests', { body: form });
  const reply = await worked.requests.act('stranger', textOf(foreign.body['id']), 'submit');
  expect([reply.status, reply.body]).toMatchObject([
    409,
    { code: 'DUPLICATE_REQUEST', existingRequestId: null },
  ]);
  expect(reply.text).not.toContain(id);
  const check = await worked.requests.act('stranger', textOf(foreign.body['id']), 'check');
  expect([check.status, check.body]).toMatchObject([
    200,
    { problems: [{ pointer: '/asin', code: 'OPEN_REQUEST_EXISTS' }] },
  ]);
  // The listing can be asked about all the same.
  expect(check.body['findings']).not.toEqual([]);
  expect(check.text).not.toContain(id);

  // Enabled by the clock, which its row does not say yet.
  await worked.api.pool.query(
    "update badge_requests set status = 'PENDING', stage = 'SCHEDULED', enabled_at = now() where id = $1",
    [id],
  );
  const again = await worked.requests.act('stranger', textOf(foreign.body['id']), 'submit');
  expect([again.status, again.body]).toMatchObject([200, { status: 'UNDER_REVIEW' }]);
});

test('a submission names beside what is wrong with its form that another request is under way', async () => {
  const { asin } = (await worked.requests.read(await worked.requests.underReview())).body;
  const form = { ...readyForm(), asin, productId: 'prod_two', marketplaces: [] };
  const { body: draft } = await worked.api.as('stranger')('POST', '/v1/badge-requests', { body: form });
  const reply = await worked.requests.act('stranger', textOf(draft['id']), 'submit');
  expect([reply.status, reply.body]).toMatchObject([
    422,
    { errors: [{ pointer: '/asin', code: 'OPEN_REQUEST_EXISTS' }, { pointer: '/marketplaces' }] },
  ]);
  const check = await worked.requests.act('stranger', textOf(draft['id']), 'check');
  expect(reply.body['errors']).toEqual(check.body['problems']);
});

test('an operator sees why a step needs attention, and has it repeated', async () => {
  worked.world.outside.beforeCheck = async () => {
    throw ApplicationFailure.nonRetryable('access denied');
  };
  const id = await worked.requests.create();
  await worked.requests.act('maker', id, 'submit');
  const stuck = await worked.requests.until(id, ({ stage }) => (stage as unknown) === 'NEEDS_ATTENTION');
  expect(stuck).toMatchObject({ waitingOn: 'OPERATOR', attention: null });
  const seen = await worked.api.as('operator')('GET', pathOf(id));
  expect(seen.body).toMatchObject({
    attention: textLike('access denied'),
    allowedActions: ['retry'],
  });
  const whyOf = async (person: 'maker' | 'operator') => {
    const { body } = await worked.api.as(person)('GET', `${pathOf(id)}/history`);
    return (body['data'] as unknown as { action: string; details: object }[]).at(-1);
  };
  const said = { why: textLike('access denied') };
  expect(await whyOf('operator')).toMatchObject({ action: 'needAttention', details: said });
  expect((await whyOf('maker'))?.details).toEqual({});
  worked.world.outside.beforeCheck = async () => undefined;
  const retried = await worked.requests.act('operator', id, 'retry', {}, 'again');
  expect([retried.status, retried.body]).toMatchObject([200, { status: 'UNDER_REVIEW', stage: 'CHECKING' }]);
  await worked.requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
});
