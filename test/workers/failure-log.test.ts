import { createFailureLog, type Failure } from '../../workers/failure-log';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

it('tells each kind of failure at once, and one that repeats itself only now and then', () => {
  const told: Failure[] = [];
  let now = 0;
  const fail = createFailureLog(
    (failure) => told.push(failure),
    () => now,
  );
  for (let tries = 0; tries < 10; tries += 1) {
    fail('mail_outbox', refused);
    fail('badge_audits', refused);
  }
  fail('mail_outbox', new TypeError('broken'));
  expect(told).toEqual([
    { part: 'mail_outbox', code: 'ECONNREFUSED' },
    { part: 'badge_audits', code: 'ECONNREFUSED' },
    { part: 'mail_outbox', code: 'TypeError' },
  ]);
  now = 29_999;
  fail('mail_outbox', refused);
  now = 30_000;
  fail('mail_outbox', refused);
  now = 60_000;
  fail('mail_outbox', refused);
  expect(told.slice(3)).toEqual([
    { part: 'mail_outbox', code: 'ECONNREFUSED', alsoUntold: 10 },
    { part: 'mail_outbox', code: 'ECONNREFUSED' },
  ]);
});
