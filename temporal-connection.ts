/** Where Temporal is and how to get in, for every program: Temporal's own standard names. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import type { Config } from './config';

/** What both kinds of connection, the client's and the worker's, take. */
export type TemporalConnectionOptions = Pick<ConnectionOptions, 'tls' | 'metadata'> & {
  address: string;
  apiKey?: string;
};

/** Address, TLS and API key; TEMPORAL_TLS* and Temporal's configuration file are honoured. */
export function temporalConnectionOptions(
  config: Pick<Config<'worker'>, 'TEMPORAL_ADDRESS' | 'TEMPORAL_API_KEY'>,
): TemporalConnectionOptions {
  const { tls, metadata } = loadClientConnectConfig().connectionOptions;
  return {
    ...(tls === undefined ? {} : { tls }),
    ...(metadata === undefined ? {} : { metadata }),
    address: config.TEMPORAL_ADDRESS,
    ...(config.TEMPORAL_API_KEY === undefined ? {} : { apiKey: config.TEMPORAL_API_KEY }),
  };
}
