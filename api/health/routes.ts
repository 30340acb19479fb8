import { z } from 'zod';
import { checkSchema } from '../../db/schema';
import type { ApiDependencies } from '../dependencies';
import { ProblemError } from '../problem';
import { defineRoute, type Route } from '../route';

const PATIENCE_MS = 1_000;

const livez = defineRoute({
  method: 'get',
  path: '/livez',
  access: 'PUBLIC',
  operationId: 'getLiveness',
  summary: 'Does this process answer?',
  tag: 'Health',
  isUncounted: true,
  answers: {
    200: { description: 'Yes', schema: z.strictObject({ status: z.literal('ok') }).meta({ id: 'Liveness' }) },
  },
  handle: async () => ({ status: 200, body: { status: 'ok' } }),
});

const state = z.enum(['ok', 'unavailable']);
const readyz = defineRoute({
  method: 'get',
  path: '/readyz',
  access: 'PUBLIC',
  operationId: 'getReadiness',
  summary: 'Can this process do its work?',
  description:
    'Asks the database, also for the tables of this version, and Temporal. While one of them is away some calls still work.',
  tag: 'Health',
  isUncounted: true,
  answers: {
    200: {
      description: 'Yes',
      schema: z
        .strictObject({
          status: z.literal('ok'),
          checks: z.strictObject({ database: state, temporal: state }),
        })
        .meta({ id: 'Readiness' }),
    },
  },
  problems: ['NOT_READY'],
  handle: async ({ deps }) => {
    const [database, temporal] = await Promise.allSettled([soon(checkSchema(deps.pool)), askTemporal(deps)]);
    const checks = { database: stateOf(database), temporal: stateOf(temporal) };
    const away = Object.entries(checks).flatMap(([part, found]) => (found === 'ok' ? [] : [part]));
    if (away.length === 0) return { status: 200, body: { status: 'ok', checks } };
    const failures = [database, temporal].flatMap((one): unknown[] =>
      one.status === 'rejected' ? [one.reason] : [],
    );
    throw new ProblemError('NOT_READY', `Away or slow: ${away.join(', ')}.`, {
      members: { checks },
      headers: { 'Retry-After': '2' },
      // For the log: a wrong address, name or certificate looks from outside like a server that is away.
      cause: new AggregateError(failures, away.join(', ')),
    });
  },
});

/** Also whether our namespace is there. */
const askTemporal = ({ temporal }: ApiDependencies) =>
  temporal.withDeadline(Date.now() + PATIENCE_MS, () =>
    temporal.workflowService.describeNamespace({ namespace: temporal.options.namespace }),
  );

const stateOf = ({ status }: PromiseSettledResult<unknown>): z.output<typeof state> =>
  status === 'fulfilled' ? 'ok' : 'unavailable';

/** Fails when the question is not answered in time. */
async function soon(question: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('too late')), PATIENCE_MS);
  });
  await Promise.race([question, late]).finally(() => clearTimeout(timer));
}

export const healthRoutes: readonly Route[] = [livez, readyz];
