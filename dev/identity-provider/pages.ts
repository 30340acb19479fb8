/** The provider's own pages, without scripts. */
import { createHash } from 'node:crypto';
import { escape, page as documentOf } from '../html';

const style = `:root { color-scheme: light dark; color: canvastext; background: canvas; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 24rem; margin: 4rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.2; }
label { display: block; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: 0.4rem; }
button { font: inherit; padding: 0.4rem 1.2rem; }
[role='alert'] { border-left: 4px solid #c33; padding-left: 0.8rem; }
code { font-size: 0.9em; }`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src ${hashOf(style)}; base-uri 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
};

const page = (title: string, content: string) =>
  documentOf({ title, style, body: `<main>\n<h1>${escape(title)}</h1>\n${content}\n</main>` });

/** @param again after what was given fits nobody */
export const loginPage = (
  uid: string,
  again: { isWrong?: boolean; email?: string | undefined } = {},
): string =>
  page(
    'Sign in',
    `<p>The demo’s identity provider. Addresses and passwords of the demo people are in <code>run.json</code>.</p>
${again.isWrong === true ? '<p role="alert">Nobody has this mail address and this password.</p>' : ''}
<form method="post" action="/sign-in/${escape(uid)}">
<p><label for="email">Mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required autofocus value="${escape(again.email ?? '')}"></p>
<p><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required></p>
<p><button type="submit">Sign in</button></p>
</form>`,
  );

/**
 * @param form of the provider's own, `op.logoutForm` by id
 * @param console where somebody goes who stays signed in here
 */
export const signOutPage = (form: string, console: string): string =>
  page(
    'Signing out',
    `${form}
<p>You are signed out of the console.</p>
<p><button autofocus type="submit" form="op.logoutForm" value="yes" name="logout">Sign out here, too</button></p>
<p><a href="${escape(console)}">Back to the console</a></p>`,
  );

export const signedOutPage = (): string => page('Signed out', '<p>You are signed out.</p>');

/**
 * @param detail what is wrong, if it may be told
 * @param console where to begin again
 */
export const failurePage = (detail: string, console: string): string =>
  page(
    'Signing in or out does not work',
    `<p>${escape(detail)}</p>\n<p><a href="${escape(console)}">Back to the console</a></p>`,
  );
