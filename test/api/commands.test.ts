/** Commands that are repeated or cut off, and checks of drafts, with a worker. */
import { ServiceError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Finding } from '../../domain/review';
import { createGate } from '../setup/gate';
import { startApi } from './api-server';
import { pathOf } from './request-calls';
import { startBeside, workedApi } from './worked-api';

const worked = workedApi();

test('a repeated key has one effect and the same answer', async () => {
  const id = await worked.requests.create();
  const first = await worked.requests.act('maker', id, 'submit', {}, 'once');
  const again = await worked.requests.act('maker', id, 'submit', undefined, 'once');
  expect(again.text).toBe(first.text);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  const history = await worked.api.as('maker')('GET', pathOf(id, '/history'));
  const actions = (history.body['data'] as unknown as { action: string }[]).map(({ action }) => action);
  expect(actions.filter((action) => action === 'submit')).toHaveLength(1);
});

test('a repeat whose first answer was lost answers what is recorded', async () => {
  const id = await worked.requests.create();
  await worked.requests.act('maker', id, 'submit', {}, 'lost');
  // As after a crash between the effect and keeping its answer.
  await worked.api.pool.query(`update idempotency_keys set status = null, body = null where key = 'lost'`);
  const again = await worked.requests.act('maker', id, 'submit', {}, 'lost');
  expect([again.status, again.body]).toMatchObject([200, { status: 'UNDER_REVIEW', round: 1 }]);
});

test('what is recorded is answered so, also where its second delivery is refused', async () => {
  const id = await worked.requests.create();
  const api = await startBeside(worked, async (input, next) => {
    await next(input);
    return next({ ...input, options: { ...input.options, updateId: 'again' } });
  });
  const reply = await api.as('maker')('POST', pathOf(id, '/submit'), { body: {} });
  await api.close();
  expect([reply.status, reply.body['status']]).toEqual([200, 'UNDER_REVIEW']);
});

test('a command whose workflow task fails, and which Temporal forgets with it, is given again', async () => {
  const id = await worked.requests.create();
  let tries = 0;
  const api = await startBeside(worked, async (input, next) => {
    tries += 1;
    if (tries > 1) return next(input);
    const about = { code: 9, details: 'Workflow Task in failed state', metadata: {} };
    throw new ServiceError('Refused.', { cause: Object.assign(new Error('9 FAILED_PRECONDITION'), about) });
  });
  const reply = await api.as('maker')('POST', pathOf(id, '/submit'), { body: {} });
  await api.close();
  expect([reply.status, reply.body['status'], tries]).toEqual([200, 'UNDER_REVIEW', 2]);
});

test('a draft whose creation was cut off before its workflow began is submitted all the same', async () => {
  const id = await worked.requests.create();
  await worked.world.client.workflow.getHandle(`badge-request/${id}`).terminate();
  const reply = await worked.requests.act('maker', id, 'submit');
  expect([reply.status, reply.body['status']]).toEqual([200, 'UNDER_REVIEW']);
});

test('a command that a worker of an earlier version does not know may be repeated, and is done by a later one', async () => {
  const id = await worked.requests.create();
  const { client, outside, taskQueue } = worked.world;
  const handle = client.workflow.getHandle(`badge-request/${id}`);
  await handle.terminate();
  // Like theirs, this one has no handler for it.
  const amazon = createGate();
  outside.beforeCheck = amazon.wait;
  await client.workflow.start('draftCheck', {
    ...{ workflowId: handle.workflowId, taskQueue },
    args: [{ checkId: 'of_nothing', marketplaces: ['US'], hasSkill: false, patienceMs: 60_000 }],
  });
  const submit = () => worked.requests.act('maker', id, 'submit', {}, 'later');
  const refused = await submit();
  await handle.terminate();
  outside.beforeCheck = async () => undefined;
  amazon.open();
  expect([refused.status, refused.body['code']]).toEqual([503, 'TRY_AGAIN']);
  expect((await submit()).body).toMatchObject({ status: 'UNDER_REVIEW' });
});

test('a rejected request whose workflow is lost goes on from what is recorded', async () => {
  const id = await worked.requests.underReview();
  await worked.requests.act('reviewer', id, 'reject', { round: 1, reasons: [{ code: 'BRAND_MISMATCH' }] });
  await worked.world.client.workflow.getHandle(`badge-request/${id}`).terminate();
  const reply = await worked.requests.act('maker', id, 'submit');
  expect([reply.status, reply.body]).toMatchObject([200, { status: 'UNDER_REVIEW', round: 2 }]);
  await worked.requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
});

test.each([
  ['Under Review', async () => worked.requests.underReview()],
  [
    'Pending',
    async () => {
      const id = await worked.requests.underReview();
      await worked.requests.act('reviewer', id, 'approve', { round: 1 });
      return id;
    },
  ],
])('%s without its workflow goes on from what is recorded', async (_, arrive) => {
  const id = await arrive();
  await worked.world.client.workflow.getHandle(`badge-request/${id}`).terminate();
  const decision = await worked.requests.act('maker', id, 'reschedule', {
    goLive: { kind: 'ON_DATE', date: '2027-06-01' },
  });
  expect(decision.status).toBe(200);
  await worked.world.client.workflow.getHandle(`badge-request/${id}`).terminate();
  const withdrawn = await worked.requests.act('maker', id, 'withdraw', {}, `back ${id}`);
  expect([withdrawn.status, withdrawn.body]).toMatchObject([200, { status: 'NOT_SUBMITTED', stage: null }]);
  const again = await worked.requests.act('maker', id, 'submit');
  expect([again.status, again.body]).toMatchObject([200, { status: 'UNDER_REVIEW', round: 2 }]);
  await worked.requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
  const approved = await worked.requests.act('reviewer', id, 'approve', { round: 2 });
  expect([approved.status, approved.body['status']]).toEqual([200, 'PENDING']);
});

describe('a request whose database was restored to before its workflow ended', () => {
  /** Rows as they are in a backup; what has been recorded since is not in it. */
  async function backUp(id: string): Promise<() => Promise<void>> {
    const { pool } = worked.api;
    const { rows } = await pool.query<{ row: unknown; seq: number }>(
      `select to_jsonb(r) as row, r.transition_seq as seq from badge_requests r where id = $1`,
      [id],
    );
    const [kept] = rows;
    return async () => {
      await pool.query('delete from badge_request_history where request_id = $1 and transition_seq > $2', [
        id,
        kept?.seq,
      ]);
      await pool.query(
        `update badge_requests r set (status, stage, round, transition_seq) =
           (select status, stage, round, transition_seq from jsonb_populate_record(null::badge_requests, $2))
          where id = $1`,
        [id, kept?.row],
      );
    };
  }
  async function discard(id: string): Promise<void> {
    expect((await worked.requests.act('maker', id, 'discard')).status).toBe(200);
    await worked.world.client.workflow.getHandle(`badge-request/${id}`).result();
  }

  test('is submitted from what is recorded', async () => {
    const id = await worked.requests.create();
    const restore = await backUp(id);
    await discard(id);
    await restore();
    const reply = await worked.requests.act('maker', id, 'submit');
    expect([reply.status, reply.body['status']]).toEqual([200, 'UNDER_REVIEW']);
    await worked.requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
  });

  test('is taken back from under review', async () => {
    const id = await worked.requests.underReview();
    const restore = await backUp(id);
    expect((await worked.requests.act('maker', id, 'withdraw')).status).toBe(200);
    await discard(id);
    await restore();
    const reply = await worked.requests.act('maker', id, 'withdraw');
    expect([reply.status, reply.body['status']]).toEqual([200, 'NOT_SUBMITTED']);
  });
});

describe('checking a draft', () => {
  test('finds what a review would find, and changes nothing', async () => {
    worked.world.outside.check = (check) => (check === 'SKILL_PUBLISHED' ? 'UNKNOWN' : 'YES');
    const id = await worked.requests.create();
    const before = (await worked.requests.read(id)).body;
    const { status, body } = await worked.requests.act('maker', id, 'check');
    expect(status).toBe(200);
    expect(body['problems']).toEqual([]);
    const findings = body['findings'] as unknown as { check: string; answer: string }[];
    expect(findings.map(({ check, answer }) => `${check} ${answer}`)).toEqual([
      'ASIN_LIVE YES',
      'ASIN_LIVE YES',
      'LISTING_MATCHES YES',
      'LISTING_MATCHES YES',
      'SKILL_PUBLISHED UNKNOWN',
      'SKILL_PUBLISHED UNKNOWN',
    ]);
    expect((await worked.requests.read(id)).body).toEqual(before);
  });

  test('says what the form lacks where there is nothing to ask about', async () => {
    const { status, body } = await worked.requests.act('maker', await worked.requests.create({}), 'check');
    expect([status, body['findings']]).toEqual([200, []]);
    expect((body['problems'] as unknown as unknown[]).length).toBeGreaterThan(4);
  });

  test('may be repeated when it came to no end', async () => {
    worked.world.outside.beforeCheck = async () => {
      throw ApplicationFailure.nonRetryable('access denied');
    };
    const id = await worked.requests.create();
    const failed = await worked.requests.act('maker', id, 'check', {}, 'check');
    expect([failed.status, failed.body['code']]).toEqual([503, 'TRY_AGAIN']);
    worked.world.outside.beforeCheck = async () => undefined;
    const again = await worked.requests.act('maker', id, 'check', {}, 'check');
    expect([again.status, again.body['findings']]).toEqual([
      200,
      expect.arrayContaining([expect.any(Object)]),
    ]);
  });

  test('answers in time when Amazon does not: what is answered, and UNKNOWN for the rest', async () => {
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    worked.world.outside.beforeCheck = async ({ marketplaces }) => {
      if (marketplaces.includes('JP')) await answered;
    };
    const id = await worked.requests.create();
    const begun = Date.now();
    const { status, body } = await worked.requests.act('maker', id, 'check');
    answer();
    worked.world.outside.beforeCheck = async () => undefined;
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(status).toBe(200);
    const findings = body['findings'] as unknown as Finding[];
    expect(findings.map((finding) => `${finding.check} ${finding.marketplace} ${finding.answer}`)).toEqual([
      'ASIN_LIVE JP UNKNOWN',
      'ASIN_LIVE US YES',
      'LISTING_MATCHES JP UNKNOWN',
      'LISTING_MATCHES US YES',
      'SKILL_PUBLISHED JP YES',
      'SKILL_PUBLISHED US YES',
    ]);
    expect(JSON.stringify(findings[0]?.found)).toContain('did not answer in the time');
  });

  test('answers 503 when nobody works', async () => {
    const idle = await startApi({
      world: { ...worked.world, taskQueue: 'nobody_checks' },
      deps: { answerDeadlineMs: 1_000, checkPatienceMs: 100 },
    });
    const id = await worked.requests.create();
    const reply = await idle.as('maker')('POST', pathOf(id, '/check'), { body: {} });
    await idle.close();
    expect([reply.status, reply.body['code']]).toEqual([503, 'TRY_AGAIN']);
  });

  test('is for drafts', async () => {
    const reply = await worked.requests.act('maker', await worked.requests.underReview(), 'check');
    expect([reply.status, reply.body['code']]).toEqual([409, 'ACTION_NOT_ALLOWED']);
  });
});
