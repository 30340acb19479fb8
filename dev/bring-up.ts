/** Brings everything up in the order in which the parts need each other. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../config';
import type { DataFolder } from './data-folder';
import { DEMO_EMAILS, demoAccounts, seedDemo } from './demo-data';
import {
  apiPart,
  identityProviderPart,
  mailCatcherPart,
  postgresPart,
  standInsPart,
  temporalPart,
  workersPart,
  type EmbeddedRun,
} from './embedded-parts';
import { LOOPBACK, takePort } from './free-port';
import { DATABASE_NAME } from './postgres';
import { DATABASE_OWNER } from './postgres-cluster';
import type { IdentitySettings } from './identity-provider/main';
import { migrateDatabase } from './migration';
import { choosePorts } from './remembered-ports';
import type { RunFile } from './run-file';
import { loadSecrets, type Secrets } from './secrets';
import { neededParts, productEnvironment } from './settings';
import { supervise, type Part, type Supervised, type Supervision } from './supervisor';
import { cacheFolder, findTemporal } from './temporal-program';

export interface BringUp extends Supervision {
  env: NodeJS.ProcessEnv;
  folder: DataFolder;
  killing: AbortSignal;
  /** What runs, in the order of its start; filled while it starts, also when a later part fails. */
  stages: (Supervised[] | undefined)[];
  /** Told that a part has failed to come up, so that the others need not go on. */
  failed: () => void;
}

/** Everything on this machine, but for what the environment names elsewhere; with demo data. */
export async function bringUpDevelopment(up: BringUp): Promise<RunFile> {
  const { env, folder, say } = up;
  const config = readConfig('start', env);
  const port = await takePort(config.PORT, say);
  const ports = await choosePorts(join(folder.path, 'ports.json'), port);
  const secrets = await loadSecrets(join(folder.path, 'secrets.json'), DEMO_EMAILS);
  const url = `http://${LOOPBACK}:${port}`;
  const temporalConfigFile = join(folder.path, 'temporal.toml');
  await writeFile(temporalConfigFile, '[profile.default]\n');
  const password = encodeURIComponent(secrets.postgresPassword);
  const productEnv = productEnvironment(env, {
    secrets,
    ports,
    temporalConfigFile,
    databaseUrl: `postgres://${DATABASE_OWNER}:${password}@${LOOPBACK}:${ports.postgres}/${DATABASE_NAME}`,
    url,
  });
  const { DATABASE_URL: databaseUrl, ...rest } = readConfig('worker', productEnv);
  const needed = neededParts(env);
  const run: EmbeddedRun = { folder, ports, killing: up.killing, say };

  const prepare = async () => {
    if (needed.postgres) await startStage(up, 0, 'PostgreSQL', postgresPart(run, secrets.postgresPassword));
    await migrateDatabase(productEnv, up.stopping);
    return seedDemo({ databaseUrl, secrets });
  };
  const startServer = async () => {
    if (!needed.temporal) return say(`Temporal: the server ${rest.TEMPORAL_ADDRESS}, from TEMPORAL_ADDRESS`);
    const cache = await cacheFolder(env, join(folder.path, 'cache'));
    const { path, found } = await findTemporal({ env, cache, say, signal: up.stopping });
    say(`Temporal: ${found}`);
    await startStage(up, 1, 'Temporal', temporalPart(run, path, rest.TEMPORAL_NAMESPACE));
  };
  const around = [
    needed.standIns
      ? startStage(up, 2, 'the demo catalogue and skill store', standInsPart(run, url))
      : undefined,
    needed.mail ? startStage(up, 2, 'the mail catcher', mailCatcherPart(run)) : undefined,
    needed.identityProvider
      ? startStage(
          up,
          2,
          'the identity provider',
          identityProviderPart(run, identitySettings(productEnv, secrets)),
        )
      : undefined,
  ];
  const preparing = prepare();
  await allOf(up, [preparing, startServer(), ...around.filter((one) => one !== undefined)]);
  const demo = await preparing;
  await allOf(up, [
    startStage(up, 3, 'the workers', workersPart(run, productEnv)),
    startStage(up, 3, 'the API', apiPart(run, { ...productEnv, HOST: LOOPBACK, PORT: String(port) })),
  ]);
  await waitForReadiness(url, up.stopping);
  const api = readConfig('api', productEnv);
  const [certificationSecret = ''] = api.CERTIFICATION_WEBHOOK_SECRETS;
  const standIn = `http://${LOOPBACK}:${ports.retail}`;
  return {
    url,
    people: demo.people,
    certification: { url: `${url}/v1/certification-events`, secret: certificationSecret },
    temporal: {
      address: rest.TEMPORAL_ADDRESS,
      namespace: rest.TEMPORAL_NAMESPACE,
      ...(needed.temporal && { ui: `http://${LOOPBACK}:${ports.temporalUi}` }),
    },
    database: { url: databaseUrl },
    identityProvider: { issuer: api.OIDC_ISSUER },
    mail: { ...(needed.mail && { url: `http://${LOOPBACK}:${ports.mail}` }), smtp: rest.SMTP_URL },
    retail: { url: rest.SP_API_ENDPOINT_NA, ...(rest.SP_API_ENDPOINT_NA === standIn && { pages: standIn }) },
    skills: { url: rest.SMAPI_ENDPOINT },
    examples: demo.examples,
  };
}

/** What the embedded identity provider knows: the demo people, and the console as its client. */
function identitySettings(
  productEnv: NodeJS.ProcessEnv,
  { people, oidcSigningKey: signingKey }: Secrets,
): IdentitySettings {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, PUBLIC_URL = '' } = readConfig('api', productEnv);
  return {
    issuer: OIDC_ISSUER,
    client: {
      id: OIDC_CLIENT_ID,
      secret: OIDC_CLIENT_SECRET ?? null,
      callbackUrl: `${PUBLIC_URL}/auth/callback`,
      signedOutUrl: `${PUBLIC_URL}/badge-requests`,
    },
    accounts: demoAccounts(people),
    signingKey,
  };
}

/** API and workers on what the environment names, and nothing else. */
export async function bringUpProduction(up: BringUp): Promise<Pick<RunFile, 'url'>> {
  const { env, folder, say } = up;
  const { HOST, PORT } = readConfig('api', env);
  const port = await takePort(PORT, say);
  await migrateDatabase(env, up.stopping);
  const run = { folder, killing: up.killing, say };
  await allOf(up, [
    startStage(up, 0, 'the workers', workersPart(run, env)),
    startStage(up, 0, 'the API', apiPart(run, { ...env, PORT: String(port) })),
  ]);
  const url = `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${port}`;
  await waitForReadiness(url, up.stopping);
  return { url };
}

async function startStage(up: BringUp, stage: number, about: string, part: Part): Promise<void> {
  // What it has waited for may have come when everything is to end.
  up.stopping.throwIfAborted();
  up.say(`Starting ${about} …`);
  const supervised = await supervise(part, up);
  (up.stages[stage] ??= []).push(supervised);
}

/** Waits for all, so that nothing is still starting when the first failure is told. */
async function allOf({ failed }: BringUp, starting: readonly Promise<unknown>[]): Promise<void> {
  try {
    await Promise.all(starting);
  } catch (error) {
    failed();
    await Promise.allSettled(starting);
    throw error;
  }
}

async function waitForReadiness(url: string, stopping: AbortSignal): Promise<void> {
  let last = 'no answer';
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
    stopping.throwIfAborted();
    try {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) });
      if (answer.ok) return;
      last = `${answer.status} ${(await answer.text()).slice(0, 300)}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
  }
  throw new Error(`The API does not become ready: ${last}`);
}
