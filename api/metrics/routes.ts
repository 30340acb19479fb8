/** Figures for those who run the service, as Prometheus collects them. */
import { Registry } from 'prom-client';
import { z } from 'zod';
import { readWorkFigures } from '../../db/work-figures';
import { defineRoute, type Route } from '../route';
import { exposeWork } from './work';

const getMetrics = defineRoute({
  method: 'get',
  path: '/metrics',
  access: ['OPERATOR'],
  operationId: 'getMetrics',
  summary: 'Read what waits to be done, and how this process does',
  description:
    'In the text format of Prometheus. What waits is counted in the database and the same whichever process is asked; calls, memory and the like are those of the process that answers.',
  tag: 'Health',
  answers: {
    200: {
      description: 'The figures',
      schema: z.string(),
      mediaType: Registry.PROMETHEUS_CONTENT_TYPE.split(';')[0] ?? '',
    },
  },
  handle: async ({ deps }) => {
    const [work, own] = await Promise.all([
      readWorkFigures(deps.pool).then(exposeWork),
      deps.registry.metrics(),
    ]);
    return { status: 200, page: { type: Registry.PROMETHEUS_CONTENT_TYPE, content: `${work}\n${own}` } };
  },
});

export const metricsRoutes: readonly Route[] = [getMetrics];
