import { CatalogItemsApi } from '@sp-api-sdk/catalog-items-api-2022-04-01';
import type { Marketplace, Region } from '../../domain/marketplaces';
import type { Listing } from '../../domain/review-listing';
import { ANSWER_BYTES, callSignal, failCall, parseJson } from './bounded-request';
import { refuseBusy, type ReadHeader, UnreadableAnswerError } from './call-later';
import { catalogErrors, catalogItem, readListing } from './catalog-answer';
import { type AccessTokens, createAccessTokens } from './lwa-token';

const SERVICE = 'Amazon’s catalogue';
/** The interface asks every caller to name itself: "Include a User-Agent header in all requests". */
const USER_AGENT = 'badge-request-service/1 (Language=JavaScript)';
const includedData = ['summaries', 'identifiers', 'relationships'] as const;

/** What the catalogue says of one ASIN in one marketplace; `requestId` is Amazon's own. */
export type CatalogLookup =
  | { readonly kind: 'item'; readonly listing: Listing; readonly requestId: string | null }
  | { readonly kind: 'notFound'; readonly requestId: string | null }
  /** Refused for good: another attempt would be refused as well. */
  | { readonly kind: 'refused'; readonly status: number; readonly requestId: string | null };

/** The retail catalogue. */
export interface Catalog {
  /**
   * Asks for one ASIN in one marketplace, in one call (two when the access token was refused).
   * @throws {CallLaterError} when it cannot be answered now
   * @throws {UnreadableAnswerError} when the answer decides nothing
   */
  lookUp(
    asin: string,
    marketplace: Pick<Marketplace, 'id' | 'region'>,
    signal?: AbortSignal,
  ): Promise<CatalogLookup>;
}

interface RawAnswer {
  readonly status: number;
  readonly header: ReadHeader;
  readonly body: string;
}

/**
 * The catalogue behind the Selling Partner API, Catalog Items 2022-04-01.
 * @param options.regions endpoint and authorisation of each of the three regions
 * @param options.callTimeoutMs longest that one call may take, in milliseconds
 */
export function createCatalog(options: {
  regions: Record<Region, { endpoint: string; refreshToken: string }>;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  callTimeoutMs: number;
}): Catalog {
  const { regions, callTimeoutMs, ...client } = options;
  const connect = (region: Region): { api: CatalogItemsApi; tokens: AccessTokens } => ({
    api: new CatalogItemsApi(undefined, regions[region].endpoint.replace(/\/+$/, '')),
    tokens: createAccessTokens({ ...client, callTimeoutMs, refreshToken: regions[region].refreshToken }),
  });
  const connections = { na: connect('na'), eu: connect('eu'), fe: connect('fe') };

  return {
    async lookUp(asin, marketplace, signal) {
      const { api, tokens } = connections[marketplace.region];
      const call = (token: string) => getItem(api, asin, marketplace.id, { token, callTimeoutMs, signal });
      const token = await tokens.current();
      let answer = await call(token);
      if (answer.status === 401 || answer.status === 403) {
        const renewed = await tokens.renew(token);
        if (renewed !== null) answer = await call(renewed);
      }
      return readAnswer(answer, asin, marketplace.id);
    },
  };
}

/**
 * The call itself. The token goes with each call rather than with the client, so that a refused one is
 * known; statuses are judged and bodies parsed here, because the client would parse without a bound.
 */
async function getItem(
  api: CatalogItemsApi,
  asin: string,
  marketplaceId: string,
  call: { token: string; callTimeoutMs: number; signal: AbortSignal | undefined },
): Promise<RawAnswer> {
  try {
    const response = await api.getCatalogItem(
      { asin, marketplaceIds: [marketplaceId], includedData: [...includedData] },
      {
        headers: { 'x-amz-access-token': call.token, 'user-agent': USER_AGENT, accept: 'application/json' },
        signal: callSignal(call.callTimeoutMs, call.signal),
        timeout: call.callTimeoutMs,
        maxRedirects: 0,
        maxContentLength: ANSWER_BYTES,
        // A proxy would come from the environment, which only config.ts reads.
        proxy: false,
        responseType: 'text',
        transformResponse: (data: unknown) => data,
        validateStatus: () => true,
      },
    );
    const headers: Record<string, unknown> = { ...response.headers };
    const body: unknown = response.data;
    return {
      status: response.status,
      header: (name) => {
        const value = headers[name.toLowerCase()];
        return typeof value === 'string' ? value : undefined;
      },
      body: typeof body === 'string' ? body : '',
    };
  } catch (error) {
    if (error instanceof Error && error.message.includes('maxContentLength'))
      throw new UnreadableAnswerError(`${SERVICE} sent more than can be an answer.`);
    return failCall(SERVICE, error, call.signal);
  }
}

function readAnswer({ status, header, body }: RawAnswer, asin: string, marketplaceId: string): CatalogLookup {
  refuseBusy(SERVICE, status, header);
  const requestId = header('x-amzn-requestid')?.slice(0, 64) ?? null;
  if (status === 200) {
    const item = catalogItem.safeParse(parseJson(SERVICE, body));
    if (!item.success) throw new UnreadableAnswerError(`${SERVICE} answered in an unknown form.`);
    if (item.data.asin !== asin) throw new UnreadableAnswerError(`${SERVICE} answered about another ASIN.`);
    const listing = readListing(item.data, marketplaceId);
    if (listing === null) throw new UnreadableAnswerError(`${SERVICE} answered without this marketplace.`);
    return { kind: 'item', listing, requestId };
  }
  if (status === 404) {
    // Only the interface's own words say that there is no such item; a 404 of anything on the way does not.
    const errors = catalogErrors.safeParse(parseJson(SERVICE, body));
    if (errors.success && errors.data.errors.some(({ code }) => code === 'NOT_FOUND'))
      return { kind: 'notFound', requestId };
    throw new UnreadableAnswerError(`${SERVICE} answered 404 without saying that the ASIN was not found.`);
  }
  if (status >= 400) return { kind: 'refused', status, requestId };
  throw new UnreadableAnswerError(`${SERVICE} answered ${status}.`);
}
