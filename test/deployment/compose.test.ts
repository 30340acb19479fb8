/** No container runs here: what docker-compose.yml says is held against config.ts, the Dockerfile and the files it names. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readConfig, type Program } from '../../config';
import { WORKER_NODE_OPTIONS } from '../../dev/embedded-parts';
import { defaultOf, namesFor } from '../docs/configuration';
import { readText, root } from '../docs/generated';
import { interpolate, readCompose, type Service } from './compose-file';

const text = readText('docker-compose.yml');
const dockerfile = readText('Dockerfile');
const compose = readCompose(text);
const services = Object.entries(compose.services);
const { version } = JSON.parse(readText('package.json')) as { version: string };

/** What somebody fills in, and nothing of what has a default. */
const filledIn = {
  POSTGRES_PASSWORD: 'aaa111',
  BADGE_DATABASE_PASSWORD: 'bbb222',
  TEMPORAL_DATABASE_PASSWORD: 'ccc333',
  PUBLIC_URL: 'https://badges.example',
  CERTIFICATION_WEBHOOK_SECRETS: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  SMTP_URL: 'smtps://user:pw@mail.example',
  OIDC_ISSUER: 'https://id.example',
  MAIL_FROM: 'badges@mail.example',
  SP_API_CLIENT_ID: 'client one',
  SP_API_CLIENT_SECRET: 'secret one',
  SP_API_REFRESH_TOKEN_NA: 'Atzr|na',
  SP_API_REFRESH_TOKEN_EU: 'Atzr|eu',
  SP_API_REFRESH_TOKEN_FE: 'Atzr|fe',
  SMAPI_CLIENT_ID: 'client two',
  SMAPI_CLIENT_SECRET: 'secret two',
  SMAPI_REFRESH_TOKEN: 'Atzr|skills',
};

/** Not passed on: the Temporal of the same file takes no key, and with one the SDK would ask it for TLS. */
const left = ['TEMPORAL_API_KEY'];
const ours = ['api', 'worker', 'migrate'] as const satisfies Program[];

function serviceNamed(name: string): Service {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`There is no service ${name}.`);
  return found;
}
const environmentOf = (name: string, env: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(serviceNamed(name).environment).map(([key, value]) => [
      key,
      interpolate(value, env).value,
    ]),
  );

describe.each(ours)('%s', (program) => {
  it('gets every variable that it reads, and no other', () => {
    const wanted = namesFor(program).filter((name) => !left.includes(name));
    // Every program refuses development secrets in production, also one that reads NODE_ENV for nothing else.
    expect(new Set(Object.keys(serviceNamed(program).environment))).toEqual(new Set([...wanted, 'NODE_ENV']));
  });

  it('starts in production with what is filled in', () => {
    expect(readConfig(program, environmentOf(program, filledIn))).toMatchObject({
      DATABASE_URL: 'postgres://badge_requests:bbb222@postgres:5432/badge_requests',
    });
    expect(environmentOf(program, filledIn)['NODE_ENV']).toBe('production');
  });

  it('takes from .env what is set there', () => {
    const fixed = ['NODE_ENV', 'DATABASE_URL', 'TEMPORAL_ADDRESS', 'HOST', 'PORT'];
    const marked = Object.fromEntries(namesFor(program).map((name) => [name, `set ${name}`]));
    for (const [name, value] of Object.entries(environmentOf(program, { ...filledIn, ...marked })))
      if (!fixed.includes(name)) expect(value).toBe(`set ${name}`);
  });
});

it('names everything that has to be filled in, and the defaults that it repeats are those of config.ts', () => {
  expect(new Set(interpolate(text, {}).missing)).toEqual(new Set(Object.keys(filledIn)));
  for (const [, name = '', fallback = ''] of text.matchAll(/\$\{(\w+):-([^}]+)\}/g))
    expect(fallback).toBe(defaultOf(name as Parameters<typeof defaultOf>[0]));
});

it('has no default for a secret, and none written down', () => {
  const secret = /PASSWORD|PWD|SECRET|TOKEN_|_TOKEN$|API_KEY|_URL$|CLIENT_ID/;
  for (const [, service] of services)
    for (const [name, value] of Object.entries(service.environment)) {
      if (!secret.test(name) || /^(SP_API|SMAPI)_TOKEN_URL$/.test(name)) continue;
      // A public client of the identity provider has a name that config.ts knows, and no secret.
      if (/^OIDC_CLIENT_(ID|SECRET)$/.test(name)) expect(value).toBe(`\${${name}:-}`);
      else expect(`${name}: ${value}`).toMatch(/^\w+: .*\$\{\w+:\?set \w+ in \.env\}/);
    }
});

it('asks for a variable under its own name', () => {
  for (const [, name, message] of text.matchAll(/\$\{(\w+):\?([^}]*)\}/g))
    expect(message).toBe(`set ${name} in .env`);
});

it.each(services)('%s is pinned, started again, and known to be well or said why not', (name, service) => {
  expect(service.image).toMatch(/^[a-z0-9/-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
  expect(service.restart).toMatch(/^(unless-stopped|on-failure:\d+)$/);
  const stage = service.build && stageOf(service.build.target);
  const isChecked = service.healthcheck !== undefined || stage?.includes('\nHEALTHCHECK ') === true;
  expect({ name, isChecked }).toEqual({ name, isChecked: service['x-no-healthcheck'] === undefined });
});

it('waits for what can be waited for', () => {
  for (const [, service] of services)
    for (const [name, { condition }] of Object.entries(service.depends_on)) {
      const needed = serviceNamed(name);
      const ends = needed.restart.startsWith('on-failure');
      expect({ name, condition }).toEqual({
        name,
        condition: ends ? 'service_completed_successfully' : 'service_healthy',
      });
    }
  for (const name of ['api', 'worker'])
    expect(Object.keys(serviceNamed(name).depends_on).sort()).toEqual(['migrate', 'temporal-namespace']);
});

it('is reached on loopback only, and its inside not at all', () => {
  for (const [, service] of services)
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  expect(services.filter(([, { ports }]) => ports.length > 0).map(([name]) => name)).toEqual(['api']);
  expect(compose.networks['inside']).toEqual({ internal: true });
  const withWayOut = services
    .filter(([, { networks }]) => networks.includes('outside'))
    .map(([name]) => name);
  expect(withWayOut).toEqual(['api', 'worker']);
});

it('mounts files and volumes that there are', () => {
  for (const [, service] of services)
    for (const mount of service.volumes) {
      const [source = ''] = mount.split(':');
      if (source.startsWith('./')) {
        expect({ mount, exists: existsSync(path.join(root, source)) }).toEqual({ mount, exists: true });
        expect(mount).toMatch(/:ro$/);
      } else expect(Object.keys(compose.volumes)).toContain(source);
    }
});

it('its scripts can be run and its dynamic configuration read', () => {
  for (const script of ['postgres/create-databases', 'temporal/update-schema', 'temporal/create-namespace']) {
    const file = path.join('deploy', `${script}.sh`);
    expect(readText(file)).toMatch(/^#!\/bin\/sh\n(#.*\n)+set -eu\n/);
    expect(statSync(path.join(root, file)).mode & 0o100).toBe(0o100);
  }
  expect(parse(readText('deploy/temporal/dynamic-config.yaml'))).toEqual({
    'system.enableActivityEagerExecution': [{ value: true }],
  });
});

describe('the image', () => {
  it.each(ours)('has the target %s, which runs a program that is built', (program) => {
    const { build, image } = serviceNamed(program);
    expect(build).toEqual({ context: '.', target: program });
    expect(image).toBe(`badge-requests-${program}:${version}`);
    const [node, ...args] = commandOf(program);
    expect(node).toBe('node');
    const script = args.at(-1) ?? '';
    expect(existsSync(path.join(root, script.replace(/^dist\/(.+)\.js$/, '$1.ts')))).toBe(true);
  });

  it('runs workers with the memory that `npm start` gives them, as the README says to', () => {
    const command = ['node', ...WORKER_NODE_OPTIONS, 'dist/workers/main.js'];
    expect(commandOf('worker')).toEqual(command);
    expect(readText('README.md')).toContain(`\`${command.join(' ')}\``);
  });

  it('is made of one pinned Debian image with a Node that package.json allows, and runs as nobody special', () => {
    const bases = [...dockerfile.matchAll(/^FROM (node:\S+) AS/gm)].map((match) => match[1]);
    expect(bases).toHaveLength(2);
    expect(new Set(bases)).toEqual(new Set(['node:22.21-bookworm-slim']));
    expect(stageOf('run')).toMatch(/\nUSER node\n/);
    expect(stageOf('run')).toMatch(/npm ci --omit=dev/);
  });

  it('is built of nothing but what the build reads', () => {
    const ignore = readText('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignore[0]).toBe('*');
    expect(ignore.slice(1).every((line) => line.startsWith('!'))).toBe(true);
    const folders = /const SOURCE_FOLDERS = \[([^\]]+)\]/.exec(readText('dev/build.mjs'))?.[1] ?? '';
    for (const [, folder = ''] of folders.matchAll(/'([^']+)'/g)) expect(ignore).toContain(`!${folder}`);
    for (const file of ['package.json', 'package-lock.json', 'tsconfig.json', '*.ts'])
      expect(ignore).toContain(`!${file}`);
  });
});

const commandOf = (target: string) =>
  JSON.parse(/\nCMD (\[.+\])/.exec(stageOf(target))?.[1] ?? '[]') as string[];

/** A stage of the Dockerfile, from its FROM to the next. */
function stageOf(target: string): string {
  const stage = dockerfile
    .split(/^(?=FROM )/m)
    .find((part) => part.split('\n')[0]?.endsWith(` AS ${target}`));
  if (stage === undefined) throw new Error(`The Dockerfile has no target ${target}.`);
  return stage;
}
