/** A whole rehearsal of a product with requests in every stage, some of which get stuck. */
import { join } from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { Client } from 'pg';
import { makeThrowAwayFolder } from '../../dev/throw-away-folder';
import { goLiveInstant } from '../../domain/go-live';
import { MARKETPLACE_CODES, marketplaceByCode } from '../../domain/marketplaces';
import { defaultProgramSettings } from '../../domain/program-settings';
import type { Findings } from '../../rehearsal/findings';
import { readOpenRequests } from '../../rehearsal/open-requests';
import { rehearse } from '../../rehearsal/rehearse';
import { startSkippingServer } from '../../rehearsal/skipping-server';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { APPROVED, PERSONAL, plant, plantPeople, plantSuspended } from './product-rows';

// Failures that the test arranges are warnings; they would drown what went wrong.
Runtime.install({ logger: new DefaultLogger('ERROR') });

const DAY_MS = 86_400_000;
const year = new Date().getUTCFullYear() + 1;
const until = `${year}-12-31`;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

/** The night in which Europe's clocks change: the last Sunday of March. */
function changeOfClocks(): string {
  const last = new Date(Date.UTC(year, 2, 31));
  return new Date(last.getTime() - last.getUTCDay() * DAY_MS).toISOString().slice(0, 10);
}

let database: TestDatabase;
let findings: Findings;
let before: string;
let after: string;
let copied: string;
const endings: (() => Promise<unknown>)[] = [];

/** Everything that stands in a database. */
async function dump(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
    );
    const contents: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t order by 1`);
      contents.push(name, ...rows.map(({ row }) => row));
    }
    return contents.join('\n');
  } finally {
    await client.end();
  }
}

async function plantAll(): Promise<void> {
  const { pool } = database;
  const scheduled = { status: 'PENDING', stage: 'SCHEDULED', certification: APPROVED };
  await plantPeople(pool);
  await plant(pool, 'draft', { status: 'NOT_SUBMITTED' });
  await plant(pool, 'rejected', { status: 'REJECTED' });
  await plant(pool, 'checking', { status: 'UNDER_REVIEW', stage: 'CHECKING' });
  await plant(pool, 'reviewer', {
    status: 'UNDER_REVIEW',
    stage: 'AWAITING_REVIEWER',
    date: `${year}-02-01`,
    reviewDueAt: '2026-11-24T10:00:00.000Z',
  });
  await plant(pool, 'certification', { status: 'PENDING', stage: 'AWAITING_CERTIFICATION' });
  await plant(pool, 'certified-anew', { status: 'PENDING', stage: 'SCHEDULED', date: `${year}-03-01` });
  await plant(pool, 'soon', scheduled);
  await plant(pool, 'everywhere', { ...scheduled, marketplaces: MARKETPLACE_CODES, date: changeOfClocks() });
  await plant(pool, 'half-live', {
    ...scheduled,
    marketplaces: ['US', 'JP'],
    badges: { JP: inDays(-1), US: inDays(2) },
    firstEffectiveAt: inDays(-1),
    enabledAt: inDays(2),
  });
  await plant(pool, 'looked-at', {
    ...scheduled,
    marketplaces: ['US', 'DE'],
    badges: { US: inDays(-3) },
    firstEffectiveAt: inDays(-3),
    lookedAt: [inDays(-3), inDays(-0.5)],
    changedAt: inDays(-0.5),
  });
  await plant(pool, 'looked-at-apart', {
    ...scheduled,
    marketplaces: ['US', 'JP'],
    changedAt: inDays(-3),
    looks: { US: { at: inDays(0.5), tries: 2 }, JP: { at: inDays(1), tries: 1 } },
  });
  await plant(pool, 'half-taken', {
    ...scheduled,
    marketplaces: ['US', 'JP'],
    badges: { US: inDays(-3) },
    firstEffectiveAt: inDays(-3),
    changedAt: inDays(-3),
    looks: { JP: { at: `${year + 1}-01-05T00:00:00.000Z`, tries: 1 } },
  });
  await pool.query(
    "update badges set status = 'SUSPENDED', causes = '{OPERATOR}' where request_id = 'half-taken'",
  );
  await plant(pool, 'refused', { ...scheduled, certification: { status: 'COMPLETE', result: 'REJECTED' } });
  await plant(pool, 'uncovered', {
    ...scheduled,
    marketplaces: ['US', 'DE'],
    certification: { ...APPROVED, marketplaces: ['US'] },
  });
  await plant(pool, 'by-region', {
    ...scheduled,
    marketplaces: ['US', 'DE'],
    certification: { ...APPROVED, marketplaces: ['US'] },
    newerCertification: { status: 'UNDER_TEST', marketplaces: ['DE'] },
  });
  await plant(pool, 'later', { ...scheduled, date: `${year + 1}-01-01`, marketplaces: ['US', 'JP'] });
  await plantSuspended(pool, 'org_suspended');
  await plant(pool, 'suspended', {
    ...scheduled,
    organization: 'org_suspended',
    marketplaces: ['US', 'DE', 'UK'],
    badges: { DE: inDays(1) },
  });
  await plantStuck();
}

async function plantStuck(): Promise<void> {
  const { pool } = database;
  const scheduled = { status: 'PENDING', stage: 'SCHEDULED', certification: APPROVED };
  await plant(pool, 'stuck-attention', {
    status: 'PENDING',
    stage: 'NEEDS_ATTENTION',
    certification: APPROVED,
    attention: 'checkLiveness: no worker',
  });
  await plant(pool, 'stuck-task', { status: 'UNDER_REVIEW', stage: 'CHECKING', marketplaces: ['XX'] });
  await plant(pool, 'stuck-step', { ...scheduled, program: null });
  await plant(pool, 'stuck-product', { ...scheduled, withoutProduct: true });
  await plant(pool, 'stuck-row', { ...scheduled, marketplaces: ['XX'], date: `${year}-02-01` });
  await plant(pool, 'stuck-overdue', { ...scheduled, changedAt: inDays(-3) });
}

beforeAll(async () => {
  database = await createTestDatabase();
  endings.push(() => database.drop());
  await plantAll();
  const copy = await createTestDatabase();
  endings.push(() => copy.drop());
  const folder = await makeThrowAwayFolder('badge-request-rehearsal-test-');
  endings.push(() => folder.remove());
  const starting = {
    folder,
    signal: new AbortController().signal,
    atEnd: (end: () => Promise<unknown>) => endings.push(end),
  };
  const server = await startSkippingServer({
    program: process.env['TEST_TIME_SKIPPING_SERVER'] ?? '',
    logFile: join(folder.path, 'temporal.log'),
    pidFile: folder.temporalPid,
    signal: starting.signal,
  });
  endings.push(() => server.stop());
  before = await dump(database.url);
  findings = await rehearse(await readOpenRequests(database.url), until, {
    ...starting,
    copy: copy.pool,
    server,
    workflowBundlePath: process.env['TEST_WORKFLOW_BUNDLE'] ?? '',
    programs: defaultProgramSettings,
    say: () => undefined,
  });
  after = await dump(database.url);
  copied = await dump(copy.url);
}, 120_000);
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

const liveOf = (requestId: string) =>
  Object.fromEntries(
    findings.goingLive
      .filter((badge) => badge.requestId === requestId)
      .map(({ marketplace, effectiveAt }) => [marketplace, effectiveAt]),
  );
const waitOf = (requestId: string) => findings.waiting.find((one) => one.requestId === requestId);

it('reads every open request and changes nothing', () => {
  expect(findings.requests).toBe(23);
  expect(before).toContain('Ada Lovelace');
  expect(after).toBe(before);
});

it('copies nothing about people and products, and writes mails without sending them', () => {
  for (const word of PERSONAL) {
    expect(before).toContain(word);
    expect(copied).not.toContain(word);
  }
  expect(copied).toContain('everywhere');
  expect(copied).toMatch(/^\(\d+,soon,soon\.4\.enabled\.nobody,nobody,enabled/m);
});

it('has a date go live at the midnights of its marketplaces, also where the clocks change', () => {
  const date = changeOfClocks();
  expect(liveOf('everywhere')).toEqual(
    Object.fromEntries(
      MARKETPLACE_CODES.map((code) => [code, goLiveInstant(date, marketplaceByCode(code).timeZone)]),
    ),
  );
  expect(
    new Set(findings.goingLive.filter((one) => one.requestId === 'everywhere').map(({ day }) => day)),
  ).toEqual(new Set([date]));
});

it('has what needs no date go live at once', () => {
  expect(Object.keys(liveOf('soon'))).toEqual(['US']);
  expect(Date.parse(liveOf('soon')['US'] ?? '')).toBeLessThan(Date.now());
});

it('goes on where some badges are effective, and looks again where a listing was not live', () => {
  expect(Object.keys(liveOf('half-live'))).toEqual(['US']);
  expect(Object.keys(liveOf('looked-at'))).toEqual(['DE']);
  const [first, second] = ['US', 'JP'].map((code) => Date.parse(liveOf('looked-at-apart')[code] ?? ''));
  expect(first).toBeGreaterThanOrEqual(Date.now() + 0.4 * DAY_MS);
  expect(second).toBeGreaterThanOrEqual(Date.now() + 0.9 * DAY_MS);
});

it('tells what is sent back, and what loses a marketplace', () => {
  expect(findings.sentBack).toEqual([{ requestId: 'refused', codes: ['CERTIFICATION_REJECTED'] }]);
  expect(findings.dropped).toEqual([
    { requestId: 'uncovered', marketplace: 'DE', code: 'MARKETPLACE_NOT_CERTIFIED' },
  ]);
  expect(Object.keys(liveOf('uncovered'))).toEqual(['US']);
});

it('lets go live what is certified, and waits for the certification of another region', () => {
  expect(Object.keys(liveOf('by-region'))).toEqual(['US']);
  expect(waitOf('by-region')).toMatchObject({ on: 'CERTIFICATION', certification: 'Under Test' });
});

it('lets nothing go live where its programme is suspended, and says so', () => {
  expect(Object.keys(liveOf('suspended'))).toEqual(['US']);
  expect(findings.heldBack.map(({ requestId, marketplace }) => `${requestId} ${marketplace}`)).toEqual([
    'suspended UK',
    'suspended DE',
  ]);
});

it.each([
  ['draft', { on: 'MAKER' }],
  ['rejected', { on: 'MAKER' }],
  ['refused', { on: 'MAKER' }],
  ['checking', { on: 'REVIEWER', stage: 'AWAITING_REVIEWER' }],
  ['reviewer', { on: 'REVIEWER', reviewDueAt: '2026-11-24T10:00:00.000Z', datePasses: true }],
  ['certification', { on: 'CERTIFICATION', certification: 'Under Test', datePasses: false }],
  ['certified-anew', { on: 'CERTIFICATION', certification: 'Under Test', datePasses: true }],
  ['half-taken', { on: 'DATE', stage: 'GOING_LIVE' }],
  ['later', { on: 'DATE', goLiveDate: `${year + 1}-01-01` }],
])('tells whom %s waits for', (requestId, expected) => {
  expect(waitOf(requestId)).toMatchObject(expected);
});

it('lets nothing go live that is after the last day, also where that begins earlier', () => {
  expect(liveOf('later')).toEqual({});
});

it('finds every request that gets stuck, and lets none of them hold up the others', () => {
  expect(findings.stuck).toEqual(
    expect.arrayContaining([
      { requestId: 'stuck-attention', kind: 'NEEDS_ATTENTION', why: 'checkLiveness: no worker' },
      { requestId: 'stuck-task', kind: 'TASK_FAILS', why: expect.stringContaining('region') as string },
      {
        requestId: 'stuck-step',
        kind: 'STEP_FAILS',
        why: expect.stringContaining('recordStaging') as string,
      },
      { requestId: 'stuck-product', kind: 'NO_PRODUCT', why: 'it is under way and names no product' },
      { requestId: 'stuck-row', kind: 'UNREADABLE', why: expect.any(String) as string },
      { requestId: 'stuck-overdue', kind: 'OVERDUE', why: expect.stringContaining('stage') as string },
    ]),
  );
  expect(findings.stuck).toHaveLength(6);
  expect(findings.waiting.filter(({ requestId }) => requestId.startsWith('stuck'))).toEqual([]);
  expect(findings.goingLive.filter(({ requestId }) => requestId.startsWith('stuck'))).toEqual([]);
});
