/** Signing in to the console and out again: at the provider, and then by a session of our own. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { endSession, openSession } from '../../db/console-sessions';
import { findPersonByIdentity } from '../../db/identities';
import { hashSecret, requireOwnOrigin } from '../authentication';
import type { ApiDependencies } from '../dependencies';
import { describeError } from '../described-error';
import { defineRoute, type Answer, type Route } from '../route';
import { readCookie, signInCookieOf, signInCookiesIn, writeCookie } from './cookies';
import { codeOf, SignInError, signInProofs } from './identity-provider';
import { failurePage } from './pages';

export const CALLBACK_PATH = '/auth/callback';
/** Where the console begins, and people come to who have signed out. */
export const CONSOLE_PATH = '/badge-requests';

/** How long somebody may be away at the provider, in seconds. */
const AWAY_SECONDS = 600;

/** What the browser keeps meanwhile. */
const pending = z.strictObject({ proofs: signInProofs, to: z.string() });
/** Longer ones would make a cookie that browsers do not keep. */
const MAXIMUM_ADDRESS = 1_000;
/** Sign-ins under way in one browser: the cookies of more would make calls that are refused for their size. */
const MAXIMUM_UNDER_WAY = 4;

const beginSignIn = defineRoute({
  method: 'get',
  path: '/auth/sign-in',
  access: 'PUBLIC',
  isPage: true,
  operationId: 'beginSignIn',
  summary: 'Sign in to the console',
  tag: 'Pages',
  query: z.looseObject({
    to: z.unknown().optional(),
    anew: z.unknown().optional(),
    sent: z.unknown().optional(),
  }),
  answers: { 303: { description: 'To the identity provider' } },
  handle: async ({ deps, query, header }) => {
    const { publicUrl } = deps;
    const to = ownAddress(query.to, publicUrl);
    return orFailure(deps, to, async () => {
      // The cookie must be kept where people come back to: a machine may have more names than this one. Once only,
      // since a proxy may ask us by another name whatever it is asked by.
      if (header('host') !== new URL(publicUrl).host && query.sent === undefined)
        return redirect(`${publicUrl}/auth/sign-in?${new URLSearchParams({ to, sent: '' }).toString()}`, []);
      const { url, proofs } = await deps.identityProvider.begin(query.anew !== undefined);
      const value = Buffer.from(JSON.stringify({ proofs, to })).toString('base64url');
      const underWay = signInCookiesIn(header('cookie'), publicUrl);
      const givenUp = underWay.length < MAXIMUM_UNDER_WAY ? [] : underWay;
      return redirect(url, [
        ...givenUp.map((name) => writeCookie(name, '', 0, publicUrl)),
        writeCookie(signInCookieOf(proofs.state), value, AWAY_SECONDS, publicUrl),
      ]);
    });
  },
});

const completeSignIn = defineRoute({
  method: 'get',
  path: CALLBACK_PATH,
  access: 'PUBLIC',
  isPage: true,
  operationId: 'completeSignIn',
  summary: 'Come back from the identity provider',
  tag: 'Pages',
  // What a provider adds is for the provider's client to judge.
  query: z.looseObject({}),
  answers: { 303: { description: 'To the page that was asked for' } },
  handle: async ({ deps, query, header }) => {
    const { publicUrl, pool, sessions } = deps;
    const cookie = signInCookieOf(String(query['state']));
    const kept = readPending(readCookie(header('cookie'), cookie, publicUrl));
    const to = ownAddress(kept?.to, publicUrl);
    return orFailure(deps, to, async () => {
      if (kept === null) return failurePage('INTERRUPTED', to);
      const { identity, idToken } = await deps.identityProvider.complete(asParameters(query), kept.proofs);
      const personId = await findPersonByIdentity(pool, identity);
      if (personId === null) return failurePage('UNKNOWN_PERSON', to);
      const before = readCookie(header('cookie'), 'session', publicUrl);
      if (before !== undefined) await endSession(pool, hashSecret(before));
      const secret = randomBytes(32).toString('base64url');
      await openSession(pool, { secretHash: hashSecret(secret), personId, idToken, hours: sessions.hours });
      return redirect(to, [
        writeCookie('session', secret, sessions.hours * 3600, publicUrl),
        writeCookie(cookie, '', 0, publicUrl),
      ]);
    });
  },
});

const signOut = defineRoute({
  method: 'delete',
  path: '/v1/session',
  // Whoever was signed in once: a session that is over is to end at the provider, too.
  access: 'PUBLIC',
  operationId: 'endSession',
  summary: 'Sign out of the console',
  description:
    'Ends the session of the cookie at once, if there is one. `next` is where the browser goes to sign out at the identity provider, too.',
  tag: 'People',
  answers: {
    200: {
      description: 'Signed out',
      schema: z.strictObject({ next: z.string() }).meta({ id: 'SignedOut' }),
    },
  },
  problems: ['FOREIGN_ORIGIN', 'TRY_AGAIN'],
  handle: async ({ deps, header }) => {
    const { publicUrl, pool, identityProvider } = deps;
    const secret = readCookie(header('cookie'), 'session', publicUrl);
    if (secret !== undefined) requireOwnOrigin('DELETE', header, publicUrl);
    const idToken = secret === undefined ? null : await endSession(pool, hashSecret(secret));
    const next = idToken === null ? null : await identityProvider.end(idToken);
    return {
      status: 200,
      body: { next: next ?? CONSOLE_PATH },
      cookies: [writeCookie('session', '', 0, publicUrl)],
    };
  },
});

const redirect = (url: string, cookies: readonly string[]): Answer => ({
  status: 303,
  headers: { Location: url },
  cookies,
});

/**
 * What goes wrong on the way is told on a page: a person looks at it.
 * @param to where they are led who try again
 */
async function orFailure({ log }: ApiDependencies, to: string, act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof SignInError) {
      // What the provider sends may name people: a code for what went wrong does not.
      log.warn({ failure: error.failure, code: codeOf(error) }, 'somebody could not be signed in');
      return failurePage(error.failure, to);
    }
    log.error({ reason: describeError(error) }, 'signing in failed');
    return failurePage('OUT_OF_ORDER', to);
  }
}

function readPending(value: string | undefined): z.output<typeof pending> | null {
  try {
    return pending.parse(JSON.parse(Buffer.from(value ?? '', 'base64url').toString()));
  } catch {
    return null;
  }
}

/** An address of ours, path and query, and nobody else's. */
function ownAddress(given: unknown, publicUrl: string): string {
  if (typeof given !== 'string' || given.length > MAXIMUM_ADDRESS || !URL.canParse(given, publicUrl))
    return CONSOLE_PATH;
  const { origin, pathname, search } = new URL(given, publicUrl);
  return origin === new URL(publicUrl).origin && !pathname.startsWith('//')
    ? pathname + search
    : CONSOLE_PATH;
}

function asParameters(query: Record<string, unknown>): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat()) parameters.append(name, String(one));
  return parameters;
}

export const signInRoutes: readonly Route[] = [beginSignIn, completeSignIn, signOut];
