/** How everything stands when nothing is killed any more, and when that is so. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import type { RunFile } from '../dev/run-file';
import { workflowTypes } from '../workflows/contract';
import type { RequestFound } from './judgement';
import type { PatientDatabase } from './patient-database';

/** What is not done by then needs a hand. */
const SETTLED_WITHIN_MS = 600_000;
const LOOK_EVERY_MS = 500;

export interface Settling {
  readonly run: RunFile;
  readonly database: PatientDatabase;
  /** Types of workflows that are to have ended. */
  readonly ending: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Waits until no work is left.
 * @returns what is left all the same, in words
 */
export async function settle({ run, database, ending, signal }: Settling): Promise<string[]> {
  const connection = Connection.lazy({ address: run.temporal.address });
  const client = new Client({ connection, namespace: run.temporal.namespace });
  try {
    for (const end = Date.now() + SETTLED_WITHIN_MS; ; await sleep(LOOK_EVERY_MS, undefined, { signal })) {
      const left = [...(await leftRows(database)), ...(await leftWorkflows(client, ending))];
      if (left.length === 0 || Date.now() > end) return left;
    }
  } finally {
    await connection.close();
  }
}

async function leftRows(database: PatientDatabase): Promise<string[]> {
  const rows = await database.rows<{ what: string; count: number }>(
    `select what, count::int from (
       select 'commands are unconfirmed' as what, count(*) from unconfirmed_commands
       union all select 'projects have untold news', count(*) from certification_news
       union all select 'mails have not left', count(*) from mail_outbox where sent_at is null and refused_at is null
       union all select 'mails were refused', count(*) from mail_outbox where refused_at is not null
       union all select 'requests need an operator', count(*) from badge_requests where stage = 'NEEDS_ATTENTION'
       union all select 'requests are not Enabled', count(*) from badge_request_standings where status_now <> 'ENABLED'
     ) work where count > 0`,
  );
  return rows.map(({ what, count }) => `${count} ${what}`);
}

async function leftWorkflows({ workflow }: Client, ending: readonly string[]): Promise<string[]> {
  const queries = {
    'workflows run on': `ExecutionStatus = "Running" and WorkflowType in (${ending.map((type) => `"${type}"`).join(', ')})`,
    'workflows have failed': 'ExecutionStatus in ("Failed", "TimedOut", "Canceled")',
    'requests’ workflows were terminated': `ExecutionStatus = "Terminated" and WorkflowType = "${workflowTypes.badgeRequest}"`,
  };
  const left: string[] = [];
  for (const [what, query] of Object.entries(queries)) {
    // While Temporal comes back there is no answer.
    const count = await workflow.count(query).then(
      (answer) => answer.count,
      () => 'an unknown number of',
    );
    if (count !== 0) left.push(`${count} ${what}`);
  }
  return left;
}

/** @param recorded as the row says it; otherwise as the clock does */
export function readRequests(
  database: PatientDatabase,
  ids: readonly string[],
  recorded: boolean,
): Promise<RequestFound[]> {
  const [status, stage] = recorded ? ['r.status', 'r.stage'] : ['r.status_now', 'r.stage_now'];
  return database.rows<RequestFound>(
    `select r.id, r.asin, ${status} as status, ${stage} as stage,
       (select json_agg(json_build_object('seq', seq, 'action', action,
                 'at', floor(extract(epoch from at) * 1000)) order by seq)
          from badge_request_history where request_id = r.id) as history,
       (select coalesce(json_agg(to_char(effective_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), '[]')
          from badges where request_id = r.id) as badges,
       (select coalesce(json_agg(json_build_object('key', mail_key, 'template', template)), '[]')
          from mail_outbox where request_id = r.id) as mails
     from badge_request_standings r where r.id = any($1) order by r.id`,
    [ids],
  );
}

const caught = z.array(z.object({ headers: z.record(z.string(), z.string()) }));

/** Message-IDs of all mails that arrived, one for each arrival. */
export async function readArrivals(run: RunFile): Promise<string[]> {
  const response = await fetch(`${run.mail.url ?? ''}/api/messages`);
  return caught.parse(await response.json()).map(({ headers }) => headers['message-id'] ?? '');
}
