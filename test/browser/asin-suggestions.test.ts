/** The ASINs that are offered for a retail identifier. */
import type { Page } from 'playwright-core';
import { createGate } from '../setup/gate';
import { consoleScene, save } from './console-scene';

const scene = consoleScene();

async function find(page: Page, code: string): Promise<void> {
  await page.getByLabel('Identifier code').fill(code);
  await page.getByRole('button', { name: 'Find the ASIN' }).click();
}

test('what was found for one identifier does not stand beside the refusal of another, and choosing leads on', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  const data = [{ asin: 'B0FOUND001', title: 'Lamp', color: null, size: null, children: [] }];
  await page.route('**/v1/asin-suggestions?*identifier=036000291452', (route) =>
    route.fulfill({ json: { data, why: null } }),
  );
  const offer = page.getByRole('button', { name: 'B0FOUND001' });
  await find(page, '036000291452');
  await offer.waitFor();
  await find(page, '03600029145');
  await page.getByText('The UPC has 12 digits').waitFor();
  expect(await offer.count()).toBe(0);

  await find(page, '036000291452');
  await offer.press('Enter');
  await page.locator('input[name=asin]:focus').waitFor();
  expect(await page.getByLabel('ASIN', { exact: true }).inputValue()).toBe('B0FOUND001');
});

test('what was said of one identifier does not stand beside another, nor a refusal after the next press', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  const refusal = page.getByText('The UPC has 12 digits');
  await find(page, '03600029145');
  await refusal.waitFor();
  await page.getByLabel('Identifier code').press('End');
  await page.getByLabel('Identifier code').press('2');
  expect(await refusal.count()).toBe(0);

  const unreachable = page.getByText('The service cannot be reached.');
  await page.route('**/v1/asin-suggestions?*', (route) => route.abort());
  await page.getByRole('button', { name: 'Find the ASIN' }).click();
  await unreachable.waitFor();
  await save(page);
  expect(await unreachable.count()).toBe(0);
});

test.each([
  [
    'found',
    200,
    { data: [{ asin: 'B0FOUND001', title: 'Lamp', color: null, size: null, children: [] }], why: null },
  ],
  ['refused', 400, { detail: 'No such identifier.' }],
])('what is %s of one identifier only after another was typed is not said', async (_what, status, json) => {
  const page = await scene.open('maker', '/badge-requests/new');
  const gate = createGate();
  await page.route('**/v1/asin-suggestions?*', async (route) => {
    await gate.wait();
    await route.fulfill({ status, json });
  });
  await find(page, '036000291452');
  await gate.reached;
  await page.getByLabel('Identifier code').fill('860001200119');
  gate.open();
  await page
    .getByRole('button', { name: 'Find the ASIN' })
    .and(page.locator(':enabled'))
    .click({ trial: true });
  expect(await page.getByRole('button', { name: 'B0FOUND001' }).count()).toBe(0);
  expect(await page.getByText('No such identifier.').count()).toBe(0);
});

test('what Amazon did not tell is said beside what it did', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  const data = [{ asin: 'B0FOUND001', title: 'Lamp', color: null, size: null, children: [] }];
  const why = 'Amazon did not tell the variants in time.';
  await page.route('**/v1/asin-suggestions?*', (route) => route.fulfill({ json: { data, why } }));
  await find(page, '036000291452');
  await page.getByRole('button', { name: 'B0FOUND001' }).waitFor();
  await page.getByText(why).waitFor();
});
