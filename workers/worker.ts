/** Builds what one worker process runs, from its task queues. */
import type { Client } from '@temporalio/client';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { createBadgeAudit, type SweepCounts } from '../activities/badge-audit';
import { createNewsRelay } from '../activities/certification/news-relay';
import { createReconciliation } from '../activities/certification/reconciliation';
import { createCertificationActivities } from '../activities/certification/tell-waiting';
import { createMailSender } from '../activities/mail/sender';
import { createCommandRelay } from '../activities/command-relay';
import { createSuspensionRelay } from '../activities/program-suspension-relay';
import { createRemedyRecordings } from '../activities/remedy/recording';
import { createReviewEscalation } from '../activities/review-escalation';
import { createTransitionActivities } from '../activities/transitions';
import { createWebhookSender, DELIVERIES_AT_ONCE } from '../activities/webhooks/sender';
import type { Config } from '../config';
import { startDrain, type Drainable } from '../db/drain';
import type { Pool } from '../db/pool';
import { REGIONS } from '../domain/marketplaces';
import type { WorkingCalendar } from '../domain/working-days';
import { taskQueues } from '../workflows/contract';
import { createChecks, createSuggestions, type Amazon } from './amazon';
import { startArranging } from './reconcile-schedule';

export interface WorkerDependencies {
  readonly config: Config<'worker'>;
  readonly pool: Pool;
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly amazon: Amazon;
  readonly workflowBundlePath: string;
  readonly onError: (part: string, error: unknown) => void;
  readonly onSweep: (counts: SweepCounts) => void;
}

/** What a killed worker held is given to another after this long. */
const STICKY_TIMEOUT = '2 seconds';
/** Checks that wait for the catalogue in one process: enough that twenty share a call in several marketplaces. */
const CHECKS_AT_ONCE = 400;
/** Batches at a time in each region: while one waits for its last call, the other one fills the next. */
const SWEEPS_AT_ONCE = 2;

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
  const checks = createChecks(deps);
  if (wanted.has(taskQueues.badgeRequests))
    options.push({
      ...common,
      taskQueue: taskQueues.badgeRequests,
      workflowBundle: { codePath: deps.workflowBundlePath },
      activities: {
        ...createTransitionActivities({
          pool: deps.pool,
          reviewTerm: { workingDays: config.REVIEW_DUE_WORKING_DAYS, calendar: calendarOf(config) },
          stagingRetryDays: config.STAGING_RETRY_DAYS,
          programs: config.PROGRAM_SETTINGS,
          asksHere: wanted.has(taskQueues.catalog) && wanted.has(taskQueues.skills),
        }),
        // Also where others ask: what a process that asks itself leaves behind comes to any of this queue.
        checkListings: checks.checkListings,
        checkLiveness: checks.checkLiveness,
        checkSkill: checks.checkSkill,
        ...createRemedyRecordings({
          pool: deps.pool,
          graceDays: config.REMEDY_GRACE_DAYS,
          removeDays: config.REMEDY_REMOVE_DAYS,
        }),
      },
      maxConcurrentActivityTaskExecutions: CHECKS_AT_ONCE,
      maxEagerActivityReservationsPerWorkflowTask: REGIONS.length + 1,
      maxCachedWorkflows: config.WORKER_MAX_CACHED_WORKFLOWS,
      stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
      workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 5, maximum: 40 },
    });
  if (wanted.has(taskQueues.catalog))
    options.push({
      ...common,
      taskQueue: taskQueues.catalog,
      maxConcurrentActivityTaskExecutions: CHECKS_AT_ONCE,
      activities: {
        checkListings: checks.checkListings,
        checkLiveness: checks.checkLiveness,
        lookAtListings: checks.lookAtListings,
        ...createSuggestions(deps),
      },
    });
  if (wanted.has(taskQueues.skills))
    options.push({ ...common, taskQueue: taskQueues.skills, activities: { checkSkill: checks.checkSkill } });
  if (wanted.has(taskQueues.certification))
    options.push({
      ...common,
      taskQueue: taskQueues.certification,
      activities: {
        ...createCertificationActivities({
          ...deps,
          signalsPerSecond: config.CERTIFICATION_SIGNALS_PER_SECOND,
        }),
        ...createReconciliation({ ...deps, signalsPerSecond: config.CERTIFICATION_SIGNALS_PER_SECOND }),
      },
    });
  return Promise.all(options.map((each) => Worker.create(each)));
}

const calendarOf = (config: Config<'worker'>): WorkingCalendar => ({
  zone: config.REVIEW_CALENDAR_ZONE,
  weekdays: config.REVIEW_WORKING_DAYS,
  holidays: config.REVIEW_HOLIDAYS,
});

/** What is worked off beside the workflows: mails, webhooks, news for badges, unconfirmed commands, overdue reviews, audits. */
export function startDrains(deps: Omit<WorkerDependencies, 'connection' | 'workflowBundlePath'>): {
  stop(): Promise<void>;
} {
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
      publicUrl: config.PUBLIC_URL ?? 'http://127.0.0.1:8080',
      connections: config.MAIL_CONNECTIONS,
    });
    stops.push(async () => sender.hurry());
    start(sender, config.MAIL_CONNECTIONS);
    stops.push(async () => sender.close());
  }
  if (wanted('webhooks')) {
    const sender = createWebhookSender({ pool, allowLocal: config.WEBHOOKS_MAY_BE_LOCAL });
    stops.push(async () => sender.hurry());
    start(sender, DELIVERIES_AT_ONCE);
    stops.push(() => sender.close());
  }
  if (wanted(taskQueues.badgeRequests)) {
    start(createCommandRelay(deps), 2);
    const escalationTerm = { workingDays: config.REVIEW_ESCALATE_WORKING_DAYS, calendar: calendarOf(config) };
    start(createReviewEscalation({ pool, escalationTerm }), 1);
  }
  if (wanted(taskQueues.certification)) {
    start(
      createNewsRelay({
        pool,
        client: deps.client,
        signalsPerSecond: config.CERTIFICATION_SIGNALS_PER_SECOND,
      }),
      2,
    );
    const pausing = new AbortController();
    stops.push(async () => pausing.abort());
    const suspensions = createSuspensionRelay({
      pool,
      client: deps.client,
      signalsPerSecond: config.CERTIFICATION_SIGNALS_PER_SECOND,
      stopping: pausing.signal,
    });
    start(suspensions, 1);
    const everyMinutes = config.RECONCILE_MINUTES;
    const arranging = startArranging(
      { client: deps.client, taskQueue: taskQueues.badgeRequests, everyMinutes },
      (error) => deps.onError('reconcile schedule', error),
    );
    stops.push(() => arranging.stop());
  }
  if (wanted('audits') && config.AUDIT_INTERVAL_HOURS > 0) {
    const stopping = new AbortController();
    stops.push(async () => stopping.abort());
    const common = {
      ...{ pool, client: deps.client, amazon: deps.amazon, onSweep: deps.onSweep },
      ...{ intervalHours: config.AUDIT_INTERVAL_HOURS, stopping: stopping.signal },
      onError: (error: unknown) => deps.onError('badge_audits', error),
    };
    for (const region of REGIONS) start(createBadgeAudit({ ...common, region }), SWEEPS_AT_ONCE);
  }
  return {
    async stop() {
      for (const stop of stops) await stop();
    },
  };
}
