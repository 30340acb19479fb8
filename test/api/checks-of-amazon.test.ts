/** "Check now" with the real clients, against the stand-ins over HTTP: however Amazon behaves, an answer in seconds. */
import { createCheckActivities } from '../../activities/amazon/checks';
import { readSubject, saveFindings } from '../../db/findings';
import { demoProjects } from '../../dev/stand-ins/demo-organizations';
import { examples } from '../../dev/stand-ins/examples';
import { startStandIns, type StandIns } from '../../dev/stand-ins/start';
import type { Finding } from '../../domain/review';
import { catalogOf, control, offersOf, skillsOf } from '../activities/amazon/stand-in-clients';
import { createWorld, type World } from '../setup/request-world';
import { startApi, type Api } from './api-server';
import { pathOf, requestCalls, type RequestCalls } from './request-calls';

const PATIENCE_MS = 4_000;
/** Given up before the patience ends, so that the next test's question joins none of them. */
const callTimeoutMs = 1_000;
let standIns: StandIns;
let world: World;
let api: Api;
let requests: RequestCalls;
let id: string;
beforeAll(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false });
  world = await createWorld({
    checks: (pool) =>
      createCheckActivities({
        catalog: catalogOf(standIns, { callTimeoutMs }),
        offers: offersOf(standIns),
        skills: skillsOf(standIns, { callTimeoutMs }),
        loadSubject: (subject) => readSubject(pool, subject),
        saveFindings: (subject, findings, by) => saveFindings(pool, subject, findings, by),
        noteWait: async () => undefined,
        patienceMs: 900_000,
      }),
  });
  api = await startApi({ world, deps: { checkPatienceMs: PATIENCE_MS } });
  requests = requestCalls(api);
  const { projectId, product, marketplaces } = demoProjects.plug;
  await api.pool.query(
    `insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
      values ($1, 'org_one', $2, 1, 'UNDER_TEST', $3)`,
    [projectId, product.id, marketplaces],
  );
  await api.pool.query(
    `insert into products
        (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
      values ($1, 'org_one', $2, $3, $4, $5, $6, $7, 1)`,
    [
      product.id,
      product.name,
      product.brand,
      product.model,
      product.deviceType,
      product.integration,
      projectId,
    ],
  );
  id = await requests.create(examples.twoMarketplaces);
});
afterAll(async () => {
  await api.close();
  await world.close();
  await standIns.close();
});
afterEach(async () => {
  await control(standIns.retail.url, 'DELETE', '/_faults');
  await control(standIns.skills.url, 'DELETE', '/_faults');
});

async function check(): Promise<Finding[]> {
  const begun = Date.now();
  const { status, body } = await requests.act('maker', id, 'check');
  expect([status, body['problems']]).toEqual([200, []]);
  // Its patience, the last attempt's second and the grace, and what a busy machine adds.
  expect(Date.now() - begun).toBeLessThan(PATIENCE_MS + 6_000);
  return body['findings'] as unknown as Finding[];
}
const brief = (findings: readonly Finding[]) =>
  findings.map(({ check: name, marketplace, answer }) => `${name} ${marketplace} ${answer}`);
const traces = async () => {
  const request = (await requests.read(id)).body;
  const history = (await api.as('maker')('GET', pathOf(id, '/history'))).body;
  return { request, history };
};

test('all is well', async () => {
  expect(brief(await check())).toEqual([
    'ASIN_LIVE JP YES',
    'ASIN_LIVE US YES',
    'LISTING_MATCHES JP YES',
    'LISTING_MATCHES US YES',
    'SKILL_PUBLISHED JP YES',
    'SKILL_PUBLISHED US YES',
  ]);
});

test.each([
  ['slow', { path: '/catalog/*', times: null, kind: 'slow' }],
  [
    'throttled for a minute',
    { path: '/catalog/*', times: null, status: 429, headers: { 'Retry-After': '60' } },
  ],
  ['failing', { path: '/catalog/*', times: null, status: 500 }],
  ['cut off', { path: '/catalog/*', times: null, kind: 'reset' }],
])('a catalogue that is %s: UNKNOWN, and why; the skill store’s answers are there', async (_, fault) => {
  await control(standIns.retail.url, 'POST', '/_faults', fault);
  const before = await traces();
  const findings = await check();
  expect(brief(findings)).toEqual([
    'ASIN_LIVE JP UNKNOWN',
    'ASIN_LIVE US UNKNOWN',
    'LISTING_MATCHES JP UNKNOWN',
    'LISTING_MATCHES US UNKNOWN',
    'SKILL_PUBLISHED JP YES',
    'SKILL_PUBLISHED US YES',
  ]);
  for (const { answer, found } of findings)
    if (answer === 'UNKNOWN') expect(JSON.stringify(found)).toMatch(/did not answer|answered \d+|be reached/);
  expect(await traces()).toEqual(before);
});

test('a skill store that is slow: only its own answers are UNKNOWN', async () => {
  await control(standIns.skills.url, 'POST', '/_faults', { path: '/v1/*', times: null, kind: 'slow' });
  expect(brief(await check()).filter((line) => line.endsWith('UNKNOWN'))).toEqual([
    'SKILL_PUBLISHED JP UNKNOWN',
    'SKILL_PUBLISHED US UNKNOWN',
  ]);
});

test('a rejected request is checked like a draft, and stays as it is', async () => {
  await api.pool.query(`update badge_requests set status = 'REJECTED', round = 1 where id = $1`, [id]);
  const before = await traces();
  expect(brief(await check()).every((line) => line.endsWith('YES'))).toBe(true);
  expect(await traces()).toEqual(before);
});
