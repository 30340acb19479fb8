import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporalConnectionOptions } from '../temporal-connection';
import { makeScratchFolder } from './dev/scratch-folder';

let file: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  const folder = await makeScratchFolder();
  remove = folder.remove;
  file = join(folder.path, 'temporal.toml');
  await writeFile(
    file,
    '[profile.default]\naddress = "not.asked:1"\n[profile.cloud]\napi_key = "of the profile"\n[profile.cloud.grpc_meta]\nteam = "badges"\n',
  );
});
afterAll(() => remove());

const address = 'temporal.example:7233';
const optionsWith = (env: Record<string, string>) =>
  temporalConnectionOptions({ TEMPORAL_ADDRESS: address }, { TEMPORAL_CONFIG_FILE: file, ...env });

it.each<[string, Record<string, string>, object]>([
  ['nothing else', {}, {}],
  ['a key', { TEMPORAL_API_KEY: 'a key' }, { apiKey: 'a key', tls: true }],
  [
    'a profile',
    { TEMPORAL_PROFILE: 'cloud' },
    { apiKey: 'of the profile', tls: true, metadata: { team: 'badges' } },
  ],
  [
    'a key beside a profile',
    { TEMPORAL_PROFILE: 'cloud', TEMPORAL_API_KEY: 'a key' },
    { apiKey: 'a key', tls: true, metadata: { team: 'badges' } },
  ],
  [
    'a key beside empty settings for TLS',
    { TEMPORAL_API_KEY: 'a key', TEMPORAL_TLS: '', TEMPORAL_TLS_SERVER_NAME: '' },
    { apiKey: 'a key', tls: true },
  ],
  ['what is set and empty', { TEMPORAL_API_KEY: '', TEMPORAL_PROFILE: '', TEMPORAL_TLS: '' }, {}],
  [
    'a key without TLS',
    { TEMPORAL_API_KEY: 'a key', TEMPORAL_TLS: 'false' },
    { apiKey: 'a key', tls: false },
  ],
])('by %s Temporal is reached as Temporal’s own programs reach it', (_what, env, expected) => {
  expect(optionsWith(env)).toEqual({ address, ...expected });
});

it('a profile that is not there is told as what is wrong', () => {
  expect(() => optionsWith({ TEMPORAL_PROFILE: 'nobody' })).toThrow(
    /^The configuration has 1 problem\(s\):\n {2}- TEMPORAL_TLS\* or Temporal’s configuration file, .*, cannot be used: .*nobody/,
  );
});

it.each([
  ['empty', '', 'it has no [profile.default]'],
  ['of other tables', '[profiles.default]\naddress = "not.asked:1"\n', 'it has no [profile.default]'],
  ['no TOML', 'address = = 1\n', 'Invalid TOML document'],
])('a file that is %s is named, and what is wrong with it', async (name, text, why) => {
  const other = `${file}.${name.replaceAll(' ', '-')}`;
  await writeFile(other, text);
  expect(() => optionsWith({ TEMPORAL_CONFIG_FILE: other })).toThrow(`${other}, cannot be used: ${why}`);
});

// Temporal's own reader takes them for off, and the key would go over the network as it is.
it.each(['yes', 'True', 'on'])('TEMPORAL_TLS=%s is refused, and not taken for off', (TEMPORAL_TLS) => {
  expect(() => optionsWith({ TEMPORAL_TLS })).toThrow('TEMPORAL_TLS must be true or false');
});
