import { BUNDLE_DEVICE_CODES, bundleDevices, isBundleDeviceCode } from '../../domain/bundle-devices';
import { isProgramCode, PROGRAM_CODES, programs } from '../../domain/programs';

test('Works with Alexa ships', () => {
  expect(PROGRAM_CODES).toEqual(['WWA']);
  expect(programs.WWA).toEqual({ code: 'WWA', label: 'Works with Alexa' });
});

test('every device of a bundle is under its own code and has a name of its own', () => {
  for (const code of BUNDLE_DEVICE_CODES) expect(bundleDevices[code].code).toBe(code);
  expect(new Set(BUNDLE_DEVICE_CODES.map((code) => bundleDevices[code].name)).size).toBe(
    BUNDLE_DEVICE_CODES.length,
  );
});

test('a value from outside is a code only when it is exactly one', () => {
  expect(isProgramCode('WWA')).toBe(true);
  expect(isBundleDeviceCode('ECHO_DOT')).toBe(true);
  for (const value of ['wwa', 'echo_dot', 'constructor', '', null, {}]) {
    expect(isProgramCode(value)).toBe(false);
    expect(isBundleDeviceCode(value)).toBe(false);
  }
});
