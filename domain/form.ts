/**
 * The form of a badge request: its fields, how they are stored, and every rule a submission must meet. Not
 * for workflow code: the rule about dates needs zone data (domain/go-live.ts).
 */
import { asinProblems, normalizeAsin } from './asin';
import { isBundleDeviceCode, BUNDLE_DEVICE_CODES } from './bundle-devices';
import { certificationLabel, isSelectable } from './certification';
import { goLiveProblems, type DraftGoLive } from './go-live';
import { isMarketplaceCode, MARKETPLACE_CODES, type MarketplaceCode } from './marketplaces';
import { showValue, type Problem } from './problem';
import { selectableMarketplaces, type ProductProjects } from './product-certification';
import { isProgramCode, PROGRAM_CODES } from './programs';
import {
  isRetailIdentifierType,
  normalizeRetailIdentifierCode,
  retailIdentifierProblems,
  RETAIL_IDENTIFIER_TYPES,
  type DraftRetailIdentifier,
} from './retail-identifier';

/** A request as the maker writes it; a draft may lack anything. */
export interface BadgeRequestForm {
  program: string | null;
  productId: string | null;
  retailIdentifier: DraftRetailIdentifier | null;
  asin: string | null;
  /** The maker's own label: size, colour, resolution. */
  variant: string | null;
  /** Codes of the devices that the bundle includes; none: the ASIN is no bundle. */
  bundleDevices: string[];
  goLive: DraftGoLive | null;
  marketplaces: MarketplaceCode[];
}

/** A product of the maker's own organization, as far as the form's rules look at it. */
export interface FormProduct {
  /** Its certification projects, the newest first. */
  projects: ProductProjects;
}

/** What a form is judged against. */
export interface FormFacts {
  /** The product that `productId` names in the maker's organization; null when there is none. */
  product: FormProduct | null;
  /** The present, an instant. */
  at: string;
  /** Whether another request for the same programme and ASIN is under way, in whichever organization; absent: not asked. */
  isUnderWay?: boolean;
}

export const VARIANT_LENGTH = 100;

/** A form in which nothing is filled in. */
export function emptyForm(): BadgeRequestForm {
  return {
    program: null,
    productId: null,
    retailIdentifier: null,
    asin: null,
    variant: null,
    bundleDevices: [],
    goLive: null,
    marketplaces: [],
  };
}

/**
 * A form as it is stored and compared: texts trimmed and null when nothing is left, the ASIN in upper case,
 * the identifier's code without what pasting puts between its digits. Doing it twice changes nothing more.
 */
export function normalizeForm(form: BadgeRequestForm): BadgeRequestForm {
  const { retailIdentifier, goLive } = form;
  return {
    program: normalizeText(form.program),
    productId: normalizeText(form.productId),
    retailIdentifier: retailIdentifier && normalizeIdentifier(retailIdentifier),
    asin: form.asin === null ? null : normalizeAsin(form.asin) || null,
    variant: normalizeText(form.variant),
    bundleDevices: form.bundleDevices.map((code) => code.trim()),
    goLive:
      goLive?.kind === 'ON_DATE' && goLive.date !== null
        ? { kind: 'ON_DATE', date: goLive.date.trim() }
        : goLive,
    marketplaces: [...form.marketplaces],
  };
}

function normalizeIdentifier({ type, code }: DraftRetailIdentifier): DraftRetailIdentifier | null {
  const normal = normalizeRetailIdentifierCode(code);
  return type === null && normal === '' ? null : { type, code: normal };
}

function normalizeText(text: string | null): string | null {
  return text?.normalize('NFC').trim() || null;
}

/**
 * Every problem that keeps a form from being submitted, in the order of the form's fields. The form is
 * judged as `normalizeForm` makes it.
 * @returns an empty list for a form that may be submitted
 */
export function formProblems(form: BadgeRequestForm, facts: FormFacts): Problem[] {
  const normal = normalizeForm(form);
  return [
    ...programProblems(normal),
    ...productProblems(normal, facts),
    ...identifierProblems(normal),
    ...asinFieldProblems(normal, facts),
    ...variantProblems(normal),
    ...bundleProblems(normal),
    ...goLiveFieldProblems(normal, facts),
    ...marketplaceProblems(normal, facts),
  ];
}

function required(pointer: string, detail: string, expected: string | null = null): Problem {
  return { pointer, code: 'REQUIRED', detail, found: null, expected };
}

function programProblems({ program }: BadgeRequestForm): Problem[] {
  const pointer = '/program';
  const expected = PROGRAM_CODES.join(', ');
  if (program === null) return [required(pointer, 'Choose the programme of the badge.', expected)];
  if (isProgramCode(program)) return [];
  const detail = 'There is no such programme.';
  return [{ pointer, code: 'UNKNOWN_PROGRAM', detail, found: showValue(program), expected }];
}

function productProblems({ productId }: BadgeRequestForm, { product }: FormFacts): Problem[] {
  const pointer = '/productId';
  const expected = 'a product of your organization whose certification is approved or submitted';
  if (productId === null) return [required(pointer, 'Choose the product that carries the badge.', expected)];
  if (product === null) {
    const detail = 'Your organization has no such product.';
    return [{ pointer, code: 'PRODUCT_NOT_FOUND', detail, found: showValue(productId), expected }];
  }
  const [newest] = product.projects;
  if (newest === undefined || isSelectable(newest) || selectableMarketplaces(product.projects).length > 0)
    return [];
  const found = certificationLabel(newest);
  const detail = `The product’s certification is ${found}: submit the product for certification again, or choose another.`;
  return [{ pointer, code: 'PRODUCT_NOT_SELECTABLE', detail, found, expected }];
}

function identifierProblems({ retailIdentifier }: BadgeRequestForm): Problem[] {
  if (retailIdentifier === null)
    return [required('/retailIdentifier', 'Give a UPC, EAN, JAN or GTIN-14 of the product.')];
  const { type, code } = retailIdentifier;
  if (isRetailIdentifierType(type))
    return retailIdentifierProblems({ type, code }).map((problem) => ({
      pointer: '/retailIdentifier/code',
      ...problem,
    }));
  const pointer = '/retailIdentifier/type';
  const expected = RETAIL_IDENTIFIER_TYPES.join(', ');
  if (type === null) return [required(pointer, 'Say what kind of number it is.', expected)];
  const detail = 'There is no such type of retail identifier.';
  return [
    {
      pointer,
      code: 'UNKNOWN_IDENTIFIER_TYPE',
      detail,
      found: showValue(String(type)),
      expected,
    },
  ];
}

function asinFieldProblems({ asin }: BadgeRequestForm, { isUnderWay }: FormFacts): Problem[] {
  const pointer = '/asin';
  if (asin === null)
    return [required(pointer, 'Give the ASIN of the product; a seller account registers one.', 'one ASIN')];
  const problems: Problem[] = asinProblems(asin).map((problem) => ({ pointer, ...problem }));
  if (isUnderWay === true)
    problems.push({
      pointer,
      code: 'OPEN_REQUEST_EXISTS',
      detail:
        'Another request for this programme and ASIN is under way: this one can be submitted once that one is over.',
      found: showValue(asin),
      expected: 'one request under way for each programme and ASIN',
    });
  return problems;
}

function variantProblems({ variant }: BadgeRequestForm): Problem[] {
  if (variant === null) return [];
  const pointer = '/variant';
  const problems: Problem[] = [];
  const { length } = Array.from(variant);
  if (length > VARIANT_LENGTH)
    problems.push({
      pointer,
      code: 'TOO_LONG',
      detail: `A variant has at most ${VARIANT_LENGTH} characters, this has ${length}.`,
      found: showValue(variant),
      expected: `at most ${VARIANT_LENGTH} characters`,
    });
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(variant))
    problems.push({
      pointer,
      code: 'INVALID_CHARACTERS',
      detail: 'A variant is one line of text, without line breaks, tabs and other control characters.',
      found: showValue(variant),
      expected: 'one line of text',
    });
  return problems;
}

function bundleProblems({ bundleDevices }: BadgeRequestForm): Problem[] {
  return bundleDevices.flatMap((device, index): Problem[] => {
    const about = { pointer: `/bundleDevices/${index}`, found: showValue(device) };
    if (!isBundleDeviceCode(device)) {
      const detail = 'There is no such device to be part of a bundle.';
      return [{ ...about, code: 'UNKNOWN_BUNDLE_DEVICE', detail, expected: BUNDLE_DEVICE_CODES.join(', ') }];
    }
    if (bundleDevices.indexOf(device) === index) return [];
    return [
      { ...about, code: 'DUPLICATE', detail: 'This device is named twice.', expected: 'each device once' },
    ];
  });
}

function goLiveFieldProblems({ goLive, marketplaces }: BadgeRequestForm, { at }: FormFacts): Problem[] {
  if (goLive === null) return [required('/goLive', 'Choose as soon as possible, or a date.')];
  return goLiveProblems(goLive, marketplaces.filter(isMarketplaceCode), at);
}

/** Those that a request can ask for; of a product that none can be made for, what its newest project names. */
function offeredMarketplaces({ projects }: FormProduct): readonly MarketplaceCode[] {
  const selectable = selectableMarketplaces(projects);
  return selectable.length > 0 ? selectable : (projects[0]?.marketplaces ?? []);
}

function marketplaceProblems({ marketplaces }: BadgeRequestForm, { product }: FormFacts): Problem[] {
  const certified = product && offeredMarketplaces(product);
  const expected = (certified ?? MARKETPLACE_CODES).join(', ') || null;
  if (marketplaces.length === 0)
    return [required('/marketplaces', 'Choose at least one marketplace.', expected)];
  return marketplaces.flatMap((code, index): Problem[] => {
    const about = { pointer: `/marketplaces/${index}`, found: showValue(code), expected };
    if (!isMarketplaceCode(code))
      return [{ ...about, code: 'UNKNOWN_MARKETPLACE', detail: 'There is no such marketplace.' }];
    if (marketplaces.indexOf(code) !== index)
      return [{ ...about, code: 'DUPLICATE', detail: 'This marketplace is chosen twice.' }];
    if (certified === null || certified.includes(code)) return [];
    const detail = `The product’s certification does not cover ${code}: choose from ${expected ?? 'no marketplace'}.`;
    return [{ ...about, code: 'MARKETPLACE_NOT_CERTIFIED', detail }];
  });
}
