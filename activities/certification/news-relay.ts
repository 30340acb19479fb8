/** Carries a project's news to those whom it concerns as soon as there is any. */
import { nextNewsDue, tellNextNews } from '../../db/certification-news';
import type { Drainable } from '../../db/drain';
import { tellProject } from './project-news';
import type { CertificationDependencies } from './tell-waiting';

const TOLD_WITHIN_MS = 5_000;

export function createNewsRelay(deps: CertificationDependencies): Drainable {
  const { pool, client } = deps;
  return {
    channel: 'certification_news',
    drainOne: (report) =>
      tellNextNews(
        pool,
        (projectId) =>
          client.withDeadline(Date.now() + TOLD_WITHIN_MS, async () => {
            await tellProject(deps, projectId, 'BEGIN_ANEW');
          }),
        report,
      ),
    nextDue: (after) => nextNewsDue(pool, after),
  };
}
