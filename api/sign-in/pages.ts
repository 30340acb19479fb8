/** What somebody sees who could not be signed in. */
import { page, prose } from '../pages/html';
import type { Answer } from '../route';
import type { SignInFailure } from './identity-provider';

type Failure = SignInFailure | 'UNKNOWN_PERSON';

const failures: Readonly<Record<Failure, { status: number; title: string; text: string; anew?: true }>> = {
  OUT_OF_ORDER: {
    status: 503,
    title: 'Signing in does not work at the moment',
    text: 'That is no fault of yours. Try again in a minute; if it stays so, tell whoever runs this service.',
  },
  REFUSED: {
    status: 403,
    title: 'You were not signed in',
    text: 'The identity provider has not let you in, or you have turned back.',
  },
  INTERRUPTED: {
    status: 400,
    title: 'Signing in was interrupted',
    text: 'It took longer than ten minutes, was begun in another browser, or the page was loaded twice.',
  },
  UNKNOWN_PERSON: {
    status: 403,
    title: 'You have no account here',
    text: 'The identity provider knows you, but this service has nobody with your confirmed mail address, or only somebody who signs in with another account. Sign in as somebody else, or ask whoever runs this service.',
    anew: true,
  },
};

/** @param to where signing in is to lead, on the next try */
export function failurePage(failure: Failure, to: string): Answer {
  const { status, title, text, anew } = failures[failure];
  const again = `/auth/sign-in?to=${encodeURIComponent(to)}${anew === true ? '&amp;anew=' : ''}`;
  return {
    status,
    page: {
      type: 'text/html; charset=utf-8',
      content: page(
        title,
        `<h1>${prose(title)}</h1>\n<p>${prose(text)}</p>\n<p><a href="${again}">Sign in again</a></p>`,
      ),
    },
    ...(status === 503 && { headers: { 'Retry-After': '60' } }),
  };
}
