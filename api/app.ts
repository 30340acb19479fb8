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
  app.use(nameCall, logCalls(deps.log), secureHeaders(deps.publicUrl));
  app.use(createRouter(createRoutes(), deps));
  app.use(lastResort);
  return app;
}

/** Every call has an id, in its answer and in the log; a caller may bring their own. */
const nameCall: RequestHandler = (request, response, next) => {
  const given = request.get('request-id');
  const requestId = given !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : newId('req');
  notesOf(response).requestId = requestId;
  response.set('Request-Id', requestId);
  next();
};

function secureHeaders(publicUrl: string): RequestHandler {
  const isEncrypted = publicUrl.startsWith('https:');
  return helmet({
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
}

/** For what fails before a route is reached, such as an address that cannot be decoded. */
const lastResort: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) next(error);
  else send(response, renderError(error, response));
};
