import express, { type RequestHandler, type Router } from 'express';

interface Tally {
  readonly method: string;
  readonly path: string;
  readonly status: number | 'CUT';
  count: number;
  readonly firstAt: string;
  lastAt: string;
}

/** Paths beyond this many are counted by their route only. */
const PATHS = 5_000;

/** The call's route, so that calls for different ASINs and skills count together. */
const routeOf = (path: string) =>
  path
    .replace(/^(\/catalog\/2022-04-01\/items|\/dp)\/[^/]+$/, '$1/:asin')
    .replace(/^(\/products\/pricing\/v0\/items)\/[^/]+\/offers$/, '$1/:asin/offers')
    .replace(/^\/v1\/skills\/[^/]+\//, '/v1/skills/:skillId/');

/** Counts what is called, by route and by path, each with the status of the answer; the controls do not count. */
export function createCallCounter(): { count: RequestHandler; router: Router } {
  let since = new Date().toISOString();
  const routes = new Map<string, Tally>();
  const paths = new Map<string, Tally>();

  const add = (tallies: Map<string, Tally>, tally: Tally, limit: number) => {
    const key = `${tally.method} ${tally.path} ${tally.status}`;
    const known = tallies.get(key);
    if (known === undefined && tallies.size >= limit) return;
    if (known === undefined) tallies.set(key, tally);
    else Object.assign(known, { count: known.count + 1, lastAt: tally.lastAt });
  };
  const router = express.Router();
  router.get('/_calls', (_request, response) => {
    const calls = [...routes.values()];
    const total = calls.reduce((sum, { count }) => sum + count, 0);
    response.json({ since, total, calls, paths: [...paths.values()] });
  });
  router.delete('/_calls', (_request, response) => {
    routes.clear();
    paths.clear();
    since = new Date().toISOString();
    response.sendStatus(204);
  });
  return {
    router,
    count(request, response, next) {
      const { method, path } = request;
      response.once('close', () => {
        const at = new Date().toISOString();
        const status = response.writableFinished ? response.statusCode : 'CUT';
        const tally = { method, status, count: 1, firstAt: at, lastAt: at } as const;
        add(routes, { ...tally, path: routeOf(path) }, PATHS);
        add(paths, { ...tally, path }, PATHS);
      });
      next();
    },
  };
}
