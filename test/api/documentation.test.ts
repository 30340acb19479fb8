import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import express from 'express';
import { isIdempotent } from '../../api/route';
import { createRoutes } from '../../api/routes';
import { createDescription } from '../../api/openapi';
import { PROBLEM_CODES, pageOf, problemKinds } from '../../api/problem-codes';
import { serveRoutes } from '../../api/router';
import type { ApiDependencies } from '../../api/dependencies';
import { startApi, type Api } from './api-server';

const run = promisify(execFile);

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const described = createRoutes().filter(({ isPage }) => !isPage);
interface Operation {
  operationId: string;
  security: object[];
  parameters?: { in: string; name: string }[];
  responses: Record<string, unknown>;
}
const operations = async () => {
  const { body } = await api.as(null)('GET', '/openapi.json');
  const paths = body['paths'] as unknown as Record<string, Record<string, Operation>>;
  return Object.entries(paths).flatMap(([address, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${address}`, operation })),
  );
};

test('every route is described, and nothing else', async () => {
  const names = (await operations()).map(({ name }) => name).sort();
  expect(names).toEqual(described.map(({ method, path: address }) => `${method} ${address}`).sort());
});

test('every group of calls says what it is about, and none is there for nothing', () => {
  const { tags = [] } = createDescription(createRoutes(), 'https://x.example');
  expect(tags.map(({ name }) => name).sort()).toEqual([...new Set(described.map(({ tag }) => tag))].sort());
});

test('what is sent to webhook endpoints may have more fields than are described', () => {
  const { webhooks = {}, components } = createDescription(createRoutes(), 'https://x.example');
  const names = Object.values(webhooks).map((one) => /schemas\/(\w+)/.exec(JSON.stringify(one))?.[1]);
  expect(names).toEqual(['BadgeRequestEvent', 'BadgeRequestCommented', 'WebhookEndpointTested']);
  for (const name of names)
    expect(JSON.stringify(components?.schemas?.[name ?? ''])).not.toContain('"additionalProperties":false');
});

test('every operation has a name of its own, says who may call it, and takes an Idempotency-Key where it should', async () => {
  const all = await operations();
  expect(new Set(all.map(({ operation }) => operation.operationId)).size).toBe(all.length);
  for (const { name, operation } of all) {
    const route = described.find(({ operationId }) => operationId === operation.operationId);
    if (route === undefined) throw new Error(name);
    const headers = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'header')
      .map((parameter) => parameter.name);
    expect([name, headers.includes('Idempotency-Key')]).toEqual([name, isIdempotent(route)]);
    expect([name, operation.security]).toEqual([
      name,
      route.access === 'PUBLIC'
        ? []
        : route.access === 'SIGNED'
          ? [{ signature: [] }]
          : [{ token: [] }, { session: [] }],
    ]);
  }
});

test('the description is OpenAPI as its linter wants it', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'openapi-'));
  const file = path.join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(createDescription(createRoutes(), 'https://badges.example')));
  const linter = path.join(path.dirname(require.resolve('@redocly/cli/package.json')), 'bin', 'cli.js');
  // Not synchronously: the API lives in this process, and its connections would be left alone for longer than they last.
  const problems = await run(
    process.execPath,
    [linter, 'lint', file, '--extends', 'recommended', '--format', 'stylish'],
    { env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
  ).then(
    () => '',
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
  );
  rmSync(folder, { recursive: true });
  expect(problems).toBe('');
});

test('every operation describes what comes of a call that cannot be read', async () => {
  for (const { name, operation } of await operations()) {
    const statuses = Object.keys(operation.responses);
    expect([name, statuses]).toEqual([name, expect.arrayContaining(['400', '408', '431'])]);
    expect([name, JSON.stringify(operation.responses['400'])]).toEqual([
      name,
      expect.stringContaining('`MALFORMED_CALL`'),
    ]);
  }
});

test('what says that nothing has changed names its version as what it stands for does', async () => {
  const all = (await operations()).filter(({ operation }) => operation.responses['304'] !== undefined);
  expect(all).toHaveLength(2);
  for (const { operation } of all)
    for (const status of ['200', '304'])
      expect(operation.responses[status]).toMatchObject({ headers: { ETag: { required: true } } });
});

test('every error code has its page, and every page its code', async () => {
  for (const code of PROBLEM_CODES) {
    const { status, text, headers } = await api.as(null)('GET', `/docs/errors/${pageOf(code)}`);
    expect([code, status, headers.get('content-type')]).toEqual([code, 200, 'text/html; charset=utf-8']);
    expect(text).toContain(`<code>${code}</code>, HTTP status ${problemKinds[code].status}`);
  }
  const index = (await api.as(null)('GET', '/docs/errors/')).text;
  const linked = [...index.matchAll(/href="\/docs\/errors\/([a-z-]+)"/g)].map(([, name]) => name);
  expect(linked).toEqual(PROBLEM_CODES.map(pageOf));
  expect((await api.as(null)('GET', '/docs/errors/nonsense')).status).toBe(404);
});

test('every error code is used', () => {
  const documented = new Set(
    JSON.stringify(createDescription(createRoutes(), 'https://x.example').paths).match(/`[A-Z_]+`/g),
  );
  // It is about methods that are in no description.
  const unused = PROBLEM_CODES.filter((code) => !documented.has(`\`${code}\``));
  expect(unused).toEqual(['METHOD_NOT_ALLOWED']);
});

test('pages use nothing but what we serve, and no scripts or styles inside', async () => {
  for (const address of ['/', '/docs', '/docs/errors', '/docs/errors/not-found']) {
    const { status, text } = await api.as(null)('GET', address);
    expect([address, status]).toEqual([address, 200]);
    expect(text).not.toMatch(/<script>|<style|style=|onload=|https?:/);
    for (const [, link] of text.matchAll(/(?:src|href)="([^"]+)"/g))
      if (link !== '/readyz')
        expect([link, (await api.as(null)('GET', link ?? '')).status]).toEqual([link, 200]);
  }
});

test('who types only the host’s name finds the console’s head, and the requests first', async () => {
  const { text } = await api.as(null)('GET', '/');
  expect(text).toContain('<link rel="stylesheet" href="/console/console.css">');
  const firstIn = (part: string) =>
    new RegExp(`<${part}>.*?<a [^>]*href="([^"]+)"`, 's').exec(text)?.[1] ?? null;
  expect([firstIn('header'), firstIn('main')]).toEqual(['/badge-requests', '/badge-requests']);
});

test('of the files of pages nothing else can be had', async () => {
  for (const name of [
    'package.json',
    '..%2fpackage.json',
    '%2e%2e%2fpackage.json',
    'constructor',
    '__proto__',
  ])
    expect((await api.as(null)('GET', `/docs/assets/${name}`)).status).toBe(404);
});

test('answers of what is large, and anybody may ask for, share one copy', async () => {
  const contentOf = async (operationId: string, file: string) => {
    const route = createRoutes().find((each) => each.operationId === operationId);
    const call = { deps: { publicUrl: api.url }, params: { file } };
    const answers = [await route?.handle(call as never), await route?.handle(call as never)];
    return answers.map((answer) => answer?.page?.content);
  };
  for (const [operationId, file] of [
    ['getAsset', 'swagger-ui-bundle.js'],
    ['getConsoleFile', 'main.js'],
    ['getListPage', ''],
    ['getDescription', ''],
  ] as const) {
    const [one, other] = await contentOf(operationId, file);
    // Compared here, since a difference would be printed byte by byte.
    expect([operationId, Buffer.isBuffer(one), other === one]).toEqual([operationId, true, true]);
  }
});

test('a route that says of nobody that they may call it does not start', () => {
  const [route] = described;
  if (route === undefined) throw new Error('There are routes.');
  expect(() => serveRoutes(express(), [{ ...route, access: [] }], {} as ApiDependencies)).toThrow('nobody');
  expect(() => serveRoutes(express(), [route, route], {} as ApiDependencies)).toThrow('twice');
});

test('every module of the console is served, and nothing else of its folder', async () => {
  const files = (await readdir(path.join(__dirname, '..', '..', 'console'))).filter(
    (name) => name !== 'index.html',
  );
  for (const name of files) {
    const { status, headers } = await api.as(null)('GET', `/console/${name}`);
    expect([name, status]).toEqual([name, 200]);
    expect(headers.get('content-type')).toContain(name.endsWith('.js') ? 'text/javascript' : 'text/css');
  }
  expect((await api.as(null)('GET', '/console/..%2fpackage.json')).status).toBe(404);
});

test.each([
  '/badge-requests',
  '/badge-requests/br_one',
  '/badge-requests/br_one/edit',
  '/calendar',
  '/program-suspensions',
])('%s is a page without inline script', async (address) => {
  const { status, text, headers } = await api.as(null)('GET', address);
  expect(status).toBe(200);
  expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(text).toContain('<script type="module" src="/console/main.js"></script>');
  expect(text).not.toMatch(/<script>|style="|onclick/);
});
