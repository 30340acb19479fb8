import { z } from 'zod';
import {
  isRetailIdentifierType,
  normalizeRetailIdentifierCode,
  RETAIL_IDENTIFIER_TYPES,
  retailIdentifierProblems,
} from '../../domain/retail-identifier';
import { classifications } from '../../domain/listing-answers';
import { text } from '../validation';
import { marketplaceCode } from '../values';

const fields = z.strictObject({
  marketplace: marketplaceCode,
  identifierType: z.enum(RETAIL_IDENTIFIER_TYPES, { error: 'UNKNOWN_IDENTIFIER_TYPE' }),
  identifier: text(100).meta({ description: 'Valid as one of its type', example: '036000291452' }),
});

/** The code is judged as soon as its type is known, whatever else is wrong. */
export const suggestionQuery = fields.superRefine(
  ({ identifierType, identifier }, context) => {
    const code = normalizeRetailIdentifierCode(identifier);
    for (const problem of retailIdentifierProblems({ type: identifierType, code }))
      context.addIssue({ code: 'custom', path: ['identifier'], message: problem.code, params: { problem } });
  },
  {
    when: ({ value }) => {
      const { identifierType, identifier } = value as Record<string, unknown>;
      return isRetailIdentifierType(identifierType) && typeof identifier === 'string';
    },
  },
);

const asin = z.string().meta({ example: 'B07N4M94X4' });
const title = z.string().nullable();

export const suggestions = z
  .strictObject({
    data: z.array(
      z.strictObject({
        asin,
        title,
        brand: z.string(),
        model: z.string().nullable(),
        classification: z.enum(classifications).nullable(),
        variationParent: asin
          .nullable()
          .meta({ description: 'The parent of the family that the ASIN is a variant of' }),
        children: z
          .array(z.strictObject({ asin, title, color: z.string().nullable(), size: z.string().nullable() }))
          .meta({ description: 'The variants of a variation parent, as far as they are known' }),
      }),
    ),
    complete: z.boolean().meta({ description: 'Whether Amazon told all that there is to offer' }),
    why: z.string().nullable().meta({ description: 'A sentence, where something is missing' }),
  })
  .meta({ id: 'AsinSuggestions' });
