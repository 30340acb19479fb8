/** The form as makers write it. Saving asks for types, sizes and codes that exist; submitting asks for the rest. */
import { z } from 'zod';
import { VARIANT_LENGTH } from '../../domain/form';
import { isRealDate } from '../../domain/go-live';
import { RETAIL_IDENTIFIER_TYPES } from '../../domain/retail-identifier';
import { text } from '../validation';
import { marketplaceCode, programCode } from '../values';

/** Texts in which people paste more than they mean to: trimmed when saved, judged when submitted. */
const PASTED = 100;

const identifierType = z.enum(RETAIL_IDENTIFIER_TYPES, { error: 'UNKNOWN_IDENTIFIER_TYPE' });
const identifierCode = text(PASTED);
const date = z.iso.date({ error: 'INVALID_DATE' }).refine(isRealDate, 'INVALID_DATE').meta({
  description: 'The badge goes live at midnight of this day in each marketplace',
  example: '2027-01-15',
});

const retailIdentifier = z
  .strictObject({ type: identifierType.nullish(), code: identifierCode.nullish() })
  .meta({ id: 'RetailIdentifier', example: { type: 'UPC', code: '036000291452' } });
export const goLive = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('AS_SOON_AS_POSSIBLE') }),
    z.strictObject({ kind: z.literal('ON_DATE'), date }),
  ])
  .meta({ id: 'GoLive', example: { kind: 'ON_DATE', date: '2027-01-15' } });

/** In a draft the date may still be missing. */
export const draftGoLive = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('AS_SOON_AS_POSSIBLE') }),
    z.strictObject({ kind: z.literal('ON_DATE'), date: date.nullable().default(null) }),
  ])
  .meta({ id: 'DraftGoLive', example: { kind: 'ON_DATE', date: null } });

const fields = {
  program: programCode.nullish(),
  productId: text(PASTED).nullish().meta({ description: 'A product of your organization' }),
  asin: text(PASTED).nullish().meta({ description: 'Trimmed and upper-cased', example: 'B07N4M94X4' }),
  variant: text(VARIANT_LENGTH)
    .nullish()
    .meta({ description: 'Your own label: size, colour', example: 'Black' }),
  bundleDevices: z
    .array(text(PASTED))
    .max(50)
    .nullish()
    .meta({ description: 'Codes of the devices that the bundle includes; none: the ASIN is no bundle' }),
  marketplaces: z.array(marketplaceCode).max(50).nullish(),
};

export const exampleForm = {
  program: 'WWA',
  productId: 'prod_lumen_bulb',
  retailIdentifier: { type: 'UPC', code: '036000291452' },
  asin: 'B07N4M94X4',
  variant: null,
  bundleDevices: [],
  goLive: { kind: 'AS_SOON_AS_POSSIBLE' },
  marketplaces: ['US', 'CA'],
};

/** A form that may lack anything. */
export const draft = z
  .strictObject({ ...fields, retailIdentifier: retailIdentifier.nullish(), goLive: draftGoLive.nullish() })
  .meta({ id: 'BadgeRequestDraft', example: exampleForm });

/** A JSON merge patch (RFC 7396) of a form: null takes a field out. */
export const draftPatch = z
  .strictObject({
    ...fields,
    retailIdentifier: z
      .strictObject({ type: identifierType.nullish(), code: identifierCode.nullish() })
      .nullish(),
    goLive: z
      .strictObject({
        kind: z.enum(['AS_SOON_AS_POSSIBLE', 'ON_DATE']).optional(),
        date: date.nullish(),
      })
      .nullish(),
  })
  .meta({
    id: 'BadgeRequestPatch',
    example: { asin: 'B07N4M94X4', goLive: { kind: 'ON_DATE', date: '2027-01-15' } },
  });

export const rescheduling = z
  .strictObject({ goLive })
  .meta({ id: 'Rescheduling', example: { goLive: { kind: 'ON_DATE', date: '2027-01-15' } } });
