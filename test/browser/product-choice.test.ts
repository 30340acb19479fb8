/** The product on the form: the draft's own stays, none is chosen for anybody, and all are offered. */
import type { Page } from 'playwright-core';
import { readyForm, seedProduct } from '../api/api-server';
import { consoleScene, save, valuesOf } from './console-scene';

const scene = consoleScene();

const chosenMarketplaces = (page: Page) => valuesOf(page.locator('input[name=marketplace]:checked'));

test('a draft keeps its product and marketplaces when the certification has ended', async () => {
  const { api, requests, world } = scene;
  await seedProduct(api.pool, { organization: 'org_one', suffix: 'ended' });
  const id = await requests.create({ ...readyForm(), productId: 'prod_ended', marketplaces: ['CA', 'JP'] });
  await world.certify('cert_ended', { status: 'CANCELLED', marketplaces: ['CA'] });

  const page = await scene.open('maker', `/badge-requests/${id}/edit`);
  const product = page.getByLabel('Product');
  expect(await product.inputValue()).toBe('prod_ended');
  expect(await product.locator('option:checked').textContent()).toContain('its certification has ended');
  expect(await chosenMarketplaces(page)).toEqual(['CA', 'JP']);
  await page.getByLabel('Japan (not covered by the certification)').waitFor();
  await page.getByLabel('Variant').fill('Black');
  await save(page);
  const { body } = await requests.read(id);
  expect(body).toMatchObject({
    product: { id: 'prod_ended' },
    marketplaces: ['CA', 'JP'],
    variant: 'Black',
  });
});

test('marketplaces are those of a product that is chosen, and the draft’s again for its own', async () => {
  const { api, requests } = scene;
  await seedProduct(api.pool, { organization: 'org_one', suffix: 'second' });
  const id = await requests.create({ ...readyForm(), productId: 'prod_second', marketplaces: ['DE'] });
  const page = await scene.open('maker', `/badge-requests/${id}/edit`);
  await page.getByLabel('Product').selectOption('prod_one');
  expect(await chosenMarketplaces(page)).toContain('US');
  await page.getByLabel('Product').selectOption('prod_second');
  expect(await chosenMarketplaces(page)).toEqual(['DE']);
});

test('no product is chosen for anybody, on a new form or in a draft without one', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  expect(await page.getByLabel('Product').locator('option:checked').textContent()).toBe('Choose a product');
  await page.getByText('Choose a product first.').waitFor();

  const id = await scene.requests.create({ marketplaces: ['UK'] });
  const draft = await scene.open('maker', `/badge-requests/${id}/edit`);
  expect(await draft.getByLabel('Product').inputValue()).toBe('');
  await draft.getByLabel('Variant').fill('White');
  await save(draft);
  const { body } = await scene.requests.read(id);
  expect(body).toMatchObject({ product: null, marketplaces: ['UK'], variant: 'White' });
});

test('all products are offered, however many there are', async () => {
  const suffixes = Array.from({ length: 120 }, (_, index) => `many${index}`);
  for (const suffix of suffixes) await seedProduct(scene.api.pool, { organization: 'org_one', suffix });
  const page = await scene.open('maker', '/badge-requests/new');
  const offered = await valuesOf(page.getByLabel('Product').locator('option'));
  expect(offered).toEqual(expect.arrayContaining(suffixes.map((suffix) => `prod_${suffix}`)));
});
