/** The HTTP side: a page to look at mails, and the interface that tests use. */
import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet from 'helmet';
import path from 'node:path';
import { ZodError } from 'zod';
import { faultSchema, type Faults } from './faults';
import type { MailStore } from './mail-store';

/**
 * `GET /api/messages?to=&subject=` newest first, `DELETE /api/messages`; `GET`, `POST` and `DELETE /_faults`.
 * A mail's HTML is somebody else's: it is shown in a sandbox that runs and loads nothing.
 */
export function createMailPages({ store, faults }: { store: MailStore; faults: Faults }): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(
    helmet({
      strictTransportSecurity: false,
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          // Mails carry their looks in attributes, and a frame made of text inherits this policy.
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ['data:'],
          connectSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
    }),
  );
  app.get('/api/messages', async ({ query }, response) => {
    response.json(await store.list({ to: oneOf(query['to']), subject: oneOf(query['subject']) }));
  });
  app.delete('/api/messages', async (_request, response) => {
    await store.clear();
    response.status(204).end();
  });
  app.get('/_faults', (_request, response) => void response.json(faults.list()));
  app.post('/_faults', express.json(), (request, response) => {
    faults.add(faultSchema.parse(request.body));
    response.status(201).json(faults.list());
  });
  app.delete('/_faults', (_request, response) => {
    faults.clear();
    response.status(204).end();
  });
  app.use(express.static(path.join(__dirname, 'page')));
  app.use((_request, response) => void response.status(404).json({ error: 'There is nothing here' }));
  app.use(answerError);
  return app;
}

const oneOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const answerError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  if (error instanceof ZodError) {
    const details = error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`);
    response.status(422).json({ error: details.join('; ') });
    return;
  }
  const status = (error as { status?: unknown }).status;
  const isTheirs = typeof status === 'number' && status >= 400 && status < 500;
  if (!isTheirs) console.error(error);
  response
    .status(isTheirs ? status : 500)
    .json({ error: isTheirs ? 'The request cannot be read' : 'Something failed' });
};
