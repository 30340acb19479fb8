/**
 * The environment, read once, parsed whole. Only this file reads `process.env`; `.env.example` and
 * docker-compose.yml are held against `variables` by a test.
 */
import { z } from 'zod';
import { isRealDate } from './domain/go-live';
import { DEFAULT_RETRY_DAYS } from './domain/listing-looks';
import { parseProgramSettings } from './domain/program-settings';
import { isTimeZone, WEEKDAYS } from './domain/working-days';

const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });
const http = url('http:', 'https:');
const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, {
      error: `must be a whole number from ${minimum} to ${maximum}`,
    });
const decimalNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number such as 2 or 0.5')
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, {
      error: `must be a number from ${minimum} to ${maximum}`,
    });
const list = <Entry extends z.ZodType<string, string>>(entry: Entry) =>
  z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .pipe(z.array(entry).min(1));

const programSettings = z.string().transform((json, context) => {
  const { settings, problems } = parseProgramSettings(json);
  for (const message of problems) context.addIssue({ code: 'custom', message });
  return settings;
});

export const TASK_QUEUE_NAMES = [
  'badge-requests',
  'catalog',
  'skills',
  'certification',
  'mail',
  'audits',
] as const;
const AMAZON = {
  na: 'https://sellingpartnerapi-na.amazon.com',
  eu: 'https://sellingpartnerapi-eu.amazon.com',
  fe: 'https://sellingpartnerapi-fe.amazon.com',
  token: 'https://api.amazon.com/auth/o2/token',
  skills: 'https://api.amazonalexa.com',
} as const;

/** More than Amazon allows to anybody; `npm run bench` lifts the limit with it. */
const callsPerSecond = decimalNumber(0.01, 1000);

/** Every variable: its rule, what it means, which programs need it. The README's table is made of this. */
export const variables = {
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
    rule: http.optional(),
    for: ['api', 'worker'],
    about: 'Where people reach the API and console; used in mails (default: the address listened on)',
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
    rule: wholeNumber(2, 200).prefault('20'),
    for: ['api', 'worker'],
    about: 'Connections that each process may open',
  },
  TEMPORAL_ADDRESS: {
    rule: z.string().regex(/^[^\s:/]+:\d+$/, 'must be host:port'),
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
  },
  MAIL_CONNECTIONS: {
    rule: wholeNumber(1, 50).prefault('5'),
    for: ['worker'],
    about: 'Mails that each worker process sends at the same time, each on a connection of its own',
  },
  SP_API_ENDPOINT_NA: {
    rule: http.default(AMAZON.na),
    for: ['worker'],
    about: 'Selling Partner API, North America',
  },
  SP_API_ENDPOINT_EU: {
    rule: http.default(AMAZON.eu),
    for: ['worker'],
    about: 'Selling Partner API, Europe',
  },
  SP_API_ENDPOINT_FE: {
    rule: http.default(AMAZON.fe),
    for: ['worker'],
    about: 'Selling Partner API, Far East',
  },
  SP_API_TOKEN_URL: {
    rule: http.default(AMAZON.token),
    for: ['worker'],
    about: 'Login with Amazon, for the catalogue',
  },
  SP_API_CLIENT_ID: {
    rule: z.string().min(1),
    for: ['worker'],
    about: 'Client of the Selling Partner application',
  },
  SP_API_CLIENT_SECRET: { rule: z.string().min(1), for: ['worker'], about: 'Its secret' },
  SP_API_REFRESH_TOKEN_NA: {
    rule: z.string().min(1),
    for: ['worker'],
    about: 'Authorisation, North America',
  },
  SP_API_REFRESH_TOKEN_EU: { rule: z.string().min(1), for: ['worker'], about: 'Authorisation, Europe' },
  SP_API_REFRESH_TOKEN_FE: { rule: z.string().min(1), for: ['worker'], about: 'Authorisation, Far East' },
  SP_API_CALLS_PER_SECOND_NA: {
    rule: callsPerSecond.prefault('2'),
    for: ['worker'],
    about: 'Catalogue calls a second that its account may make, all workers together, North America',
  },
  SP_API_CALLS_PER_SECOND_EU: {
    rule: callsPerSecond.prefault('2'),
    for: ['worker'],
    about: 'Catalogue calls a second, Europe',
  },
  SP_API_CALLS_PER_SECOND_FE: {
    rule: callsPerSecond.prefault('2'),
    for: ['worker'],
    about: 'Catalogue calls a second, Far East',
  },
  SP_API_OFFERS_PER_SECOND_NA: {
    rule: callsPerSecond.prefault('0.5'),
    for: ['worker'],
    about: 'Calls for offers, likewise, North America',
  },
  SP_API_OFFERS_PER_SECOND_EU: {
    rule: callsPerSecond.prefault('0.5'),
    for: ['worker'],
    about: 'Calls for offers a second, Europe',
  },
  SP_API_OFFERS_PER_SECOND_FE: {
    rule: callsPerSecond.prefault('0.5'),
    for: ['worker'],
    about: 'Calls for offers a second, Far East',
  },
  SMAPI_ENDPOINT: { rule: http.default(AMAZON.skills), for: ['worker'], about: 'Skill Management API' },
  SMAPI_TOKEN_URL: {
    rule: http.default(AMAZON.token),
    for: ['worker'],
    about: 'Login with Amazon, for the skills',
  },
  SMAPI_CLIENT_ID: { rule: z.string().min(1), for: ['worker'], about: 'Client of the skill application' },
  SMAPI_CLIENT_SECRET: { rule: z.string().min(1), for: ['worker'], about: 'Its secret' },
  SMAPI_REFRESH_TOKEN: {
    rule: z.string().min(1),
    for: ['worker'],
    about: 'Authorisation of the skills’ owner',
  },
  CERTIFICATION_WEBHOOK_SECRETS: {
    rule: list(
      z.string().regex(/^whsec_[A-Za-z0-9+/=]{24,}$/, 'must be whsec_ and at least 24 base64 characters'),
    ),
    for: ['api'],
    about: 'Secrets that sign certification events, comma-separated; two while rotating',
  },
  CERTIFICATION_SIGNALS_PER_SECOND: {
    rule: decimalNumber(0.1, 1000).prefault('20'),
    for: ['worker'],
    about:
      'Requests told in a second of one certification, or by one worker of suspended programmes; more than can be followed delays everything else',
  },
  WORKER_TASK_QUEUES: {
    rule: list(z.enum(TASK_QUEUE_NAMES)).prefault(TASK_QUEUE_NAMES.join(',')),
    for: ['worker'],
    about: 'What this worker process does, comma-separated',
  },
  WORKER_MAX_CACHED_WORKFLOWS: {
    rule: wholeNumber(0, 100000).prefault('1000'),
    for: ['worker'],
    about: 'Waiting requests that a worker keeps in memory, about 0.2 MiB each',
  },
  CHECK_PATIENCE_SECONDS: {
    rule: wholeNumber(1, 604800).prefault('900'),
    for: ['worker'],
    about: 'How long a review check waits for Amazon before it answers *unknown* and a reviewer decides',
  },
  CALL_TIMEOUT_MS: {
    rule: wholeNumber(100, 120000).prefault('10000'),
    for: ['worker'],
    about: 'Longest that one call to Amazon may take',
  },
  PROGRAM_SETTINGS: {
    rule: programSettings.prefault('{}'),
    for: ['worker', 'rehearse'],
    about:
      'JSON by programme: `buyability` is `LISTED` or, where somebody must offer the product, `OFFERS`; `autoApprove` approves when every check is *yes*',
  },
  STAGING_RETRY_DAYS: {
    rule: wholeNumber(0, 365).prefault(String(DEFAULT_RETRY_DAYS)),
    for: ['worker'],
    about:
      'For how many days a listing that is not live is looked at again before its marketplace is dropped; 0: dropped at once',
  },
  REVIEW_DUE_WORKING_DAYS: {
    rule: wholeNumber(0, 250).prefault('2'),
    for: ['worker'],
    about: 'When a review is due after it was submitted, in working days; 0: at once',
  },
  REVIEW_ESCALATE_WORKING_DAYS: {
    rule: wholeNumber(0, 250).prefault('1'),
    for: ['worker'],
    about:
      'When operators are told of an overdue review after the reviewers were, in working days; 0: at once',
  },
  REVIEW_CALENDAR_ZONE: {
    rule: z
      .string()
      .refine(isTimeZone, 'must be a time zone of the IANA database, for example Europe/Berlin')
      .default('UTC'),
    for: ['worker'],
    about: 'Time zone in which the reviewers’ days begin and end',
  },
  REVIEW_WORKING_DAYS: {
    rule: list(z.enum(WEEKDAYS, `must be a list of ${WEEKDAYS.join(', ')}`)).prefault('MON,TUE,WED,THU,FRI'),
    for: ['worker'],
    about: 'Days of the week on which reviewers work, comma-separated',
  },
  REVIEW_HOLIDAYS: {
    rule: list(z.string().refine(isRealDate, 'must be a list of dates as YYYY-MM-DD')).default([]),
    for: ['worker'],
    about: 'Dates on which reviewers do not work, comma-separated, for example 2026-12-25,2027-01-01',
  },
  REVIEW_CLAIM_MINUTES: {
    rule: wholeNumber(1, 1440).prefault('30'),
    for: ['api'],
    about: 'How long a reviewer’s claim lasts after they last did something with the request',
  },
  REMEDY_GRACE_DAYS: {
    rule: wholeNumber(1, 365).prefault('7'),
    for: ['worker'],
    about: 'How many days a maker has to correct a listing before its badge is suspended',
  },
  REMEDY_REMOVE_DAYS: {
    rule: wholeNumber(1, 3650).prefault('90'),
    for: ['worker'],
    about: 'After how many days of suspension for its listing a badge is removed',
  },
  RECONCILE_MINUTES: {
    rule: wholeNumber(1, 1440).prefault('5'),
    for: ['worker'],
    about: 'How often it is looked for requests that have not heard what their certification says',
  },
  AUDIT_INTERVAL_HOURS: {
    rule: wholeNumber(0, 8760).prefault('48'),
    for: ['worker'],
    about: 'How often the listing of every enabled badge is looked at again, in hours; 0: never',
  },
  ANSWER_DEADLINE_MS: {
    rule: wholeNumber(100, 60000).prefault('10000'),
    for: ['api'],
    about: 'How long a call waits for a worker before it answers 503',
  },
  CHECKS_PER_MINUTE: {
    rule: wholeNumber(1, 10000).prefault('30'),
    for: ['api'],
    about: 'Checks of drafts that an organization may begin in any minute; more answer 429',
  },
  SUGGESTIONS_PER_MINUTE: {
    rule: wholeNumber(1, 10000).prefault('20'),
    for: ['api'],
    about: 'How often the makers of an organization may have ASINs looked up',
  },
} as const satisfies Record<string, { rule: z.ZodType; for: readonly Program[]; about: string }>;

export type Program = 'api' | 'worker' | 'migrate' | 'start' | 'rehearse';
type Variables = typeof variables;
type NamesFor<P extends Program> = {
  [Name in keyof Variables]: P extends Variables[Name]['for'][number] ? Name : never;
}[keyof Variables];
/** What a program reads from its environment. */
export type Config<P extends Program> = { [Name in NamesFor<P>]: z.output<Variables[Name]['rule']> };

/** The whole list of what is wrong with the environment, one line each; values of secrets are not in it. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.name = 'ConfigurationError';
  }
}

/** What stands in the environment but is empty counts as not set, as in a compose file's `${NAME:-}`. */
const present = (value: string | undefined) => (value === '' ? undefined : value);

/**
 * Reads what a program needs.
 * @param env where from, usually `process.env`
 * @throws {ConfigurationError} with every problem at once
 */
export function readConfig<P extends Program>(
  program: P,
  env: Record<string, string | undefined> = process.env,
): Config<P> {
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(variables)) {
    if (!(variable.for as readonly Program[]).includes(program)) continue;
    const value = present(env[name]);
    const parsed = (variable.rule as z.ZodType).safeParse(value);
    if (parsed.success) config[name] = parsed.data;
    else problems.push(describe(name, value, variable.about, parsed.error));
  }
  problems.push(...developmentLeftovers(program, env));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config as Config<P>;
}

const describe = (name: string, value: string | undefined, about: string, error: z.ZodError) =>
  value === undefined
    ? `${name} is missing (${about})`
    : `${name} ${[...new Set(error.issues.map((issue) => issue.message))].join('; ')}`;

/** Marks every secret that `npm start` makes for its embedded parts, so that production can refuse it. */
export const DEVELOPMENT_SECRET_MARK = 'development';

/** Variables whose value lets somebody in. */
const SECRETS = /^(DATABASE_URL|SMTP_URL|TEMPORAL_API_KEY|.*_SECRETS?|.*_REFRESH_TOKEN(_NA|_EU|_FE)?)$/;

function developmentLeftovers(program: Program, env: Record<string, string | undefined>): string[] {
  if (env['NODE_ENV'] !== 'production') return [];
  return Object.entries(variables)
    .filter(
      ([name, variable]) => SECRETS.test(name) && (variable.for as readonly Program[]).includes(program),
    )
    .filter(([name]) => env[name]?.includes(DEVELOPMENT_SECRET_MARK))
    .map(([name]) => `${name} is a development secret, which production refuses`);
}

/**
 * What a production start lacks, over all programs: `npm start` with NODE_ENV=production runs nothing
 * embedded, so everything must be named.
 */
export function productionProblems(env: Record<string, string | undefined>): string[] {
  const problems = new Set<string>();
  for (const program of ['api', 'worker', 'migrate', 'start'] as const) {
    try {
      readConfig(program, env);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      for (const problem of error.problems) problems.add(problem);
    }
  }
  return [...problems];
}
