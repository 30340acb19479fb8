import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { ApiDependencies } from './dependencies';
import { newId } from './ids';
import { createRouter, notesOf, renderError, send } from './router';
import { logCalls } from './call-log';
import { createRoutes } from './routes';

/** The whole API, to be served by an HTTP server. */
export function createApp(deps: ApiDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.disable('query parser');
  app.use(nameCall(secureHeaders(deps.publicUrl)), logCalls(deps.log));
  app.use(createRouter(createRoutes(), deps));
  app.use(lastResort);
  return app;
}

/**
 * Every call has an id, in its answer and in the log; a caller may bring their own.
 * @param headers of every answer
 */
function nameCall(headers: Readonly<Record<string, string>>): RequestHandler {
  return (request, response, next) => {
    const given = request.get('request-id');
    const requestId = given !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : newId('req');
    Object.assign(notesOf(response), { requestId, headers: { ...headers, 'Request-Id': requestId } });
    next();
  };
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
