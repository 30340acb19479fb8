/**
 * Every operation with many bodies, parameters and headers, right and wrong: answers are documented ones, their
 * bodies are as documented, wrong input is refused and right input is not, and nothing is a server error.
 */
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { createDescription } from '../../api/openapi';
import { EVERYONE } from '../../api/route';
import { createRoutes } from '../../api/routes';
import { people, startApi, type Api, type PersonName, type Reply } from './api-server';
import { anything, valuesOf, type Schema } from './schema-values';

const RUNS = 25;
const SEED = 20261122;

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
const routes = createRoutes();
const document = createDescription(routes, 'http://x.example') as unknown as Document;
const resolve = (ref: string): Schema => document.components.schemas[ref.split('/').at(-1) ?? ''] ?? {};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
addFormats(ajv);
ajv.addSchema(document, 'openapi');
const validators = new Map<string, ValidateFunction>();
function validatorOf(...steps: string[]): ValidateFunction {
  const pointer = steps
    .map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1'))
    .map(encodeURIComponent);
  const ref = `openapi#/${pointer.join('/')}`;
  const validate = validators.get(ref) ?? ajv.compile({ $ref: ref });
  validators.set(ref, validate);
  return validate;
}

let api: Api;
let requestId: string;
beforeAll(async () => {
  // Nobody works here: what a command waits for is not to come.
  api = await startApi({ deps: { answerDeadlineMs: 200, checkPatienceMs: 50 } });
  requestId = 'br_fuzz';
  await api.pool.query(
    `insert into badge_requests (id, organization_id, created_by) values ($1, 'org_one', 'person_maker')`,
    [requestId],
  );
  await api.pool.query(
    `insert into comments (id, request_id, author_id, body) values ('cmt_fuzz', $1, 'person_maker', 'Hello')`,
    [requestId],
  );
  await api.pool.query(
    `insert into program_suspensions (id, program, organization_id, region, reason, suspended_by)
     values ('psus_fuzz', 'WWA', 'org_two', 'fe', 'Outages', 'person_operator')`,
  );
  await api.pool.query(
    `insert into webhook_endpoints (id, organization_id, url, secret)
     values ('wep_fuzz', 'org_one', 'https://one.example', 'whsec_c2VjcmV0')`,
  );
  await api.pool.query(
    `insert into webhook_deliveries (id, endpoint_id, due_at) values ('whe_fuzz', 'wep_fuzz', now())`,
  );
});
afterAll(() => api.close());

interface Target {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function expectDocumented({ path, method, operation }: Target, reply: Reply): void {
  const { status } = reply;
  const type = (reply.headers.get('content-type') ?? '').split(';')[0] ?? '';
  const where = `${method} ${path} ${status} ${reply.text.slice(0, 300)}`;
  const documented = operation.responses[String(status)];
  if (documented === undefined) throw new Error(`not documented: ${where}`);
  if (status >= 500 && reply.body?.['code'] !== ('TRY_AGAIN' as unknown))
    throw new Error(`server error: ${where}`);
  expect(reply.headers.get('request-id')).toBeTruthy();
  if (documented.content === undefined) return;
  if (!(type in documented.content)) throw new Error(`content type ${type}: ${where}`);
  const validate = validatorOf('paths', path, method, 'responses', String(status), 'content', type, 'schema');
  const body = type.endsWith('json') ? reply.body : reply.text;
  if (!validate(body)) throw new Error(`${ajv.errorsText(validate.errors)}: ${where}`);
}

const address = (path: string, id: string) =>
  path
    .replace('{id}', id)
    .replace('{commentId}', 'cmt_fuzz')
    .replace('{eventId}', 'whe_fuzz')
    .replace('{marketplace}', 'US')
    .replace('{asin}', 'B07N4M94X4');
/** By the resource; what is not here is a badge request. */
const ids: Readonly<Record<string, string>> = {
  products: 'prod_one',
  'program-suspensions': 'psus_fuzz',
  'webhook-endpoints': 'wep_fuzz',
};
const ownId = (path: string) => ids[path.split('/')[2] ?? ''] ?? requestId;
const callers: readonly PersonName[] = ['maker', 'reviewer', 'operator', 'viewer', 'stranger'];

/** Somebody whom a call lets in. */
function callerOf({ operationId }: Operation): PersonName {
  const { access } = routes.find((route) => route.operationId === operationId) ?? { access: [] };
  const roles = typeof access === 'string' ? EVERYONE : access;
  return callers.find((name) => roles.includes(people[name].role)) ?? 'maker';
}

function queriesOf({ operation }: Target): fc.Arbitrary<string> {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const pairs = parameters.map(({ name, schema }) =>
    fc
      .oneof(valuesOf(schema, resolve), anything)
      .map((value): [string, string] => [
        name,
        typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
      ]),
  );
  if (pairs.length === 0) return fc.constantFrom('', '?unknown=1');
  return fc.array(fc.oneof(...pairs), { maxLength: 3 }).map((chosen) => {
    const query = new URLSearchParams(chosen).toString();
    return query === '' ? '' : `?${query}`;
  });
}

function bodiesOf({ operation }: Target): fc.Arbitrary<unknown> {
  const [media] = Object.values(operation.requestBody?.content ?? {});
  if (media === undefined) return fc.constant(undefined);
  return fc.oneof(
    { weight: 3, arbitrary: valuesOf(media.schema, resolve) },
    { weight: 1, arbitrary: anything },
  );
}

describe.each(operations.map((target): [string, Target] => [`${target.method} ${target.path}`, target]))(
  '%s',
  (_, target) => {
    const { path, method, operation } = target;

    test('answers as documented, whatever it is sent', async () => {
      const calls = fc.record({
        person: fc.option(fc.constantFrom(...callers)),
        id: fc.oneof(fc.constant(null), fc.string({ minLength: 1, maxLength: 8 }).map(encodeURIComponent)),
        query: queriesOf(target),
        body: bodiesOf(target),
        key: fc.option(
          fc.string({ maxLength: 10 }).filter((text) => /^[\x21-\x7e]*$/.test(text)),
          { nil: undefined },
        ),
      });
      await fc.assert(
        fc.asyncProperty(calls, async ({ person, id, query, body, key }) => {
          const there = address(
            path,
            path.includes('{id}') && id !== null && !/^\.+$/.test(id) ? id : ownId(path),
          );
          const reply = await api.as(person)(method.toUpperCase(), there + query, {
            ...(body !== undefined && { body }),
            ...(key !== undefined && { key }),
          });
          expectDocumented(target, reply);
        }),
        { numRuns: RUNS, seed: SEED },
      );
    });

    const media = Object.keys(operation.requestBody?.content ?? {})[0];
    if (media === undefined || operation.operationId === 'receiveCertificationEvent') return;

    test('refuses what its schema refuses', async () => {
      const matchesSchema = validatorOf('paths', path, method, 'requestBody', 'content', media, 'schema');
      const wrong = anything.filter((body) => body !== undefined && !matchesSchema(body));
      const person = callerOf(operation);
      await fc.assert(
        fc.asyncProperty(wrong, async (body) => {
          const reply = await api.as(person)(method.toUpperCase(), address(path, ownId(path)), { body });
          if (reply.status !== 422) throw new Error(`${reply.status} for ${JSON.stringify(body)}`);
          expectDocumented(target, reply);
        }),
        { numRuns: RUNS, seed: SEED },
      );
    });
  },
);

test.each(Object.entries(document.components.schemas).filter(([, { example }]) => example !== undefined))(
  'the example of %s is one',
  (name, { example }) => {
    const validate = validatorOf('components', 'schemas', name);
    expect([validate(example), validate.errors]).toEqual([true, null]);
  },
);

test.each<[string, unknown, boolean]>([
  ['addComment', { body: ' \n' }, false],
  ['addComment', { body: '\0' }, false],
  ['addComment', { body: ' 😀\n' }, true],
  ['suspendBadgeRequest', { reason: '' }, false],
  ['suspendBadgeRequest', { reason: 'Recalled.\nAll of it.' }, true],
  ['createBadgeRequest', { variant: '\0' }, false],
  ['createBadgeRequest', { variant: '😀'.repeat(101) }, false],
  ['createBadgeRequest', { variant: '😀'.repeat(100) }, true],
  ['lookUpBadges', { badges: [{ marketplace: 'US', asin: 'A07N4M94X4' }] }, false],
  ['lookUpBadges', { badges: [{ marketplace: 'US', asin: ' b07n4m94x4' }] }, true],
])('the description of %s says of %j whether it is taken: %s', async (operationId, body, isTaken) => {
  const target = operations.find(({ operation }) => operation.operationId === operationId);
  if (target === undefined) throw new Error(operationId);
  const { path, method, operation } = target;
  const schema = ['requestBody', 'content', 'application/json', 'schema'];
  const reply = await api.as(callerOf(operation))(method, address(path, ownId(path)), { body });
  expect([validatorOf('paths', path, method, ...schema)(body), reply.status !== 422]).toEqual([
    isTaken,
    isTaken,
  ]);
});

test('takes every draft that its schema allows, but for what only rows can tell', async () => {
  const schema = document.components.schemas['BadgeRequestDraft'] ?? {};
  await fc.assert(
    fc.asyncProperty(valuesOf(schema, resolve), async (draft) => {
      const { status, body } = await api.as('maker')('POST', '/v1/badge-requests', { body: draft });
      if (status !== 422) return expect([201, 409, 503]).toContain(status);
      const errors = (body['errors'] ?? []) as unknown as { code: string }[];
      expect(errors.map(({ code }) => code)).toEqual(['PRODUCT_NOT_FOUND']);
    }),
    { numRuns: 60, seed: SEED },
  );
});
