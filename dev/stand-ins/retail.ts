import { randomUUID } from 'node:crypto';
import express, { type Express, type Request, type Response } from 'express';
import {
  type MarketplaceCode,
  MARKETPLACE_CODES,
  marketplaces,
  type Region,
} from '../../domain/marketplaces';
import { type Account, createTokenDesk } from './access-tokens';
import { demoListings, type Listing, listingShape } from './catalogue';
import { retailClient } from './credentials';
import { presentDetailPage } from './detail-page';
import { contentFaultOf } from './faults';
import { generatedListing } from './generated-listing';
import { type IncludedData, includedDataSets, presentItem } from './item-view';
import { presentOffers } from './offers-view';
import { createControls, type StandInSettings } from './server';
import { createTokenBuckets } from './token-bucket';

/** Calls a second and burst of both operations, per account and application ("Catalog Items API rate limits"). */
const RATE = { perSecond: 2, burst: 2 };
/** Of `getItemOffers` ("Product Pricing API rate limits"). */
const OFFERS_RATE = { perSecond: 0.5, burst: 1 };

const accounts = (Object.entries(retailClient.refreshTokens) as [Region, string][]).map(
  ([region, refreshToken]): Account & { region: Region } => ({
    id: `retail-${region}`,
    region,
    clientId: retailClient.clientId,
    clientSecret: retailClient.clientSecret,
    refreshToken,
  }),
);

/** An answer that is not 200, in the interface's form. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details = '',
  ) {
    super(message);
    this.name = 'RefusalError';
  }
}

/** The Selling Partner API's Catalog Items 2022-04-01 and item offers of Product Pricing v0, Login with Amazon, and the retail site's detail pages. */
export function createRetailApp(settings: StandInSettings & { badgeLookupUrl: string | null }): Express {
  const app = express();
  const listings = new Map(demoListings.map((listing) => [listing.asin, listing]));
  const find = (asin: string, code: MarketplaceCode): Listing | null => {
    const listing = listings.get(asin) ?? generatedListing(asin);
    return listing?.marketplaces.includes(code) ? listing : null;
  };
  const present = (
    listing: Listing,
    code: MarketplaceCode,
    included: readonly IncludedData[],
    response: Response,
  ) =>
    presentItem(listing, code, included, {
      parentAsins: [...listings.values()]
        .filter((parent) => parent.childAsins.includes(listing.asin) && parent.marketplaces.includes(code))
        .map(({ asin }) => asin),
      fault: contentFaultOf(response),
    });
  const desk = createTokenDesk(accounts);
  const mayGet = createTokenBuckets(RATE.perSecond, RATE.burst);
  const maySearch = createTokenBuckets(RATE.perSecond, RATE.burst);
  const mayPrice = createTokenBuckets(OFFERS_RATE.perSecond, OFFERS_RATE.burst);
  app.disable('x-powered-by');
  app.disable('etag');
  app.put('/_catalog/:asin', express.json(), (request, response) => {
    const parsed = listingShape.safeParse({ ...(request.body as object), asin: request.params.asin });
    if (!parsed.success) return response.status(422).json({ issues: parsed.error.issues });
    listings.set(parsed.data.asin, parsed.data);
    return response.json(parsed.data);
  });
  app.use(createControls(settings));
  app.use(desk.router);

  /** Lets a call in: whose it is, within its rate, for a marketplace of its region. */
  const admit = (
    request: Request,
    response: Response,
    mayCall: (key: string) => boolean,
    { perSecond = RATE.perSecond, marketplaceParameter = 'marketplaceIds' } = {},
  ): MarketplaceCode => {
    const checked = desk.check(request.get('x-amz-access-token'));
    if ('refused' in checked) throw unauthorized(checked.refused);
    if (settings.rateLimits) {
      response.set('x-amzn-RateLimit-Limit', perSecond.toFixed(1));
      if (!mayCall(checked.account.id))
        throw new Refusal(429, 'QuotaExceeded', 'You exceeded your quota for the requested resource.');
    }
    const code = readMarketplace(request, marketplaceParameter);
    if (`retail-${marketplaces[code].region}` !== checked.account.id) throw unauthorized('elsewhere');
    return code;
  };
  const operation =
    (handle: (request: Request, response: Response) => void) => (request: Request, response: Response) => {
      response.set('x-amzn-RequestId', randomUUID());
      try {
        handle(request, response);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, code, message, details } = error;
        response.status(status).json({ errors: [{ code, message, details }] });
      }
    };

  app.get(
    '/catalog/2022-04-01/items/:asin',
    operation((request, response) => {
      const code = admit(request, response, mayGet);
      const asin = String(request.params['asin']);
      if (!/^[A-Z0-9]{10}$/.test(asin)) throw new Refusal(400, 'InvalidInput', "Invalid 'asin' provided.");
      const included = readIncludedData(request);
      const listing = find(asin, code);
      if (listing === null) throw notFound(asin, code);
      response.json(present(listing, code, included, response));
    }),
  );
  app.get(
    '/catalog/2022-04-01/items',
    operation((request, response) => {
      const code = admit(request, response, maySearch);
      const included = readIncludedData(request);
      const found = readIdentifiers(request)
        .flatMap((wanted) => search(wanted, code, [...listings.values()], find))
        .filter((listing, index, all) => all.indexOf(listing) === index);
      const size = Number(readOne(request, 'pageSize') ?? 10);
      if (!Number.isInteger(size) || size < 1 || size > 20)
        throw new Refusal(400, 'InvalidInput', "Invalid 'pageSize' provided.");
      const from = Number(readOne(request, 'pageToken') ?? 0) || 0;
      const items = found.slice(from, from + size);
      const more = from + size < found.length;
      response.json({
        numberOfResults: found.length,
        ...(more && { pagination: { nextToken: String(from + size) } }),
        items: items.map((listing) => present(listing, code, included, response)),
      });
    }),
  );
  app.get(
    '/products/pricing/v0/items/:asin/offers',
    operation((request, response) => {
      const code = admit(request, response, mayPrice, {
        perSecond: OFFERS_RATE.perSecond,
        marketplaceParameter: 'MarketplaceId',
      });
      if (readOne(request, 'ItemCondition') !== 'New')
        throw new Refusal(400, 'InvalidInput', "Invalid 'ItemCondition' provided.");
      const asin = String(request.params['asin']);
      const listing = find(asin, code);
      if (listing === null)
        throw new Refusal(400, 'InvalidInput', `${asin} is an invalid ASIN for marketplace ${code}`);
      response.json(presentOffers(listing, code, contentFaultOf(response)));
    }),
  );
  app.get('/dp/:asin', (request, response) =>
    presentDetailPage(request, response, find, settings.badgeLookupUrl),
  );
  return app;
}

const unauthorizedDetails = {
  missing: 'Access token is missing in the request header.',
  invalid: 'The access token you provided is revoked, malformed or invalid.',
  expired: 'The access token you provided has expired.',
  elsewhere: 'The selling partner is not authorized in this marketplace.',
} as const;
const unauthorized = (why: keyof typeof unauthorizedDetails) =>
  new Refusal(403, 'Unauthorized', 'Access to requested resource is denied.', unauthorizedDetails[why]);
const notFound = (asin: string, code: MarketplaceCode) =>
  new Refusal(
    404,
    'NOT_FOUND',
    `Requested item, ${asin}, not found in marketplace(s) ${marketplaces[code].id}.`,
  );

const readOne = (request: Request, name: string): string | undefined => {
  const value = request.query[name];
  return typeof value === 'string' ? value : undefined;
};
const readList = (request: Request, name: string): string[] =>
  (readOne(request, name) ?? '').split(',').filter(Boolean);

/** One marketplace per call: what several at once would answer is not documented. */
function readMarketplace(request: Request, parameter: string): MarketplaceCode {
  const ids = readList(request, parameter);
  const code = MARKETPLACE_CODES.find((known) => marketplaces[known].id === ids[0]);
  if (ids.length !== 1 || code === undefined)
    throw new Refusal(400, 'InvalidInput', `Invalid '${parameter}' provided.`);
  return code;
}

function readIncludedData(request: Request): IncludedData[] {
  const asked = readList(request, 'includedData');
  const known = includedDataSets.filter((name) => asked.includes(name));
  if (known.length !== asked.length)
    throw new Refusal(400, 'InvalidInput', "Invalid 'includedData' provided.");
  return known.length > 0 ? known : ['summaries'];
}

function readIdentifiers(request: Request): { type: string; value: string }[] {
  const values = readList(request, 'identifiers');
  const type = readOne(request, 'identifiersType');
  if (values.length === 0 || values.length > 20)
    throw new Refusal(400, 'InvalidInput', "Invalid 'identifiers' provided.");
  if (!type || !['ASIN', 'EAN', 'GTIN', 'ISBN', 'JAN', 'MINSAN', 'SKU', 'UPC'].includes(type))
    throw new Refusal(400, 'InvalidInput', "Invalid 'identifiersType' provided.");
  return values.map((value) => ({ type, value }));
}

/** By ASIN, or by number whatever its type: the index holds GTINs. */
function search(
  { type, value }: { type: string; value: string },
  code: MarketplaceCode,
  all: readonly Listing[],
  find: (asin: string, code: MarketplaceCode) => Listing | null,
): Listing[] {
  if (type === 'ASIN') return [find(value, code) ?? []].flat();
  return all.filter(
    ({ identifiers, marketplaces: codes }) =>
      codes.includes(code) &&
      identifiers.some((known) => known.code.padStart(14, '0') === value.padStart(14, '0')),
  );
}
