/** What waits to be done, in the form that Prometheus reads. */
import { Gauge, Registry } from 'prom-client';
import type { WorkFigures } from '../../db/work-figures';
import { STAGES } from '../../domain/lifecycle';

type Sample = readonly [value: number, labels?: Readonly<Record<string, string>>];

/** All series are there at all times, so that an alert can tell zero from nothing. */
export function exposeWork(figures: WorkFigures): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, samples: readonly Sample[]) => {
    const labelNames = [...new Set(samples.flatMap(([, labels = {}]) => Object.keys(labels)))];
    const made = new Gauge({ name: `badge_requests_${name}`, help, labelNames, registers: [registry] });
    for (const [value, labels] of samples) made.set(labels ?? {}, value);
  };
  const { requests, overdueReviews, mails, untriedEvents, news, overdueAudits, closed } = figures;
  gauge(
    'open',
    'Requests under review or pending, by stage',
    STAGES.map((stage) => [requests[stage] ?? 0, { stage }]),
  );
  gauge(
    'overdue_reviews',
    'Reviews that are overdue, by who was told of it: 0 nobody yet, 1 the reviewers, 2 the operators',
    [0, 1, 2].map((level) => [overdueReviews[level] ?? 0, { escalation_level: String(level) }]),
  );
  gauge('mails_due', 'Mails that are due and have not left', [[mails.due]]);
  gauge('mails_due_oldest_seconds', 'How long the oldest of them is due', [[mails.oldestSeconds]]);
  gauge(
    'mails_refused',
    'Mails that the mail server has refused for good or that cannot be made, in the last 90 days',
    [[mails.refused]],
  );
  gauge('events_untried', 'Events that makers’ endpoints are to be told, and that nobody has tried to', [
    [untriedEvents.count],
  ]);
  gauge('events_untried_oldest_seconds', 'How long the oldest of them is due', [
    [untriedEvents.oldestSeconds],
  ]);
  const kinds = Object.entries(news);
  gauge(
    'news_waiting',
    'What workflows are still to be told of',
    kinds.map(([kind, { count }]) => [count, { kind }]),
  );
  gauge(
    'news_attempts',
    'How often the most stubborn of it was tried',
    kinds.map(([kind, { attempts }]) => [attempts, { kind }]),
  );
  gauge(
    'overdue_audits',
    'Badges whose listing should have been looked at more than a day ago',
    Object.entries(overdueAudits).map(([marketplace, count]) => [count, { marketplace }]),
  );
  gauge(
    'amazon_closed_seconds',
    'For how long Amazon wants no call of a family',
    closed.map(({ account, family, seconds }) => [seconds, { account, family }]),
  );
  return registry.metrics();
}
