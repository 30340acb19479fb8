/** Builds what one worker process runs, from its task queues. */
import type { Client } from '@temporalio/client';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { createCatalog } from '../activities/amazon/catalog';
import { createCheckActivities } from '../activities/amazon/checks';
import { createSkillStore } from '../activities/amazon/skills';
import { createNewsRelay } from '../activities/certification/news-relay';
import { createCertificationActivities } from '../activities/certification/tell-waiting';
import { createMailSender } from '../activities/mail/sender';
import { createCommandRelay } from '../activities/command-relay';
import { createTransitionActivities } from '../activities/transitions';
import type { Config } from '../config';
import { startDrain, type Drainable } from '../db/drain';
import { readSubject, saveFindings } from '../db/findings';
import type { Pool } from '../db/pool';
import { taskQueues } from '../workflows/contract';

export interface WorkerDependencies {
  readonly config: Config<'worker'>;
  readonly pool: Pool;
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly workflowBundlePath: string;
  readonly onError: (part: string, error: unknown) => void;
}

/** What a killed worker held is given to another after this long. */
const STICKY_TIMEOUT = '2 seconds';
const MAIL_CONNECTIONS = 5;
const SIGNALS_PER_SECOND = 100;

export async function createWorkers(deps: WorkerDependencies): Promise<Worker[]> {
  const { config } = deps;
  const wanted = new Set<string>(config.WORKER_TASK_QUEUES);
  const common = {
    connection: deps.connection,
    namespace: config.TEMPORAL_NAMESPACE,
    shutdownGraceTime: '4 seconds',
    shutdownForceTime: '6 seconds',
    activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 20 },
  } as const;
  const options: WorkerOptions[] = [];
  if (wanted.has(taskQueues.badgeRequests))
    options.push({
      ...common,
      taskQueue: taskQueues.badgeRequests,
      workflowBundle: { codePath: deps.workflowBundlePath },
      activities: createTransitionActivities({ pool: deps.pool, reviewDueHours: config.REVIEW_DUE_HOURS }),
      maxCachedWorkflows: config.WORKER_MAX_CACHED_WORKFLOWS,
      stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
      workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 5, maximum: 40 },
    });
  const checks = createChecks(deps);
  if (wanted.has(taskQueues.catalog))
    options.push({
      ...common,
      taskQueue: taskQueues.catalog,
      activities: { checkListings: checks.checkListings, checkLiveness: checks.checkLiveness },
    });
  if (wanted.has(taskQueues.skills))
    options.push({ ...common, taskQueue: taskQueues.skills, activities: { checkSkill: checks.checkSkill } });
  if (wanted.has(taskQueues.certification))
    options.push({
      ...common,
      taskQueue: taskQueues.certification,
      activities: createCertificationActivities({ ...deps, signalsPerSecond: SIGNALS_PER_SECOND }),
    });
  return Promise.all(options.map((each) => Worker.create(each)));
}

function createChecks({ config, pool }: WorkerDependencies) {
  return createCheckActivities({
    catalog: createCatalog({
      regions: {
        na: { endpoint: config.SP_API_ENDPOINT_NA, refreshToken: config.SP_API_REFRESH_TOKEN_NA },
        eu: { endpoint: config.SP_API_ENDPOINT_EU, refreshToken: config.SP_API_REFRESH_TOKEN_EU },
        fe: { endpoint: config.SP_API_ENDPOINT_FE, refreshToken: config.SP_API_REFRESH_TOKEN_FE },
      },
      tokenUrl: config.SP_API_TOKEN_URL,
      clientId: config.SP_API_CLIENT_ID,
      clientSecret: config.SP_API_CLIENT_SECRET,
      callTimeoutMs: config.CALL_TIMEOUT_MS,
    }),
    skills: createSkillStore({
      endpoint: config.SMAPI_ENDPOINT,
      tokenUrl: config.SMAPI_TOKEN_URL,
      clientId: config.SMAPI_CLIENT_ID,
      clientSecret: config.SMAPI_CLIENT_SECRET,
      refreshToken: config.SMAPI_REFRESH_TOKEN,
      callTimeoutMs: config.CALL_TIMEOUT_MS,
    }),
    loadSubject: (subject) => readSubject(pool, subject),
    saveFindings: (subject, findings) => saveFindings(pool, subject, findings),
    patienceMs: config.CHECK_PATIENCE_SECONDS * 1000,
  });
}

/** What is worked off beside the workflows: mails, the certifications' news, unconfirmed commands. */
export function startDrains(deps: WorkerDependencies): { stop(): Promise<void> } {
  const { config, pool } = deps;
  const stops: (() => Promise<void>)[] = [];
  const start = (drainable: Drainable, concurrency: number) => {
    const drain = startDrain(drainable, {
      databaseUrl: config.DATABASE_URL,
      concurrency,
      onError: (error) => deps.onError(drainable.channel, error),
    });
    stops.push(() => drain.stop());
  };
  const wanted = (taskQueue: (typeof config.WORKER_TASK_QUEUES)[number]) =>
    config.WORKER_TASK_QUEUES.includes(taskQueue);
  if (wanted('mail')) {
    const sender = createMailSender({
      pool,
      smtpUrl: config.SMTP_URL,
      from: config.MAIL_FROM,
      publicUrl: (config.PUBLIC_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, ''),
      connections: MAIL_CONNECTIONS,
    });
    start(sender, MAIL_CONNECTIONS);
    stops.push(async () => sender.close());
  }
  if (wanted(taskQueues.badgeRequests)) start(createCommandRelay(deps), 2);
  if (wanted(taskQueues.certification))
    start(createNewsRelay({ pool, client: deps.client, signalsPerSecond: SIGNALS_PER_SECOND }), 2);
  return {
    async stop() {
      for (const stop of stops) await stop();
    },
  };
}
