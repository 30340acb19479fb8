/** What a mail that waits is about. */
import { sendNextMail, type DueMail } from '../../db/outbox';
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
