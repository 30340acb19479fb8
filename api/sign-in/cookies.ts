/** The console's cookies: of this host alone, unseen by scripts, and by TLS only where there is TLS. */
import { parseCookie, stringifySetCookie } from 'cookie';

export type CookieName = 'session' | SignInCookieName;

/** One for each sign-in that is under way: people begin another in the next tab. */
type SignInCookieName = `sign-in-${string}`;
/** @param state that goes to the provider and comes back from it */
export const signInCookieOf = (state: string): SignInCookieName => `sign-in-${state.slice(0, 12)}`;

/** Browsers hold a name with this prefix to a cookie of exactly one host, sent by TLS. */
export const cookieNameOf = (name: CookieName, publicUrl: string) =>
  publicUrl.startsWith('https:') ? `__Host-badge-${name}` : `badge-${name}`;

/** The value that a call's `Cookie` header gives; undefined when there is none. */
export const readCookie = (
  header: string | undefined,
  name: CookieName,
  publicUrl: string,
): string | undefined => parseCookie(header ?? '')[cookieNameOf(name, publicUrl)];

/**
 * A `Set-Cookie` header.
 * @param maxAge in seconds; 0 takes the cookie away
 */
export const writeCookie = (name: CookieName, value: string, maxAge: number, publicUrl: string): string =>
  stringifySetCookie(cookieNameOf(name, publicUrl), value, {
    path: '/',
    httpOnly: true,
    // Lax: the provider sends people back to us with a link, which has to bring the cookie along.
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    maxAge,
  });

/**
 * The sign-ins that are under way in a browser, by the cookies that its `Cookie` header gives. Whoever has the browser keep
 * another one may call it as no cookie can be called.
 */
export function signInCookiesIn(header: string | undefined, publicUrl: string): SignInCookieName[] {
  const prefix = cookieNameOf('sign-in-', publicUrl);
  return Object.keys(parseCookie(header ?? ''))
    .filter((name) => name.startsWith(prefix) && /^[\w-]+$/.test(name))
    .map((name): SignInCookieName => `sign-in-${name.slice(prefix.length)}`);
}
