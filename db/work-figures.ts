/** What waits to be done, counted for operators: cheap enough to be asked for every few seconds. */
import type { Stage } from '../domain/lifecycle';
import { MARKETPLACE_CODES, type MarketplaceCode } from '../domain/marketplaces';
import { RECIPIENT_LEFT } from './outbox';
import { prepared, type Queryable } from './pool';
import { IS_SENT_TO } from './webhook-endpoints';

/** Rows that are worked off and forgotten, and how often the most stubborn of them was tried. */
export interface Waiting {
  readonly count: number;
  readonly attempts: number;
}

export interface WorkFigures {
  /** Open requests that are not with their maker, by stage; stages without any are absent. */
  readonly requests: Readonly<Partial<Record<Stage, number>>>;
  /** Overdue reviews by who was told of them: 0 nobody yet, 1 the reviewers, 2 the operators. */
  readonly overdueReviews: Readonly<Record<number, number>>;
  readonly mails: {
    readonly due: number;
    /** How long the oldest of them is due, in seconds; 0 without any. */
    readonly oldestSeconds: number;
    /** Refused for good, or not to be made, as long as they are kept; of those who have left none. */
    readonly refused: number;
  };
  /** What makers' endpoints are to be told, and nobody has tried to yet; of those that are left alone nothing. */
  readonly untriedEvents: { readonly count: number; readonly oldestSeconds: number };
  /** Certifications, suspended programmes and people's commands that workflows are still to be told of. */
  readonly news: Readonly<Record<'certification' | 'program_suspension' | 'command', Waiting>>;
  /** Badges whose listing should have been looked at more than a day ago. */
  readonly overdueAudits: Readonly<Record<MarketplaceCode, number>>;
  /** For how many seconds Amazon wants no call, by account and family of calls. */
  readonly closed: readonly { readonly account: string; readonly family: string; readonly seconds: number }[];
}

const waitingIn = (table: string) =>
  `(select json_build_object('count', count(*), 'attempts', coalesce(max(attempts), 0)) from ${table})`;

const FIGURES = `select
  (select coalesce(json_object_agg(stage_now, count), '{}') from (
     select stage_now, count(*) from badge_request_standings
      where status in ('UNDER_REVIEW', 'PENDING') and stage_now is not null group by 1) s) as requests,
  (select coalesce(json_object_agg(escalation_level, count), '{}') from (
     select escalation_level, count(*) from badge_requests
      where status = 'UNDER_REVIEW' and review_due_at < now() group by 1) r) as "overdueReviews",
  (select json_build_object('due', count(*),
       'oldestSeconds', coalesce(extract(epoch from now() - min(due_at)), 0)::float8,
       'refused', (select count(*) from mail_outbox
                    where refused_at is not null and last_error is distinct from '${RECIPIENT_LEFT}'))
     from mail_outbox where sent_at is null and refused_at is null and due_at <= now()) as mails,
  (select json_build_object('count', coalesce(sum(count), 0),
       'oldestSeconds', coalesce(extract(epoch from now() - min(oldest)), 0)::float8)
     from webhook_endpoints e cross join lateral (
       select count(*), min(due_at) as oldest from webhook_deliveries
        where endpoint_id = e.id and next_attempt_at <= now() and attempts = 0) d
    where ${IS_SENT_TO}) as "untriedEvents",
  json_build_object('certification', ${waitingIn('certification_news')},
    'program_suspension', ${waitingIn('program_suspension_news')},
    'command', ${waitingIn('unconfirmed_commands')}) as news,
  (select json_object_agg(code, (
       select count(*) from badges b
        where b.marketplace = code and b.status = 'STAGED' and b.audit_due_at < now() - interval '1 day'))
     from unnest($1::text[]) as code) as "overdueAudits",
  (select coalesce(json_agg(json_build_object('account', account, 'family', family,
       'seconds', greatest(0, extract(epoch from closed_until - now()))::float8) order by account, family), '[]')
     from call_limits) as closed`;

/** Reads all of it at one instant, by the database's clock. */
export async function readWorkFigures(connection: Queryable): Promise<WorkFigures> {
  const { rows } = await connection.query<WorkFigures>(prepared(FIGURES, [MARKETPLACE_CODES]));
  const [figures] = rows;
  if (figures === undefined) throw new Error('A row was selected.');
  return figures;
}
