/** The console in a real browser, against the API over real HTTP. */
import type { Browser, Page } from 'playwright-core';
import { createWorld, type World } from '../setup/request-world';
import { startApi, type Api, type PersonName } from '../api/api-server';
import { requestCalls, type RequestCalls } from '../api/request-calls';
import { startBrowser } from './browser';
import { openConsole } from './console-page';

let world: World;
let api: Api;
let requests: RequestCalls;
let started: { browser: Browser; close(): Promise<void> };
beforeAll(async () => {
  [world, started] = await Promise.all([createWorld(), startBrowser()]);
  api = await startApi({ world });
  requests = requestCalls(api);
});
afterAll(async () => {
  await started.close();
  await api.close();
  await world.close();
});
beforeEach(() => {
  world.outside.check = () => 'YES';
});

async function open(person: PersonName, address: string): Promise<Page> {
  const context = await started.browser.newContext({ viewport: { width: 1280, height: 1000 } });
  return openConsole(context, `${api.url}${address}`, api.tokens[person]);
}

const actionsOf = async (page: Page) => {
  const elements = await page.locator('[data-action]').all();
  return Promise.all(elements.map((element) => element.getAttribute('data-action')));
};

test('a reviewer sees every finding and approves', async () => {
  const id = await requests.underReview();
  const page = await open('reviewer', `/badge-requests/${id}`);
  await page.getByText('Under Review', { exact: true }).waitFor();
  await page.getByText('6 yes.', { exact: true }).first().waitFor();
  await page.getByText('What is as it should be (6)').first().click();
  // Each once, as it is the same in both marketplaces.
  expect(await page.locator('[data-part="findings"] .finding:visible h3').allTextContents()).toEqual([
    'Japan, United States – The ASIN is for sale: yes',
    'Japan, United States – The listing is of the certified product: yes',
    'Japan, United States – The skill is published: yes',
  ]);
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('button', { name: 'Yes, approve' }).click();
  await page.getByText('Pending', { exact: true }).waitFor();
  expect(await actionsOf(page)).toEqual([]);
  await page.context().close();
});

test('reviewers are led to what is due, and from there to the request', async () => {
  const id = await requests.underReview();
  const page = await open('reviewer', '/badge-requests');
  await page.getByRole('link', { name: 'Reviews by what is due' }).click();
  await page.locator(`a[href="/badge-requests/${id}"]`).click();
  await page.getByRole('button', { name: 'Claim' }).click();
  await page.getByText('Claimed by reviewer until').waitFor();
  expect(await actionsOf(page)).toContain('release');
  await page.context().close();
});

test('a reviewer rejects with a coded reason, which the maker then reads', async () => {
  const id = await requests.underReview();
  const page = await open('reviewer', `/badge-requests/${id}`);
  await page.getByText('Reject', { exact: true }).first().click();
  await page.getByLabel('Reason', { exact: true }).first().selectOption('IMAGE_MISMATCH');
  await page.getByLabel('In your words').first().fill('<b>The picture</b> shows a lamp.');
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByRole('button', { name: 'Yes, reject' }).click();
  await page.getByText('Rejected', { exact: true }).waitFor();
  const maker = await open('maker', `/badge-requests/${id}`);
  await maker.getByText('<b>The picture</b> shows a lamp.').first().waitFor();
  expect(await actionsOf(maker)).toEqual(expect.arrayContaining(['save', 'submit', 'discard']));
  await page.context().close();
  await maker.context().close();
});

test('a reviewer of the maker’s organization has no button on its requests', async () => {
  const id = await requests.underReview();
  const page = await open('insider', `/badge-requests/${id}`);
  await page.getByText('Under Review', { exact: true }).waitFor();
  expect(await actionsOf(page)).toEqual([]);
  await page.context().close();
});

test('a maker answers the questions of the page, reads what is wrong, corrects it and submits', async () => {
  const page = await open('maker', '/badge-requests/new');
  expect(await page.locator('legend').allTextContents()).toEqual([
    'Which program do you want to add the badge?',
    'Which product do you want to add the badge?',
    'Enter a retail identifier for this product',
    'Enter an ASIN for this product',
    'If this request is for a product bundle, does the bundle include any of these devices?',
    'When should this badge go live?',
    'Select the marketplaces where you want the badge on your product',
  ]);
  await page.getByLabel('Product').selectOption('prod_one');
  await page.getByLabel('Identifier code').fill('036000291453');
  await page.getByLabel('ASIN', { exact: true }).fill('b0consol01');
  await page.getByLabel('On a specific date').check();
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByText(/last digit/).waitFor();
  // A date that was wanted and not given is never taken for as soon as possible.
  await page.getByText(/Give the date/).waitFor();
  await page.getByLabel('Identifier code').fill('036000291452');
  await page.getByLabel('As soon as possible').check();
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByText('Under Review', { exact: true }).waitFor();
  expect(await page.locator('h1').textContent()).toContain('B0CONSOL01');
  await page.context().close();
});
