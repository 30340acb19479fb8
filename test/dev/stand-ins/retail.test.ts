import { retailClient } from '../../../dev/stand-ins/credentials';
import { generatedListing } from '../../../dev/stand-ins/generated-listing';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import { marketplaces } from '../../../domain/marketplaces';
import { retailIdentifierProblems } from '../../../domain/retail-identifier';

const ITEM = '/catalog/2022-04-01/items';
const US = marketplaces.US.id;
let standIns: StandIns;
let url: string;
const start = async (options: { rateLimits?: boolean } = {}) => {
  standIns = await startStandIns({
    retailPort: 0,
    skillsPort: 0,
    rateLimits: false,
    answerAtOnce: true,
    ...options,
  });
  url = standIns.retail.url;
};
afterEach(() => standIns.close());

const grant = {
  grant_type: 'refresh_token',
  client_id: retailClient.clientId,
  client_secret: retailClient.clientSecret,
  refresh_token: retailClient.refreshTokens.na,
};
const askToken = (body: Record<string, string>) =>
  fetch(`${url}/auth/o2/token`, { method: 'POST', body: new URLSearchParams(body) });
const tokenFor = async (region: 'na' | 'eu' | 'fe') => {
  const answer = await askToken({ ...grant, refresh_token: retailClient.refreshTokens[region] });
  return ((await answer.json()) as { access_token: string }).access_token;
};
const get = (path: string, token?: string) =>
  fetch(`${url}${path}`, { headers: token === undefined ? {} : { 'x-amz-access-token': token } });

describe('the token endpoint', () => {
  test('gives a token for an hour, for a form and for JSON', async () => {
    await start();
    const asJson = await fetch(`${url}/auth/o2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(grant),
    });
    for (const answer of [await askToken(grant), asJson]) {
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
    }
  });

  test.each([
    ['another client', { client_id: 'someone' }, 401, 'invalid_client'],
    ['a wrong secret', { client_secret: 'guess' }, 401, 'invalid_client'],
    ['a revoked authorisation', { refresh_token: 'Atzr|gone' }, 400, 'invalid_grant'],
    ['another kind of grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('refuses %s', async (_name, over, status, error) => {
    await start();
    const answer = await askToken({ ...grant, ...over });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error });
  });
});

describe('getCatalogItem', () => {
  test.each([
    ['an ASIN of another marketplace', `/B0NLSTRP02?marketplaceIds=${US}`, 404, 'NOT_FOUND'],
    ['an ASIN that is too short', `/B0?marketplaceIds=${US}`, 400, 'InvalidInput'],
    ['no marketplace', '/B0NLBULB01', 400, 'InvalidInput'],
    ['an unknown marketplace', '/B0NLBULB01?marketplaceIds=X', 400, 'InvalidInput'],
    ['unknown data', `/B0NLBULB01?marketplaceIds=${US}&includedData=prices`, 400, 'InvalidInput'],
    ['another region’s marketplace', `/B0NLBULB01?marketplaceIds=${marketplaces.JP.id}`, 403, 'Unauthorized'],
  ])('%s', async (_name, path, status, code) => {
    await start();
    const answer = await get(`${ITEM}${path}`, await tokenFor('na'));
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await answer.json()).toMatchObject({ errors: [{ code }] });
  });

  test('refuses a missing, a wrong, an expired and a revoked token', async () => {
    await start();
    const path = `${ITEM}/B0NLBULB01?marketplaceIds=${US}`;
    const revoked = await tokenFor('na');
    await fetch(`${url}/_tokens`, { method: 'DELETE' });
    for (const token of [undefined, 'Atza|x', revoked]) {
      const answer = await get(path, token);
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ errors: [{ code: 'Unauthorized' }] });
    }
  });

  test('allows two calls at once and then two a second, for each account by itself', async () => {
    await start({ rateLimits: true });
    const [na, eu] = [await tokenFor('na'), await tokenFor('eu')];
    const us = () => get(`${ITEM}/B0NLBULB01?marketplaceIds=${US}`, na);
    const answers = [await us(), await us(), await us()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]?.headers.get('x-amzn-ratelimit-limit')).toBe('2.0');
    expect(await answers[2]?.json()).toMatchObject({ errors: [{ code: 'QuotaExceeded' }] });
    expect((await get(`${ITEM}/B0NLBULB01?marketplaceIds=${marketplaces.DE.id}`, eu)).status).toBe(200);
  });
});

describe('getItemOffers', () => {
  const path = (query: string, asin = 'B0NLBULB01') => `/products/pricing/v0/items/${asin}/offers?${query}`;
  const whole = `MarketplaceId=${US}&ItemCondition=New`;

  test('counts the offers that a listing is given, one unless told, and shows a status in place of them', async () => {
    await start();
    const token = await tokenFor('na');
    const put = (body: object) =>
      fetch(`${url}/_catalog/B0NLBULB01`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title: 'A bulb', ...body }),
      });
    const ask = async () => (await get(path(whole), token)).json();
    const payload = (status: string, count: number) => ({
      payload: { ASIN: 'B0NLBULB01', marketplaceId: US, status, Summary: { TotalOfferCount: count } },
    });
    expect(await ask()).toMatchObject(payload('Success', 1));
    await put({ offers: 7, usedOffers: 2 });
    expect(await ask()).toMatchObject(payload('Success', 9));
    await put({ offers: 'ActiveButTooSoonForProcessing' });
    expect(await ask()).toMatchObject(payload('ActiveButTooSoonForProcessing', 0));
    await put({ classification: 'VARIATION_PARENT' });
    expect(await ask()).toMatchObject(payload('NoBuyableOffers', 0));
    expect((await put({ offers: -1 })).status).toBe(422);
  });

  test.each([
    ['no marketplace', path('ItemCondition=New'), 400],
    ['another condition', path(`MarketplaceId=${US}&ItemCondition=Used`), 400],
    ['an ASIN of another marketplace', path(whole, 'B0NLSTRP02'), 400],
    ['another region’s marketplace', path(`MarketplaceId=${marketplaces.JP.id}&ItemCondition=New`), 403],
  ])('%s', async (_name, asked, status) => {
    await start();
    expect((await get(asked, await tokenFor('na'))).status).toBe(status);
  });

  test('allows one call and then half a one a second', async () => {
    await start({ rateLimits: true });
    const token = await tokenFor('na');
    const answers = await Promise.all([get(path(whole), token), get(path(whole), token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429]);
    expect(answers[0]?.headers.get('x-amzn-ratelimit-limit')).toBe('0.5');
  });
});

describe('searchCatalogItems', () => {
  test('finds up to twenty ASINs of one marketplace, and leaves out what is not there', async () => {
    await start();
    const asins = ['B0NLBULB01', 'B0NLSTRP02', 'BX00000001'].join(',');
    const path = `${ITEM}?marketplaceIds=${US}&identifiersType=ASIN&identifiers=${asins}&pageSize=20`;
    const answer = (await (await get(path, await tokenFor('na'))).json()) as { items: { asin: string }[] };
    expect(answer.items.map(({ asin }) => asin)).toEqual(['B0NLBULB01', 'BX00000001']);
  });

  test('finds a number whatever its type and length, and pages', async () => {
    await start();
    const token = await tokenFor('na');
    const found = async (query: string) =>
      (await get(`${ITEM}?marketplaceIds=${US}&${query}`, token)).json() as Promise<Record<string, unknown>>;
    expect(await found('identifiersType=GTIN&identifiers=00860001200102')).toMatchObject({
      numberOfResults: 1,
    });
    const query = 'identifiersType=ASIN&identifiers=BX00000001,BX00000002&pageSize=1';
    expect(await found(query)).toMatchObject({ numberOfResults: 2, pagination: { nextToken: '1' } });
    expect(await found(`${query}&pageToken=1`)).toMatchObject({ items: [{ asin: 'BX00000002' }] });
  });

  test('shows colour and size, and relates parent and child to each other', async () => {
    await start();
    const token = await tokenFor('eu');
    const asins = 'B0NLSTRPVP,B0NLSTRP02,B0NLBULB01';
    const path = `${ITEM}?marketplaceIds=${marketplaces.DE.id}&identifiersType=ASIN&identifiers=${asins}&includedData=summaries,relationships`;
    const answer = (await (await get(path, token)).json()) as { items: object[] };
    const related = (relation: object) => [{ relationships: [expect.objectContaining(relation) as object] }];
    expect(answer.items).toMatchObject([
      {
        asin: 'B0NLSTRPVP',
        relationships: related({ childAsins: ['B0NLSTRP01', 'B0NLSTRP02', 'B0NLSTRP04'] }),
      },
      {
        asin: 'B0NLSTRP02',
        summaries: [{ color: 'Warm white', size: '5 m' }],
        relationships: related({ parentAsins: ['B0NLSTRPVP'] }),
      },
      { asin: 'B0NLBULB01', relationships: [{ relationships: [] }] },
    ]);
  });

  test('refuses more than twenty', async () => {
    await start();
    const asins = Array.from({ length: 21 }, (_, index) => `BX${String(index).padStart(8, '0')}`).join(',');
    const path = `${ITEM}?marketplaceIds=${US}&identifiersType=ASIN&identifiers=${asins}`;
    expect((await get(path, await tokenFor('na'))).status).toBe(400);
  });
});

test('calls are counted by route, path and status; the controls are not', async () => {
  await start();
  await get('/dp/B0NLBULB01');
  await get('/dp/B0NLPLUG01');
  await fetch(`${url}/_faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ path: '/dp/*', kind: 'reset' }),
  });
  await expect(get('/dp/B0NLBULB01')).rejects.toThrow();
  const counted = (await (await get('/_calls')).json()) as {
    total: number;
    calls: unknown[];
    paths: unknown[];
  };
  expect(counted.total).toBe(3);
  expect(counted.calls).toMatchObject([
    { method: 'GET', path: '/dp/:asin', status: 200, count: 2 },
    { method: 'GET', path: '/dp/:asin', status: 'CUT', count: 1 },
  ]);
  expect(counted.paths).toHaveLength(3);
});

test('a fault lasts as often as it is to, and can be taken back', async () => {
  await start();
  const put = (body: object) =>
    fetch(`${url}/_faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const page = async () => (await get('/dp/B0NLBULB01')).status;
  expect((await put({ path: '/dp/*', status: 503, times: 2 })).status).toBe(201);
  expect([await page(), await page(), await page()]).toEqual([503, 503, 200]);
  await put({ path: '/dp/*', status: 500, times: null });
  expect([await page(), await page()]).toEqual([500, 500]);
  await fetch(`${url}/_faults`, { method: 'DELETE' });
  expect(await page()).toBe(200);
  expect((await put({ kind: 'unheard' })).status).toBe(422);
});

test('a listing is generated for BX and eight digits, with a valid UPC of its own', async () => {
  await start();
  const codes = ['BX00000000', 'BX00000001', 'BX99999999'].map((asin) => {
    const upc = generatedListing(asin)?.identifiers[0]?.code ?? '';
    expect(retailIdentifierProblems({ type: 'UPC', code: upc })).toEqual([]);
    return upc;
  });
  expect(new Set(codes).size).toBe(3);
  expect(generatedListing('BX1234567X')).toBeNull();
});
