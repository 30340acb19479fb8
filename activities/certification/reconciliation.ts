import { Context } from '@temporalio/activity';
import { listUnheardProjects, settleProjects, type Settling } from '../../db/certification-news';
import { listSuspendedForListing, markWatched } from '../../db/badges-suspended-for-listing';
import { reviveLost } from '../lost-requests';
import { pause } from '../pause';
import { watchAgain } from '../remedy/watch-again';
import { tellProject } from './project-news';
import type { CertificationDependencies } from './tell-waiting';

const PAGE = 100;
const SETTLED_AT_ONCE = 500;

/** The activity that finds what a crash or a loss has left behind; however often it runs, everybody hears once. */
export function createReconciliation(deps: CertificationDependencies) {
  const { pool, signalsPerSecond } = deps;
  return {
    /**
     * Tells every waiting request that has not heard what its project says, and badges that do not say what it says,
     * project by project at a bounded rate; the heartbeat keeps how far it is with those who wait. A fan-out that is under
     * way goes on. Then badges that are suspended for their listings are watched again where nobody does, requests that have
     * lost their workflow get one, and one that is behind its rows is led to them.
     * @param lookedUntil up to which id the run before has looked for these two
     * @returns up to which this one has
     */
    async reconcileCertification(lookedUntil = ''): Promise<string> {
      const context = Context.current();
      let after = (context.info.heartbeatDetails as string | undefined) ?? '';
      const tell = async (projectId: string) => {
        const begun = Date.now();
        const signals = await tellProject(deps, projectId, 'LET_IT_GO_ON');
        return Math.max(0, (signals * 1000) / signalsPerSecond - (Date.now() - begun));
      };
      for (let more = true; more;) {
        const page = await listUnheardProjects(pool, { after, limit: PAGE });
        for (const projectId of page) {
          const rest = await tell(projectId);
          after = projectId;
          await pause(context, rest, after);
        }
        more = page.length === PAGE;
      }
      // What is settled is not found again, so this needs no place to go on from.
      for (let settling: Settling = { until: '', more: true, lost: [] }; settling.more;) {
        settling = await settleProjects(pool, { after: settling.until ?? '', limit: SETTLED_AT_ONCE });
        if (settling.more) context.heartbeat(after);
        for (const projectId of settling.lost) {
          const rest = await tell(projectId);
          await pause(context, rest, after);
        }
      }
      for (let more = true; more;) {
        const page = await listSuspendedForListing(pool, PAGE);
        for (const request of page) {
          await watchAgain(deps, request);
          await pause(context, 1000 / signalsPerSecond, after);
        }
        await markWatched(
          pool,
          page.map(({ requestId }) => requestId),
        );
        more = page.length === PAGE;
      }
      return reviveLost(deps, lookedUntil, (moved) =>
        pause(context, (moved * 1000) / signalsPerSecond, after),
      );
    },
  };
}
export type ReconciliationActivities = ReturnType<typeof createReconciliation>;
