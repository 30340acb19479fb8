/** Where Temporal is and how to get in, for every program: Temporal's own standard names. */
import { loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import { ConfigurationError, temporalEnvironment, type Config } from './config';

/** What both kinds of connection, the client's and the worker's, take. */
export type TemporalConnectionOptions = Pick<ConnectionOptions, 'tls' | 'metadata'> & {
  address: string;
  apiKey?: string;
};

/**
 * Address, TLS and API key; TEMPORAL_TLS* and Temporal's configuration file are honoured.
 * @param env where these stand, usually `process.env`; what is set and empty counts as not set
 * @throws {ConfigurationError} where what these name cannot be read
 */
export function temporalConnectionOptions(
  config: Pick<Config<'worker'>, 'TEMPORAL_ADDRESS'>,
  env?: Record<string, string | undefined>,
): TemporalConnectionOptions {
  const { apiKey, tls, metadata } = readStandardSettings(temporalEnvironment(env));
  return {
    ...(tls === undefined ? {} : { tls }),
    ...(metadata === undefined ? {} : { metadata }),
    address: config.TEMPORAL_ADDRESS,
    ...(apiKey === undefined ? {} : { apiKey }),
  };
}

function readStandardSettings(overrideEnvVars: Record<string, string>) {
  try {
    const profile = loadClientConfigProfile({ overrideEnvVars });
    return { ...toClientOptions(profile).connectionOptions, apiKey: profile.apiKey };
  } catch (error) {
    const { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: profile = 'default' } = overrideEnvVars;
    const said = error instanceof Error ? error.message : String(error);
    // What reads the file trips over one that is empty or has other tables only.
    const why = error instanceof TypeError ? `it has no [profile.${profile}]` : said.trim();
    throw new ConfigurationError([
      `TEMPORAL_TLS* or Temporal’s configuration file${file === undefined ? '' : `, ${file},`} cannot be used: ${why}`,
    ]);
  }
}
