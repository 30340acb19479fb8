/** The list of requests: found again, narrowed, paged, and what is said of an empty one. */
import type { Page } from 'playwright-core';
import { statusLabels } from '../../domain/lifecycle';
import { newAsin, readyForm } from '../api/api-server';
import { clockedScene } from './clocked-scene';

const scene = clockedScene();

const productsOf = (page: Page) => page.locator('tbody tr td:nth-child(2)').allTextContents();
const currentOf = (page: Page) => page.locator('header [aria-current="page"]').allTextContents();

test('a maker without requests is led to the first one', async () => {
  const page = await scene.open('stranger', '/badge-requests');
  await page.getByText('There is no request yet.').waitFor();
  expect(await currentOf(page)).toEqual(['Badge requests']);
  await page.locator('main').getByRole('link', { name: 'New badge request' }).click();
  await page.getByRole('heading', { level: 1, name: 'New badge request' }).waitFor();
  expect(await currentOf(page)).toEqual(['New badge request']);
  await page.context().close();
});

test('requests are found by status, ASIN and text', async () => {
  const [draft, given] = [newAsin(), newAsin()];
  await scene.requests.create({ ...readyForm(), asin: draft, variant: 'the red one' });
  await scene.requests.underReview({ ...readyForm(), asin: given });
  const page = await scene.open('maker', '/badge-requests');
  await page.getByLabel('Badge status').waitFor();
  const options = await page.getByLabel('Badge status').locator('option').allTextContents();
  expect(options).toEqual(['All', ...Object.values(statusLabels)]);

  await page.getByLabel('Badge status').selectOption({ label: 'Under Review' });
  await page.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL(/\?status=UNDER_REVIEW$/);
  await page.getByRole('link', { name: 'Lamp' }).first().waitFor();
  expect(await productsOf(page)).toEqual([given]);

  await page.getByLabel('ASIN').fill(draft.toLowerCase());
  await page.getByLabel('Badge status').selectOption({ label: 'All' });
  await page.getByLabel('ASIN').press('Enter');
  await page.waitForURL(/\?asin=/);
  await page.getByRole('link', { name: 'Lamp' }).first().waitFor();
  expect(await productsOf(page)).toEqual([draft]);
  await page.getByRole('cell', { name: 'Lamp (the red one)' }).waitFor();

  await page.getByLabel('ASIN').fill('');
  await page.getByLabel('Product, model').fill('no such thing');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByText('No request is like that.').waitFor();
  expect(await page.getByLabel('Product, model').inputValue()).toBe('no such thing');
  await page.context().close();
});

test('among what is to be reviewed no status is asked for, which would find nothing', async () => {
  await scene.requests.underReview();
  const page = await scene.open('reviewer', '/badge-requests?order=reviewDue');
  await page.getByRole('link', { name: 'Lamp' }).first().waitFor();
  expect(await page.getByLabel('ASIN').count()).toBe(1);
  expect(await page.getByLabel('Badge status').count()).toBe(0);
  await page.context().close();
});

test('among what is to be reviewed stands out what is overdue', async () => {
  const [late, soon] = [await scene.requests.underReview(), await scene.requests.underReview()];
  await scene.world.pool.query(
    "update badge_requests set review_due_at = now() - interval '1 minute' where id = $1",
    [late],
  );
  const page = await scene.open('reviewer', '/badge-requests?order=reviewDue');
  const rowOf = (id: string) => page.locator('tbody tr', { has: page.locator(`[href$="${id}"]`) });
  await rowOf(late).getByText('overdue').waitFor();
  expect(await rowOf(soon).count()).toBe(1);
  expect(await rowOf(soon).getByText('overdue').count()).toBe(0);
  await page.context().close();
});

test('a reviewer finds what they have claimed, and what nobody has', async () => {
  const [own, free] = [newAsin(), newAsin()];
  const claimed = await scene.requests.underReview({ ...readyForm(), asin: own });
  await scene.requests.underReview({ ...readyForm(), asin: free });
  await scene.requests.act('reviewer', claimed, 'claim', {});
  const page = await scene.open('reviewer', '/badge-requests?order=reviewDue');
  await page.getByLabel('Claimed').selectOption({ label: 'By me' });
  await page.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL(/\?order=reviewDue&claim=mine$/);
  await page.getByRole('link', { name: 'Lamp' }).waitFor();
  expect(await productsOf(page)).toEqual([own]);
  expect(await page.getByLabel('Claimed').inputValue()).toBe('mine');

  await page.getByLabel('Claimed').selectOption({ label: 'By nobody' });
  await page.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL(/claim=unclaimed$/);
  await page.getByRole('link', { name: 'Lamp' }).first().waitFor();
  expect(await productsOf(page)).toContain(free);
  expect(await productsOf(page)).not.toContain(own);
  await page.context().close();
});

test('there is a way on to older requests, and back', async () => {
  await scene.requests.create();
  await scene.requests.create();
  const page = await scene.open('maker', '/badge-requests?limit=1');
  await page.getByRole('link', { name: 'Lamp' }).waitFor();
  const [newest] = await productsOf(page);
  await page.getByRole('link', { name: 'More' }).click();
  await page.getByRole('link', { name: 'Back to the first page' }).waitFor();
  expect(await productsOf(page)).not.toEqual([newest]);
  await page.getByRole('link', { name: 'Back to the first page' }).click();
  await page.getByRole('link', { name: 'Back to the first page' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Lamp' }).waitFor();
  expect(await productsOf(page)).toEqual([newest]);
  await page.context().close();
});

test('what needs an operator is a page with a title of its own, and says when nothing does', async () => {
  const page = await scene.open('operator', '/badge-requests?stage=NEEDS_ATTENTION');
  await page.getByText('Nothing needs an operator.').waitFor();
  await page.getByRole('heading', { level: 1, name: 'What needs an operator' }).waitFor();
  expect(await page.title()).toBe('What needs an operator');
  expect(await currentOf(page)).toEqual(['What needs an operator']);
  await page.context().close();
});

test('a maker finds what waits for them apart from what waits for others', async () => {
  const [own, others] = [newAsin(), newAsin()];
  await scene.requests.create({ ...readyForm(), asin: own });
  await scene.requests.underReview({ ...readyForm(), asin: others });
  const page = await scene.open('maker', '/badge-requests');
  await page.getByRole('link', { name: 'What waits for you' }).click();
  await page.getByRole('heading', { level: 1, name: 'What waits for you' }).waitFor();
  await page.getByRole('cell', { name: own }).waitFor();
  expect(await productsOf(page)).not.toContain(others);
  expect(await currentOf(page)).toEqual(['What waits for you']);
  await page.context().close();
  const stranger = await scene.open('stranger', '/badge-requests?waitingOn=MAKER');
  await stranger.getByText('Nothing waits for you.').waitFor();
  await stranger.context().close();
});

test('a draft that says nothing yet is listed in words', async () => {
  await scene.requests.create({});
  const page = await scene.open('maker', '/badge-requests?limit=1');
  await page.getByRole('link', { name: 'No product yet' }).waitFor();
  expect(await page.locator('tbody td').allTextContents()).toEqual([
    ...['No product yet', '–', '–', 'Not Submitted', '–'],
    expect.stringMatching(/UTC$/),
  ]);
  await page.context().close();
});

test('a slash at the end of an address changes nothing', async () => {
  const page = await scene.open('maker', '/badge-requests/new/');
  await page.getByRole('button', { name: 'Save' }).waitFor();
  expect(await currentOf(page)).toEqual(['New badge request']);
  await page.goto(`${scene.api.url}/badge-requests/?status=PENDING`);
  await page.getByText('No request is like that.').waitFor();
  expect(await currentOf(page)).toEqual(['Badge requests']);
  await page.context().close();
});

test('beside a request with long names another one takes a single line, where there is room', async () => {
  const variant = 'Warm white to cool white, dimmable, pack of four';
  await scene.requests.create({ ...readyForm(), variant, marketplaces: ['US', 'CA', 'UK', 'NL'] });
  await scene.requests.act('maker', await scene.requests.create(), 'discard');
  const page = await scene.open('maker', '/badge-requests?limit=2');
  const row = page.locator('tbody tr').first();
  const name = row.getByRole('link');
  await name.waitFor();
  const [high, line] = [await row.boundingBox(), await name.boundingBox()];
  expect(high?.height).toBeLessThan(2 * (line?.height ?? NaN));
  await page.context().close();
});

test('no word of a status or a stage is cut in two, also where there is little room', async () => {
  const variant = 'Warm white to cool white, dimmable, pack of four';
  const form = () => ({ ...readyForm(), variant, marketplaces: ['US', 'CA', 'UK', 'NL'] });
  const id = await scene.requests.underReview(form());
  await scene.requests.act('reviewer', id, 'approve', { round: 1 });
  await scene.requests.act('maker', await scene.requests.create(form()), 'discard');
  const page = await scene.open('maker', '/badge-requests?limit=2', { width: 680, height: 600 });
  await page.getByText('awaiting certification').waitFor();
  const cut = await page.evaluate<
    string[]
  >(`[...document.querySelectorAll('td:nth-child(4), td:nth-child(5)')]
    .flatMap((cell) => {
      const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode();
      return [...text.data.matchAll(/\\S+/g)].filter(({ 0: word, index }) => {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        return range.getClientRects().length > 1;
      }).map(([word]) => word);
    })`);
  expect(cut).toEqual([]);
  await page.context().close();
});

test('beside a long name ASIN and status stay whole', async () => {
  const variant =
    'Warm white to cool white, dimmable, pack of four, for living room and bedroom, with a lamp holder';
  await scene.requests.create({ ...readyForm(), variant, asin: 'BWMWMWMWMW' });
  const page = await scene.open('maker', '/badge-requests?limit=1', { width: 900, height: 600 });
  await page.getByText(variant).waitFor();
  const linesOf = (column: number) =>
    page.evaluate<number>(`{
      const cell = document.querySelector('tbody td:nth-child(${column})');
      const range = document.createRange();
      range.selectNodeContents(cell.firstElementChild ?? cell);
      range.getClientRects().length;
    }`);
  expect(await linesOf(2)).toBe(1);
  // Not Submitted
  expect(await linesOf(4)).toBeLessThanOrEqual(2);
  await page.context().close();
});
