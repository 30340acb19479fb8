/** Where makers' programs hear of things: who may say so, and what is shown of it. */
import { encodeCursor } from '../../api/cursor';
import { commentEvent } from '../../api/webhook-endpoints/schemas';
import { takeDelivery } from '../../db/webhook-deliveries';
import { forgetDeletedEndpoints, saveEndpoint } from '../../db/webhook-endpoints';
import { eventOf, MOST_ENDPOINTS } from '../../domain/webhooks';
import { someText, startApi, textLike, textOf, type Api } from './api-server';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());
afterEach(() => api.pool.query('delete from webhook_endpoints'));

const path = '/v1/webhook-endpoints';
const url = 'https://hooks.lumen.example/badges?of=lumen';
const create = () => api.as('maker')('POST', path, { body: { url } });
const make = async () => {
  const reply = await create();
  return { reply, id: textOf(reply.body['id']), secret: textOf(reply.body['secret']) };
};
/** What is kept, which no call shows. */
const secrets = async () =>
  (
    await api.pool.query<{ secret: string; earlier_secret: string | null }>(
      'select secret, earlier_secret from webhook_endpoints',
    )
  ).rows;

describe('a webhook endpoint', () => {
  test('is made with a secret, which is shown this once', async () => {
    const { reply, id, secret } = await make();
    expect(reply.status).toBe(201);
    expect(reply.headers.get('location')).toBe(`${path}/${id}`);
    expect(reply.body).toEqual({
      ...{ id: textLike(/^wep_[0-9a-z]{26}$/), url, enabled: true, secret: textLike(/^whsec_.{44}$/) },
      ...{ disabledAt: null, disabledBecause: null, earlierSecretUntil: null, restsUntil: null },
      createdAt: someText,
    });
    for (const address of [path, `${path}/${id}`])
      for (const person of ['maker', 'colleague', 'viewer'] as const) {
        const shown = await api.as(person)('GET', address);
        expect(shown.status).toBe(200);
        expect(shown.text).toContain(url);
        expect(shown.text).not.toContain(secret);
      }
    expect((await api.as('stranger')('GET', path)).body).toEqual({ data: [] });
  });

  test('keeps its secret out of what is stored of answers and of the log', async () => {
    const reply = await api.as('maker')('POST', path, { body: { url }, key: 'key-of-an-endpoint' });
    await api.as('maker')('PATCH', `${path}/${textOf(reply.body['id'])}`, { body: { url: `${url}&v=2` } });
    const again = await api.as('maker')('POST', path, { body: { url }, key: 'key-of-an-endpoint' });
    expect(again.body['url']).toBe(`${url}&v=2`);
    expect(again.body['id']).toEqual(reply.body['id']);
    expect(again.body['secret']).not.toEqual(reply.body['secret']);
    expect(await secrets()).toEqual([{ secret: again.body['secret'], earlier_secret: null }]);
    const { rows } = await api.pool.query('select * from idempotency_keys');
    expect(JSON.stringify([rows, api.logged])).not.toContain('whsec_');
  });

  test.each([
    ['http://hooks.lumen.example'],
    ['ftp://hooks.lumen.example'],
    ['hooks.lumen.example'],
    ['https://'],
    ['https://user:pass@hooks.lumen.example'],
    ['https://user@hooks.lumen.example'],
    ['https://hooks.lumen.example/#part'],
    ['https://localhost'],
    ['https://127.1'],
    ['https://2130706433'],
    ['https://0x7f.1'],
    ['https://[::1]'],
    ['https://10.0.0.1:8443/hook'],
    ['https://169.254.169.254/latest'],
    ['https://intranet/hook'],
  ])('is not at %s', async (wrong) => {
    const { id } = await make();
    for (const [method, address] of [
      ['POST', path],
      ['PATCH', `${path}/${id}`],
    ] as const) {
      const reply = await api.as('maker')(method, address, { body: { url: wrong } });
      expect([reply.status, reply.body['errors']?.[0]?.['pointer']]).toEqual([422, '/url']);
      expect(reply.body['errors']?.[0]).toMatchObject({
        ...{ found: wrong, expected: textLike(/^https:/), detail: textLike(/begins with https:\/\/ and/) },
      });
    }
  });

  test('is on this machine where that is allowed', async () => {
    const local = await startApi({ deps: { webhooksMayBeLocal: true } });
    try {
      const reply = await local.as('maker')('POST', path, { body: { url: 'http://127.0.0.1:9999/hook' } });
      expect(reply.status).toBe(201);
    } finally {
      await local.close();
    }
  });

  test('is one of five at most, however many are made at once', async () => {
    const replies = await Promise.all(Array.from({ length: MOST_ENDPOINTS + 2 }, create));
    expect(replies.map(({ status }) => status).sort()).toEqual([
      ...Array.from({ length: MOST_ENDPOINTS }, () => 201),
      ...[409, 409],
    ]);
    expect(replies.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'TOO_MANY_ENDPOINTS' });
  });

  test('is moved, disabled and enabled by merge patches', async () => {
    const { id } = await make();
    const patch = (body: object) =>
      api.as('colleague')('PATCH', `${path}/${id}`, {
        ...{ body, headers: { 'content-type': 'application/merge-patch+json' } },
      });
    expect((await patch({ enabled: false })).body).toMatchObject({
      ...{ enabled: false, disabledAt: someText, disabledBecause: 'MAKER', url },
    });
    expect((await patch({ url: `${url}&v=2` })).body).toMatchObject({ enabled: false, url: `${url}&v=2` });
    expect((await patch({ enabled: true })).body).toMatchObject({
      ...{ enabled: true, disabledAt: null, disabledBecause: null, url: `${url}&v=2` },
    });
    expect((await patch({ enabled: 'yes', secret: 'x' })).body['errors']).toMatchObject([
      { pointer: '/enabled', code: 'INVALID_TYPE' },
      { pointer: '/secret', code: 'UNKNOWN_FIELD' },
    ]);
  });

  test('is deleted, with its secret and all that was to be told', async () => {
    const { id } = await make();
    await api.as('maker')('POST', `${path}/${id}/test`);
    expect((await api.as('maker')('DELETE', `${path}/${id}`)).status).toBe(204);
    for (const [method, address] of [
      ['DELETE', `${path}/${id}`],
      ['GET', `${path}/${id}`],
      ['GET', `${path}/${id}/deliveries`],
      ['POST', `${path}/${id}/test`],
    ] as const)
      expect((await api.as('maker')(method, address)).status).toBe(404);
    expect((await api.as('maker')('GET', path)).body).toEqual({ data: [] });
    expect(await secrets()).toEqual([{ secret: '', earlier_secret: null }]);
    const forget = () => forgetDeletedEndpoints(api.pool, 1);
    expect([await forget(), await forget()]).toEqual([1, 0]);
    const { rows } = await api.pool.query('select from webhook_deliveries');
    expect(rows).toHaveLength(0);
    await api.pool.query(`update webhook_endpoints set disabled_at = now() - interval '49 hours'`);
    await forget();
    expect(await secrets()).toEqual([]);
  });

  test('that is deleted is not made again by who repeats the call that made it', async () => {
    const call = () => api.as('maker')('POST', path, { body: { url }, key: 'key-of-one-deleted' });
    const first = await call();
    await api.as('maker')('DELETE', `${path}/${textOf(first.body['id'])}`);
    for (let others = 0; others < MOST_ENDPOINTS; others += 1) {
      const again = await call();
      expect([again.status, again.body['code']]).toEqual([404, 'NOT_FOUND']);
      expect((await create()).status).toBe(201);
    }
    expect((await call()).body['code']).toBe('NOT_FOUND');
  });

  test('gets another secret, and keeps the one before through repeats of the call', async () => {
    const { id, secret } = await make();
    const rotate = (key: string) => api.as('maker')('POST', `${path}/${id}/rotate-secret`, { key });
    const first = await rotate('key-of-a-rotation');
    expect(first.body).toMatchObject({ id, secret: textLike(/^whsec_/), earlierSecretUntil: someText });
    const again = await rotate('key-of-a-rotation');
    expect(await secrets()).toEqual([{ secret: again.body['secret'], earlier_secret: secret }]);
    const next = await rotate('key-of-another');
    expect(await secrets()).toEqual([{ secret: next.body['secret'], earlier_secret: again.body['secret'] }]);
  });
});

describe('what an endpoint was told', () => {
  const enter = async (requestId: string, many: number) => {
    await api.pool.query(
      `insert into badge_requests (id, organization_id, created_by, asin, variant)
       values ($1, 'org_one', 'person_maker', 'B0LUMEN001', 'Black')
       on conflict (id) do nothing`,
      [requestId],
    );
    await api.pool.query(
      `insert into badge_request_history (request_id, seq, at, actor_role, action, from_status, to_status, details)
       select $1, n, now() - make_interval(mins => 10 - n), 'SERVICE', 'enable', 'PENDING', 'ENABLED',
              '{"marketplaces": ["US"], "why": "It is for operators."}'
         from generate_series(1, $2) as n`,
      [requestId, many],
    );
  };
  afterEach(() => api.pool.query('delete from badge_requests'));

  test('is listed page by page, newest first, without what lies ahead', async () => {
    const { id } = await make();
    await enter('br_told', 3);
    await api.pool.query(
      `insert into badge_request_history (request_id, seq, at, actor_role, action, from_status, to_status)
       values ('br_told', 4, now() + interval '1 hour', 'SERVICE', 'enable', 'PENDING', 'ENABLED')`,
    );
    const list = (query = '') => api.as('viewer')('GET', `${path}/${id}/deliveries${query}`);
    const whole = await list();
    expect(whole.body['data']).toHaveLength(3);
    expect(whole.body['data']?.[0]).toEqual({
      ...{ id: textLike(/^whe_/), type: 'badge_request.status_changed', timestamp: someText },
      ...{ requestId: 'br_told', asin: 'B0LUMEN001', variant: 'Black', commentId: null },
      ...{ action: 'enable', from: 'PENDING', to: 'ENABLED', details: { marketplaces: ['US'] } },
      ...{ status: 'WAITING', attempts: 0, attemptedAt: null, answer: null, failure: null },
      nextAttemptAt: someText,
    });
    const first = await list('?limit=2');
    const second = await list(`?limit=2&cursor=${textOf(first.body['next'])}`);
    expect(second.body['next']).toBeNull();
    const ids = (reply: typeof first) =>
      (reply.body['data'] as unknown as { id: string }[]).map((one) => one.id);
    expect([...ids(first), ...ids(second)]).toEqual(ids(whole));
    // PostgreSQL has no year 0.
    const never = encodeCursor({ at: '0000-01-01T00:00:00.000000Z', id: 'whe_0' });
    for (const cursor of ['nonsense', never]) {
      const { status, body } = await list(`?cursor=${cursor}`);
      expect([status, body['errors']?.[0]?.['pointer']]).toEqual([422, '/cursor']);
    }
  });

  test('may be that somebody has commented, with nothing of what they say', async () => {
    const { id } = await make();
    await enter('br_told', 0);
    const post = (body: string) =>
      api.as('reviewer')('POST', '/v1/badge-requests/br_told/comments', { body: { body } });
    const comment = await post('Which colour is it?');
    const list = await api.as('maker')('GET', `${path}/${id}/deliveries`);
    expect(list.body['data']).toMatchObject([
      { type: 'badge_request.commented', requestId: 'br_told', commentId: comment.body['id'], action: null },
    ]);
    const taken = await takeDelivery(api.pool, { withinSeconds: 60, busy: [], last: '' });
    const told = taken?.delivery.told;
    const event = told && eventOf(told);
    expect(commentEvent.parse(event)).toEqual(event);
    expect(event?.data).toMatchObject({ comment: { id: comment.body['id'] }, actor: { role: 'REVIEWER' } });
    expect(JSON.stringify(event)).not.toContain('colour');
  });

  test('waits while the endpoint has asked to be left alone, which another address ends', async () => {
    const { id } = await make();
    await enter('br_told', 1);
    await api.pool.query(`update webhook_endpoints set rests_until = now() + interval '1 hour'`);
    const shown = async () => (await api.as('maker')('GET', `${path}/${id}`)).body['restsUntil'];
    const restsUntil = textOf(await shown());
    const list = await api.as('maker')('GET', `${path}/${id}/deliveries`);
    expect(list.body['data']).toMatchObject([{ status: 'WAITING', nextAttemptAt: restsUntil }]);
    await api.as('maker')('PATCH', `${path}/${id}`, { body: { url } });
    expect(await shown()).toBe(restsUntil);
    await api.as('maker')('PATCH', `${path}/${id}`, { body: { url: `${url}&v=2` } });
    expect(await shown()).toBeNull();
  });

  test('is sent again by its maker only, and a test is sent once for each key', async () => {
    const { id } = await make();
    await enter('br_told', 1);
    await api.pool.query(
      'update webhook_deliveries set delivered_at = now(), next_attempt_at = null, attempted_at = now(), attempts = 3, answer = 204',
    );
    const [event] = (await api.as('maker')('GET', `${path}/${id}/deliveries`)).body['data'] as unknown as {
      id: string;
      status: string;
    }[];
    expect(event).toMatchObject({ status: 'DELIVERED', attempts: 3 });
    const again = `${path}/${id}/deliveries/${event?.id}/send-again`;
    const reply = await api.as('maker')('POST', again);
    expect([reply.status, reply.body]).toMatchObject([
      202,
      { id: event?.id, status: 'WAITING', attempts: 0, attemptedAt: null, answer: null, failure: null },
    ]);
    // It is not taken for what was delivered; and what somebody sends is sent once to a disabled endpoint, too.
    await api.as('maker')('PATCH', `${path}/${id}`, { body: { enabled: false } });
    const list = () => api.as('maker')('GET', `${path}/${id}/deliveries`);
    expect((await list()).body['data']).toMatchObject([{ id: event?.id, status: 'WAITING' }]);
    await api.pool.query('update webhook_deliveries set is_asked_for = false');
    expect((await list()).body['data']).toMatchObject([
      { id: event?.id, status: 'PAUSED', nextAttemptAt: null },
    ]);
    const test = () => api.as('maker')('POST', `${path}/${id}/test`, { key: 'key-of-a-test' });
    const tested = await test();
    expect([tested.status, tested.body]).toMatchObject([
      ...[202, { type: 'webhook_endpoint.tested', requestId: null, details: null, status: 'WAITING' }],
    ]);
    expect((await test()).body).toEqual(tested.body);
    const unknown = await api.as('maker')('POST', `${path}/${id}/deliveries/whe_unknown/send-again`);
    expect([unknown.status, unknown.body['code']]).toEqual([404, 'NOT_FOUND']);
  });

  test('is sent again by no other endpoint', async () => {
    const { id } = await make();
    await saveEndpoint(api.pool, {
      ...{ id: 'wep_other', organizationId: 'org_two', url, secret: 'whsec_c2VjcmV0' },
    });
    const test = await api.as('stranger')('POST', `${path}/wep_other/test`);
    const event = textOf(test.body['id']);
    const reply = await api.as('maker')('POST', `${path}/${id}/deliveries/${event}/send-again`);
    expect(reply.status).toBe(404);
  });
});
