/** A certified product and a listing that is it. */
import type { ReviewSubject } from '../../domain/review';
import type { Listing } from '../../domain/listing-answers';

export const subject: ReviewSubject = {
  program: 'WWA',
  asin: 'B0NLBULB01',
  gtin14: '00860001200102',
  bundleDevices: [],
  product: { brand: 'Northlight', model: 'NL-A19-2', integration: { kind: 'NONE' } },
};

export const listing: Listing = {
  asin: 'B0NLBULB01',
  title: 'A bulb',
  brand: 'Northlight',
  model: 'NL-A19-2',
  classification: 'BASE_PRODUCT',
  retailIdentifiers: ['860001200102'],
  childAsins: [],
  packageAsins: [],
};
