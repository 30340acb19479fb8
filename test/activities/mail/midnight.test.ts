/** The mail server is away while badges become effective. */
import { join } from 'node:path';
import { createMailSender } from '../../../activities/mail/sender';
import { lookUpBadges } from '../../../db/badge-lookup';
import { startDrain } from '../../../db/drain';
import { freePort } from '../../../dev/free-port';
import { createFaults } from '../../../dev/mail-catcher/faults';
import { openMailStore } from '../../../dev/mail-catcher/mail-store';
import { listenForMail } from '../../../dev/mail-catcher/smtp';
import { createStagingScene, type StagingScene } from '../../db/staging-scene';
import { makeScratchFolder } from '../../dev/scratch-folder';
import { until } from '../../setup/until';

let at: StagingScene;
/** Run after each test, the last one first. */
let endings: (() => Promise<void> | void)[];
beforeEach(async () => {
  at = await createStagingScene();
  endings = [() => at.scene.close()];
});
afterEach(async () => {
  for (const end of endings.reverse()) await end();
});

it('badges are effective on time, and their mails leave once, when it is back', async () => {
  const { pool } = at.scene;
  const request = await at.staged();
  const port = await freePort();
  const sender = createMailSender({
    pool,
    smtpUrl: `smtp://127.0.0.1:${port}`,
    from: 'from@badges.example',
    publicUrl: 'https://badges.example',
    connections: 2,
  });
  const drain = startDrain(sender, {
    databaseUrl: at.scene.databaseUrl,
    concurrency: 2,
    onError: () => undefined,
  });
  endings.push(() => drain.stop().then(() => sender.close()));
  // In place of waiting for the midnights: they come in a moment.
  const { rows: moved } = await pool.query<{ asin: string; at: Date }>(
    "update badges set effective_at = now() + interval '300 milliseconds' returning asin, effective_at as at",
  );
  const [instant, asin] = [moved[0]?.at ?? new Date(), moved[0]?.asin ?? ''];
  await pool.query('update badge_requests set first_effective_at = $1, enabled_at = $1', [instant]);
  await pool.query("update mail_outbox set due_at = $1, next_attempt_at = $1 where template = 'enabled'", [
    instant,
  ]);

  const theMail = async () =>
    (
      await pool.query<{ attempts: number; sent_at: Date | null }>(
        "select attempts, sent_at from mail_outbox where request_id = $1 and template = 'enabled'",
        [request.id],
      )
    ).rows[0];
  await until(async () => ((await theMail())?.attempts ?? 0) > 0, 15_000);
  expect(await theMail()).toMatchObject({ sent_at: null });
  for (const marketplace of ['JP', 'US'] as const) {
    const [lookup] = await lookUpBadges(pool, [{ marketplace, asin }]);
    expect(lookup?.badges).toEqual([{ program: 'WWA', since: instant.toISOString() }]);
  }
  const { rows } = await pool.query('select status_now from badge_request_standings where id = $1', [
    request.id,
  ]);
  expect(rows).toEqual([{ status_now: 'ENABLED' }]);

  const folder = await makeScratchFolder();
  endings.push(folder.remove);
  const store = await openMailStore(join(folder.path, 'mail'));
  const smtp = await listenForMail(port, { store, faults: createFaults() });
  endings.push(() => smtp.close());
  await until(async () => (await theMail())?.sent_at != null, 15_000);
  expect(await store.list({})).toHaveLength(1);
});
