import { z } from 'zod';
import { MARKETPLACE_CODES } from '../../domain/marketplaces';
import { classifications } from '../../domain/listing-answers';

/** A listing of the retail site, the same in each of its marketplaces. */
export const listingShape = z.strictObject({
  asin: z.string().length(10),
  title: z.string(),
  brand: z.string().optional(),
  modelNumber: z.string().optional(),
  partNumber: z.string().optional(),
  color: z.string().optional(),
  size: z.string().optional(),
  classification: z.enum(classifications).optional(),
  identifiers: z.array(z.strictObject({ type: z.string(), code: z.string() })).default([]),
  childAsins: z.array(z.string()).default([]),
  /** What it is packed with. */
  packageAsins: z.array(z.string()).default([]),
  /** Offers of new items: how many, or the status in place of `Success`; left out: one, none for a variation parent. */
  offers: z.union([z.int().nonnegative(), z.string().min(1)]).optional(),
  /** Offers of used ones, counted beside them. */
  usedOffers: z.int().nonnegative().optional(),
  marketplaces: z.array(z.enum(MARKETPLACE_CODES)).default([...MARKETPLACE_CODES]),
});
export type Listing = z.output<typeof listingShape>;

const everywhere = [...MARKETPLACE_CODES];

/** A listing as its maker meant it: what a demo listing leaves out is like this. */
const list = (listing: Partial<Listing> & Pick<Listing, 'asin' | 'title' | 'modelNumber'>): Listing => ({
  brand: 'Northlight',
  classification: 'BASE_PRODUCT',
  identifiers: [],
  childAsins: [],
  packageAsins: [],
  marketplaces: everywhere,
  ...listing,
});
/** A number as Amazon's index holds it: under several types at once. */
const upc = (code: string) => [
  { type: 'UPC', code },
  { type: 'EAN', code: `0${code}` },
  { type: 'GTIN', code: `00${code}` },
];
const ean = (code: string) => [
  { type: 'EAN', code },
  { type: 'GTIN', code: `0${code}` },
];

/** The demo catalogue. Which of these an example's form names, and what comes of it, is in examples.ts. */
export const demoListings: readonly Listing[] = [
  list({
    asin: 'B0NLBULB01',
    title: 'Northlight Glow A19 Smart Bulb, 800 lm, warm white',
    brand: 'NORTHLIGHT',
    modelNumber: 'NLA19-2',
    identifiers: upc('860001200102'),
  }),
  list({
    asin: 'B0NLPLUG01',
    title: 'Northlight Socket Smart Plug',
    modelNumber: 'NL-P1',
    identifiers: upc('860001200119'),
  }),
  list({
    asin: 'B0NLSTRP01',
    title: 'Northlight Ribbon Light Strip, 2 m',
    modelNumber: 'NL-LS-200',
    color: 'Warm white',
    size: '2 m',
    identifiers: upc('860001200126'),
  }),
  list({
    asin: 'B0NLSTRP02',
    title: 'Northlight Ribbon Light Strip, 5 m',
    modelNumber: 'NL-LS-200',
    color: 'Warm white',
    size: '5 m',
    identifiers: upc('860001200133'),
    marketplaces: ['UK', 'DE'],
  }),
  list({
    asin: 'B0NLSTRP03',
    title: 'Sunforge Ribbon Light Strip, 2 m',
    brand: 'Sunforge',
    modelNumber: 'NL-LS-200',
    identifiers: upc('860001200140'),
  }),
  list({
    asin: 'B0NLSTRP04',
    title: 'Northlight Ribbon Light Strip, 2 m, outdoor',
    modelNumber: 'NL-LS-200',
    color: 'Black',
    size: '2 m',
    identifiers: upc('860001200157'),
  }),
  list({
    asin: 'B0NLSTRPVP',
    title: 'Northlight Ribbon Light Strip',
    modelNumber: 'NL-LS-200',
    classification: 'VARIATION_PARENT',
    childAsins: ['B0NLSTRP01', 'B0NLSTRP02', 'B0NLSTRP04'],
  }),
  list({
    asin: 'B0NLSWTC01',
    title: 'Northlight Wall Switch',
    modelNumber: 'NL-SW-1',
    identifiers: upc('860001200164'),
  }),
  list({
    asin: 'B0NLCAMR01',
    title: 'Northlight Porch Camera',
    modelNumber: 'NL-C4',
    identifiers: upc('860001200171'),
  }),
  list({
    asin: 'B0NLBNDL01',
    title: 'Northlight Socket Smart Plug with Echo Dot',
    modelNumber: 'NL-P1',
    classification: 'PRODUCT_BUNDLE',
    identifiers: upc('860001200188'),
  }),
  list({
    asin: 'B0NLPANL01',
    title: 'Northlight Wall Panel',
    modelNumber: 'NL-WP-7',
    identifiers: upc('860001200195'),
  }),
  list({
    asin: 'B0NLHUB001',
    title: 'Northlight Bridge',
    modelNumber: 'NL-HB-1',
    identifiers: upc('860001200201'),
    marketplaces: ['US', 'UK'],
  }),
  list({
    asin: 'B0NLSENS01',
    title: 'Northlight Door Sensor with Bridge',
    modelNumber: 'NL-DS-3',
    identifiers: upc('860001200218'),
    packageAsins: ['B0NLHUB001'],
  }),
  list({
    asin: 'B0NLSENS02',
    title: 'Northlight Door Sensor',
    modelNumber: 'NL-DS-3',
    identifiers: upc('860001200225'),
  }),
  list({
    asin: 'B0NLSENS03',
    title: 'Northlight Door Sensor, black',
    modelNumber: 'NL-DS-3',
    identifiers: upc('860001200232'),
  }),
  list({
    asin: 'B0HPHUB001',
    title: 'Harbor & Pine Blind Hub',
    brand: 'Harbor & Pine',
    modelNumber: 'HP-H1',
    identifiers: ean('4501234560026'),
    marketplaces: ['US', 'JP'],
  }),
  list({
    asin: 'B0HPTHRM01',
    title: 'Harbor & Pine Thermostat',
    brand: 'Harbor & Pine',
    modelNumber: 'HP-T2',
    identifiers: ean('4012345600100'),
  }),
  list({
    asin: 'B0HPBLND01',
    title: 'Harbor & Pine Window Blind',
    brand: 'Harbor & Pine',
    modelNumber: 'HP-B9',
    identifiers: ean('4501234560019'),
  }),
];
