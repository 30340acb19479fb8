/** What a mail that waits is about. */
import { sendNextMail, type Delivery, type DueMail } from '../../db/outbox';
import type { TransitionRef } from '../../db/transitions/record';
import { createEnabledScene, EVENING, MORNING, NOW } from './enabled-scene';
import { createStagingScene, DATE, EVE } from './staging-scene';
import { createScene, people, type Scene } from './transition-scene';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

test('a mail that leaves late names what it was written about, whatever the maker has corrected since', async () => {
  const request = await scene.create({ asin: 'B0REJECTED' });
  const other = await scene.create({});
  await request.record(scene.activities.recordSubmission, people.maker);
  await request.find('BRAND_MISMATCH');
  await request.record(scene.activities.recordChecks);
  await scene.pool.query(`update products set name = 'Other lamp' where id = $1`, [`prod_${other.id}`]);
  await scene.pool.query(`update badge_requests set asin = 'B0CORRECTD', product_id = $2 where id = $1`, [
    request.id,
    `prod_${other.id}`,
  ]);
  await scene.pool.query('update mail_outbox set next_attempt_at = now()');
  const left: string[] = [];
  const send = async ({ template, asin, productName }: DueMail) => {
    left.push(`${template}: ${productName} ${asin}`);
    return { kind: 'sent' } as const;
  };
  while ((await sendNextMail(scene.pool, send, { most: 5, withinMs: 1_000 })) > 0);
  expect(left.sort()).toEqual(['rejected: Lamp B0REJECTED', 'under-review: Lamp B0REJECTED']);
});

test('what becomes of a mail is recorded of it alone', async () => {
  const requests = [await scene.create(), await scene.create(), await scene.create()];
  for (const request of requests) await request.record(scene.activities.recordSubmission, people.maker);
  await scene.pool.query('update mail_outbox set next_attempt_at = now()');
  const fates: Delivery[] = [
    { kind: 'later', error: 'ECONNREFUSED', isOfMail: false },
    { kind: 'refused', error: '550' },
    { kind: 'sent' },
  ];
  for (const fate of fates)
    await sendNextMail(scene.pool, () => Promise.resolve(fate), { most: 5, withinMs: 1_000 });
  const { rows } = await scene.pool.query(
    `select attempts, last_error as error, refused_at is not null as refused, sent_at is not null as sent
       from mail_outbox where request_id = any($1) order by id`,
    [requests.map(({ id }) => id)],
  );
  expect(rows).toEqual([
    { attempts: 1, error: 'ECONNREFUSED', refused: false, sent: false },
    { attempts: 1, error: '550', refused: true, sent: false },
    { attempts: 1, error: null, refused: false, sent: true },
  ]);
});

test('a mail that waits is not for a maker who has gone to another organization', async () => {
  const request = await scene.create({});
  await request.record(scene.activities.recordSubmission, people.maker);
  await scene.pool.query('update mail_outbox set next_attempt_at = now() where sent_at is null');
  const place = (organization: string) =>
    scene.pool.query("update people set organization_id = $1 where id = 'person_maker'", [organization]);
  await place('org_two');
  const send = () => Promise.reject(new Error('It is sent.'));
  while ((await sendNextMail(scene.pool, send, { most: 5, withinMs: 1_000 })) > 0);
  await place('org_one');
  const { rows } = await scene.pool.query('select last_error from mail_outbox where request_id = $1', [
    request.id,
  ]);
  expect(rows).toEqual([{ last_error: 'RECIPIENT_LEFT' }]);
});

describe('what is planned for badges', () => {
  const planned = async () => {
    const at = await createEnabledScene();
    at.scene.now = NOW;
    const request = await at.enabled();
    await at.order(request, 'suspend', { marketplaces: ['US'], effectiveAt: MORNING });
    await at.order(request, 'remove', { marketplaces: ['JP'], effectiveAt: EVENING });
    // The plan is ahead of the database's own present, whatever year it is; the rest has left.
    await at.scene.pool.query('update mail_outbox set sent_at = now() where due_at <= $1', [NOW]);
    await at.scene.pool.query(
      `update mail_outbox set due_at = now() + interval '1 day' + id * interval '1 hour' where due_at > $1`,
      [NOW],
    );
    const mailsOf = async (person: string) => {
      const { rows } = await at.scene.pool.query<{ template: string }>(
        'select template from mail_outbox where recipient_id = $1 order by due_at',
        [person],
      );
      return rows.map(({ template }) => template);
    };
    const query = (text: string) => at.scene.pool.query(text);
    return { at, mailsOf, query };
  };

  test('is told to who is a maker of the organization by then, once, and to nobody else', async () => {
    const { at, mailsOf, query } = await planned();
    try {
      // The only one who was there when it was planned has left.
      await query("update people set left_at = now() where id = 'person_maker'");
      await query(
        `insert into people (id, name, email, role, organization_id) values
           ('person_new', 'New', 'new@one.example', 'MAKER', 'org_one'),
           ('person_newer', 'Newer', 'newer@one.example', 'MAKER', 'org_one'),
           ('person_viewer', 'Viewer', 'viewer@one.example', 'VIEWER', 'org_one'),
           ('person_else', 'Else', 'else@two.example', 'MAKER', 'org_two')`,
      );
      await query("update people set left_at = null where id = 'person_new'");
      for (const person of ['person_new', 'person_newer'])
        expect(await mailsOf(person)).toEqual(['badge-suspended', 'badge-removed']);
      for (const person of ['person_viewer', 'person_else']) expect(await mailsOf(person)).toEqual([]);
      await query("update people set role = 'MAKER' where id = 'person_viewer'");
      expect(await mailsOf('person_viewer')).toEqual(['badge-suspended', 'badge-removed']);
    } finally {
      await at.scene.close();
    }
  });
});

describe('what is written ahead once more', () => {
  test('is told to whoever was not told of it at its instant, and to nobody twice', async () => {
    const at = await createStagingScene();
    const { activities, pool } = at.scene;
    at.scene.now = EVE;
    try {
      await pool.query(
        `insert into people (id, name, email, role, organization_id)
         values ('person_second', 'Second', 'second@one.example', 'MAKER', 'org_one')`,
      );
      const request = await at.staged();
      // It has left to one of them while the maker chooses the same date again; where a badge was not shown, it said so.
      await pool.query(
        `update mail_outbox set sent_at = due_at, props = props || '{"toldNotShown": ["US"]}'
          where request_id = $1 and template = 'enabled' and recipient_id = 'person_maker'`,
        [request.id],
      );
      const reschedule = (ref: TransitionRef) => activities.recordRescheduling(ref, DATE);
      await request.record(reschedule, people.maker);
      await at.stage(request);
      const { rows } = await pool.query(
        `select recipient_id as to, sent_at is not null as sent from mail_outbox
          where request_id = $1 and template = 'enabled' order by 1`,
        [request.id],
      );
      expect(rows).toEqual([
        { to: 'person_maker', sent: true },
        { to: 'person_second', sent: false },
      ]);
    } finally {
      await at.scene.close();
    }
  });

  test('for another instant is another mail, though it says the same', async () => {
    const at = await createEnabledScene();
    at.scene.now = NOW;
    try {
      const request = await at.enabled();
      const suspend = (effectiveAt: string) => at.order(request, 'suspend', { effectiveAt });
      await suspend(MORNING);
      await at.scene.pool.query('update mail_outbox set sent_at = due_at');
      at.scene.now = MORNING;
      await at.order(request, 'reinstate');
      await suspend(EVENING);
      const { mails } = await request.traces();
      const told = mails.filter(({ template }) => template === 'badge-suspended');
      expect(told.map(({ due_at }) => new Date(due_at).toISOString())).toEqual([MORNING, EVENING]);
    } finally {
      await at.scene.close();
    }
  });
});
