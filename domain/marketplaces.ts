/**
 * The marketplaces a badge can be asked for. Amazon publishes no list of Works with Alexa marketplaces: this
 * one is configuration, namely the Selling Partner API's marketplaces that have an Alexa locale.
 */

interface MarketplaceEntry {
  code: string;
  /** For people. */
  name: string;
  /** ISO 3166-1 alpha-2; differs from Amazon's code for the United Kingdom only. */
  country: string;
  /** The Selling Partner API's marketplace id. */
  id: string;
  /** The Selling Partner API's endpoint, not geography: India and the Gulf are served by `eu`. */
  region: 'na' | 'eu' | 'fe';
  /** IANA zone whose midnight starts a go-live date. */
  timeZone: string;
  /** The host of its detail pages. */
  store: string;
}

/**
 * Ids and regions: Selling Partner API documentation, "Marketplace IDs" and "SP-API endpoints". Time zones:
 * Amazon documents none for this purpose; they are those of Amazon Advertising's accounts (Canada and
 * Mexico follow Los Angeles there), except that Germany, Italy and Spain, which Advertising keeps on Paris
 * time, have the zone of their own country, with the same rules; Ireland, which it lacks, has Dublin's.
 */
// prettier-ignore
export const marketplaces = {
  US: { code: 'US', name: 'United States', country: 'US', id: 'ATVPDKIKX0DER', region: 'na', timeZone: 'America/Los_Angeles', store: 'www.amazon.com' },
  CA: { code: 'CA', name: 'Canada', country: 'CA', id: 'A2EUQ1WTGCTBG2', region: 'na', timeZone: 'America/Los_Angeles', store: 'www.amazon.ca' },
  MX: { code: 'MX', name: 'Mexico', country: 'MX', id: 'A1AM78C64UM0Y8', region: 'na', timeZone: 'America/Los_Angeles', store: 'www.amazon.com.mx' },
  BR: { code: 'BR', name: 'Brazil', country: 'BR', id: 'A2Q3Y263D00KWC', region: 'na', timeZone: 'America/Sao_Paulo', store: 'www.amazon.com.br' },
  UK: { code: 'UK', name: 'United Kingdom', country: 'GB', id: 'A1F83G8C2ARO7P', region: 'eu', timeZone: 'Europe/London', store: 'www.amazon.co.uk' },
  IE: { code: 'IE', name: 'Ireland', country: 'IE', id: 'A28R8C7NBKEWEA', region: 'eu', timeZone: 'Europe/Dublin', store: 'www.amazon.ie' },
  DE: { code: 'DE', name: 'Germany', country: 'DE', id: 'A1PA6795UKMFR9', region: 'eu', timeZone: 'Europe/Berlin', store: 'www.amazon.de' },
  FR: { code: 'FR', name: 'France', country: 'FR', id: 'A13V1IB3VIYZZH', region: 'eu', timeZone: 'Europe/Paris', store: 'www.amazon.fr' },
  IT: { code: 'IT', name: 'Italy', country: 'IT', id: 'APJ6JRA9NG5V4', region: 'eu', timeZone: 'Europe/Rome', store: 'www.amazon.it' },
  ES: { code: 'ES', name: 'Spain', country: 'ES', id: 'A1RKKUPIHCS9HS', region: 'eu', timeZone: 'Europe/Madrid', store: 'www.amazon.es' },
  NL: { code: 'NL', name: 'Netherlands', country: 'NL', id: 'A1805IZSGTT6HS', region: 'eu', timeZone: 'Europe/Amsterdam', store: 'www.amazon.nl' },
  IN: { code: 'IN', name: 'India', country: 'IN', id: 'A21TJRUUN4KGV', region: 'eu', timeZone: 'Asia/Kolkata', store: 'www.amazon.in' },
  SA: { code: 'SA', name: 'Saudi Arabia', country: 'SA', id: 'A17E79C6D8DWNP', region: 'eu', timeZone: 'Asia/Riyadh', store: 'www.amazon.sa' },
  AE: { code: 'AE', name: 'United Arab Emirates', country: 'AE', id: 'A2VIGQ35RCS4UG', region: 'eu', timeZone: 'Asia/Dubai', store: 'www.amazon.ae' },
  AU: { code: 'AU', name: 'Australia', country: 'AU', id: 'A39IBJ37TRP1C6', region: 'fe', timeZone: 'Australia/Sydney', store: 'www.amazon.com.au' },
  JP: { code: 'JP', name: 'Japan', country: 'JP', id: 'A1VC38T7YXB528', region: 'fe', timeZone: 'Asia/Tokyo', store: 'www.amazon.co.jp' },
} as const satisfies Record<string, MarketplaceEntry>;

/** Amazon's two-letter code, `UK` rather than ISO's `GB`. */
export type MarketplaceCode = keyof typeof marketplaces;
/** One of the Selling Partner API's three endpoints. */
export type Region = MarketplaceEntry['region'];
/** The regions in the order in which people are shown them, as they call them. */
export const regionLabels = {
  na: 'North America',
  eu: 'Europe',
  fe: 'Far East',
} as const satisfies Record<Region, string>;
export const REGIONS = Object.keys(regionLabels) as Region[];
/** What we know of one marketplace. */
export type Marketplace = MarketplaceEntry & { code: MarketplaceCode };

/** All codes, in the order in which people are shown them. */
export const MARKETPLACE_CODES = Object.keys(marketplaces) as MarketplaceCode[];

/** Whether a value from outside is the exact code of a marketplace. */
export function isMarketplaceCode(value: unknown): value is MarketplaceCode {
  return typeof value === 'string' && Object.hasOwn(marketplaces, value);
}

/** The entry of a marketplace that is known to exist. */
export function marketplaceByCode(code: MarketplaceCode): Marketplace {
  return marketplaces[code];
}

/** Marketplaces as a list in a sentence, e.g. "United States, Japan". */
export const namesOf = (codes: readonly MarketplaceCode[]): string =>
  codes.map((code) => marketplaces[code].name).join(', ');

/** Where a marketplace shows a product, with `{asin}` in the ASIN's place. */
export const detailPageOf = (code: MarketplaceCode): string =>
  `https://${marketplaces[code].store}/dp/{asin}`;

/** The marketplaces of a region. */
export const marketplacesIn = (region: Region): MarketplaceCode[] =>
  MARKETPLACE_CODES.filter((code) => marketplaces[code].region === region);

/**
 * Groups marketplaces by the endpoint that answers for them, each group in the order given.
 * @returns a plain object (it may cross Temporal), with no key for a region that has none
 */
export function regionsOf(codes: readonly MarketplaceCode[]): Partial<Record<Region, MarketplaceCode[]>> {
  const regions: Partial<Record<Region, MarketplaceCode[]>> = {};
  for (const code of codes) (regions[marketplaces[code].region] ??= []).push(code);
  return regions;
}
