import type { CertificationProject } from '../../domain/certification';
import type { MarketplaceCode } from '../../domain/marketplaces';
import { demoSkillIds, thirdPartyVendor } from './skill-shelf';

/** The makers of the demo; the first one's products are those of the examples. */
export const organizations = [
  { id: 'org_01900000000070008000000000000001', name: 'Northlight Home' },
  { id: 'org_01900000000070008000000000000002', name: 'Harbor & Pine' },
] as const;

const [northlight, harborAndPine] = organizations;
const prod = (number: number) => `prod_019000000000700080000000000001${String(number).padStart(2, '0')}`;
const cert = (number: number) => `cert_019000000000700080000000000002${String(number).padStart(2, '0')}`;

const many: MarketplaceCode[] = ['US', 'CA', 'UK', 'DE', 'JP'];
const underTest = { status: 'UNDER_TEST', result: null, reason: null, version: 6 } as const;
const approved = { status: 'COMPLETE', result: 'APPROVED', reason: null, version: 8 } as const;
const northlightSkill = {
  kind: 'SKILL',
  skillId: demoSkillIds.lights,
  vendorId: 'MNORTHLIGHT001',
} as const;

/** The certification projects of the demo, each with its product, as the pipeline would report them. */
export const demoProjects = {
  bulb: {
    projectId: cert(1),
    organizationId: northlight.id,
    product: {
      id: prod(1),
      name: 'Northlight Glow A19 Bulb',
      brand: 'Northlight',
      model: 'NL-A19-2',
      deviceType: 'LIGHT',
      integration: northlightSkill,
    },
    marketplaces: many,
    ...underTest,
  },
  plug: {
    projectId: cert(2),
    organizationId: northlight.id,
    product: {
      id: prod(2),
      name: 'Northlight Socket Plug',
      brand: 'Northlight',
      model: 'NL-P1',
      deviceType: 'SMART_PLUG',
      integration: northlightSkill,
    },
    marketplaces: many,
    ...underTest,
  },
  strip: {
    projectId: cert(3),
    organizationId: northlight.id,
    product: {
      id: prod(3),
      name: 'Northlight Ribbon Light Strip',
      brand: 'Northlight',
      model: 'NL-LS-200',
      deviceType: 'LIGHT',
      integration: northlightSkill,
    },
    marketplaces: many,
    ...approved,
  },
  wallSwitch: {
    projectId: cert(4),
    organizationId: northlight.id,
    product: {
      id: prod(4),
      name: 'Northlight Wall Switch',
      brand: 'Northlight',
      model: 'NL-SW-1',
      deviceType: 'SWITCH',
      integration: { kind: 'SKILL', skillId: demoSkillIds.switches, vendorId: 'MNORTHLIGHT001' },
    },
    marketplaces: ['US', 'CA'],
    ...underTest,
  },
  camera: {
    projectId: cert(5),
    organizationId: northlight.id,
    product: {
      id: prod(5),
      name: 'Northlight Porch Camera',
      brand: 'Northlight',
      model: 'NL-C4',
      deviceType: 'CAMERA',
      integration: { kind: 'SKILL', skillId: demoSkillIds.cameras, vendorId: thirdPartyVendor },
    },
    marketplaces: many,
    ...approved,
  },
  panel: {
    projectId: cert(6),
    organizationId: northlight.id,
    product: {
      id: prod(6),
      name: 'Northlight Wall Panel',
      brand: 'Northlight',
      model: 'NL-WP-7',
      deviceType: 'SWITCH',
      integration: { kind: 'NONE' },
    },
    marketplaces: ['US', 'UK'],
    ...approved,
  },
  thermostat: {
    projectId: cert(7),
    organizationId: harborAndPine.id,
    product: {
      id: prod(7),
      name: 'Harbor & Pine Thermostat',
      brand: 'Harbor & Pine',
      model: 'HP-T2',
      deviceType: 'THERMOSTAT',
      integration: { kind: 'SKILL', skillId: demoSkillIds.climate, vendorId: 'MHARBORPINE002' },
    },
    marketplaces: many,
    ...approved,
  },
  blind: {
    projectId: cert(8),
    organizationId: harborAndPine.id,
    product: {
      id: prod(8),
      name: 'Harbor & Pine Window Blind',
      brand: 'Harbor & Pine',
      model: 'HP-B9',
      deviceType: 'INTERIOR_BLIND',
      integration: { kind: 'HUB', hubAsin: 'B0HPHUB001' },
    },
    marketplaces: ['US', 'JP'],
    status: 'ON_HOLD',
    result: null,
    reason: 'A part of the device is being replaced.',
    version: 5,
  },
  sensor: {
    projectId: cert(9),
    organizationId: northlight.id,
    product: {
      id: prod(9),
      name: 'Northlight Door Sensor',
      brand: 'Northlight',
      model: 'NL-DS-3',
      deviceType: 'CONTACT_SENSOR',
      integration: { kind: 'HUB', hubAsin: 'B0NLHUB001' },
    },
    marketplaces: ['US', 'UK', 'JP'],
    ...approved,
  },
} as const satisfies Record<string, CertificationProject>;

/** All of them, in the order of their ids. */
export const projects: readonly CertificationProject[] = Object.values(demoProjects);
