import pino from 'pino';
import { startHousekeeping } from '../../api/housekeeping';
import { openSession } from '../../db/console-sessions';
import { forgetDraftChecks } from '../../db/draft-checks';
import { forgetOld } from '../../db/forgetting';
import { until } from '../setup/until';
import { readyForm, startApi, textOf, type Api } from './api-server';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const names = async (sql: string) =>
  (await api.pool.query<{ name: string }>(sql)).rows.map(({ name }) => name);

test('keys are forgotten once nobody repeats them any more', async () => {
  for (const key of ['old', 'new']) await api.as('maker')('POST', '/v1/badge-requests', { body: {}, key });
  await api.pool.query(
    `update idempotency_keys set created_at = now() - interval '49 hours' where key = 'old'`,
  );
  await forgetOld(api.pool, 'idempotency_keys', 10);
  expect(await names('select key as name from idempotency_keys')).toEqual(['new']);
});

test('checks of drafts are forgotten with their findings, those of requests stay', async () => {
  const { body } = await api.as('maker')('POST', '/v1/badge-requests', { body: readyForm() });
  await api.pool.query(
    `insert into draft_checks (id, request_id, form, product, created_at)
      values ('chk_old', $1, '{}', '{}', now() - interval '49 hours'), ('chk_new', $1, '{}', '{}', now())`,
    [body['id']],
  );
  await api.pool.query(
    `insert into review_findings (subject_id, "check", marketplace, answer, found, expected, checked_at)
      select id, 'ASIN_LIVE', 'US', 'YES', '{}', '{}', now() from unnest($1::text[]) as id`,
    [['chk_old', 'chk_new', body['id']]],
  );
  await forgetDraftChecks(api.pool, 10);
  expect(await names('select id as name from draft_checks')).toEqual(['chk_new']);
  const subjects = await names('select subject_id as name from review_findings order by 1');
  expect(subjects).toEqual([body['id'], 'chk_new']);
});

test('mails are forgotten long after they have left or were refused, those that wait never', async () => {
  const { body } = await api.as('maker')('POST', '/v1/badge-requests', { body: readyForm() });
  await api.pool.query(
    `insert into mail_outbox (request_id, mail_key, recipient_id, template, props, due_at, sent_at, refused_at)
      select $1, m.key, 'person_maker', 'enabled', '{}', now() + interval '2 days',
          now() - m.sent * interval '1 day', now() - m.refused * interval '1 day'
        from (values ('sent long ago', 91, null), ('refused long ago', null, 91), ('sent', 89, null),
                     ('refused', null, 89), ('to be sent', null, null)) as m(key, sent, refused)`,
    [body['id']],
  );
  expect(await forgetOld(api.pool, 'mail_outbox', 10)).toBe(2);
  const kept = `select mail_key as name from mail_outbox where request_id = '${textOf(body['id'])}' order by 1`;
  expect(await names(kept)).toEqual(['refused', 'sent', 'to be sent']);
});

test('sessions are forgotten once their hours are over, and not while they are only idle', async () => {
  for (const name of ['idle', 'over', 'used'])
    await openSession(api.pool, {
      secretHash: Buffer.from(name),
      personId: 'person_maker',
      idToken: name,
      hours: 1,
    });
  const change = (columns: string, name: string) =>
    api.pool.query(`update console_sessions set ${columns} where id_token = $1`, [name]);
  await change(`used_at = now() - interval '2 days'`, 'idle');
  await change(`expires_at = now() - interval '1 second'`, 'over');
  await forgetOld(api.pool, 'console_sessions', 10);
  expect(await names('select id_token as name from console_sessions order by 1')).toEqual(['idle', 'used']);
});

test('soon after the start all is forgotten, page by page, whatever part of it fails', async () => {
  await api.pool.query(
    `insert into idempotency_keys (scope, key, fingerprint, resource_id, created_at)
      select 'scope', 'key ' || n, '', '', now() - interval '49 hours' from generate_series(1, 7) n`,
  );
  const last = { secretHash: Buffer.from('last'), personId: 'person_maker', idToken: 'last', hours: 1 };
  await openSession(api.pool, last);
  await api.pool.query(`update console_sessions set expires_at = now() - interval '1 second'`);
  await api.pool.query('alter table draft_checks rename to draft_checks_away');
  const warnings: unknown[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void warnings.push(JSON.parse(line)) });
  const stop = startHousekeeping({ pool: api.pool, log }, { firstAfterMs: 0, page: 3 });
  try {
    await until(async () => (await names('select id_token as name from console_sessions')).length === 0);
  } finally {
    stop();
    await api.pool.query('alter table draft_checks_away rename to draft_checks');
  }
  expect(await names(`select key as name from idempotency_keys where scope = 'scope'`)).toEqual([]);
  expect(warnings).toMatchObject([{ table: 'draft_checks' }]);
});
