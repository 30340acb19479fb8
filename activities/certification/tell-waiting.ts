import { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { listWaiting, readNews } from '../../db/certification-news';
import type { Pool } from '../../db/pool';
import type { CertificationNews } from '../../domain/transitions';
import { certificationChangedSignal, workflowIds } from '../../workflows/contract';

export interface CertificationDependencies {
  readonly pool: Pool;
  readonly client: Client;
  /** Signals a second that one fan-out sends at the most. */
  readonly signalsPerSecond: number;
}

const PAGE = 100;

/** Signals one request; one whose workflow has ended waits for nothing. */
export async function signalNews(client: Client, requestId: string, news: CertificationNews): Promise<void> {
  try {
    await client.workflow
      .getHandle(workflowIds.badgeRequest(requestId))
      .signal(certificationChangedSignal, news);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

export function createCertificationActivities({ pool, client, signalsPerSecond }: CertificationDependencies) {
  return {
    /**
     * Signals every request that waits for a project, page by page at a bounded rate; the heartbeat keeps
     * how far it is, and a repeated signal changes nothing.
     */
    async tellWaiting(projectId: string): Promise<void> {
      const context = Context.current();
      let after = (context.info.heartbeatDetails as string | undefined) ?? '';
      const news = await readNews(pool, projectId);
      if (news === null) return;
      for (;;) {
        const page = await listWaiting(pool, projectId, after, PAGE);
        for (const requestId of page) {
          const begun = Date.now();
          await signalNews(client, requestId, news);
          after = requestId;
          context.heartbeat(after);
          await context.sleep(Math.max(0, 1000 / signalsPerSecond - (Date.now() - begun)));
        }
        if (page.length < PAGE) return;
      }
    },
  };
}
export type CertificationActivities = ReturnType<typeof createCertificationActivities>;
