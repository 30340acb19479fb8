// Who looks at the console: an access token, kept for as long as the tab is open, and the calls made with it.
const KEY = 'token';

export const isSignedIn = () => sessionStorage.getItem(KEY) !== null;
export const signIn = (token) => sessionStorage.setItem(KEY, token);
export const signOut = () => sessionStorage.removeItem(KEY);

/** What the API refused, with its problem document. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The service answered ${status}.`);
    this.name = 'Refusal';
    this.status = status;
    this.problem = problem;
  }
}

/**
 * Calls the API.
 * @param key for a call that changes something: the same key for every repeat of the same press
 * @returns the answer's JSON
 */
export async function call(method, path, { body, key, headers = {} } = {}) {
  const response = await fetch(path, {
    method,
    headers: {
      authorization: `Bearer ${sessionStorage.getItem(KEY)}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Refusal(0, { detail: 'The service cannot be reached. Nothing is lost: try again.' });
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

export const read = (path) => call('GET', path);
