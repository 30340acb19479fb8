import {
  ConfigurationError,
  localDefaults,
  productionProblems,
  readConfig,
  TASK_QUEUE_NAMES,
  variables,
  type Program,
} from '../config';

type Environment = Record<string, string>;

/** The least that each program needs. */
const least = {
  migrate: { DATABASE_URL: 'postgres://user:pw@db.example/badges' },
  start: {},
  rehearse: {},
  api: {
    DATABASE_URL: 'postgres://user:pw@db.example/badges',
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    OIDC_ISSUER: 'https://id.example',
    CERTIFICATION_WEBHOOK_SECRETS: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  },
  worker: {
    DATABASE_URL: 'postgres://user:pw@db.example/badges',
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    SMTP_URL: 'smtps://user:pw@mail.example',
    SP_API_CLIENT_ID: 'amzn1.application-oa2-client.one',
    SP_API_CLIENT_SECRET: 'secret one',
    SP_API_REFRESH_TOKEN_NA: 'Atzr|na',
    SP_API_REFRESH_TOKEN_EU: 'Atzr|eu',
    SP_API_REFRESH_TOKEN_FE: 'Atzr|fe',
    SMAPI_CLIENT_ID: 'amzn1.application-oa2-client.two',
    SMAPI_CLIENT_SECRET: 'secret two',
    SMAPI_REFRESH_TOKEN: 'Atzr|skills',
  },
} as const satisfies Record<Program, Environment>;
const programs = Object.keys(least) as Program[];

function problemsOf(program: Program, env: Environment): readonly string[] {
  try {
    readConfig(program, env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

it.each(programs)(
  '%s starts with the least it needs, and names each part of it when it is missing',
  (program) => {
    expect(problemsOf(program, least[program])).toEqual([]);
    const missing = problemsOf(program, {});
    expect(missing.map((problem) => problem.split(' ')[0])).toEqual(Object.keys(least[program]));
    for (const problem of missing) expect(problem).toMatch(/^[A-Z_]+ is missing \(.+\)$/);
  },
);

it.each([
  ['api', ['PUBLIC_URL', 'PROXIES_IN_FRONT']],
  ['worker', ['PUBLIC_URL', 'MAIL_FROM']],
  ['migrate', []],
] as const)(
  '%s says in production what it runs with although it is right on one machine only',
  (program, named) => {
    const namesOf = (env: Environment) => localDefaults(program, env).map((remark) => remark.split(' ')[0]);
    expect(namesOf({ NODE_ENV: 'production', PUBLIC_URL: '' })).toEqual(named);
    expect(namesOf({})).toEqual([]);
    const given = {
      PUBLIC_URL: 'https://badges.example',
      PROXIES_IN_FRONT: '1',
      MAIL_FROM: 'badges@maker.example',
    };
    expect(namesOf({ NODE_ENV: 'production', ...given })).toEqual([]);
  },
);

it.each([
  ['temporal.example:7233', true],
  ['[::1]:7233', true],
  ['::1:7233', false],
  ['temporal.example', false],
  ['temporal.example:7233/', false],
  ['http://temporal.example:7233', false],
])('TEMPORAL_ADDRESS may be %s: %s', (TEMPORAL_ADDRESS, expected) => {
  expect(problemsOf('api', { ...least.api, TEMPORAL_ADDRESS })).toHaveLength(expected ? 0 : 1);
});

it('answers with everything that is wrong at once', () => {
  const wrong = {
    ...least.api,
    PORT: '80800',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'mysql://db.example/badges',
    TEMPORAL_ADDRESS: 'http://temporal.example:7233',
    CERTIFICATION_WEBHOOK_SECRETS: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw,short',
    ANSWER_DEADLINE_MS: '5s',
  };
  const problems = problemsOf('api', wrong);
  expect(problems).toHaveLength(6);
  expect(() => readConfig('api', wrong)).toThrow(
    /^The configuration has 6 problem\(s\):\n( {2}- .+(\n|$)){6}$/,
  );
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    'PORT',
    'LOG_LEVEL',
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
    'ANSWER_DEADLINE_MS',
    'CERTIFICATION_WEBHOOK_SECRETS',
  ]);
  expect(problems[0]).toBe('PORT must be a whole number from 0 to 65535');
});

it('fills in what is left out', () => {
  expect(readConfig('api', least.api)).toEqual({
    ...least.api,
    NODE_ENV: 'development',
    PORT: 8080,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'info',
    DATABASE_POOL_SIZE: 10,
    TEMPORAL_NAMESPACE: 'badge-requests',
    CERTIFICATION_WEBHOOK_SECRETS: [least.api.CERTIFICATION_WEBHOOK_SECRETS],
    REVIEW_CLAIM_MINUTES: 30,
    ANSWER_DEADLINE_MS: 10_000,
    CALLS_PER_MINUTE: 1_200,
    CHECKS_PER_MINUTE: 30,
    DRAFTS_PER_ORGANIZATION: 10_000,
    WEBHOOKS_MAY_BE_LOCAL: false,
    OIDC_CLIENT_ID: 'badge-requests',
    CONSOLE_SESSION_HOURS: 12,
    CONSOLE_IDLE_MINUTES: 60,
    SUGGESTIONS_PER_MINUTE: 20,
  });
  const worker = readConfig('worker', least.worker);
  expect(worker.WORKER_TASK_QUEUES).toEqual(TASK_QUEUE_NAMES);
  expect(worker.SP_API_ENDPOINT_FE).toBe('https://sellingpartnerapi-fe.amazon.com');
  expect(readConfig('start', {})).toEqual({ NODE_ENV: 'development', PORT: 8080, DATA_DIR: '.data' });
});

it('takes what is empty as left out', () => {
  const empty = Object.fromEntries(Object.keys(variables).map((name) => [name, '']));
  for (const program of programs) {
    expect(problemsOf(program, empty)).toEqual(problemsOf(program, {}));
    expect(readConfig(program, { ...empty, ...least[program] })).toEqual(readConfig(program, least[program]));
  }
});

it.each([
  ['10', '20', 'mail,catalog', 0],
  ['11', '20', 'mail,catalog', 1],
  ['11', '20', 'catalog', 0],
  ['', '9', 'mail', 1],
  ['', '10', '', 0],
])(
  'mails over %s connections of a pool of %s in a worker of “%s”: problems %i',
  (mails, size, queues, count) => {
    const env = { MAIL_CONNECTIONS: mails, DATABASE_POOL_SIZE: size, WORKER_TASK_QUEUES: queues };
    const problems = problemsOf('worker', { ...least.worker, ...env });
    expect(problems).toHaveLength(count);
    for (const problem of problems)
      expect(problem).toMatch(/^MAIL_CONNECTIONS must be at most \d+, half of DATABASE_POOL_SIZE/);
  },
);

it('reads lists', () => {
  const { WORKER_TASK_QUEUES } = readConfig('worker', {
    ...least.worker,
    WORKER_TASK_QUEUES: 'mail, catalog',
  });
  expect(WORKER_TASK_QUEUES).toEqual(['mail', 'catalog']);
  expect(problemsOf('worker', { ...least.worker, WORKER_TASK_QUEUES: 'mail,badges' })).toHaveLength(1);
});

it('reads the reviewers’ calendar', () => {
  expect(readConfig('worker', least.worker)).toMatchObject({
    REVIEW_DUE_WORKING_DAYS: 2,
    REVIEW_ESCALATE_WORKING_DAYS: 1,
    REVIEW_CALENDAR_ZONE: 'UTC',
    REVIEW_WORKING_DAYS: ['MON', 'TUE', 'WED', 'THU', 'FRI'],
    REVIEW_HOLIDAYS: [],
  });
  const set = {
    REVIEW_DUE_WORKING_DAYS: '0',
    REVIEW_CALENDAR_ZONE: 'Asia/Riyadh',
    REVIEW_WORKING_DAYS: 'SUN, MON,TUE',
    REVIEW_HOLIDAYS: '2026-12-25, 2027-01-01',
  };
  expect(readConfig('worker', { ...least.worker, ...set })).toMatchObject({
    REVIEW_DUE_WORKING_DAYS: 0,
    REVIEW_CALENDAR_ZONE: 'Asia/Riyadh',
    REVIEW_WORKING_DAYS: ['SUN', 'MON', 'TUE'],
    REVIEW_HOLIDAYS: ['2026-12-25', '2027-01-01'],
  });
});

it.each([
  ['REVIEW_DUE_WORKING_DAYS', '1.5', 'must be a whole number'],
  ['REVIEW_DUE_WORKING_DAYS', '251', 'must be a whole number from 0 to 250'],
  ['REVIEW_ESCALATE_WORKING_DAYS', '-1', 'must be a whole number'],
  ['REVIEW_CALENDAR_ZONE', 'Berlin', 'must be a time zone of the IANA database, for example Europe/Berlin'],
  ['REVIEW_CALENDAR_ZONE', '+01:00', 'must be a time zone of the IANA database, for example Europe/Berlin'],
  ['REVIEW_WORKING_DAYS', 'MON,FUNDAY', 'must be a list of MON, TUE, WED, THU, FRI, SAT, SUN'],
  ['REVIEW_HOLIDAYS', '2026-12-25,2026-02-30', 'must be a list of dates as YYYY-MM-DD'],
  ...['localhost:9464', '127.0.0.1', '::1:9464', '127.0.0.1:65536'].map((value): [string, string, string] => [
    'WORKER_METRICS_ADDRESS',
    value,
    'must be an IP address and a port, such as 127.0.0.1:9464 or [::1]:9464',
  ]),
])('refuses the %s %s and says what it takes', (name, value, said) => {
  expect(problemsOf('worker', { ...least.worker, [name]: value })).toEqual([`${name} ${said}`]);
});

it.each(['127.0.0.1:9464', '[::1]:9464', '0.0.0.0:9464'])(
  'lets a worker be asked for figures at %s',
  (value) => {
    const environment = { ...least.worker, WORKER_METRICS_ADDRESS: value };
    expect(readConfig('worker', environment).WORKER_METRICS_ADDRESS).toBe(value);
  },
);

it('takes an address of detail pages that says where the ASIN goes', () => {
  const problemsWith = (DETAIL_PAGE_TEMPLATE: string) =>
    problemsOf('api', { ...least.api, DETAIL_PAGE_TEMPLATE });
  expect(problemsWith('https://store.example/{marketplace}/{asin}')).toEqual([]);
  expect(problemsWith('https://store.example/')).toEqual(['DETAIL_PAGE_TEMPLATE must have {asin} in it']);
  expect(problemsWith('javascript:{asin}')[0]).toContain('must be a URL that starts with http');
});

it('reads rates with decimals', () => {
  const { SP_API_CALLS_PER_SECOND_NA, SP_API_CALLS_PER_SECOND_EU, SP_API_OFFERS_PER_SECOND_FE } = readConfig(
    'worker',
    { ...least.worker, SP_API_CALLS_PER_SECOND_EU: '1.5' },
  );
  expect([SP_API_CALLS_PER_SECOND_NA, SP_API_CALLS_PER_SECOND_EU, SP_API_OFFERS_PER_SECOND_FE]).toEqual([
    2, 1.5, 0.5,
  ]);
  for (const [wrong, rule] of [
    ['0', 'must be a number from 0.01 to 1000'],
    ['1e3', 'must be a number such as 2 or 0.5'],
    ['-1', 'must be a number such as 2 or 0.5'],
  ] as const)
    expect(problemsOf('worker', { ...least.worker, SP_API_CALLS_PER_SECOND_EU: wrong })[0]).toContain(rule);
});

it('leaves alone what another program reads', () => {
  expect(problemsOf('migrate', { ...least.migrate, PORT: 'busy', SMTP_URL: 'nowhere' })).toEqual([]);
});

it.each([
  ['api', 'DATABASE_URL', 'postgres://badges:development_x@127.0.0.1/badges'],
  ['migrate', 'DATABASE_URL', 'postgres://badges:development_x@127.0.0.1/badges'],
  ['worker', 'DATABASE_URL', 'postgres://badges:development_x@127.0.0.1/badges'],
  ['api', 'CERTIFICATION_WEBHOOK_SECRETS', 'whsec_development+MfKQ9r8GKYqrTwjUPD8I'],
  ['worker', 'SP_API_CLIENT_SECRET', 'development-secret'],
  ['worker', 'SP_API_REFRESH_TOKEN_NA', 'Atzr|development'],
  ['worker', 'SMAPI_CLIENT_SECRET', 'development-secret'],
  ['worker', 'SMAPI_REFRESH_TOKEN', 'Atzr|development'],
] as const)('production refuses in %s a %s that was made for development', (program, name, value) => {
  const env = { ...least[program], [name]: value };
  expect(problemsOf(program, { ...env, NODE_ENV: 'development' })).toEqual([]);
  expect(problemsOf(program, { ...env, NODE_ENV: 'production' })).toEqual([
    `${name} is a development secret, which production refuses`,
  ]);
});

it('names for a production start what any of the programs lacks, once', () => {
  const all = { ...least.api, ...least.worker, NODE_ENV: 'production' };
  expect(productionProblems(all)).toEqual([]);
  const lacking = productionProblems({ NODE_ENV: 'production' }).map((problem) => problem.split(' ')[0]);
  expect(lacking.sort()).toEqual(Object.keys({ ...least.api, ...least.worker }).sort());
});

it('never shows a value', () => {
  const canary = 'canary value';
  const wrong = Object.fromEntries(Object.keys(variables).map((name) => [name, canary]));
  for (const program of programs) expect(problemsOf(program, wrong).join('\n')).not.toContain(canary);
  const url = {
    ...least.worker,
    DATABASE_URL: `mysql://u:${canary}@db`,
    SMTP_URL: `http://u:${canary}@mail`,
  };
  expect(problemsOf('worker', url).join('\n')).not.toContain(canary);
  const marked = { ...least.worker, NODE_ENV: 'production', SMAPI_CLIENT_SECRET: `development ${canary}` };
  expect(problemsOf('worker', marked).join('\n')).not.toContain(canary);
});
