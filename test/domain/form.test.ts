import fc from 'fast-check';
import {
  emptyForm,
  formProblems,
  normalizeForm,
  type BadgeRequestForm,
  type FormFacts,
} from '../../domain/form';
import type { GoLive } from '../../domain/go-live';
import { MARKETPLACE_CODES, type MarketplaceCode } from '../../domain/marketplaces';
import { FORM_PROBLEM_CODES } from '../../domain/problem';
import { RETAIL_IDENTIFIER_TYPES, type RetailIdentifierType } from '../../domain/retail-identifier';
import { project } from './product-project';

const complete: BadgeRequestForm = {
  program: 'WWA',
  productId: 'prod_1',
  retailIdentifier: { type: 'UPC', code: '036000291452' },
  asin: 'B07N4M94X4',
  variant: '55 inch',
  bundleDevices: ['ECHO_DOT'],
  goLive: { kind: 'ON_DATE', date: '2027-01-15' },
  marketplaces: ['US', 'JP'],
};
/** A product with these projects, the newest first. */
const certifiedBy = (...projects: Parameters<typeof project>[0][]) => ({ projects: projects.map(project) });
const facts: FormFacts = {
  product: certifiedBy({ status: 'UNDER_TEST', marketplaces: ['US', 'CA', 'JP'] }),
  at: '2026-11-22T10:00:00.000Z',
};
/** What arrives from outside may not keep to the types. */
const fromOutside = <Value>(value: unknown) => value as Value;
const found = (form: Partial<BadgeRequestForm>, about: Partial<FormFacts> = {}) =>
  formProblems({ ...complete, ...form }, { ...facts, ...about }).map(
    ({ pointer, code }) => `${pointer} ${code}`,
  );

test('a complete form may be submitted', () => {
  expect(found({})).toEqual([]);
  expect(found({ variant: null, bundleDevices: [], goLive: { kind: 'AS_SOON_AS_POSSIBLE' } })).toEqual([]);
});

test('an empty form has every problem at once, in the order of its fields', () => {
  expect(formProblems(emptyForm(), { ...facts, product: null }).map(({ pointer }) => pointer)).toEqual([
    '/program',
    '/productId',
    '/retailIdentifier',
    '/asin',
    '/goLive',
    '/marketplaces',
  ]);
});

test('a form that is wrong everywhere has every problem at once', () => {
  const form: Partial<BadgeRequestForm> = {
    program: 'MATTER',
    productId: 'prod_9',
    retailIdentifier: { type: 'GTIN_14', code: '92001234567890' },
    asin: '0306406152',
    variant: `${'x'.repeat(101)}\u0000`,
    bundleDevices: ['TOASTER', 'ECHO', 'ECHO'],
    goLive: { kind: 'ON_DATE', date: '2027-02-30' },
    marketplaces: ['US', 'UK', 'US', fromOutside<MarketplaceCode>('GB')],
  };
  const product = certifiedBy({ status: 'COMPLETE', result: 'REJECTED', marketplaces: ['US'] });
  expect(found(form, { product, isUnderWay: true })).toEqual([
    '/program UNKNOWN_PROGRAM',
    '/productId PRODUCT_NOT_SELECTABLE',
    '/retailIdentifier/code INVALID_CHECK_DIGIT',
    '/retailIdentifier/code VARIABLE_MEASURE',
    '/retailIdentifier/code RESTRICTED_PREFIX',
    '/asin ASIN_OF_A_BOOK',
    '/asin OPEN_REQUEST_EXISTS',
    '/variant TOO_LONG',
    '/variant INVALID_CHARACTERS',
    '/bundleDevices/0 UNKNOWN_BUNDLE_DEVICE',
    '/bundleDevices/2 DUPLICATE',
    '/goLive/date INVALID_DATE',
    '/marketplaces/1 MARKETPLACE_NOT_CERTIFIED',
    '/marketplaces/2 DUPLICATE',
    '/marketplaces/3 UNKNOWN_MARKETPLACE',
  ]);
});

describe('the product', () => {
  test.each([
    ['SUBMITTED', null, []],
    ['ON_HOLD', null, []],
    ['COMPLETE', 'APPROVED', []],
    ['COMPLETE', 'REJECTED', ['/productId PRODUCT_NOT_SELECTABLE']],
    ['COMPLETE', 'REVOKED', ['/productId PRODUCT_NOT_SELECTABLE']],
    ['CANCELLED', null, ['/productId PRODUCT_NOT_SELECTABLE']],
    ['INTAKE_REJECTED', null, ['/productId PRODUCT_NOT_SELECTABLE']],
  ] as const)('with certification %s %s: %j', (status, result, problems) => {
    const product = certifiedBy({ status, result, marketplaces: ['US', 'JP'] });
    expect(found({}, { product })).toEqual(problems);
  });

  test('that the organization does not have is not found, and says nothing about marketplaces', () => {
    expect(found({}, { product: null })).toEqual(['/productId PRODUCT_NOT_FOUND']);
  });
});

test('a marketplace outside the certification is told with those inside', () => {
  const [problem] = formProblems({ ...complete, marketplaces: ['US', 'UK'] }, facts);
  expect(problem).toMatchObject({ pointer: '/marketplaces/1', found: 'UK', expected: 'US, CA, JP' });
});

test('another request that is under way is told at the ASIN', () => {
  const [problem] = formProblems(complete, { ...facts, isUnderWay: true });
  expect(problem).toMatchObject({ pointer: '/asin', code: 'OPEN_REQUEST_EXISTS', found: complete.asin });
  expect(formProblems(complete, { ...facts, isUnderWay: false })).toEqual([]);
});

test('an unknown identifier type is told at the type', () => {
  const type = fromOutside<RetailIdentifierType>('ISBN');
  expect(found({ retailIdentifier: { type, code: '1' } })).toEqual([
    '/retailIdentifier/type UNKNOWN_IDENTIFIER_TYPE',
  ]);
});

test('a variant is counted in characters, not in code units', () => {
  expect(found({ variant: '🖥'.repeat(100) })).toEqual([]);
  expect(found({ variant: '🖥'.repeat(101) })).toEqual(['/variant TOO_LONG']);
  expect(found({ variant: 'two\nlines' })).toEqual(['/variant INVALID_CHARACTERS']);
});

test('what was pasted is judged after it is normalized', () => {
  expect(
    found({
      asin: ' b07n4m94x4\n',
      retailIdentifier: { type: 'UPC', code: '0-36000-29145-2 ' },
      variant: '  ',
    }),
  ).toEqual([]);
  expect(normalizeForm({ ...complete, asin: ' ', variant: ' 55 inch ', productId: '' })).toEqual({
    ...complete,
    asin: null,
    variant: '55 inch',
    productId: null,
  });
});

test('a value is shown without its invisible characters, and not at full length', () => {
  const [problem] = formProblems({ ...complete, program: `W\u200bA${'x'.repeat(5000)}` }, facts);
  expect(problem?.found).toMatch(/^WU\+200BAx+…$/);
  expect(problem?.found?.length).toBeLessThan(100);
});

describe('any form', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', ' ', 'WWA', 'b07n4m94x4', '036000291452'),
  );
  const orNull = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null });
  const goLive: fc.Arbitrary<GoLive> = fc.oneof(
    fc.constant<GoLive>({ kind: 'AS_SOON_AS_POSSIBLE' }),
    fc.record({ kind: fc.constant('ON_DATE' as const), date: fc.oneof(text, fc.constant('2027-01-15')) }),
  );
  const form: fc.Arbitrary<BadgeRequestForm> = fc.record({
    program: orNull(text),
    productId: orNull(text),
    retailIdentifier: orNull(
      fc.record({
        type: fc.oneof(
          fc.constantFrom(...RETAIL_IDENTIFIER_TYPES),
          text.map(fromOutside<RetailIdentifierType>),
        ),
        code: text,
      }),
    ),
    asin: orNull(text),
    variant: orNull(text),
    bundleDevices: fc.array(text),
    goLive: orNull(goLive),
    marketplaces: fc.array(
      fc.oneof(fc.constantFrom(...MARKETPLACE_CODES), text.map(fromOutside<MarketplaceCode>)),
    ),
  });

  test('is normalized once and for all', () => {
    fc.assert(
      fc.property(form, (value) => {
        const once = normalizeForm(value);
        expect(normalizeForm(once)).toEqual(once);
      }),
    );
  });

  test('gets problems with a pointer into it, a known code and a sentence', () => {
    fc.assert(
      fc.property(form, fc.boolean(), (value, known) => {
        for (const problem of formProblems(value, known ? facts : { ...facts, product: null })) {
          expect(FORM_PROBLEM_CODES).toContain(problem.code);
          expect(problem.detail).toMatch(/[.]$/);
          const [field] = problem.pointer.slice(1).split('/');
          expect(Object.keys(complete)).toContain(field);
        }
      }),
    );
  });
});
