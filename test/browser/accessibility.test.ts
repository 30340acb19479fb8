/** Every page, also in the dark and with everything unfolded, bars nobody who reads or works it by other means. */
import type { Page } from 'playwright-core';
import { saveFindings } from '../../db/findings';
import { saveEndpoint } from '../../db/webhook-endpoints';
import type { PersonName } from '../api/api-server';
import { placeRequest } from '../api/calendar-scene';
import { barriersOn } from './axe';
import { consoleScene } from './console-scene';

const scene = consoleScene();
const ids = { draft: '', rejected: '', waiting: '', enabled: '' };
beforeAll(async () => {
  const { requests, world } = scene;
  await saveEndpoint(world.pool, {
    ...{
      id: 'wep_1',
      organizationId: 'org_one',
      url: 'https://hooks.lumen.example',
      secret: 'whsec_c2VjcmV0',
    },
  });
  ids.draft = await requests.create({ program: 'WWA' });
  ids.rejected = await requests.underReview();
  const reasons = [{ code: 'IMAGE_MISMATCH', marketplace: 'US', text: 'The picture shows another lamp.' }];
  await requests.act('reviewer', ids.rejected, 'reject', { round: 1, reasons });
  await requests.act('maker', ids.rejected, 'comments', { body: 'Which picture?' });
  ids.enabled = await requests.underReview();
  await requests.act('reviewer', ids.enabled, 'approve', { round: 1 });
  await world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  await requests.until(ids.enabled, ({ status }) => (status as unknown) === 'ENABLED');
  await requests.act('operator', ids.enabled, 'suspend', { marketplaces: ['JP'], reason: 'Recalled.' });
  ids.waiting = await requests.underReview();
  await saveFindings(world.pool, { requestId: ids.waiting, round: 1 }, [
    {
      check: 'SKILL_PUBLISHED',
      marketplace: 'JP',
      answer: 'UNKNOWN',
      codes: [],
      undecided: ['SKILL_NOT_IN_MARKETPLACE'],
      found: { source: 'getSkillManifest' },
      expected: { country: 'JP', liveStage: 'PUBLISHED' },
      checkedAt: '2026-11-22T10:00:00.000Z',
    },
  ]);
  await scene.api.as('operator')('POST', '/v1/program-suspensions', {
    body: { program: 'WWA', organizationId: 'org_two', region: 'FE', reason: 'Seven outages.' },
  });
  await placeRequest(scene.api, { date: '2999-01-15', marketplaces: ['US', 'JP'] });
});

/** In the light and in the dark, with everything unfolded. */
async function barriersIn(page: Page): Promise<string[]> {
  await page.evaluate(`for (const details of document.querySelectorAll('details')) details.open = true;`);
  await page.emulateMedia({ colorScheme: 'light' });
  const inLight = await barriersOn(page, 'everything');
  await page.emulateMedia({ colorScheme: 'dark' });
  const inDark = await barriersOn(page, 'contrast');
  return [...inLight, ...inDark.map((barrier) => `in the dark: ${barrier}`)];
}

test.each<[string, PersonName, () => string]>([
  ['the list', 'maker', () => '/badge-requests'],
  ['a list without requests', 'maker', () => '/badge-requests?asin=B0NOTTHERE'],
  ['the queue', 'reviewer', () => '/badge-requests?order=reviewDue'],
  ['a new request', 'maker', () => '/badge-requests/new'],
  ['a draft', 'maker', () => `/badge-requests/${ids.draft}`],
  ['the form of a draft', 'maker', () => `/badge-requests/${ids.draft}/edit`],
  ['a rejected request', 'maker', () => `/badge-requests/${ids.rejected}`],
  ['a request that awaits its reviewer', 'maker', () => `/badge-requests/${ids.waiting}`],
  ['the decision', 'reviewer', () => `/badge-requests/${ids.waiting}`],
  ['badges in trouble, for their maker', 'maker', () => `/badge-requests/${ids.enabled}`],
  ['badges in trouble, for an operator', 'operator', () => `/badge-requests/${ids.enabled}`],
  ['the calendar', 'operator', () => '/calendar?from=2999-01-01&to=2999-01-31'],
  ['suspensions of a programme', 'operator', () => '/program-suspensions'],
  ['webhooks', 'maker', () => '/webhooks'],
  ['what one endpoint was sent', 'viewer', () => '/webhooks?endpoint=wep_1'],
  ['an address that leads nowhere', 'maker', () => '/badge-requests/br_00000000000000000000000000'],
])('%s', async (_name, person, address) => {
  const page = await scene.open(person, address());
  expect(await barriersIn(page)).toEqual([]);
});

test.each(['/', '/badge-requests', '/docs/errors/', '/docs/errors/action-not-allowed', '/nowhere'])(
  '%s, for whoever has not signed in',
  async (address) => {
    const page = await scene.browser.newPage();
    await page.goto(`${scene.api.url}${address}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await barriersIn(page)).toEqual([]);
    await page.close();
  },
);

test('a form with everything that is wrong with it', async () => {
  const page = await scene.open('maker', `/badge-requests/${ids.draft}/edit`);
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.locator('.problem').first().waitFor();
  expect(await barriersIn(page)).toEqual([]);
});

test('a question that is asked before a decision', async () => {
  const page = await scene.open('reviewer', `/badge-requests/${ids.waiting}`);
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('dialog').waitFor();
  expect(await barriersIn(page)).toEqual([]);
});

test('a comment that is given other words', async () => {
  const page = await scene.open('maker', `/badge-requests/${ids.rejected}`);
  await page.getByRole('button', { name: 'Edit' }).first().click();
  await page.getByRole('dialog').waitFor();
  expect(await barriersIn(page)).toEqual([]);
});

test('an endpoint with the secret that it was just given, and an address that is none', async () => {
  const page = await scene.open('maker', '/webhooks');
  await page.getByRole('button', { name: 'Another secret' }).click();
  await page.getByRole('button', { name: 'Yes, another secret' }).click();
  await page.getByLabel('The secret, which is not shown again').waitFor();
  await page.getByText('Add an endpoint').first().click();
  await page.getByLabel('The address that is called').fill('hooks.lumen.example');
  await page.getByRole('button', { name: 'Add an endpoint' }).click();
  await page.getByRole('alert').getByText('Give the whole address').waitFor();
  expect(await barriersIn(page)).toEqual([]);
});
