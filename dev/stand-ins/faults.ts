import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';

/** Faults of the connection or of the whole answer. */
const answerKinds = [
  'reset',
  'cut',
  'slow',
  'drip',
  'html',
  'malformed',
  'empty',
  'huge',
  'redirect',
] as const;
/** Faults of what the answer says; the rest of it is right. */
const contentKinds = [
  'wrongAsin',
  'noRows',
  'noBrand',
  'noModel',
  'noIdentifiers',
  'noClassification',
  'duplicateRows',
  'conflictingRows',
  'wrongSkill',
] as const;
export type ContentKind = (typeof contentKinds)[number];

const faultShape = z.strictObject({
  path: z.string().min(1),
  method: z.string().optional(),
  status: z.number().int().min(200).max(599).optional(),
  kind: z.enum([...answerKinds, ...contentKinds]).optional(),
  times: z.number().int().positive().nullable().default(1),
  delayMs: z.number().int().nonnegative().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
});
type Fault = z.output<typeof faultShape> & { id: number; used: number };

const escape = (text: string) => text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&');
/** `*` stands for anything; a pattern with a `?` is held against path and query, any other against the path. */
const matches = (fault: Fault, request: Request) =>
  (fault.method === undefined || fault.method.toUpperCase() === request.method) &&
  new RegExp(`^${fault.path.split('*').map(escape).join('.*')}$`).test(
    fault.path.includes('?') ? request.originalUrl : request.path,
  );

/** What goes wrong, when, and how often: `POST`, `GET` and `DELETE /_faults`. */
export function createFaults(): { router: Router; apply: RequestHandler } {
  let faults: Fault[] = [];
  let lastId = 0;

  const router = express.Router();
  router.post('/_faults', express.json({ limit: '2mb' }), (request, response) => {
    const parsed = faultShape.safeParse(request.body);
    if (!parsed.success) return response.status(422).json({ issues: parsed.error.issues });
    const fault: Fault = { ...parsed.data, id: (lastId += 1), used: 0 };
    faults.push(fault);
    return response.status(201).json(fault);
  });
  router.get('/_faults', (_request, response) => {
    response.json(faults);
  });
  router.delete('/_faults', (_request, response) => {
    faults = [];
    response.sendStatus(204);
  });
  router.delete('/_faults/:id', (request, response) => {
    faults = faults.filter(({ id }) => id !== Number(request.params.id));
    response.sendStatus(204);
  });

  return {
    router,
    apply(request, response, next) {
      const left = ({ times, used }: Fault) => times === null || used < times;
      const fault = faults.find((candidate) => left(candidate) && matches(candidate, request));
      if (fault === undefined) return next();
      fault.used += 1;
      response.set(fault.headers);
      const kind = fault.kind;
      const content = contentKinds.find((known) => known === kind);
      if (content !== undefined) response.locals['contentFault'] = content;
      if (content !== undefined) return next();
      return answerFault(fault, response, next);
    },
  };
}

/** The fault of content that an answer is to have. */
export const contentFaultOf = (response: Response): ContentKind | undefined =>
  contentKinds.find((known) => known === response.locals['contentFault']);

function answerFault(fault: Fault, response: Response, next: () => void): void {
  switch (fault.kind) {
    case 'reset':
      response.req.socket.resetAndDestroy();
      return;
    case 'cut':
      response.writeHead(fault.status ?? 200, {
        'content-type': 'application/json',
        'content-length': '4096',
      });
      response.write('{"asin":"B0', () => response.destroy());
      return;
    case 'slow':
      return later(response, fault.delayMs ?? 60_000, next);
    case 'drip': {
      response.writeHead(fault.status ?? 200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), fault.delayMs ?? 100);
      response.once('close', () => clearInterval(drip));
      return;
    }
    case 'html':
      response
        .status(fault.status ?? 200)
        .type('html')
        .send('<!doctype html><title>Sorry!</title><h1>Sorry! Something went wrong on our end.</h1>');
      return;
    case 'malformed':
      response
        .status(fault.status ?? 200)
        .type('json')
        .send('{"asin": "B0');
      return;
    case 'empty':
      response.status(fault.status ?? 200).end();
      return;
    case 'huge':
      response
        .status(fault.status ?? 200)
        .type('json')
        .send(`{"filling": "${'x'.repeat(20_000_000)}"}`);
      return;
    case 'redirect':
      response.redirect(fault.status ?? 302, fault.headers['location'] ?? '/_redirected');
      return;
    default: {
      const body = fault.body ?? {
        errors: [{ code: 'Fault', message: 'A fault that was asked for.', details: '' }],
      };
      const answer = () => response.status(fault.status ?? 500).send(body);
      if (fault.status === undefined && fault.body === undefined)
        return later(response, fault.delayMs ?? 0, next);
      return later(response, fault.delayMs ?? 0, answer);
    }
  }
}

function later(response: Response, delayMs: number, go: () => void): void {
  if (delayMs === 0) return go();
  const timer = setTimeout(go, delayMs);
  response.once('close', () => clearTimeout(timer));
}
