/** The calendar: what goes live when and where, and its addresses for calendar programs. */
import { placeMany, placeRequest } from '../api/calendar-scene';
import { clockedScene } from './clocked-scene';

const scene = clockedScene();
beforeEach(() => scene.api.pool.query('delete from badge_requests; delete from calendar_feeds'));

test('each day says what goes live in which marketplace, and leads to the request', async () => {
  const badges = { US: '2999-01-15T08:00:00Z' };
  const id = await placeRequest(scene.api, { date: '2999-01-15', marketplaces: ['US', 'JP'], badges });
  await placeRequest(scene.api, { date: '2999-01-16', organization: 'two' });
  const page = await scene.open('maker', '/badge-requests');
  await page.getByRole('link', { name: 'Calendar' }).click();
  await page.getByText('Nothing goes live on these days.').waitFor();
  expect(await page.locator('header [aria-current="page"]').allTextContents()).toEqual(['Calendar']);

  await page.getByLabel('First day').fill('2999-01-01');
  await page.getByLabel('Last day').fill('2999-01-31');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByRole('heading', { level: 2, name: 'Tuesday, January 15, 2999' }).waitFor();
  expect(await page.locator('h2').allTextContents()).toEqual([
    'Tuesday, January 15, 2999',
    'In your own calendar program',
  ]);
  const rows = await page.locator('tbody tr').all();
  const texts = await Promise.all(rows.map((row) => row.locator('td').allTextContents()));
  expect(texts.map((cells) => cells.filter((_, column) => column !== 2))).toEqual([
    ['United States', 'Lamp (Black)', '2999-01-15 08:00 UTC', 'Goes live by itself'],
    [
      'Japan',
      'Lamp (Black)',
      '2999-01-14 15:00 UTC',
      'Planned: the request is under review, or waits for its certification or the last look at its listing',
    ],
  ]);
  await page.getByRole('link', { name: 'Lamp' }).first().click();
  await page.waitForURL(`**/badge-requests/${id}`);
  await page.context().close();
});

test('who sees all organizations sees whose it is, page by page', async () => {
  await placeMany(scene.api, '2999-01-15', 101);
  await placeRequest(scene.api, { date: '2999-01-16', organization: 'two' });
  const page = await scene.open('operator', '/calendar?from=2999-01-01&to=2999-01-31');
  await page.getByRole('link', { name: 'More' }).click();
  await page.getByRole('link', { name: 'Back to the first page' }).waitFor();
  expect(await page.locator('tbody td:nth-child(4)').allTextContents()).toEqual(['One', 'Two']);
  await page.getByRole('link', { name: 'Back to the first page' }).click();
  await page.getByRole('link', { name: 'Back to the first page' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'More' }).waitFor();
  await page.context().close();
});

test('days that cannot be shown are said beside what was asked for', async () => {
  const page = await scene.open('viewer', '/calendar?from=2999-01-31&to=2999-01-01');
  await page.getByRole('alert').getByText('The last day is before the first, 2999-01-31.').waitFor();
  expect(await page.getByLabel('Last day').inputValue()).toBe('2999-01-01');
  await page.getByLabel('Last day').fill('2999-02-01');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('Nothing goes live on these days.').waitFor();
  await page.context().close();
});

test('an address for calendar programs is made, shown once and revoked', async () => {
  const id = await placeRequest(scene.api, {
    badges: { US: new Date(Date.now() + 86_400_000).toISOString() },
  });
  const page = await scene.open('maker', '/calendar');
  await page.getByRole('button', { name: 'Make an address' }).click();
  const address = await page.getByLabel('The new address').inputValue();
  await page.getByRole('button', { name: 'Revoke' }).waitFor();
  const read = async () => scene.api.as(null)('GET', new URL(address).pathname);
  expect((await read()).text).toContain(id);

  await page.reload();
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  expect((await read()).status).toBe(200);
  expect(await page.getByLabel('The new address').count()).toBe(0);
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke' }).waitFor({ state: 'detached' });
  expect((await read()).status).toBe(404);
  await page.getByRole('button', { name: 'Make an address' }).and(page.locator(':focus')).waitFor();
  await page.context().close();
});

test('an address that is revoked at once is not shown any more', async () => {
  const page = await scene.open('maker', '/calendar');
  await page.getByRole('button', { name: 'Make an address' }).click();
  await page.getByLabel('The new address').waitFor();
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByLabel('The new address').waitFor({ state: 'detached' });
  await page.context().close();
});
