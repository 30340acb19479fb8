import type { BadgeRequestForm } from '../../domain/form';
import { demoProjects } from './demo-organizations';

export { organizations, projects } from './demo-organizations';

type Form = BadgeRequestForm & { asin: string; retailIdentifier: { type: 'UPC'; code: string } };

/** A form for one product, in the United States and as soon as possible unless it says otherwise. */
const write = (
  project: { product: { id: string } },
  asin: string,
  upc: string,
  rest: Partial<BadgeRequestForm> = {},
): Form => ({
  program: 'WWA',
  productId: project.product.id,
  variant: null,
  bundleDevices: [],
  goLive: { kind: 'AS_SOON_AS_POSSIBLE' },
  marketplaces: ['US'],
  ...rest,
  retailIdentifier: { type: 'UPC', code: upc },
  asin,
});

const { bulb, plug, strip, wallSwitch, camera, sensor } = demoProjects;

/**
 * Whole forms of the first organization, as they are sent; each one's name says what its review finds. The
 * products of `ready` and `twoMarketplaces` are still being tested, so that these wait for it in Pending.
 */
export const examples = {
  /** Every check says yes. */
  ready: write(bulb, 'B0NLBULB01', '860001200102', { variant: 'Warm white' }),
  /** Every check says yes in both, which are of two regions. */
  twoMarketplaces: write(plug, 'B0NLPLUG01', '860001200119', { marketplaces: ['US', 'JP'] }),
  /** Listed in the United Kingdom and Germany, not in the United States. */
  asinNotLive: write(strip, 'B0NLSTRP02', '860001200133', { variant: '5 m' }),
  /** The listing is of another brand. */
  brandMismatch: write(strip, 'B0NLSTRP03', '860001200140', { variant: '2 m' }),
  /** The form's UPC is that of another variant. */
  identifierMismatch: write(strip, 'B0NLSTRP04', '860001200126', { variant: '2 m, outdoor' }),
  /** The skill has no live stage. */
  skillNotPublished: write(wallSwitch, 'B0NLSWTC01', '860001200164'),
  /** The skill is a third party's: unknown, so that a reviewer decides. */
  skillUnreadable: write(camera, 'B0NLCAMR01', '860001200171'),
  /** A bundle that the form says is one; every check says yes. */
  bundle: write(plug, 'B0NLBNDL01', '860001200188', { bundleDevices: ['ECHO_DOT'] }),
  /** A product of a hub, packed with it; every check says yes. */
  hub: write(sensor, 'B0NLSENS01', '860001200218', { variant: 'With bridge' }),
  /** The listing does not say which hub it works with: unknown, so that a reviewer decides. */
  hubUnnamed: write(sensor, 'B0NLSENS02', '860001200225', { marketplaces: ['US', 'UK'] }),
  /** The hub that was tested is not listed in Japan. */
  hubMismatch: write(sensor, 'B0NLSENS03', '860001200232', { marketplaces: ['JP'], variant: 'Black' }),
} as const satisfies Record<string, Form>;

/** What makes the rejected examples right, as a merge patch of the form. */
export const corrections = {
  asinNotLive: { marketplaces: ['UK', 'DE'] },
  brandMismatch: { asin: 'B0NLSTRP01', retailIdentifier: { type: 'UPC', code: '860001200126' } },
  identifierMismatch: { retailIdentifier: { type: 'UPC', code: '860001200157' } },
} as const satisfies Partial<Record<keyof typeof examples, Partial<BadgeRequestForm>>>;
