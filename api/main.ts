/** The API as a program: `node dist/api/main.js`. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { ConfigurationError, localDefaults, readConfig, type Config } from '../config';
import { createLookupGatherer } from '../db/lookup-gatherer';
import { openPool } from '../db/pool';
import { temporalConnectionOptions } from '../temporal-connection';
import { taskQueues } from '../workflows/contract';
import { createApp } from './app';
import { createCallLimit } from './call-limit';
import { startHousekeeping } from './housekeeping';
import { createHttpServer, drain } from './http-server';
import { openTemporalClient } from './temporal-client';
import { createIdentityProvider } from './sign-in/identity-provider';
import { CALLBACK_PATH, CONSOLE_PATH } from './sign-in/routes';

/** How long closing connections to the database may take. */
const CLOSE_MS = 1_000;

async function main(): Promise<void> {
  const config = readConfig('api');
  const log = pino({ level: config.LOG_LEVEL, base: { program: 'api' } });
  for (const remark of localDefaults('api')) log.warn(remark);
  const pool = openPool({
    url: config.DATABASE_URL,
    size: config.DATABASE_POOL_SIZE,
    name: 'badge-requests api',
    onError: ({ name, message }) => log.warn({ name, message }, 'a database connection broke'),
  });
  const { client, connection } = openTemporalClient(
    temporalConnectionOptions(config),
    config.TEMPORAL_NAMESPACE,
    (why) => log.warn({ why }, 'Temporal does not answer; trying again'),
  );
  const server = createHttpServer(log);
  const url = await listen(server, config);
  const publicUrl = config.PUBLIC_URL ?? url;
  const sessions = { hours: config.CONSOLE_SESSION_HOURS, idleMinutes: config.CONSOLE_IDLE_MINUTES };
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const stopHousekeeping = startHousekeeping({ pool, log });
  server.on(
    'request',
    createApp({
      pool,
      lookUpBadge: createLookupGatherer(pool),
      temporal: client,
      taskQueue: taskQueues.badgeRequests,
      log,
      registry,
      webhookSecrets: config.CERTIFICATION_WEBHOOK_SECRETS,
      identityProvider: createIdentityProvider({
        issuer: config.OIDC_ISSUER,
        clientId: config.OIDC_CLIENT_ID,
        clientSecret: config.OIDC_CLIENT_SECRET,
        callbackUrl: publicUrl + CALLBACK_PATH,
        signedOutUrl: publicUrl + CONSOLE_PATH,
      }),
      sessions,
      publicUrl,
      webhooksMayBeLocal: config.WEBHOOKS_MAY_BE_LOCAL,
      detailPageTemplate: config.DETAIL_PAGE_TEMPLATE,
      answerDeadlineMs: config.ANSWER_DEADLINE_MS,
      checkPatienceMs: config.ANSWER_DEADLINE_MS,
      claimMinutes: config.REVIEW_CLAIM_MINUTES,
      callLimit: config.CALLS_PER_MINUTE === 0 ? undefined : createCallLimit(config.CALLS_PER_MINUTE),
      proxiesInFront: config.PROXIES_IN_FRONT,
      checksPerMinute: config.CHECKS_PER_MINUTE,
      draftsPerOrganization: config.DRAFTS_PER_ORGANIZATION,
      suggestionsPerMinute: config.SUGGESTIONS_PER_MINUTE,
      now: () => new Date(),
    }),
  );
  log.info({ url }, 'listening');
  process.send?.('ready');

  await toldToEnd();
  log.info('ending');
  stopHousekeeping();
  await drain(server);
  await Promise.race([pool.end(), sleep(CLOSE_MS)]);
  log.info('ended');
  await connection.close();
  // At once: a call to Temporal that was cut off may still want to try again, on a connection that is closed.
  process.exit();
}

/** @returns the address listened on, as a URL */
async function listen(server: Server, { HOST, PORT }: Config<'api'>): Promise<string> {
  server.listen(PORT, HOST);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

/** A signal, or the end of the program that started this one. */
function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
    process.once('disconnect', () => resolve());
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(error instanceof ConfigurationError ? 2 : 1);
});
