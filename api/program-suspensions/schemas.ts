import { z } from 'zod';
import { idOf, instant, operatorsWords, organization, pageQuery, programCode, region } from '../values';
import { text } from '../validation';

const EXAMPLE_ID = 'psus_01kadm0v1wfb5s5t8k3v7q2m9x';
export const suspensionId = z.object({ id: idOf('psus', EXAMPLE_ID) });

const person = z.strictObject({ name: z.string() });

export const programSuspension = z
  .strictObject({
    id: z.string(),
    program: programCode,
    organization,
    region,
    reason: z.string(),
    suspendedBy: person,
    suspendedAt: instant,
    endReason: z.string().nullable(),
    endedBy: person.nullable(),
    endedAt: instant.nullable().meta({ description: 'Null: it holds' }),
  })
  .meta({
    id: 'ProgramSuspension',
    example: {
      id: EXAMPLE_ID,
      program: 'WWA',
      organization: { id: 'org_lumen', name: 'Lumen Home' },
      region: 'EU',
      reason: 'Seven outages this year; five are allowed.',
      suspendedBy: { name: 'Grace Hopper' },
      suspendedAt: '2026-11-22T10:00:00.000Z',
      endReason: null,
      endedBy: null,
      endedAt: null,
    },
  });

export const newProgramSuspension = z
  .strictObject({
    program: programCode,
    organizationId: text(100).meta({ description: 'Whose badges' }),
    region,
    reason: operatorsWords,
  })
  .meta({
    id: 'NewProgramSuspension',
    example: {
      program: 'WWA',
      organizationId: 'org_lumen',
      region: 'EU',
      reason: 'Seven outages this year; five are allowed.',
    },
  });

export const suspensionEnd = z.strictObject({ reason: operatorsWords }).meta({
  id: 'ProgramSuspensionEnd',
  example: { reason: 'Three months without an outage.' },
});

export const suspensionsQuery = z.strictObject({
  ...pageQuery,
  organizationId: text(100).optional().meta({ description: 'Only those of this organization' }),
});
