/** Where Temporal is and how to get in, for every program: Temporal's own standard names. */
import { loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import { ConfigurationError, type Config } from './config';

/** What both kinds of connection, the client's and the worker's, take. */
export type TemporalConnectionOptions = Pick<ConnectionOptions, 'tls' | 'metadata'> & {
  address: string;
  apiKey?: string;
};

/**
 * Address, TLS and API key; TEMPORAL_TLS* and Temporal's configuration file are honoured.
 * @param env where the standard names are read from; one that is set and empty counts as not set
 * @throws {ConfigurationError} where what these name cannot be read
 */
export function temporalConnectionOptions(
  config: Pick<Config<'worker'>, 'TEMPORAL_ADDRESS'>,
  env: NodeJS.ProcessEnv = process.env,
): TemporalConnectionOptions {
  const { apiKey, tls, metadata } = readStandardSettings(env);
  return {
    ...(tls === undefined ? {} : { tls }),
    ...(metadata === undefined ? {} : { metadata }),
    address: config.TEMPORAL_ADDRESS,
    ...(apiKey === undefined ? {} : { apiKey }),
  };
}

function readStandardSettings(env: NodeJS.ProcessEnv) {
  const given = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]));
  try {
    const profile = loadClientConfigProfile({ overrideEnvVars: Object.fromEntries(given) });
    return { ...toClientOptions(profile).connectionOptions, apiKey: profile.apiKey };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError([
      `TEMPORAL_TLS* or Temporal’s configuration file cannot be used: ${why.trim()}`,
    ]);
  }
}
