/** The API over real HTTP, on a database of its own, with people of every role. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Client } from '@temporalio/client';
import pino from 'pino';
import { Registry } from 'prom-client';
import { fetch, type RequestInit } from 'undici';
import { createApp } from '../../api/app';
import { hashSecret } from '../../api/authentication';
import { SignInError, type IdentityProvider } from '../../api/sign-in/identity-provider';
import { createHttpServer } from '../../api/http-server';
import { openTemporalClient } from '../../api/temporal-client';
import type { ApiDependencies } from '../../api/dependencies';
import type { PersonRole } from '../../db/people';
import { createLookupGatherer } from '../../db/lookup-gatherer';
import type { Pool } from '../../db/pool';
import { createTestDatabase } from '../setup/database';

export const SECRET = `whsec_${Buffer.from('a secret of the tests, 32 bytes!').toString('base64')}`;
export const OTHER_SECRET = `whsec_${Buffer.from('another one while rotating, 32 b').toString('base64')}`;

export const people = {
  maker: { id: 'person_maker', role: 'MAKER', organization: 'org_one' },
  colleague: { id: 'person_colleague', role: 'MAKER', organization: 'org_one' },
  viewer: { id: 'person_viewer', role: 'VIEWER', organization: 'org_one' },
  stranger: { id: 'person_stranger', role: 'MAKER', organization: 'org_two' },
  reviewer: { id: 'person_reviewer', role: 'REVIEWER', organization: null },
  rival: { id: 'person_rival', role: 'REVIEWER', organization: null },
  insider: { id: 'person_insider', role: 'REVIEWER', organization: 'org_one' },
  operator: { id: 'person_operator', role: 'OPERATOR', organization: null },
} as const satisfies Record<string, { id: string; role: PersonRole; organization: string | null }>;
export type PersonName = keyof typeof people;

export interface Reply {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly text: string;
  /** Of a JSON answer; else null. */
  readonly body: Json;
}
/** What tests look into; a member that is not there is undefined. */
export interface Json {
  readonly [member: string]: Json;
  readonly [index: number]: Json;
}

/** A member that is a text, as such. */
export const textOf = (member: Json | undefined): string => {
  const value: unknown = member;
  if (typeof value !== 'string') throw new TypeError(`${JSON.stringify(value)} is no text`);
  return value;
};
/** Jest's matchers, for members of typed objects. */
export const someText: unknown = expect.any(String);
export const textLike = (pattern: RegExp | string): unknown => expect.stringMatching(pattern);

export interface CallOptions {
  readonly body?: unknown;
  /** Instead of `body`: exactly this. */
  readonly raw?: string | Buffer;
  readonly key?: string;
  readonly headers?: Record<string, string>;
}

export interface Api {
  readonly url: string;
  readonly pool: Pool;
  readonly tokens: Readonly<Record<PersonName, string>>;
  /** Lines of the log. */
  readonly logged: Record<string, unknown>[];
  as(person: PersonName | null): (method: string, path: string, options?: CallOptions) => Promise<Reply>;
  close(): Promise<void>;
}

export interface ApiOptions {
  /** What exists already: a database, and a worker's queue. */
  readonly world?: { pool: Pool; client: Client; taskQueue: string };
  /** Instead of the usual; made of the API's own address where it needs that. */
  readonly deps?: Partial<ApiDependencies> | ((url: string) => Promise<Partial<ApiDependencies>>);
}

export async function startApi({ world, deps = {} }: ApiOptions = {}): Promise<Api> {
  const database = world === undefined ? await createTestDatabase() : undefined;
  const pool = world?.pool ?? database?.pool;
  if (pool === undefined) throw new Error('There is a database either way.');
  const { client, connection } = openTemporalClient(
    { address: process.env['TEST_TEMPORAL_ADDRESS'] ?? '' },
    'badge-requests',
  );
  const tokens = await seed(pool);
  const logged: Record<string, unknown>[] = [];
  const sink = { write: (line: string) => void logged.push(JSON.parse(line) as Record<string, unknown>) };
  const log = pino({ level: 'info' }, sink);
  const server = createHttpServer(log);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const own = typeof deps === 'function' ? await deps(url) : deps;
  const app = createApp({
    pool,
    lookUpBadge: createLookupGatherer(own.pool ?? pool),
    temporal: world?.client ?? client,
    taskQueue: world?.taskQueue ?? `nobody_${randomBytes(4).toString('hex')}`,
    log,
    registry: new Registry(),
    webhookSecrets: [SECRET, OTHER_SECRET],
    webhooksMayBeLocal: false,
    identityProvider: nobodysProvider,
    sessions: { hours: 12, idleMinutes: 60 },
    publicUrl: url,
    detailPageTemplate: undefined,
    // Ample: a machine that is busy is no fault.
    answerDeadlineMs: 20_000,
    checkPatienceMs: 2_000,
    claimMinutes: 30,
    callLimit: undefined,
    proxiesInFront: 0,
    checksPerMinute: 1_000,
    draftsPerOrganization: 1_000,
    suggestionsPerMinute: 1_000,
    now: () => new Date(),
    ...own,
  });
  server.on('request', app);
  return {
    url,
    pool,
    tokens,
    logged,
    as: (person) => (method, path, options) =>
      call(`${url}${path}`, method, person === null ? undefined : tokens[person], options),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await connection.close();
      await database?.drop();
    },
  };
}

/** Where a test is not about signing in. */
const nobodysProvider: IdentityProvider = {
  begin: () => Promise.reject(new SignInError('OUT_OF_ORDER', null)),
  complete: () => Promise.reject(new SignInError('OUT_OF_ORDER', null)),
  end: () => Promise.resolve(null),
};

async function call(
  address: string,
  method: string,
  token: string | undefined,
  { body, raw, key, headers = {} }: CallOptions = {},
): Promise<Reply> {
  const init: RequestInit = {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...((body !== undefined || raw !== undefined) && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...headers,
    },
  };
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(address, { ...init, ...(content !== undefined && { body: content }) });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (isJson ? JSON.parse(text) : null) as Json,
  };
}

const everywhere = ['US', 'CA', 'UK', 'DE', 'JP'];

async function seed(pool: Pool): Promise<Record<PersonName, string>> {
  await pool.query(
    `insert into organizations (id, name) values ('org_one', 'One'), ('org_two', 'Two') on conflict do nothing`,
  );
  const tokens: Partial<Record<PersonName, string>> = {};
  for (const [name, person] of Object.entries(people) as [PersonName, (typeof people)[PersonName]][]) {
    await pool.query(
      `insert into people (id, name, email, role, organization_id) values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [person.id, name, `${name}@people.example`, person.role, person.organization],
    );
    tokens[name] = randomBytes(24).toString('base64url');
    await pool.query(
      `insert into access_tokens (token_hash, person_id, expires_at) values ($1, $2, now() + interval '1 day')`,
      [hashSecret(tokens[name]), person.id],
    );
  }
  await seedProduct(pool, { organization: 'org_one', suffix: 'one' });
  await seedProduct(pool, { organization: 'org_two', suffix: 'two' });
  return tokens as Record<PersonName, string>;
}

/** A product whose certification is under test. */
export async function seedProduct(
  pool: Pool,
  { organization, suffix }: { organization: string; suffix: string },
): Promise<void> {
  await pool.query(
    `insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
      values ($1, $2, $3, 1, 'UNDER_TEST', $4) on conflict do nothing`,
    [`cert_${suffix}`, organization, `prod_${suffix}`, everywhere],
  );
  await pool.query(
    `insert into products
        (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
      values ($1, $2, 'Lamp', 'Brand', 'M-1', 'LIGHT', $3, $4, 1) on conflict do nothing`,
    [
      `prod_${suffix}`,
      organization,
      { kind: 'SKILL', skillId: 'amzn1.ask.skill.one', vendorId: 'V' },
      `cert_${suffix}`,
    ],
  );
}

let asins = 0;
/** An ASIN that no other request of the file has. */
export const newAsin = () => `B0${String((asins += 1)).padStart(8, '0')}`;

/** A form that may be submitted as it is. */
export const readyForm = () => ({
  program: 'WWA',
  productId: 'prod_one',
  retailIdentifier: { type: 'UPC', code: '036000291452' },
  asin: newAsin(),
  variant: null,
  bundleDevices: [],
  goLive: { kind: 'AS_SOON_AS_POSSIBLE' },
  marketplaces: ['US', 'JP'],
});
