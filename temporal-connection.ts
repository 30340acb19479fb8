/** Where Temporal is and how to get in, for every program: Temporal's own standard names. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import { ConfigurationError, type Config } from './config';

/** What both kinds of connection, the client's and the worker's, take. */
export type TemporalConnectionOptions = Pick<ConnectionOptions, 'tls' | 'metadata'> & {
  address: string;
  apiKey?: string;
};

/**
 * Address, TLS and API key; TEMPORAL_TLS* and Temporal's configuration file are honoured.
 * @throws {ConfigurationError} where what these name cannot be read
 */
export function temporalConnectionOptions(
  config: Pick<Config<'worker'>, 'TEMPORAL_ADDRESS' | 'TEMPORAL_API_KEY'>,
): TemporalConnectionOptions {
  const { tls, metadata } = readStandardSettings();
  return {
    ...(tls === undefined ? {} : { tls }),
    ...(metadata === undefined ? {} : { metadata }),
    address: config.TEMPORAL_ADDRESS,
    ...(config.TEMPORAL_API_KEY === undefined ? {} : { apiKey: config.TEMPORAL_API_KEY }),
  };
}

function readStandardSettings() {
  try {
    return loadClientConnectConfig().connectionOptions;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError([
      `TEMPORAL_TLS* or Temporal’s configuration file cannot be used: ${why.trim()}`,
    ]);
  }
}
