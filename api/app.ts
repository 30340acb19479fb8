import { IncomingMessage, ServerResponse, type RequestListener } from 'node:http';
import { Socket } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import helmet from 'helmet';
import { beginNotes } from './call-notes';
import type { ApiDependencies } from './dependencies';
import { newId } from './ids';
import { ProblemError } from './problem';
import { createShortcut, renderError, send, serveNothingElse, serveRoutes } from './router';
import { logCall } from './call-log';
import { measureCalls } from './metrics/calls';
import { readConsolePage } from './pages/console';
import { createRoutes } from './routes';

/**
 * The whole API, to be served by an HTTP server. What every call needs is done ahead of Express, so that a
 * shortcut's calls need nothing of it.
 */
export function createApp(deps: ApiDependencies): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.disable('query parser');
  app.enable('case sensitive routing');
  // Whose address is a call's: of X-Forwarded-For, what the outermost of our own proxies has written.
  app.set('trust proxy', deps.proxiesInFront ?? 0);
  const routes = createRoutes();
  serveRoutes(app, routes, deps);
  serveNothingElse(app, readConsolePage);
  app.use(lastResort);
  const shortcut = createShortcut(routes, deps);
  const measure = measureCalls(deps.registry);
  const headers = secureHeaders(deps.publicUrl);
  return (request, response) => {
    const requestId = nameOf(request);
    beginNotes(response, { requestId, headers: { ...headers, 'Request-Id': requestId } });
    const start = performance.now();
    response.once('close', () => {
      const ms = performance.now() - start;
      logCall(deps.log, request, response, ms);
      measure(request, response, ms);
    });
    const address = toOriginForm(request.url ?? '');
    if (address !== null) request.url = address;
    if (!isNamingItsHost(request)) send(response, renderError(unnamedHost(), response));
    else if (address === null) send(response, renderError(unreadableAddress(), response));
    else if (!shortcut(request, response)) app(request, response);
  };
}

/** HTTP/1.1 has any other call refused (RFC 9112, 3.2): of two hosts a proxy in front may have meant the other one. */
function isNamingItsHost({ httpVersion, rawHeaders }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name)).length;
  return hosts === 1 || (hosts === 0 && httpVersion !== '1.1');
}
const unnamedHost = () => new ProblemError('MALFORMED_CALL', 'A call of HTTP/1.1 names its host, once.');

/**
 * Path and query of what is called. A proxy may name the host before them, as any call may (RFC 9112, 3.2.2).
 * @returns null where that is no address of HTTP
 */
function toOriginForm(target: string): string | null {
  if (/^[/*]/.test(target)) return target;
  if (!URL.canParse(target)) return null;
  const { protocol, pathname, search } = new URL(target);
  return /^https?:$/.test(protocol) ? pathname + search : null;
}
const unreadableAddress = () => new ProblemError('MALFORMED_CALL', 'What is called is no address of HTTP.');

/** Every call has an id, in its answer and in the log; a caller may bring their own. */
function nameOf(request: IncomingMessage): string {
  const given = request.headers['request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : newId('req');
}

/** The same for every answer, hence made once. */
function secureHeaders(publicUrl: string): Record<string, string> {
  const isEncrypted = publicUrl.startsWith('https:');
  const setHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isEncrypted ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'deny' },
  });
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  setHeaders(request, response, () => undefined);
  return Object.fromEntries(
    response.getHeaderNames().map((name) => [name, String(response.getHeader(name))]),
  );
}

/** For what fails before a route is reached, such as an address that cannot be decoded. */
const lastResort: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) next(error);
  else send(response, renderError(error, response));
};
