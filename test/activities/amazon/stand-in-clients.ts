import type { CallLimiter } from '../../../activities/amazon/call-limiter';
import type { Catalog } from '../../../activities/amazon/catalog';
import { createCatalog } from '../../../activities/amazon/catalog';
import type { CatalogOptions } from '../../../activities/amazon/catalog-connection';
import { type CatalogSearch, createCatalogSearch } from '../../../activities/amazon/catalog-search';
import { createOffers, type Offers } from '../../../activities/amazon/offers';
import { createSkillStore, type SkillStore } from '../../../activities/amazon/skills';
import { retailClient, skillClient } from '../../../dev/stand-ins/credentials';
import type { StandIns } from '../../../dev/stand-ins/start';

/** How long a call may take in these tests, in milliseconds: none is given up because the machine is busy. */
export const AMPLE_MS = 20_000;
/** Where an answer never comes, it is given up soon. */
const SHORT_MS = 400;
/** How long a call may take against this fault of a stand-in, in milliseconds. */
export const timeoutFor = (fault: object): number =>
  'kind' in fault && (fault.kind === 'slow' || fault.kind === 'drip') ? SHORT_MS : AMPLE_MS;

/** Lets every call go at once. */
export const noLimit: CallLimiter = { run: async (_call, work) => work(async () => undefined) };

interface Over {
  endpoint?: string;
  tokenUrl?: string;
  limiter?: CallLimiter;
  callTimeoutMs?: number;
}

/** The catalogue's client as a worker makes it, with a token cache of its own. */
export const catalogOf = (standIns: StandIns, over: Over = {}): Catalog =>
  createCatalog(catalogOptions(standIns, over));

/** Its search, likewise. */
export const searchOf = (standIns: StandIns, over: Over = {}): CatalogSearch =>
  createCatalogSearch(catalogOptions(standIns, over));

function catalogOptions(standIns: StandIns, over: Over): CatalogOptions {
  const endpoint = over.endpoint ?? standIns.retail.url;
  const { na, eu, fe } = retailClient.refreshTokens;
  return {
    regions: {
      na: { endpoint, refreshToken: na },
      eu: { endpoint, refreshToken: eu },
      fe: { endpoint, refreshToken: fe },
    },
    tokenUrl: over.tokenUrl ?? `${standIns.retail.url}/auth/o2/token`,
    clientId: retailClient.clientId,
    clientSecret: retailClient.clientSecret,
    limiter: over.limiter ?? noLimit,
    callTimeoutMs: over.callTimeoutMs ?? AMPLE_MS,
  };
}

/** The client of Product Pricing, likewise. */
export const offersOf = (
  standIns: StandIns,
  limiter: CallLimiter = noLimit,
  callTimeoutMs: number = AMPLE_MS,
): Offers => createOffers(catalogOptions(standIns, { limiter, callTimeoutMs }));

/** The skill store's client, likewise. */
export const skillsOf = (
  standIns: StandIns,
  over: { endpoint?: string; callTimeoutMs?: number } = {},
): SkillStore =>
  createSkillStore({
    endpoint: over.endpoint ?? standIns.skills.url,
    tokenUrl: `${standIns.skills.url}/auth/O2/token`,
    ...skillClient,
    callTimeoutMs: over.callTimeoutMs ?? AMPLE_MS,
  });

/** Speaks to a stand-in's controls. */
export async function control(
  url: string,
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
): Promise<void> {
  const answer = await fetch(`${url}${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
}

interface Call {
  method: string;
  path: string;
  status: number | 'CUT';
  count: number;
}

/** How many calls of a route the stand-in has answered, by status. */
export async function callsTo(url: string, route: string): Promise<Record<string, number>> {
  const { calls } = (await (await fetch(`${url}/_calls`)).json()) as { calls: Call[] };
  return Object.fromEntries(
    calls.filter(({ path }) => path === route).map(({ status, count }) => [String(status), count]),
  );
}

/** The paths that the stand-in was called at. */
export async function pathsCalled(url: string): Promise<string[]> {
  const { paths } = (await (await fetch(`${url}/_calls`)).json()) as { paths: Call[] };
  return paths.map(({ path }) => path);
}
