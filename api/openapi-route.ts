import { z } from 'zod';
import { createDescription } from './openapi';
import { defineRoute, type Route } from './route';

const JSON_TYPE = 'application/json; charset=utf-8';

/** `/openapi.json`, which describes itself too. */
export function createDescriptionRoute(routes: readonly Route[]): Route {
  // As bytes that all answers share: it is large, and anybody may ask for it.
  const descriptions = new Map<string, Buffer>();
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
      const content =
        descriptions.get(publicUrl) ??
        Buffer.from(JSON.stringify(createDescription([...routes, route], publicUrl)));
      descriptions.set(publicUrl, content);
      return {
        status: 200,
        page: { type: JSON_TYPE, content },
        headers: { 'Cache-Control': 'public, max-age=60' },
      };
    },
  });
  return route;
}
