import { z } from 'zod';
import { certificationResult, certificationStatus, idOf, marketplaceCode, organization } from '../values';

export const productId = z.object({ id: idOf('prod', 'prod_lumen_bulb') });

const certification = z.strictObject({
  projectId: z.string(),
  version: z.int(),
  status: certificationStatus,
  result: certificationResult.nullable(),
  reason: z.string().nullable().meta({ description: 'The pipeline’s own words on a refusal' }),
  marketplaces: z.array(marketplaceCode),
});

export const product = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    brand: z.string(),
    model: z.string(),
    deviceType: z.string(),
    integration: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('SKILL'), skillId: z.string(), vendorId: z.string() }),
        z.strictObject({ kind: z.literal('ADD_ON') }),
        z.strictObject({ kind: z.literal('HUB'), hubAsin: z.string() }),
        z.strictObject({ kind: z.literal('NONE') }),
      ])
      .meta({ id: 'Integration' }),
    organization,
    certification: certification.meta({ description: 'The newest certification project' }),
    certifications: z.array(certification).meta({ description: 'All of them, newest first' }),
    marketplaces: z.array(marketplaceCode).meta({ description: 'Those that a request can ask for' }),
  })
  .meta({ id: 'Product' });
