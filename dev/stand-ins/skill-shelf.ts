import { z } from 'zod';

/** A skill: who has it, which stages there are, and the manifest of its live stage. */
export const skillShape = z.strictObject({
  skillId: z.string().min(1),
  vendorId: z.string().min(1),
  name: z.string().default('Skill'),
  /** Publication status by stage; a skill that was never published has no `live`. */
  stages: z.strictObject({
    development: z.string().optional(),
    certified: z.string().optional(),
    live: z.string().optional(),
  }),
  publishingInformation: z.record(z.string(), z.unknown()).optional(),
});
export type Skill = z.output<typeof skillShape>;

/** The vendors that the stand-in's developer account may read; any other vendor is a third party. */
export const ownVendors = ['MNORTHLIGHT001', 'MHARBORPINE002', 'MBENCHMARK0000'] as const;
export const thirdPartyVendor = 'MTINKERLINK999';

export const benchmarkSkillId = 'amzn1.ask.skill.bench';
/** Id of a demo skill, in the form of Amazon's own. */
export const demoSkillIds = {
  lights: 'amzn1.ask.skill.1f0a6c52-0000-4000-8000-000000000001',
  switches: 'amzn1.ask.skill.1f0a6c52-0000-4000-8000-000000000002',
  cameras: 'amzn1.ask.skill.1f0a6c52-0000-4000-8000-000000000003',
  climate: 'amzn1.ask.skill.1f0a6c52-0000-4000-8000-000000000004',
} as const;

const published = { development: 'DEVELOPMENT', live: 'PUBLISHED' };
const worldwide = { isAvailableWorldwide: true, distributionMode: 'PUBLIC', distributionCountries: [] };

/** The demo skills, with one of a third party among them. */
export const demoSkills: readonly Skill[] = [
  {
    skillId: demoSkillIds.lights,
    vendorId: 'MNORTHLIGHT001',
    name: 'Northlight',
    stages: published,
    publishingInformation: worldwide,
  },
  {
    skillId: demoSkillIds.switches,
    vendorId: 'MNORTHLIGHT001',
    name: 'Northlight Switches',
    stages: { development: 'DEVELOPMENT' },
  },
  {
    skillId: demoSkillIds.cameras,
    vendorId: thirdPartyVendor,
    name: 'Tinkerlink Smart Life',
    stages: published,
    publishingInformation: worldwide,
  },
  {
    skillId: demoSkillIds.climate,
    vendorId: 'MHARBORPINE002',
    name: 'Harbor & Pine',
    stages: published,
    publishingInformation: {
      isAvailableWorldwide: false,
      distributionMode: 'PUBLIC',
      distributionCountries: ['US', 'CA', 'GB', 'DE', 'JP'],
    },
  },
  {
    skillId: benchmarkSkillId,
    vendorId: 'MBENCHMARK0000',
    name: 'Benchmark',
    stages: published,
    publishingInformation: worldwide,
  },
];
