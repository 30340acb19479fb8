/** What readers see of a request's rounds. */
import { z } from 'zod';
import { ROLES } from '../../domain/lifecycle';
import { ROUND_DECISIONS } from '../../domain/rounds';
import { instant } from '../values';
import { badgeRequest, finding, reason } from './schemas';
import { exampleForm } from './form-schemas';

const participant = z.strictObject({ name: z.string(), role: z.enum(ROLES) });

const { program, retailIdentifier, asin, variant, bundleDevices, goLive, marketplaces, product } =
  badgeRequest.shape;
const submittedForm = z
  .strictObject({
    program,
    productId: z.string().nullable(),
    retailIdentifier,
    asin,
    variant,
    bundleDevices,
    goLive,
    marketplaces,
  })
  .meta({ id: 'SubmittedForm', description: 'The form as it was submitted' });

const fieldValue = z
  .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])
  .meta({ description: 'Null: the field was not there' });
const fieldChange = z
  .strictObject({
    pointer: z.string().meta({ description: 'JSON pointer into the form, or `/product/…`' }),
    from: fieldValue,
    to: fieldValue,
  })
  .meta({ id: 'FieldChange', example: { pointer: '/marketplaces', from: ['US'], to: ['US', 'CA'] } });

export const round = z
  .strictObject({
    round: z.int().meta({ description: 'Which submission this is: 1, 2, …' }),
    form: submittedForm,
    product: product.unwrap().meta({ description: 'The product as it was certified when submitted' }),
    submittedAt: instant,
    submittedBy: participant,
    decision: z
      .enum(ROUND_DECISIONS)
      .nullable()
      .meta({ description: 'How the round ended; null while it is under review' }),
    decidedAt: instant.nullable(),
    decidedBy: participant.nullable().meta({ description: 'Null: nobody yet, or the service' }),
    reasons: z.array(reason).meta({ description: 'Why it was sent back, also after an approval' }),
    findings: z.array(finding),
    earlierFindings: z.array(finding.extend({ supersededAt: instant })).meta({
      description: 'What the checks found before they were repeated in this round, the last 20 times',
    }),
    changes: z
      .array(fieldChange)
      .meta({ description: 'What differs from the round before; none in the first' }),
  })
  .meta({
    id: 'Round',
    example: {
      round: 2,
      form: exampleForm,
      product: { id: 'prod_lumen_bulb', name: 'Lumen Bulb', brand: 'Lumen', model: 'LB-1' },
      submittedAt: '2026-11-22T10:00:00.000Z',
      submittedBy: { name: 'Ada Lovelace', role: 'MAKER' },
      decision: 'APPROVED',
      decidedAt: '2026-11-22T12:00:00.000Z',
      decidedBy: { name: 'Grace Hopper', role: 'REVIEWER' },
      reasons: [],
      findings: [
        {
          check: 'ASIN_LIVE',
          marketplace: 'US',
          answer: 'YES',
          codes: [],
          undecided: [],
          found: { source: 'getCatalogItem', asin: 'B07N4M94X4', classification: 'BASE_PRODUCT' },
          expected: { asin: 'B07N4M94X4' },
          checkedAt: '2026-11-22T10:00:01.000Z',
        },
      ],
      earlierFindings: [],
      changes: [{ pointer: '/marketplaces', from: ['US'], to: ['US', 'CA'] }],
    },
  });
