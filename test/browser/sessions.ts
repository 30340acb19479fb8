/** Sessions of browsers without the way by the identity provider. */
import { randomBytes } from 'node:crypto';
import type { BrowserContext } from 'playwright-core';
import { hashSecret } from '../../api/authentication';
import { cookieNameOf } from '../../api/sign-in/cookies';
import { openSession } from '../../db/console-sessions';
import { people, type Api, type PersonName } from '../api/api-server';

/** Signs somebody in in a browser, as in another tab of it. */
export async function signIn({ pool, url }: Api, context: BrowserContext, person: PersonName): Promise<void> {
  const secret = randomBytes(24).toString('base64url');
  const session = { secretHash: hashSecret(secret), personId: people[person].id, idToken: person, hours: 1 };
  await openSession(pool, session);
  await context.addCookies([{ name: cookieNameOf('session', url), value: secret, url }]);
}
