/** The calls of Catalog Items 2022-04-01 to one region: with its access token, within its limit, bounded. */
import { CatalogItemsApi } from '@sp-api-sdk/catalog-items-api-2022-04-01';
import type { Region } from '../../domain/marketplaces';
import { ANSWER_BYTES, type BoundedAnswer, callBounded } from './bounded-request';
import type { CallLimiter, Heed } from './call-limiter';
import type { CallPriority } from './call-line';
import { type AccessTokens, callWithToken, createAccessTokens } from './lwa-token';

export const SERVICE = 'Amazon’s catalogue';
/** How many identifiers one search may name (Catalog Items API 2022-04-01, `searchCatalogItems`). */
export const SEARCHED_AT_ONCE = 20;
/** The most of a search's answer that is read, in bytes: families of variations have long lists. */
const SEARCH_BYTES = 4 * ANSWER_BYTES;
const includedData = ['summaries', 'identifiers', 'relationships'] as const;

export interface ItemsWanted {
  /** One is asked for by `getCatalogItem`, up to {@link SEARCHED_AT_ONCE} by `searchCatalogItems`. */
  readonly asins: readonly [string, ...string[]];
  readonly marketplaceId: string;
}

/** Looked up by `searchCatalogItems`, however few they are. */
export interface NumbersWanted {
  readonly type: 'ASIN' | 'EAN' | 'GTIN' | 'JAN' | 'UPC';
  /** Up to {@link SEARCHED_AT_ONCE}. */
  readonly numbers: readonly string[];
  readonly marketplaceId: string;
}

export interface CatalogConnection {
  /**
   * Has an access token at hand, so that a turn is not spent on fetching one.
   * @throws {CallLaterError} when there is none to be had
   */
  prepare(): Promise<void>;
  /**
   * Asks for items, in the turn that the caller has; where the access token is refused, once more with
   * another one, in a turn of its own.
   * @throws {CallLaterError} when there is no whole answer in time
   * @throws {UnreadableAnswerError} for an answer that is too large
   */
  ask(
    wanted: ItemsWanted | NumbersWanted,
    turn: { heed: Heed; priority: CallPriority; signal?: AbortSignal | undefined },
  ): Promise<BoundedAnswer>;
}

export interface CatalogOptions {
  /** Endpoint and authorisation of each of the three regions. */
  readonly regions: Record<Region, { endpoint: string; refreshToken: string }>;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Keeps the calls of all processes within what each account may. */
  readonly limiter: CallLimiter;
  /** Longest that one call may take, in milliseconds. */
  readonly callTimeoutMs: number;
}

/** A connection to each region, each with an access token of its own. */
export function connectRegions(options: CatalogOptions): Record<Region, CatalogConnection> {
  const { regions, limiter, callTimeoutMs, ...client } = options;
  const connect = (region: Region) => {
    const { endpoint, refreshToken } = regions[region];
    const tokens = createAccessTokens({ ...client, callTimeoutMs, refreshToken });
    return connectCatalog({ region, endpoint, tokens, limiter, callTimeoutMs });
  };
  return { na: connect('na'), eu: connect('eu'), fe: connect('fe') };
}

/** @param options.callTimeoutMs longest that one call may take, in milliseconds */
function connectCatalog(options: {
  region: Region;
  endpoint: string;
  tokens: AccessTokens;
  limiter: CallLimiter;
  callTimeoutMs: number;
}): CatalogConnection {
  const { region, tokens, limiter, callTimeoutMs } = options;
  const api = new CatalogItemsApi(undefined, options.endpoint.replace(/\/+$/, ''));
  return {
    async prepare() {
      await tokens.current();
    },
    async ask(wanted, { heed, priority, signal }) {
      const call = async (token: string, listen: Heed): Promise<BoundedAnswer> => {
        const answer = await request(api, wanted, { token, callTimeoutMs, signal });
        await listen(answer.status, answer.header);
        return answer;
      };
      return callWithToken(
        tokens,
        (token) => call(token, heed),
        (token) =>
          limiter.run({ account: region, family: 'catalog', priority, signal }, (listen) =>
            call(token, listen),
          ),
      );
    },
  };
}

/** The call itself. */
function request(
  api: CatalogItemsApi,
  wanted: ItemsWanted | NumbersWanted,
  call: { token: string; callTimeoutMs: number; signal: AbortSignal | undefined },
): Promise<BoundedAnswer> {
  const about = { marketplaceIds: [wanted.marketplaceId], includedData: [...includedData] };
  const [single] = 'asins' in wanted && wanted.asins.length === 1 ? wanted.asins : [];
  if (single !== undefined)
    return callBounded(SERVICE, call, (config) => api.getCatalogItem({ ...about, asin: single }, config));
  const { type, numbers } = 'asins' in wanted ? { type: 'ASIN' as const, numbers: wanted.asins } : wanted;
  return callBounded(SERVICE, { ...call, bytes: SEARCH_BYTES }, (config) =>
    api.searchCatalogItems(
      { ...about, identifiers: [...numbers], identifiersType: type, pageSize: SEARCHED_AT_ONCE },
      config,
    ),
  );
}
