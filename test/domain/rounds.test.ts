import type { CertifiedProduct } from '../../domain/certification';
import type { BadgeRequestForm } from '../../domain/form';
import { submissionChanges, type FieldChange } from '../../domain/rounds';

const form: BadgeRequestForm = {
  program: 'WWA',
  productId: 'prod_one',
  retailIdentifier: { type: 'UPC', code: '036000291452' },
  asin: 'B07N4M94X4',
  variant: null,
  bundleDevices: ['ECHO_DOT', 'ECHO'],
  goLive: { kind: 'AS_SOON_AS_POSSIBLE' },
  marketplaces: ['US', 'JP'],
};
const product: CertifiedProduct = {
  id: 'prod_one',
  name: 'Lamp',
  brand: 'Brand',
  model: 'M-1',
  deviceType: 'LIGHT',
  integration: { kind: 'SKILL', skillId: 'amzn1.ask.skill.one', vendorId: 'V' },
};
const before = { form, product };

test.each<[string, Partial<BadgeRequestForm>, FieldChange[]]>([
  ['nothing', {}, []],
  ['the ASIN', { asin: 'B000000001' }, [{ pointer: '/asin', from: 'B07N4M94X4', to: 'B000000001' }]],
  ['a label that is added', { variant: 'Black' }, [{ pointer: '/variant', from: null, to: 'Black' }]],
  [
    'one half of the identifier',
    { retailIdentifier: { type: 'EAN', code: '036000291452' } },
    [{ pointer: '/retailIdentifier/type', from: 'UPC', to: 'EAN' }],
  ],
  [
    'the whole identifier taken out',
    { retailIdentifier: null },
    [
      { pointer: '/retailIdentifier/type', from: 'UPC', to: null },
      { pointer: '/retailIdentifier/code', from: '036000291452', to: null },
    ],
  ],
  [
    'a date in place of as soon as possible',
    { goLive: { kind: 'ON_DATE', date: '2027-01-15' } },
    [
      { pointer: '/goLive/kind', from: 'AS_SOON_AS_POSSIBLE', to: 'ON_DATE' },
      { pointer: '/goLive/date', from: null, to: '2027-01-15' },
    ],
  ],
  [
    'marketplaces added and taken out',
    { marketplaces: ['JP', 'DE'] },
    [{ pointer: '/marketplaces', from: ['US', 'JP'], to: ['JP', 'DE'] }],
  ],
  [
    'a marketplace added',
    { marketplaces: ['US', 'JP', 'DE'] },
    [{ pointer: '/marketplaces', from: ['US', 'JP'], to: ['US', 'JP', 'DE'] }],
  ],
  ['marketplaces in another order', { marketplaces: ['JP', 'US'] }, []],
  ['devices in another order, one twice', { bundleDevices: ['ECHO', 'ECHO_DOT', 'ECHO'] }, []],
  [
    'no devices any more',
    { bundleDevices: [] },
    [{ pointer: '/bundleDevices', from: ['ECHO_DOT', 'ECHO'], to: [] }],
  ],
  [
    'several fields, in the form’s order',
    { marketplaces: ['US'], program: 'OTHER', asin: 'B000000001' },
    [
      { pointer: '/program', from: 'WWA', to: 'OTHER' },
      { pointer: '/asin', from: 'B07N4M94X4', to: 'B000000001' },
      { pointer: '/marketplaces', from: ['US', 'JP'], to: ['US'] },
    ],
  ],
])('of the form: %s', (_, change, expected) => {
  expect(submissionChanges(before, { form: { ...form, ...change }, product })).toEqual(expected);
});

test.each<[string, Partial<CertifiedProduct>, FieldChange[]]>([
  [
    'brand and model as certified',
    { brand: 'Other', model: 'M-2' },
    [
      { pointer: '/product/brand', from: 'Brand', to: 'Other' },
      { pointer: '/product/model', from: 'M-1', to: 'M-2' },
    ],
  ],
  [
    'another skill',
    { integration: { kind: 'SKILL', skillId: 'amzn1.ask.skill.two', vendorId: 'V' } },
    [
      {
        pointer: '/product/integration/skillId',
        from: 'amzn1.ask.skill.one',
        to: 'amzn1.ask.skill.two',
      },
    ],
  ],
  [
    'a hub in place of a skill',
    { integration: { kind: 'HUB', hubAsin: 'B000000002' } },
    [
      { pointer: '/product/integration/kind', from: 'SKILL', to: 'HUB' },
      { pointer: '/product/integration/skillId', from: 'amzn1.ask.skill.one', to: null },
      { pointer: '/product/integration/vendorId', from: 'V', to: null },
      { pointer: '/product/integration/hubAsin', from: null, to: 'B000000002' },
    ],
  ],
])('of the product: %s', (_, change, expected) => {
  expect(submissionChanges(before, { form, product: { ...product, ...change } })).toEqual(expected);
});

test('another product: its id once, by the form’s name', () => {
  const after = {
    form: { ...form, productId: 'prod_two' },
    product: { ...product, id: 'prod_two', name: 'Plug', deviceType: 'PLUG' },
  };
  expect(submissionChanges(before, after)).toEqual([
    { pointer: '/productId', from: 'prod_one', to: 'prod_two' },
    { pointer: '/product/name', from: 'Lamp', to: 'Plug' },
    { pointer: '/product/deviceType', from: 'LIGHT', to: 'PLUG' },
  ]);
});

test('what else is kept with a product is no difference', () => {
  const certified = { ...product, certification: { version: 7 }, organizationId: 'org_one' };
  expect(submissionChanges(before, { form, product: certified })).toEqual([]);
});
