/** What the mail that a badge is enabled says while its programme is suspended. */
import { endSuspension, openSuspension } from '../../../db/program-suspensions';
import { people, type SceneRequest } from '../../db/transition-scene';
import { suspensionMails } from './suspension-mails';

const mails = suspensionMails();
let { made, route } = mails;
beforeEach(() => ({ made, route } = mails));

const ENABLED = 'on the product’s detail pages';
/** What has been mailed about badges, first to last: the news of the subject, and the text. */
async function sendAll(): Promise<{ news: string; text: string }[]> {
  await route.sendAll();
  const mails = (await route.store.list({})).map(({ subject, text }) => ({
    news: subject.slice(subject.lastIndexOf(': ') + 2),
    text,
  }));
  return mails.filter(({ news }) => ['Enabled', 'Not shown', 'Suspended'].includes(news)).reverse();
}
async function staged(): Promise<SceneRequest> {
  const request = await made.certified();
  await made.stage(request);
  return request;
}

it('is said where it is shown, and why it is not elsewhere', async () => {
  await made.suspend('na');
  const request = await staged();
  const [mail] = await sendAll();
  expect(mail?.news).toBe('Enabled');
  expect(mail?.text).toMatch(new RegExp(`${ENABLED}:\\s+- Japan: since [^-]+-[^-]+-[^-]+UTC\\s+Not shown`));
  expect(mail?.text).toContain('Not shown in: United States');
  expect(mail?.text).toContain('Reason: Too many outages in na.');
  expect(await made.shown(request)).toEqual(['JP']);
});

it('is told why the maker’s own programme is suspended now, not why another one is or theirs was', async () => {
  const { pool } = made.scene;
  const about = { program: 'WWA', region: 'na', operatorId: people.operator.id } as const;
  const own = { ...about, organizationId: 'org_one' };
  await openSuspension(pool, { ...own, id: 'psus_000001', reason: 'It was before.' });
  const end = { commandId: 'end', operatorId: people.operator.id, reason: 'It is over.' };
  await endSuspension(pool, { ...end, id: 'psus_000001' });
  const other = { ...about, organizationId: 'org_two', id: 'psus_000002' };
  await openSuspension(pool, { ...other, reason: 'It is another’s.' });
  await openSuspension(pool, { ...own, id: 'psus_000003', reason: 'It is now.' });
  await staged();
  const [mail] = await sendAll();
  expect(mail?.text.match(/Reason: .*/g)).toEqual(['Reason: It is now.']);
});

it.each(['before', 'after'])(
  'is not said where none is shown, its suspension recorded %s it: what is said there is said once',
  async (when) => {
    for (const region of ['na', 'fe'] as const) await made.suspend(region);
    const request = await staged();
    if (when === 'before') await made.follow(request);
    else await sendAll();
    await made.follow(request);
    const mails = await sendAll();
    expect(mails.map(({ news }) => news)).toEqual(['Not shown']);
    expect(mails[0]?.text).not.toContain(ENABLED);
    for (const place of ['United States', 'Japan'])
      expect(mails[0]?.text).toContain(`Not shown in: ${place}`);
  },
);

it('is followed by what it does not say: a suspension that began when it had left', async () => {
  const request = await staged();
  await sendAll();
  // As if its workflow had yet to end.
  await made.scene.pool.query("update badge_requests set status = 'PENDING' where id = $1", [request.id]);
  await made.suspend('na');
  await made.spreadAll();
  await made.scene.activities.recordEnabling(request.id);
  await made.follow(request);
  const mails = await sendAll();
  expect(mails.map(({ news }) => news)).toEqual(['Enabled', 'Suspended']);
  expect(mails[1]?.text).toContain('The badge is suspended in: United States.');
});

it('is followed by the suspension where nobody knows what it says, as it is being sent', async () => {
  await made.suspend('na');
  const request = await staged();
  const sender = await made.scene.pool.connect();
  try {
    await sender.query('begin');
    await sender.query("select from mail_outbox where request_id = $1 and template = 'enabled' for update", [
      request.id,
    ]);
    await made.follow(request);
    await sender.query('rollback');
  } finally {
    sender.release();
  }
  expect((await sendAll()).map(({ news }) => news).sort()).toEqual(['Enabled', 'Suspended']);
});

it('goes by what holds when the mail leaves', async () => {
  await staged();
  await made.suspend('na');
  await made.spreadAll();
  const late = await staged();
  await made.follow(late);
  await made.end('na');
  await made.follow(late);
  const mails = await sendAll();
  expect(mails.filter(({ news }) => news === 'Enabled')).toHaveLength(2);
  for (const { text } of mails) expect(text).not.toContain('Not shown');
});

it('is said of what a withdrawal leaves where it is shown only', async () => {
  const request = await made.certified('on a date');
  await made.stage(request);
  await made.suspend('fe');
  await made.spreadAll();
  await made.comeTo(request, 'JP');
  await made.comeTo(request, 'US');
  // As if a third marketplace were still awaited.
  await made.scene.pool.query('update badge_requests set enabled_at = null where id = $1', [request.id]);
  await made.present();
  await request.record(made.scene.activities.recordWithdrawal, people.maker);
  const mails = await sendAll();
  expect(mails.map(({ news }) => news)).toEqual(['Enabled']);
  expect(mails[0]?.text).toMatch(/- United States: since .+UTC\s+Not shown in: Japan/);
});
