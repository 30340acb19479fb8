import { environmentProblems, neededParts, productEnvironment } from '../../dev/settings';

const embedded = {
  secrets: {
    postgresPassword: 'p',
    certificationSecret: `whsec_${'A'.repeat(32)}`,
    oidcClientSecret: 'o',
    oidcSigningKey: {},
    people: {},
  },
  ports: {
    postgres: 5001,
    temporal: 5002,
    temporalHttp: 5003,
    temporalMetrics: 5004,
    temporalUi: 5005,
    retail: 5006,
    skills: 5007,
    smtp: 5008,
    mail: 5009,
    identity: 5010,
  },
  temporalConfigFile: '/data/temporal.toml',
  databaseUrl: 'postgres://embedded',
  url: 'http://127.0.0.1:8080',
};

describe('what is embedded', () => {
  const everything = { postgres: true, temporal: true, mail: true, standIns: true, identityProvider: true };

  it.each<[NodeJS.ProcessEnv, Partial<typeof everything>]>([
    [{}, {}],
    [{ DATABASE_URL: '' }, {}],
    [{ DATABASE_URL: 'postgres://x' }, { postgres: false }],
    [{ TEMPORAL_ADDRESS: 'x:7233' }, { temporal: false }],
    [{ SMTP_URL: 'smtp://x' }, { mail: false }],
    [{ OIDC_ISSUER: 'https://x' }, { identityProvider: false }],
    [{ SP_API_CLIENT_ID: 'x' }, {}],
    [{ SP_API_CLIENT_ID: 'x', SMAPI_ENDPOINT: 'http://x', SMAPI_TOKEN_URL: 'http://x' }, { standIns: false }],
    // The token is still the stand-in's: nobody else is named for it.
    [{ SP_API_CLIENT_ID: 'x', SMAPI_ENDPOINT: 'http://x' }, {}],
    [
      {
        SP_API_ENDPOINT_NA: 'http://x',
        SP_API_ENDPOINT_EU: 'http://x',
        SP_API_ENDPOINT_FE: 'http://x',
        SMAPI_CLIENT_ID: 'x',
      },
      {},
    ],
    [{ SP_API_ENDPOINT_NA: 'http://x', SMAPI_CLIENT_ID: 'x' }, {}],
  ])('with %j', (env, less) => expect(neededParts(env)).toEqual({ ...everything, ...less }));
});

describe('the environment of API and workers', () => {
  it('leads to the embedded parts', () => {
    expect(productEnvironment({}, embedded)).toMatchObject({
      DATABASE_URL: 'postgres://embedded',
      TEMPORAL_ADDRESS: '127.0.0.1:5002',
      SMTP_URL: 'smtp://127.0.0.1:5008',
      SP_API_ENDPOINT_FE: 'http://127.0.0.1:5006',
      SP_API_TOKEN_URL: 'http://127.0.0.1:5006/auth/o2/token',
      DETAIL_PAGE_TEMPLATE: 'http://127.0.0.1:5006/dp/{asin}?marketplace={marketplace}',
      SMAPI_ENDPOINT: 'http://127.0.0.1:5007',
      PUBLIC_URL: 'http://127.0.0.1:8080',
      OIDC_ISSUER: 'http://127.0.0.1:5010',
      OIDC_CLIENT_SECRET: 'o',
    });
  });

  it('sets no limit to calls, unless somebody does', () => {
    expect(productEnvironment({}, embedded)).toMatchObject({ CALLS_PER_MINUTE: '0' });
    expect(productEnvironment({ CALLS_PER_MINUTE: '60' }, embedded)).toMatchObject({
      CALLS_PER_MINUTE: '60',
    });
  });

  it('keeps what is set, and what is set beside it does not matter', () => {
    const env = { SP_API_ENDPOINT_EU: 'http://eu.example', SMTP_URL: 'smtp://mail.example', OTHER: 'kept' };
    expect(productEnvironment(env, embedded)).toMatchObject({
      ...env,
      SP_API_ENDPOINT_NA: 'http://127.0.0.1:5006',
      DATABASE_URL: 'postgres://embedded',
    });
  });

  it('fills in nothing beside the client of somebody', () => {
    const env = productEnvironment({ SP_API_CLIENT_ID: 'mine' }, embedded);
    expect(Object.keys(env).filter((name) => name.startsWith('SP_API_'))).toEqual(['SP_API_CLIENT_ID']);
  });

  it("takes the user's way into another Temporal from the embedded one, and leaves it to that other", () => {
    const user = { TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'true', TEMPORAL_NAMESPACE: 'mine' };
    const env = productEnvironment(user, embedded);
    expect(env).toMatchObject({ TEMPORAL_NAMESPACE: 'mine', TEMPORAL_CONFIG_FILE: '/data/temporal.toml' });
    expect(env).not.toHaveProperty('TEMPORAL_API_KEY');
    expect(env).not.toHaveProperty('TEMPORAL_TLS');
    expect(productEnvironment({ ...user, TEMPORAL_ADDRESS: 'cloud:7233' }, embedded)).toMatchObject(user);
  });
});

describe('the identity provider', () => {
  it('of somebody else knows nothing of the embedded secret', () => {
    const env = productEnvironment({ OIDC_ISSUER: 'https://id.example' }, embedded);
    expect(env).not.toHaveProperty('OIDC_CLIENT_SECRET');
  });

  it('is asked by TLS, but on this machine', () => {
    expect(environmentProblems({ OIDC_ISSUER: 'http://id.example' })).toEqual([
      'OIDC_ISSUER must start with https://, but for a provider on this machine',
    ]);
    expect(environmentProblems({ OIDC_ISSUER: 'http://localhost:9000' })).toEqual([]);
    expect(environmentProblems({ OIDC_ISSUER: 'nonsense' })).toHaveLength(1);
  });
});

describe('what is wrong with an environment', () => {
  it('is nothing when nothing is set', () => expect(environmentProblems({})).toEqual([]));

  it('is told all at once', () => {
    const problems = environmentProblems({
      PORT: 'abc',
      DATABASE_URL: 'nonsense',
      TEMPORAL_ADDRESS: 'localhost',
    });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      'DATABASE_URL',
      'PORT',
      'TEMPORAL_ADDRESS',
    ]);
  });

  it('is a client without its secret', () => {
    expect(environmentProblems({ SMAPI_CLIENT_ID: 'mine' }).join()).toMatch(/SMAPI_CLIENT_SECRET is missing/);
  });

  it('is everything that is not named in production', () => {
    const problems = environmentProblems({ NODE_ENV: 'production' }).join('\n');
    for (const name of [
      'DATABASE_URL',
      'TEMPORAL_ADDRESS',
      'SMTP_URL',
      'OIDC_ISSUER',
      'SP_API_CLIENT_ID',
      'SMAPI_CLIENT_ID',
    ])
      expect(problems).toContain(`${name} is missing`);
  });
});
