/** How the programs run, and the servers they are connected to. */
import { z } from 'zod';
import {
  detailPage,
  flag,
  http,
  issuer,
  list,
  socketAddress,
  url,
  wholeNumber,
  type Variable,
} from './rules';

export const TASK_QUEUE_NAMES = [
  'badge-requests',
  'catalog',
  'skills',
  'certification',
  'mail',
  'audits',
  'webhooks',
] as const;
export const serviceVariables = {
  NODE_ENV: {
    rule: z.enum(['production', 'development', 'test']).default('development'),
    for: ['api', 'worker', 'start'],
    about: 'With `production` nothing embedded and no development secret is used',
  },
  PORT: {
    rule: wholeNumber(0, 65535).prefault('8080'),
    for: ['api', 'start'],
    about: 'Port of API and console; `npm start` takes the next free one when it is busy',
  },
  HOST: {
    rule: z.string().min(1).default('127.0.0.1'),
    for: ['api'],
    about: 'Address that the API listens on; `npm start` stays on loopback',
  },
  PUBLIC_URL: {
    rule: http.transform((value) => value.replace(/\/$/, '')).optional(),
    for: ['api', 'worker'],
    about:
      'Where people reach the API and console: in mails, and where they come back to from signing in; with https the cookies are secure (default: the address listened on)',
    defaultIsLocal: true,
  },
  DETAIL_PAGE_TEMPLATE: {
    rule: detailPage.optional(),
    for: ['api'],
    about:
      'Where a product’s detail page is, with `{asin}` and `{marketplace}` in their places (default: Amazon’s own of each marketplace)',
  },
  DATA_DIR: {
    rule: z.string().min(1).default('.data'),
    for: ['start', 'rehearse'],
    about: 'Where `npm start` keeps its data, secrets and `run.json`',
  },
  LOG_LEVEL: {
    rule: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    for: ['api', 'worker'],
    about: 'Least level that is logged',
  },
  DATABASE_URL: {
    rule: url('postgres:', 'postgresql:'),
    for: ['api', 'worker', 'migrate'],
    about: 'PostgreSQL 15 or later; unset, `npm start` runs its own',
  },
  DATABASE_POOL_SIZE: {
    rule: wholeNumber(2, 200).prefault('10'),
    for: ['api', 'worker'],
    about:
      'Connections that each process may open for its statements; a worker opens up to nine more, on which it hears of what is to do',
  },
  TEMPORAL_ADDRESS: {
    rule: z.string().regex(/^([^\s:/]+|\[[\da-f:.]+\]):\d+$/i, 'must be host:port'),
    for: ['api', 'worker'],
    about: 'Temporal frontend; unset, `npm start` runs its own. TLS by `TEMPORAL_TLS*`, Temporal’s own names',
  },
  TEMPORAL_NAMESPACE: {
    rule: z.string().min(1).default('badge-requests'),
    for: ['api', 'worker'],
    about: 'Namespace of all workflows',
  },
  TEMPORAL_API_KEY: {
    rule: z.string().min(1).optional(),
    for: ['api', 'worker'],
    about: 'API key, for Temporal Cloud',
  },
  TEMPORAL_CLI_PATH: {
    rule: z.string().min(1).optional(),
    for: ['start'],
    about: 'The `temporal` program that `npm start` runs when TEMPORAL_ADDRESS is unset',
  },
  SMTP_URL: {
    rule: url('smtp:', 'smtps:'),
    for: ['worker'],
    about: 'Mail server; unset, `npm start` runs a catcher with a web page',
  },
  MAIL_FROM: {
    rule: z.email().default('badges@badge-requests.example'),
    for: ['worker'],
    about: 'Sender of every mail; its domain is also that of the Message-IDs',
    defaultIsLocal: true,
  },
  MAIL_CONNECTIONS: {
    rule: wholeNumber(1, 50).prefault('5'),
    for: ['worker'],
    about:
      'Mails that each worker process sends at the same time, each on a connection of its own to the mail server and to the database; at most half of `DATABASE_POOL_SIZE`',
  },
  WORKER_TASK_QUEUES: {
    rule: list(z.enum(TASK_QUEUE_NAMES)).prefault(TASK_QUEUE_NAMES.join(',')),
    for: ['worker'],
    about: 'What this worker process does, comma-separated',
  },
  WORKER_MAX_CACHED_WORKFLOWS: {
    rule: wholeNumber(0, 100000).prefault('250'),
    for: ['worker'],
    about: 'Waiting requests that a worker keeps in memory, about 0.2 MiB each',
  },
  WORKER_METRICS_ADDRESS: {
    rule: socketAddress.optional(),
    for: ['worker'],
    about:
      'Where a worker answers `GET /metrics` in the format of Prometheus, for example `127.0.0.1:9464`; unset, it listens on nothing',
  },
  CALLS_PER_MINUTE: {
    rule: wholeNumber(0, 1_000_000).prefault('1200'),
    for: ['api'],
    about:
      'Calls in a minute, at each API process, of each person, and of each address what is nobody’s; more answer 429. 0: no limit, which is what `npm start` sets in development',
  },
  PROXIES_IN_FRONT: {
    rule: wholeNumber(0, 10).optional(),
    for: ['api'],
    about:
      'Proxies that every call passes: the caller’s address is that far from the end of `X-Forwarded-For`; 0: the connection’s own. Unset, calls are not counted by address',
    defaultIsLocal: true,
  },
  WEBHOOKS_MAY_BE_LOCAL: {
    rule: flag.prefault('false'),
    for: ['api', 'worker'],
    about:
      'Whether makers’ webhook endpoints may be on this machine or a private network, and without TLS: `true` lets them reach what your network hides, and is what `npm start` sets in development',
  },
  OIDC_ISSUER: {
    rule: issuer,
    for: ['api'],
    about: 'OpenID provider that people sign in to the console at; unset, `npm start` runs its own',
  },
  OIDC_CLIENT_ID: {
    rule: z.string().min(1).default('badge-requests'),
    for: ['api'],
    about: 'What the provider knows this service as',
  },
  OIDC_CLIENT_SECRET: {
    rule: z.string().min(1).optional(),
    for: ['api'],
    about: 'Its secret there; unset, it is a public client, which PKCE alone protects',
  },
  CONSOLE_SESSION_HOURS: {
    rule: wholeNumber(1, 720).prefault('12'),
    for: ['api'],
    about: 'How long somebody stays signed in to the console at most',
  },
  CONSOLE_IDLE_MINUTES: {
    rule: wholeNumber(5, 43200).prefault('60'),
    for: ['api'],
    about: 'How long somebody stays signed in to the console without using it',
  },
  ANSWER_DEADLINE_MS: {
    rule: wholeNumber(100, 60000).prefault('10000'),
    for: ['api'],
    about: 'How long a call waits for a worker before it answers 503',
  },
} as const satisfies Record<string, Variable>;

/**
 * What variables that are right each by itself must not say together, one line each. A mail holds a connection to the
 * database for as long as the mail server takes: where that answers nothing, transitions go on with what is left.
 */
export function serviceConflicts(config: Readonly<Record<string, unknown>>): string[] {
  const { MAIL_CONNECTIONS: mails, DATABASE_POOL_SIZE: pool, WORKER_TASK_QUEUES: taskQueues } = config;
  if (typeof mails !== 'number' || typeof pool !== 'number') return [];
  if (!Array.isArray(taskQueues) || !taskQueues.includes('mail') || mails <= pool / 2) return [];
  return [
    `MAIL_CONNECTIONS must be at most ${Math.floor(pool / 2)}, half of DATABASE_POOL_SIZE, in a worker that sends mail (it is ${mails})`,
  ];
}
