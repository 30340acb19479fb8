import { z } from 'zod';
import { createDescription, type Description } from './openapi';
import { defineRoute, type Route } from './route';

/** `/openapi.json`, which describes itself too. */
export function createDescriptionRoute(routes: readonly Route[]): Route {
  const descriptions = new Map<string, Description>();
  const route: Route = defineRoute({
    method: 'get',
    path: '/openapi.json',
    access: 'PUBLIC',
    operationId: 'getDescription',
    summary: 'Read this description',
    tag: 'Health',
    answers: {
      200: {
        description: 'An OpenAPI 3.1 document',
        schema: z.looseObject({ openapi: z.string() }).meta({ id: 'Description' }),
      },
    },
    handle: async ({ deps: { publicUrl } }) => {
      const body = descriptions.get(publicUrl) ?? createDescription([...routes, route], publicUrl);
      descriptions.set(publicUrl, body);
      return { status: 200, body, headers: { 'Cache-Control': 'public, max-age=60' } };
    },
  });
  return route;
}
