import { Context } from '@temporalio/activity';
import { listUnheardProjects } from '../../db/certification-news';
import { tellProject } from './project-news';
import type { CertificationDependencies } from './tell-waiting';

const PAGE = 100;

/** The activity that finds what a crash or a loss has left behind; however often it runs, everybody hears once. */
export function createReconciliation(deps: CertificationDependencies) {
  const { pool, signalsPerSecond } = deps;
  return {
    /**
     * Tells every waiting request that has not heard what its project says, project by project at a bounded rate;
     * the heartbeat keeps how far it is. A fan-out that is under way goes on.
     */
    async reconcileCertification(): Promise<void> {
      const context = Context.current();
      let after = (context.info.heartbeatDetails as string | undefined) ?? '';
      for (;;) {
        const page = await listUnheardProjects(pool, { after, limit: PAGE });
        for (const projectId of page) {
          const begun = Date.now();
          const signals = await tellProject(deps, projectId, 'LET_IT_GO_ON');
          after = projectId;
          context.heartbeat(after);
          await context.sleep(Math.max(0, (signals * 1000) / signalsPerSecond - (Date.now() - begun)));
        }
        if (page.length < PAGE) return;
      }
    },
  };
}
export type ReconciliationActivities = ReturnType<typeof createReconciliation>;
