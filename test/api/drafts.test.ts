import { transact } from '../../db/pool';
import { until } from '../setup/until';
import { newAsin, readyForm, startApi, type Api, type Reply, textOf, someText, textLike } from './api-server';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('creating a request', () => {
  test('makes a draft of what is given, with every member', async () => {
    const form = readyForm();
    const { status, headers, body } = await api.as('maker')('POST', '/v1/badge-requests', { body: form });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/badge-requests/${textOf(body['id'])}`);
    expect(headers.get('etag')).toMatch(/^"1\./);
    expect(body).toEqual({
      id: textLike(/^br_[0-9a-z]{26}$/),
      program: 'WWA',
      organization: { id: 'org_one', name: 'One' },
      product: { id: 'prod_one', name: 'Lamp', brand: 'Brand', model: 'M-1' },
      retailIdentifier: form.retailIdentifier,
      asin: form.asin,
      variant: null,
      bundleDevices: [],
      goLive: { kind: 'AS_SOON_AS_POSSIBLE' },
      marketplaces: ['US', 'JP'],
      status: 'NOT_SUBMITTED',
      statusLabel: 'Not Submitted',
      stage: null,
      waitingOn: 'MAKER',
      nextStep: textLike('submit'),
      attention: null,
      round: 0,
      version: 1,
      createdAt: textLike(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: someText,
      submittedAt: null,
      reviewDueAt: null,
      reviewOverdue: false,
      claim: null,
      suspendedElsewhere: null,
      badges: [],
      findings: [],
      reasons: [],
      suggestedReasons: null,
      certification: { projectId: 'cert_one', status: 'UNDER_TEST', result: null },
      certifications: [
        { projectId: 'cert_one', status: 'UNDER_TEST', result: null, marketplaces: ['US', 'JP'] },
      ],
      allowedActions: ['save', 'submit', 'discard'],
    });
  });

  test('takes an empty form', async () => {
    const { status, body } = await api.as('maker')('POST', '/v1/badge-requests', { body: {} });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      program: null,
      product: null,
      certification: null,
      goLive: null,
      marketplaces: [],
    });
  });

  test('tidies what people paste', async () => {
    const asin = newAsin();
    const { body } = await api.as('maker')('POST', '/v1/badge-requests', {
      body: {
        asin: ` ${asin.toLowerCase()} `,
        variant: '  Black ',
        retailIdentifier: { type: 'UPC', code: '0360-00291452' },
      },
    });
    expect(body).toMatchObject({ asin, variant: 'Black', retailIdentifier: { code: '036000291452' } });
  });

  test.each([
    ['an unknown field', { status: 'ENABLED' }, '/status', 'UNKNOWN_FIELD'],
    [
      'an unknown nested field',
      { goLive: { kind: 'AS_SOON_AS_POSSIBLE', date: '2027-01-01' } },
      '/goLive/date',
      'UNKNOWN_FIELD',
    ],
    ['an unknown programme', { program: 'XYZ' }, '/program', 'UNKNOWN_PROGRAM'],
    ['a product that is not there', { productId: 'prod_none' }, '/productId', 'PRODUCT_NOT_FOUND'],
    ['another organization’s product', { productId: 'prod_two' }, '/productId', 'PRODUCT_NOT_FOUND'],
    [
      'an unknown identifier type',
      { retailIdentifier: { type: 'ISBN', code: '1' } },
      '/retailIdentifier/type',
      'UNKNOWN_IDENTIFIER_TYPE',
    ],
    ['an unknown marketplace', { marketplaces: ['US', 'XX'] }, '/marketplaces/1', 'UNKNOWN_MARKETPLACE'],
    ['an unknown kind of go-live', { goLive: { kind: 'NEVER' } }, '/goLive/kind', 'INVALID_VALUE'],
    [
      'a date that does not exist',
      { goLive: { kind: 'ON_DATE', date: '2027-02-30' } },
      '/goLive/date',
      'INVALID_DATE',
    ],
    [
      'a year that PostgreSQL has not',
      { goLive: { kind: 'ON_DATE', date: '0000-01-01' } },
      '/goLive/date',
      'INVALID_DATE',
    ],
    ['a date without its kind', { goLive: { date: '2031-01-15' } }, '/goLive/kind', 'REQUIRED'],
    ['a wrong type', { asin: 5 }, '/asin', 'INVALID_TYPE'],
    ['a text that is too long', { variant: 'x'.repeat(101) }, '/variant', 'TOO_LONG'],
    ['what cannot be stored', { variant: 'a\0b' }, '/variant', 'INVALID_CHARACTERS'],
    ['a body that is no object', [], '', 'INVALID_TYPE'],
  ])('refuses %s', async (_, body, pointer, code) => {
    const reply = await api.as('maker')('POST', '/v1/badge-requests', { body });
    expect(reply.status).toBe(422);
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(reply.body).toMatchObject({ code: 'VALIDATION_FAILED', status: 422, errors: [{ pointer, code }] });
  });

  test('shows of what was found also what cannot be seen', async () => {
    const body = { productId: 'prod_one\u200b' };
    const reply = await api.as('maker')('POST', '/v1/badge-requests', { body });
    expect(reply.body['errors']).toMatchObject([{ pointer: '/productId', found: 'prod_oneU+200B' }]);
  });

  test('names everything that is wrong at once, also what only rows can tell', async () => {
    const wrong = { program: 'X', productId: 'prod_two', asin: 7, marketplaces: ['XX'], foo: 1, 'a/b~c': 2 };
    const { body: made } = await api.as('maker')('POST', '/v1/badge-requests', { body: {} });
    for (const path of ['', `/${textOf(made['id'])}`]) {
      const method = path === '' ? 'POST' : 'PATCH';
      const { body } = await api.as('maker')(method, `/v1/badge-requests${path}`, { body: wrong });
      const pointers = (body['errors'] as unknown as { pointer: string }[]).map(({ pointer }) => pointer);
      const all = ['/asin', '/a~1b~0c', '/foo', '/marketplaces/0', '/productId', '/program'];
      expect([method, pointers.sort()]).toEqual([method, all]);
    }
  });

  test('refuses a second open request for the programme and ASIN and names the first', async () => {
    const form = readyForm();
    const first = await api.as('maker')('POST', '/v1/badge-requests', { body: form });
    const second = await api.as('colleague')('POST', '/v1/badge-requests', { body: form });
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'DUPLICATE_REQUEST', existingRequestId: first.body['id'] });
    // Enabled by the clock, which its row does not say yet.
    await api.pool.query(
      `update badge_requests set status = 'PENDING', stage = 'SCHEDULED', first_effective_at = now(), enabled_at = now()
        where id = $1`,
      [first.body['id']],
    );
    expect((await api.as('colleague')('POST', '/v1/badge-requests', { body: form })).status).toBe(201);
    const foreign = { ...form, productId: 'prod_two' };
    expect((await api.as('stranger')('POST', '/v1/badge-requests', { body: foreign })).status).toBe(201);
  });
});

describe('saving a request', () => {
  const create = async (form: object = readyForm()) =>
    await api.as('maker')('POST', '/v1/badge-requests', { body: form });
  const patch = (id: unknown, body: unknown, headers = {}) =>
    api.as('maker')('PATCH', `/v1/badge-requests/${String(id)}`, { body, headers });

  test('changes what is given, keeps the rest, and makes a version', async () => {
    const { body: draft } = await create();
    const reply = await patch(draft['id'], {
      variant: 'Blue',
      goLive: { kind: 'ON_DATE', date: '2031-01-15' },
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({
      variant: 'Blue',
      asin: draft['asin'],
      version: 2,
      goLive: { kind: 'ON_DATE', date: '2031-01-15' },
    });
    const history = await api.as('maker')('GET', `/v1/badge-requests/${textOf(draft['id'])}/history`);
    expect(history.body['data']).toMatchObject([
      { seq: 1, action: 'create', from: null, to: 'NOT_SUBMITTED', actor: { role: 'MAKER', name: 'maker' } },
      {
        seq: 2,
        action: 'save',
        from: 'NOT_SUBMITTED',
        to: 'NOT_SUBMITTED',
        details: { fields: ['variant', 'goLive'] },
      },
    ]);
  });

  test('merges nested fields and empties what is null', async () => {
    const { body: draft } = await create();
    const merged = await patch(draft['id'], { retailIdentifier: { code: '4006381333931' } });
    expect(merged.body['retailIdentifier']).toEqual({ type: 'UPC', code: '4006381333931' });
    const emptied = await patch(draft['id'], {
      retailIdentifier: null,
      asin: null,
      productId: null,
      marketplaces: null,
    });
    expect(emptied.body).toMatchObject({
      retailIdentifier: null,
      asin: null,
      product: null,
      marketplaces: [],
    });
  });

  test('leaves alone what is stored and could not be written so', async () => {
    // Each of these letters is stored as two, which is how Unicode composes it.
    const { body: draft } = await create({ variant: '\u0958'.repeat(100) });
    await api.pool.query(`update badge_requests set program = 'GONE' where id = $1`, [draft['id']]);
    const saved = await patch(draft['id'], { goLive: { kind: 'AS_SOON_AS_POSSIBLE' }, asin: newAsin() });
    expect([saved.status, textOf(saved.body['variant'])]).toEqual([200, '\u0915\u093c'.repeat(100)]);
    const { body } = await patch(draft['id'], { program: 'GONE', variant: saved.body['variant'] });
    expect(body['errors']).toMatchObject([{ pointer: '/program' }, { pointer: '/variant' }]);
  });

  test('drops the date with a change to as soon as possible', async () => {
    const { body: draft } = await create({ goLive: { kind: 'ON_DATE', date: '2031-01-15' } });
    const reply = await patch(draft['id'], { goLive: { kind: 'AS_SOON_AS_POSSIBLE' } });
    expect(reply.body['goLive']).toEqual({ kind: 'AS_SOON_AS_POSSIBLE' });
  });

  test('takes a JSON merge patch by its own media type', async () => {
    const { body: draft } = await create();
    const reply = await patch(
      draft['id'],
      { variant: 'x' },
      { 'content-type': 'application/merge-patch+json' },
    );
    expect(reply.status).toBe(200);
  });

  test('makes no version of no change', async () => {
    const { body: draft, headers } = await create();
    const reply = await patch(draft['id'], { asin: draft['asin'] });
    expect(reply.body['version']).toBe(1);
    expect(reply.headers.get('etag')).toBe(headers.get('etag'));
  });

  test('refuses a change that is based on another version', async () => {
    const { body: draft, headers } = await create();
    const etag = headers.get('etag') ?? '';
    expect((await patch(draft['id'], { variant: 'a' }, { 'if-match': etag })).status).toBe(200);
    const late = await patch(draft['id'], { variant: 'b' }, { 'if-match': etag });
    expect(late.status).toBe(412);
    expect(late.body['code']).toBe('PRECONDITION_FAILED');
    expect((await patch(draft['id'], { variant: 'c' }, { 'if-match': '*' })).status).toBe(200);
    expect((await patch(draft['id'], { variant: 'd' }, { 'if-match': 'nonsense' })).status).toBe(412);
  });

  test.each([
    [{ status: 'ENABLED' }, '/status'],
    [{ retailIdentifier: { kind: 'UPC' } }, '/retailIdentifier/kind'],
    [{ marketplaces: ['XX'] }, '/marketplaces/0'],
    [{ productId: 'prod_two' }, '/productId'],
    [{ goLive: { date: '2031-01-15' } }, '/goLive/date'],
  ])('refuses %j', async (body, pointer) => {
    const { body: draft } = await create();
    const reply = await patch(draft['id'], body);
    expect(reply.status).toBe(422);
    expect(reply.body['errors']).toMatchObject([{ pointer }]);
    expect((await api.as('maker')('GET', `/v1/badge-requests/${textOf(draft['id'])}`)).body['version']).toBe(
      1,
    );
  });

  test('refuses to become a second open request for an ASIN', async () => {
    const [one, other] = [await create(), await create()];
    const reply = await patch(other.body['id'], { asin: one.body['asin'] });
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({ code: 'DUPLICATE_REQUEST', existingRequestId: one.body['id'] });
  });

  test('is not allowed once it is submitted', async () => {
    const { body: draft } = await create();
    await api.pool.query(
      `update badge_requests set status = 'UNDER_REVIEW', stage = 'CHECKING', round = 1 where id = $1`,
      [draft['id']],
    );
    const reply = await patch(draft['id'], { variant: 'x' });
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({
      status: 409,
      code: 'ACTION_NOT_ALLOWED',
      requestStatus: 'UNDER_REVIEW',
      allowedActions: ['reschedule', 'withdraw'],
    });
  });

  /** Whether a connection of this test waits for another one's lock. */
  const isSomebodyBlocked = async () =>
    (
      await api.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
    ).rowCount === 1;

  /** A change that has read the draft, and waits for its row, while that is changed. */
  async function overtakenBy(assignments: string): Promise<Reply | null> {
    const { body: draft, headers } = await create();
    const based = { 'if-match': headers.get('etag') ?? '' };
    let late = Promise.resolve<Reply | null>(null);
    await transact(api.pool, async (connection) => {
      await connection.query(`update badge_requests set ${assignments} where id = $1`, [draft['id']]);
      late = patch(draft['id'], { variant: 'x' }, based);
      await until(isSomebodyBlocked);
    });
    const reply = await late;
    const { body } = await api.as('maker')('GET', `/v1/badge-requests/${textOf(draft['id'])}`);
    expect(body['variant']).toBeNull();
    return reply;
  }

  test('is refused where another change of the same version is made meanwhile', async () => {
    expect(await overtakenBy('version = 2')).toMatchObject({ status: 412 });
  });

  test('is not allowed while it is being submitted', async () => {
    expect(await overtakenBy(`status = 'UNDER_REVIEW', stage = 'CHECKING', round = 1`)).toMatchObject({
      status: 409,
      body: { code: 'ACTION_NOT_ALLOWED', requestStatus: 'UNDER_REVIEW', requestStage: 'CHECKING' },
    });
  });

  test('happens after what it has waited for', async () => {
    const { body: draft } = await create();
    const path = `/v1/badge-requests/${textOf(draft['id'])}`;
    let late = Promise.resolve<Reply | null>(null);
    const waitedUntil = await transact(api.pool, async (connection) => {
      await connection.query('select from badge_requests where id = $1 for update', [draft['id']]);
      late = patch(draft['id'], { variant: 'x' });
      await until(isSomebodyBlocked);
      return (await connection.query<{ now: Date }>('select clock_timestamp() as now')).rows[0]?.now;
    });
    const { updatedAt } = (await late)?.body ?? {};
    const history = await api.as('maker')('GET', `${path}/history`);
    expect(history.body['data']).toMatchObject([{ action: 'create' }, { action: 'save', at: updatedAt }]);
    expect(Date.parse(textOf(updatedAt))).toBeGreaterThanOrEqual(waitedUntil?.getTime() ?? NaN);
  });

  test('keeps every change of many at once, one after the other', async () => {
    const { body: draft } = await create();
    await Promise.all(Array.from({ length: 10 }, (_, index) => patch(draft['id'], { variant: `v${index}` })));
    const { body } = await api.as('maker')('GET', `/v1/badge-requests/${textOf(draft['id'])}`);
    expect(body['version']).toBe(11);
  });
});

describe('reading a request', () => {
  test('answers 304 while nothing has changed', async () => {
    const { body, headers } = await api.as('maker')('POST', '/v1/badge-requests', { body: readyForm() });
    const path = `/v1/badge-requests/${textOf(body['id'])}`;
    const same = await api.as('maker')('GET', path, {
      headers: { 'if-none-match': headers.get('etag') ?? '' },
    });
    expect([same.status, same.text]).toEqual([304, '']);
    await api.pool.query(`update certification_projects set status = 'ON_HOLD' where id = 'cert_one'`);
    const changed = await api.as('maker')('GET', path, {
      headers: { 'if-none-match': headers.get('etag') ?? '' },
    });
    await api.pool.query(`update certification_projects set status = 'UNDER_TEST' where id = 'cert_one'`);
    expect([changed.status, changed.body['certification']]).toMatchObject([200, { status: 'ON_HOLD' }]);
  });
});
