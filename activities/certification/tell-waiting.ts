import { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { listConcerned, markHeard, type Concerned } from '../../db/certification-news';
import { newsOf, readProductOfProject, type CertifiableProduct } from '../../db/certified-product';
import type { Pool } from '../../db/pool';
import type { CertificationNews } from '../../domain/transitions';
import {
  certificationChangedSignal,
  remedyStart,
  requestStart,
  taskQueues,
  workflowIds,
  workflowTypes,
} from '../../workflows/contract';
import { pause } from '../pause';

export interface CertificationDependencies {
  readonly pool: Pool;
  readonly client: Client;
  /** Signals a second that one fan-out sends at the most. */
  readonly signalsPerSecond: number;
  /** Where the workflows of requests run. */
  readonly taskQueue?: string;
}

const PAGE = 100;

/** Tells one request what concerns it: the workflow that waits, the one of its badges, or both. */
export async function tellOne(
  { client, taskQueue = taskQueues.badgeRequests }: Pick<CertificationDependencies, 'client' | 'taskQueue'>,
  { id, news, hasBadges }: Concerned,
  product: CertifiableProduct,
): Promise<void> {
  if (news !== null) await signalWaiting(client, taskQueue, id, news);
  if (hasBadges)
    await client.workflow.signalWithStart(workflowTypes.badgeRemedy, {
      ...remedyStart({ requestId: id }, taskQueue),
      signal: certificationChangedSignal,
      // It reads for each badge what its own project says.
      signalArgs: [newsOf(product, 'OPEN')],
    });
}

/** One without a workflow has lost it and gets another; where it has just come to its end, that one ends, too. */
async function signalWaiting(
  client: Client,
  taskQueue: string,
  requestId: string,
  news: CertificationNews,
): Promise<void> {
  try {
    await client.workflow
      .getHandle(workflowIds.badgeRequest(requestId))
      .signal(certificationChangedSignal, news);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    await client.workflow.signalWithStart(workflowTypes.badgeRequest, {
      ...requestStart({ requestId, isLost: true }, taskQueue),
      signal: certificationChangedSignal,
      signalArgs: [news],
    });
  }
}

export function createCertificationActivities(deps: CertificationDependencies) {
  const { pool, signalsPerSecond } = deps;
  return {
    /**
     * Signals every request that a project's news concerns, page by page at a bounded rate; the heartbeat keeps
     * how far it is, and a repeated signal changes nothing.
     */
    async tellWaiting(projectId: string): Promise<void> {
      const context = Context.current();
      let after = (context.info.heartbeatDetails as string | undefined) ?? '';
      const product = await readProductOfProject(pool, projectId);
      if (product === null) return;
      // What a pause was too long is made up for in the next one.
      let slot = performance.now();
      for (;;) {
        const page = await listConcerned(pool, projectId, product, { after, limit: PAGE });
        for (const concerned of page) {
          await tellOne(deps, concerned, product);
          after = concerned.id;
          slot = Math.max(slot + 1000 / signalsPerSecond, performance.now());
          await pause(context, slot - performance.now(), after);
        }
        await markHeard(pool, page, product);
        if (page.length < PAGE) return;
      }
    },
  };
}
export type CertificationActivities = ReturnType<typeof createCertificationActivities>;
