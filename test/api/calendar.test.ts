import { encodeCursor } from '../../api/cursor';
import { until } from '../setup/until';
import { startApi, someText, textOf, type Api } from './api-server';
import { calendarLines, goLivesOf, placeMany, placeRequest } from './calendar-scene';

let api: Api;
beforeAll(async () => {
  api = await startApi({ deps: { now: () => new Date('2026-12-31T23:30:00.000Z') } });
});
afterAll(() => api.close());
beforeEach(() => api.pool.query('delete from badge_requests'));

const cursorAt = (effectiveAt: string) =>
  encodeCursor({ effectiveAt, requestId: 'br_one', marketplace: 'US' });
const JANUARY = 'from=2999-01-01&to=2999-01-31';

test('each badge is on the day that it is in its marketplace', async () => {
  const id = await placeRequest(api, {
    date: '2999-01-15',
    marketplaces: ['US', 'JP', 'UK'],
    // The same instant: still the 15th in the United States, the 16th in Japan.
    badges: { US: '2999-01-15T15:00:00Z', JP: '2999-01-15T15:00:00Z', UK: '2999-01-15T00:00:00Z' },
  });
  expect(await calendarLines(api, JANUARY)).toEqual([
    `2999-01-15 US ${id} STAGED`,
    `2999-01-15 UK ${id} STAGED`,
    `2999-01-16 JP ${id} STAGED`,
  ]);
  expect(await calendarLines(api, 'from=2999-01-16&to=2999-01-16')).toEqual([`2999-01-16 JP ${id} STAGED`]);
  expect(await calendarLines(api, 'from=2999-01-15&to=2999-01-15')).toHaveLength(2);
  expect(await calendarLines(api, 'from=2999-01-01&to=2999-01-14')).toEqual([]);
});

test('days are in their order, also where the later one begins first', async () => {
  const badges = { JP: '2999-01-15T15:00:00Z', US: '2999-01-15T16:00:00Z' };
  const id = await placeRequest(api, { date: '2999-01-15', marketplaces: ['US', 'JP'], badges });
  expect(await calendarLines(api, JANUARY)).toEqual([
    `2999-01-15 US ${id} STAGED`,
    `2999-01-16 JP ${id} STAGED`,
  ]);
});

test('what is effective is enabled, what is not staged yet is planned, the rest has no day', async () => {
  const enabled = await placeRequest(api, { status: 'ENABLED', badges: { US: '2026-01-15T08:00:00Z' } });
  expect(await calendarLines(api, 'from=2026-01-15&to=2026-01-15')).toEqual([
    `2026-01-15 US ${enabled} ENABLED`,
  ]);

  const waiting = await placeRequest(api, { date: '2999-01-15', marketplaces: ['US', 'JP'] });
  const reviewed = await placeRequest(api, { date: '2999-01-15', status: 'UNDER_REVIEW' });
  const partly = await placeRequest(api, {
    date: '2999-01-15',
    marketplaces: ['UK', 'DE'],
    badges: { UK: '2999-01-15T00:00:00Z' },
  });
  await placeRequest(api, {});
  for (const status of ['NOT_SUBMITTED', 'REJECTED', 'DISCARDED'])
    await placeRequest(api, { date: '2999-01-15', status });
  await placeRequest(api, {
    badges: { US: '2999-01-15T08:00:00Z' },
    badgeStatus: 'REMOVED',
    status: 'ENABLED',
  });
  expect(await calendarLines(api, JANUARY)).toEqual([
    `2999-01-15 US ${waiting} PLANNED`,
    `2999-01-15 US ${reviewed} PLANNED`,
    `2999-01-15 UK ${partly} STAGED`,
    `2999-01-15 DE ${partly} PLANNED`,
    `2999-01-15 JP ${waiting} PLANNED`,
  ]);
});

test('a badge that is staged while the calendar is read is in it', async () => {
  const id = await placeRequest(api, { date: '2999-01-15', marketplaces: ['US'] });
  const staging = await api.pool.connect();
  // Only what is planned is read beside the suspensions: it waits, after what is staged has been read.
  await staging.query('begin');
  await staging.query('lock table program_suspensions');
  const lines = calendarLines(api, JANUARY);
  await until(async () => {
    const { rowCount } = await api.pool.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rowCount !== 0;
  });
  await staging.query(
    `insert into badges (request_id, marketplace, program, asin, effective_at)
      select id, 'US', program, asin, '2999-01-15T08:00:00Z' from badge_requests where id = $1`,
    [id],
  );
  await staging.query('commit');
  staging.release();
  expect(await lines).toEqual([`2999-01-15 US ${id} PLANNED`]);
  expect(await calendarLines(api, JANUARY)).toEqual([`2999-01-15 US ${id} STAGED`]);
});

test('a badge that its programme’s suspension holds back has no day', async () => {
  const badges = { US: '2999-01-15T08:00:00Z', JP: '2999-01-14T15:00:00Z' };
  const id = await placeRequest(api, { date: '2999-01-15', marketplaces: ['US', 'JP'], badges });
  await api.pool.query("update badges set causes = '{PROGRAM_SUSPENSION}' where marketplace = 'US'");
  expect(await calendarLines(api, JANUARY)).toEqual([`2999-01-15 JP ${id} STAGED`]);
});

test('nor has one that it will hold back once it is staged', async () => {
  const date = '2999-01-15';
  const id = await placeRequest(api, { date, marketplaces: ['US', 'JP'] });
  const reviewed = await placeRequest(api, { date, marketplaces: ['US'], status: 'UNDER_REVIEW' });
  const others = await placeRequest(api, { date, organization: 'two' });
  const lines = [
    `${date} US ${id} PLANNED`,
    `${date} US ${reviewed} PLANNED`,
    `${date} US ${others} PLANNED`,
  ];
  const japan = `${date} JP ${id} PLANNED`;
  expect(await calendarLines(api, JANUARY, 'operator')).toEqual([...lines, japan]);
  await api.pool.query(
    `insert into program_suspensions (id, program, organization_id, region, reason, suspended_by)
      values ('psus_one', 'WWA', 'org_one', 'na', 'Outages.', 'person_operator')`,
  );
  expect(await calendarLines(api, JANUARY, 'operator')).toEqual([lines[2], japan]);
  await api.pool.query(
    `update program_suspensions
        set ended_at = now(), ended_by = 'person_operator', end_reason = 'Well.', ended_command = 'cmd'`,
  );
  expect(await calendarLines(api, JANUARY, 'operator')).toEqual([...lines, japan]);
});

test('a date that passed while the request waits has no day any more', async () => {
  await placeRequest(api, { date: '2026-01-15' });
  expect(await calendarLines(api, 'from=2026-01-01&to=2026-01-31')).toEqual([]);
});

test('makers and viewers see their organization’s, reviewers and operators all', async () => {
  const own = await placeRequest(api, { date: '2999-01-15' });
  const other = await placeRequest(api, { date: '2999-01-15', organization: 'two' });
  const seen = async (...names: Parameters<typeof calendarLines>[2][]) =>
    Promise.all(names.map((name) => calendarLines(api, JANUARY, name)));
  const lines = [`2999-01-15 US ${own} PLANNED`, `2999-01-15 US ${other} PLANNED`];
  expect(await seen('maker', 'viewer')).toEqual([[lines[0]], [lines[0]]]);
  expect(await seen('stranger')).toEqual([[lines[1]]]);
  expect(await seen('reviewer', 'insider', 'operator')).toEqual([lines, lines, lines]);
});

test('an entry says what, whose and when', async () => {
  const id = await placeRequest(api, { date: '2999-01-15' });
  const { body } = await api.as('maker')('GET', `/v1/calendar?${JANUARY}`);
  expect(body).toEqual({
    from: '2999-01-01',
    to: '2999-01-31',
    truncated: false,
    next: null,
    days: [
      {
        date: '2999-01-15',
        marketplaces: [
          {
            marketplace: 'US',
            goLives: [
              {
                requestId: id,
                asin: someText,
                variant: 'Black',
                product: { id: 'prod_one', name: 'Lamp' },
                organization: { id: 'org_one', name: 'One' },
                effectiveAt: '2999-01-15T08:00:00.000Z',
                status: 'PLANNED',
              },
            ],
          },
        ],
      },
    ],
  });
});

test('unless asked otherwise it shows the month from today on', async () => {
  const { body } = await api.as('maker')('GET', '/v1/calendar');
  expect(body).toMatchObject({ from: '2026-12-31', to: '2027-01-31' });
  const leap = await api.as('maker')('GET', '/v1/calendar?from=2028-01-29');
  expect(leap.body['to']).toBe('2028-02-29');
});

test('more than a thousand badges are cut, it says so, and leads to the rest', async () => {
  await placeMany(api, '2999-01-10', 1001);
  const { body } = await api.as('maker')('GET', `/v1/calendar?${JANUARY}`);
  expect(body['truncated']).toBe(true);
  expect(await calendarLines(api, JANUARY)).toHaveLength(1000);
  const rest = `${JANUARY}&cursor=${textOf(body['next'])}`;
  expect(await calendarLines(api, rest)).toEqual(['2999-01-10 US br_many2000 PLANNED']);
  expect((await api.as('maker')('GET', `/v1/calendar?${rest}`)).body).toMatchObject({
    truncated: false,
    next: null,
  });
});

test('pages of any size show each badge once, in the order of the whole', async () => {
  const date = '2999-01-15';
  for (const marketplaces of [['US', 'JP', 'UK', 'DE'], ['JP'], ['US', 'UK']])
    await placeRequest(api, { date, marketplaces });
  await placeRequest(api, { date, marketplaces: ['US', 'JP'], badges: { JP: '2999-01-14T15:00:00Z' } });
  await placeRequest(api, { badges: { UK: '2999-01-15T00:00:00Z', US: '2999-01-20T00:00:00Z' } });
  const inOrder = async (query: string) => {
    const { body } = await api.as('maker')('GET', `/v1/calendar?${JANUARY}&${query}`);
    const { next } = body as unknown as { next: string | null };
    return { next, shown: goLivesOf(body).sort() };
  };
  const whole = await inOrder('limit=1000');
  expect(whole.shown).toHaveLength(11);
  for (const limit of [1, 2, 5]) {
    const pages: string[] = [];
    for (let query = `limit=${limit}`; query !== '';) {
      const { shown, next } = await inOrder(query);
      pages.push(...shown);
      query = next === null ? '' : `limit=${limit}&cursor=${next}`;
    }
    expect(pages).toEqual(whole.shown);
  }
});

test.each([
  ['from=2027-02-29', '/from', 'INVALID_DATE'],
  ['to=tomorrow', '/to', 'INVALID_DATE'],
  ['from=0001-01-01', '/from', 'INVALID_DATE'],
  ['from=2027-01-02&to=2027-01-01', '/to', 'INVALID_VALUE'],
  ['from=2027-01-01&to=2028-01-03', '/to', 'INVALID_VALUE'],
  ['day=2027-01-01', '/day', 'UNKNOWN_FIELD'],
  ['cursor=nothing', '/cursor', 'INVALID_VALUE'],
  // PostgreSQL has no year 0.
  [`cursor=${cursorAt('0000-01-01T00:00:00.000Z')}`, '/cursor', 'INVALID_VALUE'],
  ['limit=1001', '/limit', 'TOO_LARGE'],
])('%s is refused by name', async (query, pointer, code) => {
  const { status, body } = await api.as('maker')('GET', `/v1/calendar?${query}`);
  expect([status, body['errors']]).toMatchObject([422, [{ pointer, code }]]);
});

test('a year and a day may be asked for', async () => {
  expect((await api.as('maker')('GET', '/v1/calendar?from=2027-01-01&to=2028-01-02')).status).toBe(200);
});
