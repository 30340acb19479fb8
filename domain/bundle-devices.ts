/**
 * The devices a bundle can include. Amazon does not publish the options of its form: this list is
 * configuration of ours, families of devices rather than generations, and an entry is added or taken out
 * here.
 */
export const bundleDevices = {
  ECHO_DOT: { code: 'ECHO_DOT', name: 'Echo Dot' },
  ECHO_POP: { code: 'ECHO_POP', name: 'Echo Pop' },
  ECHO: { code: 'ECHO', name: 'Echo' },
  ECHO_STUDIO: { code: 'ECHO_STUDIO', name: 'Echo Studio' },
  ECHO_SHOW: { code: 'ECHO_SHOW', name: 'Echo Show' },
  ECHO_SPOT: { code: 'ECHO_SPOT', name: 'Echo Spot' },
  ECHO_HUB: { code: 'ECHO_HUB', name: 'Echo Hub' },
  FIRE_TV_STICK: { code: 'FIRE_TV_STICK', name: 'Fire TV Stick' },
  FIRE_TV_CUBE: { code: 'FIRE_TV_CUBE', name: 'Fire TV Cube' },
  FIRE_TABLET: { code: 'FIRE_TABLET', name: 'Fire tablet' },
  EERO: { code: 'EERO', name: 'eero' },
} as const satisfies Record<string, { code: string; name: string }>;

export type BundleDeviceCode = keyof typeof bundleDevices;

/** All codes, in the order in which people are shown them. */
export const BUNDLE_DEVICE_CODES = Object.keys(bundleDevices) as BundleDeviceCode[];

/** Whether a value from outside is the exact code of a configured device. */
export function isBundleDeviceCode(value: unknown): value is BundleDeviceCode {
  return typeof value === 'string' && Object.hasOwn(bundleDevices, value);
}
