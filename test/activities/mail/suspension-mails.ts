import { createSuspensionScene, type SuspensionScene } from '../../db/suspension-scene';
import { openMailRoute, type MailRoute } from '../../setup/mail-route';

/** Requests whose badges are suspended and come back, and real SMTP for what is mailed of it; anew for each test. */
export interface SuspensionMails {
  made: SuspensionScene;
  route: MailRoute;
}

export function suspensionMails(): SuspensionMails {
  const mails = {} as SuspensionMails;
  /** Run after each test, the last one first. */
  let endings: (() => Promise<void>)[];
  beforeEach(async () => {
    mails.made = await createSuspensionScene();
    endings = [() => mails.made.scene.close()];
    mails.route = await openMailRoute(mails.made.scene.pool);
    endings.push(() => mails.route.close());
  });
  afterEach(async () => {
    for (const end of endings.reverse()) await end();
  });
  return mails;
}
