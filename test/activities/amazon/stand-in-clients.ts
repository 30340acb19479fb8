import type { Catalog } from '../../../activities/amazon/catalog';
import { createCatalog } from '../../../activities/amazon/catalog';
import { createSkillStore, type SkillStore } from '../../../activities/amazon/skills';
import { retailClient, skillClient } from '../../../dev/stand-ins/credentials';
import type { StandIns } from '../../../dev/stand-ins/start';

/** How long a call may take in these tests, in milliseconds. */
const CALL_TIMEOUT_MS = 400;

/** The catalogue's client as a worker makes it, with a token cache of its own. */
export function catalogOf(standIns: StandIns, over: { endpoint?: string; tokenUrl?: string } = {}): Catalog {
  const endpoint = over.endpoint ?? standIns.retail.url;
  const { na, eu, fe } = retailClient.refreshTokens;
  return createCatalog({
    regions: {
      na: { endpoint, refreshToken: na },
      eu: { endpoint, refreshToken: eu },
      fe: { endpoint, refreshToken: fe },
    },
    tokenUrl: over.tokenUrl ?? `${standIns.retail.url}/auth/o2/token`,
    clientId: retailClient.clientId,
    clientSecret: retailClient.clientSecret,
    callTimeoutMs: CALL_TIMEOUT_MS,
  });
}

/** The skill store's client, likewise. */
export const skillsOf = (standIns: StandIns, over: { endpoint?: string } = {}): SkillStore =>
  createSkillStore({
    endpoint: over.endpoint ?? standIns.skills.url,
    tokenUrl: `${standIns.skills.url}/auth/O2/token`,
    ...skillClient,
    callTimeoutMs: CALL_TIMEOUT_MS,
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
