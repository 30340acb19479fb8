/** Serves the routes: authenticate, validate, once for each key, act, present. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Express, Request } from 'express';
import type { StoredAnswer } from '../db/idempotency';
import type { Person } from '../db/people';
import { admit, type CallOrigin } from './admission';
import { parseJson, readBytes } from './body';
import { notesOf } from './call-notes';
import type { ApiDependencies } from './dependencies';
import { toProblem } from './failures';
import { commandIdOf, readKey, runOnce } from './idempotency';
import { newId } from './ids';
import { invalid, notFound, problemBody, ProblemError } from './problem';
import { parseQuery } from './query';
import { isIdempotent, type Answer, type Call, type Route } from './route';
import { judge } from './validation';

/** What an answer is once it is text or bytes. */
type Rendered = Omit<StoredAnswer, 'text'> &
  Pick<Answer, 'cookies'> & { readonly text: string | Buffer | null };

/**
 * Has an app answer these calls.
 * @throws {Error} for a route that says of nobody that they may call it
 */
export function serveRoutes(app: Express, routes: readonly Route[], deps: ApiDependencies): void {
  for (const [path, methods] of groupByPath(routes)) {
    const allow = [...methods.keys()].flatMap((method) =>
      method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
    );
    app.all(path.replace(/\{(\w+)\}/g, ':$1'), async (request, response) => {
      const method = request.method.toLowerCase();
      const route = methods.get(method === 'head' ? 'get' : method);
      notesOf(response).route = path;
      if (route === undefined) {
        const detail = `This address takes ${allow.join(', ')}.`;
        const problem = new ProblemError('METHOD_NOT_ALLOWED', detail, {
          headers: { Allow: allow.join(', ') },
        });
        send(response, renderProblem(problem, response));
        return;
      }
      const { headers, params, originalUrl: url } = request;
      let body: Promise<Buffer> | undefined;
      const readBody = () => (body ??= readBytes(route, request, response));
      const readAddress = () => request.ip;
      const arrival = { method: request.method, headers, params, url, readBody, readAddress };
      send(response, await answer(route, deps, arrival, response));
    });
  }
}

/** Has an app answer all other calls with 404; who wants to look at something gets the page, which says so to them. */
export function serveNothingElse(app: Express, readPage: () => Promise<Buffer>): void {
  app.use(async (request, response) => {
    if (wantsPage(request))
      send(response, render({ status: 404, page: { type: HTML, content: await readPage() } }));
    else send(response, renderProblem(notFound(), response));
  });
}

const HTML = 'text/html; charset=utf-8';

/** A person with a browser; a program takes what comes, or JSON, and whoever calls the API is one. */
const wantsPage = (request: Request): boolean =>
  ['GET', 'HEAD'].includes(request.method) &&
  !request.path.startsWith('/v1/') &&
  request.accepts(['json', 'html']) === 'html';

/**
 * Answers ahead of Express what is asked for most, at its plain address: nothing encoded and without a query.
 * Everything else about such a call is as for the others.
 * @returns whether it does
 */
export function createShortcut(
  routes: readonly Route[],
  deps: ApiDependencies,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const shortcuts = routes
    .filter(({ isShortcut, method }) => isShortcut === true && method === 'get')
    .map((route) => ({
      route,
      plain: new RegExp(`^${route.path.replace(/\{(\w+)\}/g, '(?<$1>[\\w-]+)')}$`),
    }));
  return ({ method, url = '', headers }, response) => {
    if (method !== 'GET') return false;
    for (const { route, plain } of shortcuts) {
      const params = plain.exec(url)?.groups;
      if (params === undefined) continue;
      notesOf(response).route = route.path;
      const arrival = { method, headers, params, url, readBody: () => Promise.resolve(NO_BODY) };
      answer(route, deps, arrival, response)
        .then((rendered) => send(response, rendered))
        .catch((error: unknown) => {
          notesOf(response).error = error;
          response.destroy();
        });
      return true;
    }
    return false;
  };
}

const NO_BODY = Buffer.alloc(0);

function groupByPath(routes: readonly Route[]): Map<string, Map<string, Route>> {
  const paths = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    if (typeof route.access !== 'string' && !(route.access?.length > 0))
      throw new Error(`${route.method} ${route.path} has nobody who may call it.`);
    const methods = paths.get(route.path) ?? new Map<string, Route>();
    if (methods.has(route.method)) throw new Error(`${route.method} ${route.path} is there twice.`);
    paths.set(route.path, methods.set(route.method, route));
  }
  return paths;
}

/** What has arrived of a call. */
interface Arrival extends CallOrigin {
  readonly params: Readonly<Record<string, unknown>>;
  /** Path and query. */
  readonly url: string;
}

/** One that is given more than once is one text. */
function headerOf({ headers }: Arrival, name: string): string | undefined {
  const given = headers[name.toLowerCase()];
  return Array.isArray(given) ? given.join(', ') : given;
}

async function answer(
  route: Route,
  deps: ApiDependencies,
  arrival: Arrival,
  response: ServerResponse,
): Promise<Rendered> {
  try {
    const caller = await admit(deps, arrival, route, notesOf(response));
    const call = await check(route, deps, caller, arrival);
    const key = isIdempotent(route) ? readKey(headerOf(arrival, 'idempotency-key')) : undefined;
    if (key === undefined || caller === null) return render(await route.handle(call));

    const scope = `${caller.id} ${route.method} ${addressOf(route, arrival)}`;
    const { resourceId: ownId, body = {} } = call;
    const keyed = { scope, key, body, resourceId: ownId, isSecret: route.isSecret === true };
    const { answer, replayed } = await runOnce(deps, keyed, async (resourceId) => {
      const once = { ...call, resourceId, commandId: commandIdOf(scope, key) };
      return asText(await route.handle(once).then(render, (error: unknown) => renderError(error, response)));
    });
    return replayed ? { ...answer, headers: { ...answer.headers, 'Idempotent-Replayed': 'true' } } : answer;
  } catch (error) {
    return renderError(error, response);
  }
}

/** The path that is called, the same however it is written: encoded more than it has to be, or with a slash at its end. */
const addressOf = (route: Route, { params }: Arrival): string =>
  route.path.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name]));

/** Everything about a call that can be judged by itself. */
async function check(
  route: Route,
  deps: ApiDependencies,
  caller: Person | null,
  arrival: Arrival,
): Promise<Call> {
  const params = route.params?.safeParse(arrival.params);
  if (params?.success === false) throw notFound();
  const { readBody, url } = arrival;
  const body = route.access === 'SIGNED' || route.body === undefined ? undefined : await readBody();
  // A page's query is for its script, which asks the API with it, unless the page says what it takes.
  const query = route.isPage === true && route.query === undefined ? {} : parseQuery(route.query, url);
  let commandId: string | undefined;
  let resourceId: string | undefined;
  return {
    deps,
    caller,
    params: params?.data,
    query,
    body: body && route.body && (await readInput(route.body, body, deps, caller)),
    readBody,
    header: (name) => headerOf(arrival, name),
    // Most calls ask for neither.
    get commandId() {
      return (commandId ??= newId('cmd'));
    },
    get resourceId() {
      return (resourceId ??= newId(route.creates ?? 'cmd'));
    },
  } as Call;
}

/** @throws {ProblemError} VALIDATION_FAILED with everything that is wrong */
async function readInput(
  { schema, optional, alsoWrong }: NonNullable<Route['body']>,
  bytes: Buffer,
  deps: ApiDependencies,
  caller: Person | null,
): Promise<unknown> {
  if (schema === undefined) return undefined;
  const given = parseJson(bytes, { optional });
  const judged = judge(schema, given);
  if ('data' in judged) return judged.data;
  throw invalid([...judged.problems, ...((await alsoWrong?.(given, deps, caller)) ?? [])]);
}

function render({ status, body, headers = {}, cookies = [], page }: Answer): Rendered {
  if (page !== undefined)
    return { status, headers: { 'Content-Type': page.type, ...headers }, cookies, text: page.content };
  if (body === undefined) return { status, headers, cookies, text: null };
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    cookies,
    text: JSON.stringify(body),
  };
}

const asText = ({ status, headers, text }: Rendered): StoredAnswer => ({
  status,
  headers,
  text: text?.toString() ?? '',
});

/** The answer to anything thrown; what the caller is not told goes to the log. */
export function renderError(error: unknown, response: ServerResponse): Rendered {
  const problem = toProblem(error);
  if (problem.status >= 500 && problem.cause !== undefined) notesOf(response).error = problem.cause;
  return renderProblem(problem, response);
}

function renderProblem(problem: ProblemError, response: ServerResponse): Rendered {
  return {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json; charset=utf-8', ...problem.headers },
    text: JSON.stringify(problemBody(problem, notesOf(response).requestId)),
  };
}

/** Sends an answer at once; what is not said to be cacheable is not cached. */
export function send(response: ServerResponse, { status, headers, cookies = [], text }: Rendered): void {
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, {
    ...notesOf(response).headers,
    'Cache-Control': 'no-store',
    ...headers,
    ...(cookies.length > 0 && { 'Set-Cookie': [...cookies] }),
    ...(hasBody && { 'Content-Length': text === null ? 0 : Buffer.byteLength(text) }),
  });
  response.end(text);
}
