/** Which embedded parts a start needs, and the environment of the programs that use them. */
import { productionProblems } from '../config';
import { LOOPBACK } from './free-port';
import type { EmbeddedPorts } from './remembered-ports';
import type { Secrets } from './secrets';
import { retailClient, skillClient } from './stand-ins/credentials';

type Environment = Record<string, string | undefined>;

export interface NeededParts {
  postgres: boolean;
  temporal: boolean;
  mail: boolean;
  standIns: boolean;
  identityProvider: boolean;
}

const RETAIL_ENDPOINTS = ['SP_API_ENDPOINT_NA', 'SP_API_ENDPOINT_EU', 'SP_API_ENDPOINT_FE'] as const;

/** The demo clients of the stand-ins; real credentials belong to whoever sets them. */
const RETAIL_CLIENT = {
  SP_API_CLIENT_ID: retailClient.clientId,
  SP_API_CLIENT_SECRET: retailClient.clientSecret,
  SP_API_REFRESH_TOKEN_NA: retailClient.refreshTokens.na,
  SP_API_REFRESH_TOKEN_EU: retailClient.refreshTokens.eu,
  SP_API_REFRESH_TOKEN_FE: retailClient.refreshTokens.fe,
};
const SKILL_CLIENT = {
  SMAPI_CLIENT_ID: skillClient.clientId,
  SMAPI_CLIENT_SECRET: skillClient.clientSecret,
  SMAPI_REFRESH_TOKEN: skillClient.refreshToken,
};

const isSet = (env: Environment, name: string) => env[name] !== undefined && env[name] !== '';

/**
 * What is to be run for lack of a variable that names something else. With a client of their own
 * people mean Amazon, or whatever their endpoints say: the demo catalogue is no part of that. Without
 * one the stand-ins run as long as anything is asked of them, be it a token alone.
 */
export function neededParts(env: Environment): NeededParts {
  const areSet = (...names: string[]) => names.every((name) => isSet(env, name));
  const ownRetail = areSet('SP_API_CLIENT_ID') || areSet(...RETAIL_ENDPOINTS, 'SP_API_TOKEN_URL');
  const ownSkills = areSet('SMAPI_CLIENT_ID') || areSet('SMAPI_ENDPOINT', 'SMAPI_TOKEN_URL');
  return {
    postgres: !isSet(env, 'DATABASE_URL'),
    temporal: !isSet(env, 'TEMPORAL_ADDRESS'),
    mail: !isSet(env, 'SMTP_URL'),
    standIns: !(ownRetail && ownSkills),
    identityProvider: !isSet(env, 'OIDC_ISSUER'),
  };
}

export interface Embedded {
  secrets: Secrets;
  ports: EmbeddedPorts;
  /** A file with an empty profile, so that the user's own Temporal profile does not reach an embedded server. */
  temporalConfigFile: string;
  databaseUrl: string;
  url: string;
}

/**
 * The environment of API and workers: what the user has set, and for the rest the embedded parts.
 * @param env the user's
 */
export function productEnvironment(env: Environment, embedded: Embedded): NodeJS.ProcessEnv {
  const { ports, secrets } = embedded;
  const needed = neededParts(env);
  const set = Object.fromEntries(Object.entries(env).filter(([name]) => isSet(env, name)));
  const retail = `http://${LOOPBACK}:${ports.retail}`;
  const skills = `http://${LOOPBACK}:${ports.skills}`;
  return {
    PUBLIC_URL: embedded.url,
    CERTIFICATION_WEBHOOK_SECRETS: secrets.certificationSecret,
    DATABASE_URL: embedded.databaseUrl,
    SMTP_URL: `smtp://${LOOPBACK}:${ports.smtp}`,
    // Whoever tries it has nothing but this machine.
    WEBHOOKS_MAY_BE_LOCAL: 'true',
    CALLS_PER_MINUTE: '0',
    ...(!isSet(env, 'SP_API_CLIENT_ID') && {
      ...Object.fromEntries(RETAIL_ENDPOINTS.map((name) => [name, retail])),
      SP_API_TOKEN_URL: `${retail}/auth/o2/token`,
      DETAIL_PAGE_TEMPLATE: `${retail}/dp/{asin}?marketplace={marketplace}`,
      ...RETAIL_CLIENT,
    }),
    ...(!isSet(env, 'SMAPI_CLIENT_ID') && {
      SMAPI_ENDPOINT: skills,
      SMAPI_TOKEN_URL: `${skills}/auth/O2/token`,
      ...SKILL_CLIENT,
    }),
    ...(needed.temporal ? withoutTemporalConnection(set) : set),
    // Our client at another provider is unknown to the embedded one.
    ...(needed.identityProvider && {
      OIDC_ISSUER: `http://${LOOPBACK}:${ports.identity}`,
      OIDC_CLIENT_ID: 'badge-requests',
      OIDC_CLIENT_SECRET: secrets.oidcClientSecret,
    }),
    ...(needed.temporal && {
      TEMPORAL_ADDRESS: `${LOOPBACK}:${ports.temporal}`,
      TEMPORAL_CONFIG_FILE: embedded.temporalConfigFile,
    }),
  };
}

/** Key, TLS and profile of the user's belong to another server than ours. */
const withoutTemporalConnection = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^TEMPORAL_(TLS|API_KEY|PROFILE|CONFIG_FILE|GRPC_META)/.test(name),
    ),
  );

/**
 * Everything that is wrong with the environment, over all programs. In development what is not set is
 * embedded and therefore never missing.
 */
export function environmentProblems(env: Environment): string[] {
  if (env['NODE_ENV'] === 'production') return productionProblems(env);
  const ports = { postgres: 1, temporal: 1, temporalHttp: 1, temporalMetrics: 1, temporalUi: 1 };
  const filled = productEnvironment(env, {
    secrets: {
      postgresPassword: 'x',
      certificationSecret: `whsec_${'x'.repeat(32)}`,
      oidcClientSecret: 'x',
      oidcSigningKey: {},
      people: {},
    },
    ports: { ...ports, retail: 1, skills: 1, smtp: 1, mail: 1, identity: 1 },
    temporalConfigFile: '',
    databaseUrl: 'postgres://x@x/x',
    url: 'http://x',
  });
  return productionProblems(filled);
}
