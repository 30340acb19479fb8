import { placeRequest } from './calendar-scene';
import { startApi, type Api } from './api-server';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** What stands behind each series whose name begins so. */
async function read(prefix: string): Promise<Record<string, number>> {
  const { status, headers, text } = await api.as('operator')('GET', '/metrics');
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const lines = text.split('\n').filter((line) => line.startsWith(prefix));
  return Object.fromEntries(
    lines.map((line) => {
      const [, series = '', value] = /^(.*) (\S+)$/.exec(line) ?? [];
      return [series.replace('badge_requests_', ''), Number(value)];
    }),
  );
}
const work = () => read('badge_requests_');
const seriesWith = (all: Record<string, number>, isWanted: (value: number) => boolean) =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => isWanted(value)));

test('every series is there while nothing waits, and says so', async () => {
  const all = await work();
  expect(Object.values(all).every((value) => value === 0)).toBe(true);
  expect(Object.keys(all)).toEqual(
    expect.arrayContaining([
      'open{stage="NEEDS_ATTENTION"}',
      'overdue_reviews{escalation_level="2"}',
      'mails_due',
      'mails_due_oldest_seconds',
      'mails_refused',
      'events_untried_oldest_seconds',
      'news_waiting{kind="certification"}',
      'news_attempts{kind="command"}',
      'overdue_audits{marketplace="JP"}',
    ]),
  );
});

test('what waits is counted, and what does not is not', async () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const place = async (stage: string | null, columns = '') => {
    const id = await placeRequest(api, {
      status: stage === 'AWAITING_REVIEWER' ? 'UNDER_REVIEW' : 'PENDING',
    });
    await api.pool.query(`update badge_requests set stage = $2 ${columns} where id = $1`, [id, stage]);
    return id;
  };
  await place('NEEDS_ATTENTION');
  await place('AWAITING_REVIEWER', `, review_due_at = now() - interval '1 day', escalation_level = 1`);
  await place('AWAITING_REVIEWER', `, review_due_at = now() + interval '1 day'`);
  await place('SCHEDULED', `, first_effective_at = now() - interval '1 hour'`);
  // By the clock both are enabled: nothing about them is open.
  await place('SCHEDULED', `, enabled_at = now() - interval '1 hour'`);
  await placeRequest(api, { status: 'ENABLED', badges: { JP: day(-9) } });
  await placeRequest(api, { status: 'ENABLED', badges: { JP: day(-9), US: day(-9) } });
  await placeRequest(api, { status: 'NOT_SUBMITTED' });
  await api.pool.query(
    `update badges set audit_due_at = case when marketplace = 'JP' then now() - interval '25 hours' else now() end`,
  );
  const id = await place(null);
  await api.pool.query(
    `insert into mail_outbox (request_id, mail_key, recipient_id, template, props, due_at, sent_at, refused_at, last_error)
      select $1, m.key, 'person_maker', 'enabled', '{}', now() + m.due * interval '1 second',
          case m.key when 'sent' then now() end, case when m.error is not null then now() end, m.error
        from (values ('late', -60, null), ('due', -5, null), ('sent', -5, null), ('refused', -5, 'EENVELOPE 550'),
                ('left', -5, 'RECIPIENT_LEFT'), ('ahead', 60, null)) as m(key, due, error)`,
    [id],
  );
  await api.pool.query(
    `insert into certification_news (project_id, version, attempts) values ('cert_one', 1, 3), ('cert_two', 1, 7)`,
  );
  await api.pool.query(
    `insert into call_limits (account, family, closed_until)
      values ('na', 'catalog', now() + interval '1 hour'), ('eu', 'catalog', now() - interval '1 hour')`,
  );
  await api.pool.query(
    `insert into webhook_endpoints (id, organization_id, url, secret) values ('wep_1', 'org_one', 'https://one.example', 'x')`,
  );
  await api.pool.query(
    `insert into webhook_deliveries (id, endpoint_id, due_at, next_attempt_at, attempts)
      select 'whe_' || e.key, 'wep_1', now() - interval '90 seconds', now() + e.due * interval '1 second', e.attempts
        from (values ('late', -90, 0), ('tried', -5, 1), ('ahead', 60, 0), ('paused', null, 0)) as e(key, due, attempts)`,
  );
  const {
    mails_due_oldest_seconds: oldest,
    events_untried_oldest_seconds: oldestEvent,
    ...all
  } = await work();
  const closed = 'amazon_closed_seconds{account="na",family="catalog"}';
  expect(seriesWith(all, (value) => value > 0)).toEqual({
    'open{stage="NEEDS_ATTENTION"}': 1,
    'open{stage="AWAITING_REVIEWER"}': 2,
    'open{stage="GOING_LIVE"}': 1,
    'overdue_reviews{escalation_level="1"}': 1,
    mails_due: 2,
    mails_refused: 1,
    events_untried: 1,
    'news_waiting{kind="certification"}': 2,
    'news_attempts{kind="certification"}': 7,
    'overdue_audits{marketplace="JP"}': 2,
    [closed]: all[closed],
  });
  expect(oldest).toBeGreaterThanOrEqual(60);
  expect(oldest).toBeLessThan(120);
  expect(oldestEvent).toBeGreaterThanOrEqual(90);
  expect(all[closed]).toBeGreaterThan(3500);
  expect(all['amazon_closed_seconds{account="eu",family="catalog"}']).toBe(0);
});

test('calls are counted by what they asked for and were answered', async () => {
  const maker = api.as('maker');
  await maker('GET', '/v1/badge-requests/br_one');
  await maker('GET', '/v1/badge-requests/br_two');
  await maker('GET', '/v1/badges/US/B000000000');
  await maker('GET', '/nowhere/at-all');
  await maker('REPORT', '/v1/badge-requests');
  const counts = await read('http_request_duration_seconds_count');
  expect(counts).toMatchObject({
    'http_request_duration_seconds_count{method="GET",route="/v1/badge-requests/{id}",status="404"}': 2,
    'http_request_duration_seconds_count{method="GET",route="/v1/badges/{marketplace}/{asin}",status="200"}': 1,
    'http_request_duration_seconds_count{method="GET",route="",status="404"}': 1,
    'http_request_duration_seconds_count{method="OTHER",route="/v1/badge-requests",status="405"}': 1,
  });
});
