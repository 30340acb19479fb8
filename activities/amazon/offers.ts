import { ProductPricingApi } from '@sp-api-sdk/product-pricing-api-v0';
import { z } from 'zod';
import type { Marketplace, Region } from '../../domain/marketplaces';
import { type BoundedAnswer, callBounded, parseJson } from './bounded-request';
import type { CallLimiter } from './call-limiter';
import type { CallPriority } from './call-line';
import { refuseBusy, UnreadableAnswerError } from './call-later';
import { type AccessTokens, callWithToken, createAccessTokens } from './lwa-token';

const SERVICE = 'Amazon’s Product Pricing';
/** What Product Pricing says of one ASIN in one marketplace; null is what it does not say. */
export type OffersLookup =
  | {
      readonly kind: 'offers';
      readonly status: string | null;
      /** Of new items. */
      readonly total: number | null;
      readonly requestId: string | null;
    }
  /** Refused for good: another attempt would be refused as well. */
  | { readonly kind: 'refused'; readonly status: number; readonly requestId: string | null };

/** Who offers an ASIN for sale. */
export interface Offers {
  /**
   * Asks for the offers of new items, in one call (two when the access token was refused).
   * @param priority who goes first; `interactive`, the default, before the others
   * @throws {CallLaterError} when it cannot be answered now
   * @throws {UnreadableAnswerError} when the answer decides nothing
   */
  lookUp(
    asin: string,
    marketplace: Pick<Marketplace, 'id' | 'region'>,
    signal?: AbortSignal,
    priority?: CallPriority,
  ): Promise<OffersLookup>;
}

const count = z.int().nonnegative().nullish();
/** As much of the answer as decides (Product Pricing API v0, `GetOffersResult`). */
const offersAnswer = z.object({
  payload: z.object({
    ASIN: z.string().nullish(),
    Identifier: z.object({ ASIN: z.string().nullish() }).nullish(),
    // Spelled in either way, by the model and by its clients.
    MarketplaceID: z.string().nullish(),
    marketplaceId: z.string().nullish(),
    ItemCondition: z.string().nullish(),
    status: z.string().max(80).nullish(),
    Summary: z
      .object({
        TotalOfferCount: count,
        NumberOfOffers: z.array(z.object({ condition: z.string().nullish(), OfferCount: count })).nullish(),
      })
      .nullish(),
  }),
});

/**
 * Product Pricing v0 of the Selling Partner API: `getItemOffers`, half a call a second for each account.
 * @param options.regions endpoint and authorisation of each of the three regions
 * @param options.limiter keeps the calls of all processes within what each account may
 * @param options.callTimeoutMs longest that one call may take, in milliseconds
 */
export function createOffers(options: {
  regions: Record<Region, { endpoint: string; refreshToken: string }>;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  callTimeoutMs: number;
  limiter: CallLimiter;
}): Offers {
  const { regions, callTimeoutMs, limiter, ...client } = options;
  const connect = (region: Region): { api: ProductPricingApi; tokens: AccessTokens } => ({
    api: new ProductPricingApi(undefined, regions[region].endpoint.replace(/\/+$/, '')),
    tokens: createAccessTokens({ ...client, callTimeoutMs, refreshToken: regions[region].refreshToken }),
  });
  const connections = { na: connect('na'), eu: connect('eu'), fe: connect('fe') };

  return {
    async lookUp(asin, { id, region }, signal, priority = 'interactive') {
      const { api, tokens } = connections[region];
      const call = (token: string) =>
        limiter.run({ account: region, family: 'offers', priority, signal }, async (heed) => {
          const answer = await callBounded(SERVICE, { token, callTimeoutMs, signal }, (config) =>
            api.getItemOffers({ asin, marketplaceId: id, itemCondition: 'New' }, config),
          );
          await heed(answer.status, answer.header);
          return answer;
        });
      return readAnswer(await callWithToken(tokens, call), asin, id);
    },
  };
}

function readAnswer(
  { status, header, body }: BoundedAnswer,
  asin: string,
  marketplaceId: string,
): OffersLookup {
  refuseBusy(SERVICE, status, header);
  const requestId = header('x-amzn-requestid')?.slice(0, 64) ?? null;
  if (status >= 400) return { kind: 'refused', status, requestId };
  if (status !== 200) throw new UnreadableAnswerError(`${SERVICE} answered ${status}.`);
  const answer = offersAnswer.safeParse(parseJson(SERVICE, body));
  if (!answer.success) throw new UnreadableAnswerError(`${SERVICE} answered in an unknown form.`);
  const { payload } = answer.data;
  if ((payload.ASIN ?? payload.Identifier?.ASIN) !== asin)
    throw new UnreadableAnswerError(`${SERVICE} answered about another ASIN.`);
  if ((payload.MarketplaceID ?? payload.marketplaceId ?? marketplaceId) !== marketplaceId)
    throw new UnreadableAnswerError(`${SERVICE} answered about another marketplace.`);
  if ((payload.ItemCondition ?? 'New').toLowerCase() !== 'new')
    throw new UnreadableAnswerError(`${SERVICE} answered about another condition.`);
  return {
    kind: 'offers',
    status: payload.status ?? null,
    total: countNew(payload.Summary),
    requestId,
  };
}

/**
 * The offers of new items. The total is of all conditions, whichever was asked for: `NumberOfOffers` tells them apart.
 * @returns null when the answer does not say
 */
function countNew(summary: z.output<typeof offersAnswer>['payload']['Summary']): number | null {
  const rows = summary?.NumberOfOffers ?? [];
  const ofNew = rows.filter(({ condition }) => condition?.toLowerCase() === 'new');
  if (ofNew.length === rows.length) return summary?.TotalOfferCount ?? null;
  const counts = ofNew.map(({ OfferCount }) => OfferCount ?? Number.NaN);
  const total = counts.reduce((sum, each) => sum + each, 0);
  return Number.isNaN(total) || rows.some(({ condition }) => !condition) ? null : total;
}
