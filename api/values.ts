/** Schemas of values that several resources show or take. */
import { z } from 'zod';
import { BUNDLE_DEVICE_CODES } from '../domain/bundle-devices';
import { CERTIFICATION_RESULTS, CERTIFICATION_STATUSES } from '../domain/certification';
import { MARKETPLACE_CODES, type Region } from '../domain/marketplaces';
import { PROGRAM_CODES } from '../domain/programs';
import { INPUT_PROBLEM_CODES, text, words } from './validation';
import { PROBLEM_CODES } from './problem-codes';

export const instant = z.iso
  .datetime({ precision: 3 })
  .meta({ description: 'RFC 3339, UTC, milliseconds', example: '2026-11-22T10:00:00.000Z' });
export const marketplaceCode = z
  .enum(MARKETPLACE_CODES, { error: 'UNKNOWN_MARKETPLACE' })
  .meta({ id: 'MarketplaceCode', description: 'Amazon’s own code: `UK`, not `GB`', example: 'US' });
export const programCode = z.enum(PROGRAM_CODES, { error: 'UNKNOWN_PROGRAM' }).meta({ id: 'ProgramCode' });
/** Enumerations of the API are in upper case. */
export const apiRegions = { na: 'NA', eu: 'EU', fe: 'FE' } as const satisfies Record<Region, string>;
type ApiRegion = (typeof apiRegions)[Region];
export const region = z.enum(Object.values(apiRegions), { error: 'UNKNOWN_REGION' }).meta({
  id: 'Region',
  description: 'The region of Amazon’s APIs that serves a marketplace, which is not geography',
  example: 'EU',
});
/** The domain's own words for them. */
export const domainRegions = { NA: 'na', EU: 'eu', FE: 'fe' } as const satisfies Record<ApiRegion, Region>;
export const bundleDeviceCode = z.enum(BUNDLE_DEVICE_CODES).meta({ id: 'BundleDeviceCode' });
export const certificationStatus = z.enum(CERTIFICATION_STATUSES).meta({ id: 'CertificationStatus' });
export const certificationResult = z.enum(CERTIFICATION_RESULTS).meta({ id: 'CertificationResult' });

const ids = {
  br: { form: /^br_[0-9a-z]{1,60}$/, of: 'a badge request' },
  cmt: { form: /^cmt_[0-9a-z]{1,60}$/, of: 'a comment' },
  prod: { form: /^[\x21-\x7e]{1,100}$/, of: 'a product' },
  wep: { form: /^wep_[0-9a-z]{1,60}$/, of: 'a webhook endpoint' },
  whe: { form: /^whe_[0-9a-z]{1,60}$/, of: 'an event' },
  psus: { form: /^psus_[0-9a-z]{1,60}$/, of: 'a programme suspension' },
} as const;

/** An id as a part of an address; what cannot be one is an unknown address. */
export const idOf = (prefix: keyof typeof ids, example: string) =>
  z
    .string()
    .regex(ids[prefix].form)
    .meta({ description: `Id of ${ids[prefix].of}`, example });

export const organization = z
  .strictObject({ id: z.string(), name: z.string() })
  .meta({ id: 'Organization', example: { id: 'org_lumen', name: 'Lumen Home' } });

/** Why an operator decides something. */
export const operatorsWords = words(text(2000)).meta({ description: 'Why, for the maker and the history' });

/** How far a list goes and where it goes on. */
export const pageQuery = {
  limit: z.int().min(1).max(100).default(20).meta({ description: 'How many entries at most' }),
  cursor: text(300).optional().meta({ description: '`next` of the page before' }),
};

/** A page of a list. */
export const pageOf = <Entry extends z.ZodType>(entry: Entry) =>
  z.strictObject({
    data: z.array(entry),
    next: z.string().nullable().meta({ description: 'Cursor of the next page; null on the last one' }),
  });

export const inputProblem = z
  .strictObject({
    pointer: z.string().meta({ description: 'JSON pointer to the field, or `/name` of a query parameter' }),
    code: z.enum(INPUT_PROBLEM_CODES as [string, ...string[]]),
    detail: z.string().meta({ description: 'A sentence: what is wrong, what to give instead' }),
    found: z.string().nullable(),
    expected: z.string().nullable(),
  })
  .meta({
    id: 'InputProblem',
    example: {
      pointer: '/retailIdentifier/code',
      code: 'INVALID_CHECK_DIGIT',
      detail:
        'The last digit checks the others: after 03600029145 it is 2, not 3. Look for a mistyped digit.',
      found: '3',
      expected: '2',
    },
  });

/** RFC 9457, with all members that any of ours has. */
export const problem = z
  .strictObject({
    type: z.string().meta({ description: 'Where the error is explained, a path under /docs/errors/' }),
    title: z.string(),
    status: z.int().meta({ description: 'The HTTP status' }),
    detail: z.string(),
    code: z.enum(PROBLEM_CODES),
    requestId: z.string().meta({ description: 'Names this call in our log' }),
    errors: z
      .array(inputProblem)
      .optional()
      .meta({ description: 'With VALIDATION_FAILED: everything that is wrong' }),
    requestStatus: z
      .string()
      .optional()
      .meta({ description: 'With ACTION_NOT_ALLOWED: the request’s status' }),
    requestStage: z
      .string()
      .nullable()
      .optional()
      .meta({ description: 'With ACTION_NOT_ALLOWED: its stage' }),
    allowedActions: z
      .array(z.string())
      .optional()
      .meta({ description: 'With ACTION_NOT_ALLOWED: what may be done' }),
    currentRound: z.int().optional().meta({ description: 'With ROUND_OUTDATED' }),
    claim: z
      .strictObject({ by: z.strictObject({ name: z.string() }), until: instant })
      .optional()
      .meta({ description: 'With CLAIMED: who works on it, and until when' }),
    existingRequestId: z.string().nullable().optional().meta({
      description:
        'With DUPLICATE_REQUEST: your organization’s open request, or null when it is another one’s',
    }),
    existingSuspensionId: z.string().optional().meta({ description: 'With ALREADY_SUSPENDED' }),
    checks: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'With NOT_READY: each part’s state' }),
  })
  .meta({
    id: 'Problem',
    example: {
      type: '/docs/errors/not-found',
      title: 'There is nothing here',
      status: 404,
      detail: 'There is no such badge request.',
      code: 'NOT_FOUND',
      requestId: 'req_01kadm0v1wfb5s5t8k3v7q2m9x',
    },
  });
