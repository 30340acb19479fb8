// Who looks at the console: whoever the session's cookie names, or an access token, kept for as long as the tab is
// open; and the calls made so.
const KEY = 'token';
const token = () => sessionStorage.getItem(KEY);

/** Where to sign in, to come back to the page that is open. */
export const signInAddress = () =>
  `/auth/sign-in?${new URLSearchParams({ to: location.pathname + location.search })}`;

/** Without what pasting adds: a header cannot carry it, and no token has it. */
export const useToken = (given) => sessionStorage.setItem(KEY, given.replace(/[^!-~]/g, ''));

/** @returns whether there was one */
function forgetToken() {
  const had = token() !== null;
  sessionStorage.removeItem(KEY);
  return had;
}

/**
 * Ends what the calls are made with.
 * @returns the address where that is to be seen
 */
export async function signOut() {
  if (forgetToken()) return '/badge-requests';
  // Also when the session is over: the identity provider may still know who they are.
  const { answer } = await send('DELETE', '/v1/session');
  return answer.next;
}

/** What the API refused, with its problem document. */
class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The service answered ${status}.`);
    this.name = 'Refusal';
    this.status = status;
    this.problem = problem;
  }

  /** Whether the service has said that nothing was done; else it may have been. */
  get isAnswer() {
    return this.status !== 0 && this.status < 500 && this.problem.code !== 'IDEMPOTENCY_KEY_IN_USE';
  }
}

const signedOut = 'You are signed out. Sign in again in another tab: what you have typed here stays.';
const changedMeanwhile =
  'Somebody has changed this request meanwhile. Nothing is saved, and what you have typed is still here; loading the newer version replaces it.';
/** The API says it of a key, which people have never seen. */
const unconfirmed = (method) =>
  method === 'GET'
    ? 'The service does not answer for now.'
    : 'The service did not confirm this in time, so it may be done or not. Try again: nothing is done twice.';

/** The press before, whose answer was lost, was another text's. */
const arrivedBefore =
  'What you sent before has arrived after all; what you have changed since has not. See what has come of it, then send this if it is still wanted.';

function failToReach() {
  throw new Refusal(0, { detail: 'The service cannot be reached. Nothing is lost: try again.' });
}

/** The service has given up by itself long before; an answer that has not come then is lost, and so is what waits for it. */
const ANSWER_WITHIN_MS = 30_000;

async function send(method, path, options) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), ANSWER_WITHIN_MS);
  return sendPatiently(method, path, options, patience.signal).finally(() => clearTimeout(timer));
}

async function sendPatiently(method, path, { body, key, headers = {} } = {}, signal) {
  const given = token();
  const response = await fetch(path, {
    method,
    signal,
    headers: {
      ...(given !== null && { authorization: `Bearer ${given}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(failToReach);
  // An answer that is cut short says nothing, nor does the page of something on the way.
  const answer = await response
    .json()
    .catch(response.ok && response.status !== 204 ? failToReach : () => ({}));
  if (response.status === 401 && given === null)
    throw new Refusal(401, { ...answer, code: 'SIGNED_OUT', detail: signedOut });
  // A token that is over would stand in the way of a session.
  if (response.status === 401 && token() === given) forgetToken();
  if (response.status === 412) throw new Refusal(412, { ...answer, detail: changedMeanwhile });
  if (answer.code === 'IDEMPOTENCY_KEY_REUSED')
    throw new Refusal(response.status, { ...answer, detail: arrivedBefore });
  if (answer.code === 'TRY_AGAIN')
    throw new Refusal(response.status, { ...answer, detail: unconfirmed(method) });
  if (!response.ok) throw new Refusal(response.status, answer);
  return { answer, etag: response.headers.get('etag') };
}

/** For whom the page is drawn; the cookie may become somebody else's in another tab. */
let shownTo = null;

/** Who looks at the page: what they change from now on is changed by them or not at all. */
export async function readMe() {
  const me = await read('/v1/me');
  shownTo = me.id;
  return me;
}

/** Whether the page is still that of whoever looks; while nobody can tell, it is. */
export async function isStillTheirs() {
  const { answer: me } = await send('GET', '/v1/me').catch(({ status }) => ({
    answer: { id: status === 401 ? null : shownTo },
  }));
  return me.id === shownTo;
}

async function refuseForAnother() {
  const { answer: me } = await send('GET', '/v1/me');
  if (shownTo === null || me.id === shownTo) return;
  throw new Refusal(403, {
    code: 'SIGNED_IN_AS_ANOTHER',
    detail: `${me.name} is signed in in this browser by now, and you are not. Nothing is saved, and what you have typed is still here; loading the page anew shows it as ${me.name} sees it.`,
  });
}

/**
 * Calls the API, and changes something only as the person for whom the page is drawn.
 * @param key for a call that changes something: the same key for every repeat of the same press
 * @returns the answer's JSON, and the ETag of what it shows; null when it has none
 */
export async function exchange(method, path, options) {
  if (method !== 'GET') await refuseForAnother();
  return send(method, path, options);
}

/** Calls the API where only the answer's JSON matters. */
export const call = async (...asked) => (await exchange(...asked)).answer;

export const read = (path) => call('GET', path);

/** All entries of a list, however many pages it has. */
export async function readAll(path, parameters = {}) {
  const all = [];
  for (let cursor; cursor !== null;) {
    const query = new URLSearchParams({ ...parameters, limit: '100', ...(cursor && { cursor }) });
    const { data, next } = await read(`${path}?${query}`);
    all.push(...data);
    cursor = next;
  }
  return all;
}
