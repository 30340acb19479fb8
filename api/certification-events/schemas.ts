/** What the certification pipeline sends. Members that are not named here may come and are kept with the event. */
import { z } from 'zod';
import type { CertificationProject } from '../../domain/certification';
import { isMarketplaceCode } from '../../domain/marketplaces';
import { text } from '../validation';
import { certificationResult, certificationStatus } from '../values';

export const PROJECT_UPDATED = 'certification_project.updated';

const id = z.string().regex(/^[\x21-\x7e]{1,100}$/);
const label = text(500).min(1);

const project = z
  .looseObject({
    projectId: id.meta({ example: 'cert_lumen_bulb' }),
    version: z.int().min(1).meta({ description: 'Only grows; of two states the higher is the newer' }),
    organizationId: id.meta({ example: 'org_lumen' }),
    product: z.looseObject({
      id: id.meta({ example: 'prod_lumen_bulb' }),
      name: label,
      brand: label,
      model: label,
      deviceType: label,
      integration: z.discriminatedUnion('kind', [
        z.looseObject({ kind: z.literal('SKILL'), skillId: label, vendorId: label }),
        z.looseObject({ kind: z.literal('ADD_ON') }),
        z.looseObject({ kind: z.literal('HUB'), hubAsin: label }),
        z.looseObject({ kind: z.literal('NONE') }),
      ]),
    }),
    marketplaces: z
      .array(z.string().regex(/^[A-Z]{2}$/))
      .max(100)
      .meta({ description: 'Codes of marketplaces; those without badges are left out of account' }),
    status: certificationStatus,
    result: certificationResult.nullish().meta({ description: 'Only with COMPLETE' }),
    reason: text(2000).nullish(),
  })
  .refine(({ status, result }) => status === 'COMPLETE' || result == null, {
    path: ['result'],
    error: 'INVALID_VALUE',
  });

/** An event of any type. */
export const event = z.looseObject({ type: text(200).min(1) });

export const projectUpdated = z
  .looseObject({
    type: z.literal(PROJECT_UPDATED),
    timestamp: z.iso.datetime({ offset: true }).meta({ example: '2026-11-22T10:00:00.000Z' }),
    data: project,
  })
  .meta({
    id: 'CertificationProjectUpdated',
    description: 'The whole present state of a project',
    example: {
      type: PROJECT_UPDATED,
      timestamp: '2026-11-22T10:00:00.000Z',
      data: {
        projectId: 'cert_lumen_bulb',
        version: 7,
        organizationId: 'org_lumen',
        product: {
          id: 'prod_lumen_bulb',
          name: 'Lumen Bulb',
          brand: 'Lumen',
          model: 'LB-1',
          deviceType: 'LIGHT',
          integration: { kind: 'SKILL', skillId: 'amzn1.ask.skill.lumen', vendorId: 'M1LUMEN' },
        },
        marketplaces: ['US', 'CA'],
        status: 'COMPLETE',
        result: 'APPROVED',
        reason: null,
      },
    },
  });

/** In the form in which words are looked for: a letter and its accent are one character. */
const composed = (words: string) => words.normalize('NFC');

/** What the domain knows of an event's project. */
export function toProject({ data }: z.output<typeof projectUpdated>): CertificationProject {
  const { id: productId, name, brand, model, deviceType, integration } = data.product;
  return {
    projectId: data.projectId,
    version: data.version,
    organizationId: data.organizationId,
    product: {
      id: productId,
      name: composed(name),
      brand: composed(brand),
      model: composed(model),
      deviceType,
      integration: toIntegration(integration),
    },
    marketplaces: [...new Set(data.marketplaces)].filter(isMarketplaceCode),
    status: data.status,
    result: data.result ?? null,
    reason: data.reason ?? null,
  };
}

type SentIntegration = z.output<typeof project>['product']['integration'];
function toIntegration(sent: SentIntegration): CertificationProject['product']['integration'] {
  switch (sent.kind) {
    case 'SKILL':
      return { kind: sent.kind, skillId: sent.skillId, vendorId: sent.vendorId };
    case 'HUB':
      return { kind: sent.kind, hubAsin: sent.hubAsin };
    case 'ADD_ON':
    case 'NONE':
      return { kind: sent.kind };
  }
}
