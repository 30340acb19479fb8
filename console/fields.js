// The fields of the form and of the product, as people call them, and their values in words.
import { show, words } from './draw.js';
import { deviceName, marketplaceName, programName } from './reference.js';

const list = (name) => (codes) => (codes.length === 0 ? 'none' : codes.map(name).join(', '));
const identifierType = (type) => type.replace('_', '-');
const goLiveKinds = { AS_SOON_AS_POSSIBLE: 'as soon as possible', ON_DATE: 'on a date' };

/** Label and, where it is not the value itself, what is shown of it; by JSON pointer, the form's or `/product/…`. */
const fields = {
  '/program': ['Program', programName],
  '/productId': ['Product', () => 'another product'],
  '/retailIdentifier': [
    'Retail identifier',
    ({ type, code }) => `${type ? identifierType(type) : ''} ${code}`.trim(),
  ],
  '/retailIdentifier/type': ['Type of the retail identifier', identifierType],
  '/retailIdentifier/code': ['Retail identifier'],
  '/asin': ['ASIN'],
  '/variant': ['Variant'],
  '/bundleDevices': ['Bundle includes', list(deviceName)],
  '/goLive': [
    'Go live',
    ({ kind, date }) =>
      kind === 'ON_DATE' ? (date ?? 'on a date that is still to be given') : goLiveKinds[kind],
  ],
  '/goLive/kind': ['Go live', (kind) => goLiveKinds[kind]],
  '/goLive/date': ['Go-live date'],
  '/marketplaces': ['Marketplaces', list(marketplaceName)],
  '/product/name': ['Name of the product'],
  '/product/brand': ['Certified brand'],
  '/product/model': ['Certified model'],
  '/product/deviceType': ['Type of device', words],
  '/product/integration/kind': ['How the product reaches Alexa', words],
  '/product/integration/skillId': ['Skill'],
  '/product/integration/vendorId': ['Vendor of the skill'],
  '/product/integration/hubAsin': ['ASIN of the hub'],
};

export const fieldLabel = (pointer) => fields[pointer]?.[0] ?? words(pointer.split('/').at(-1));

export function fieldValue(pointer, value) {
  if (value === null || value === undefined || value === '') return null;
  return (fields[pointer]?.[1] ?? show)(value);
}

export const productText = (product) => product && `${product.name} (${product.brand} ${product.model})`;

/** What a request's pages are called. */
export const titleOf = ({ product, asin }) =>
  `${product?.name ?? 'Badge request'} (${asin ?? 'no ASIN yet'})`;
