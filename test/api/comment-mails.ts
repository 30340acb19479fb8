/** Mails that tell of comments. */
import type { Pool } from '../../db/pool';
import type { CaughtMail } from '../../dev/mail-catcher/mail-store';
import type { MailRoute } from '../setup/mail-route';

/** Those about a request, newest first, once all that are due are sent. */
export async function commentMailsAbout(id: string, route: MailRoute): Promise<CaughtMail[]> {
  await route.sendAll();
  return (await route.store.list({ subject: 'New comment' })).filter(({ text }) => text.includes(id));
}

/** In place of waiting: what was written and sent was so ten minutes before. */
export const putBackTenMinutes = (pool: Pool) =>
  pool.query(
    `update mail_outbox set due_at = due_at - interval '10 minutes', sent_at = sent_at - interval '10 minutes',
        next_attempt_at = next_attempt_at - interval '10 minutes' where template = 'comment'`,
  );
