import {
  detailPageOf,
  isMarketplaceCode,
  MARKETPLACE_CODES,
  marketplaceByCode,
  marketplaces,
  marketplacesIn,
  regionsOf,
} from '../../domain/marketplaces';

test('the default list is the marketplaces with an Alexa locale', () => {
  expect(MARKETPLACE_CODES.join(' ')).toBe('US CA MX BR UK IE DE FR IT ES NL IN SA AE AU JP');
});

test.each(MARKETPLACE_CODES)('%s is under its own code, with a country and a zone that exist', (code) => {
  const marketplace = marketplaceByCode(code);
  expect(marketplace.code).toBe(code);
  expect(new Intl.DisplayNames('en', { type: 'region' }).of(marketplace.country)).toBe(marketplace.name);
  expect(() => new Intl.DateTimeFormat('en', { timeZone: marketplace.timeZone })).not.toThrow();
  expect(marketplace.id).toMatch(/^A[0-9A-Z]{12,14}$/);
});

test('each shows a product in its own store', () => {
  const pages = MARKETPLACE_CODES.map(detailPageOf);
  for (const page of pages)
    expect(page).toMatch(/^https:\/\/www\.amazon(\.com?)?\.[a-z]{2,3}\/dp\/\{asin\}$/);
  expect(new Set(pages).size).toBe(MARKETPLACE_CODES.length);
  expect([detailPageOf('US'), detailPageOf('UK'), detailPageOf('JP')]).toEqual([
    'https://www.amazon.com/dp/{asin}',
    'https://www.amazon.co.uk/dp/{asin}',
    'https://www.amazon.co.jp/dp/{asin}',
  ]);
});

test('no two marketplaces share an id', () => {
  expect(new Set(Object.values(marketplaces).map(({ id }) => id)).size).toBe(MARKETPLACE_CODES.length);
});

test('a value from outside is a code only when it is exactly one', () => {
  expect(isMarketplaceCode('US')).toBe(true);
  for (const value of ['us', 'GB', '', 'toString', '__proto__', null, 1, ['US']])
    expect(isMarketplaceCode(value)).toBe(false);
});

test('marketplaces are grouped by the endpoint that answers for them', () => {
  expect(regionsOf(['JP', 'US', 'IN', 'CA', 'UK'])).toEqual({
    fe: ['JP'],
    na: ['US', 'CA'],
    eu: ['IN', 'UK'],
  });
  expect(regionsOf([])).toEqual({});
});

test.each([
  ['na', 'US CA MX BR'],
  ['eu', 'UK IE DE FR IT ES NL IN SA AE'],
  ['fe', 'AU JP'],
] as const)('the region %s has %s', (region, codes) => {
  expect(marketplacesIn(region).join(' ')).toBe(codes);
});
