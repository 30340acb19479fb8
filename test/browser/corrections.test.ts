/** What is wrong with the form: said at the fields in sentences, and led to from above. */
import type { Page } from 'playwright-core';
import { consoleScene, save } from './console-scene';

const scene = consoleScene();

/** What describes a field to those who do not see it. */
async function descriptionOf(page: Page, label: string): Promise<string | null> {
  const field = page.getByLabel(label, { exact: true });
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  const id = await field.getAttribute('aria-describedby');
  return page.locator(`[id="${id}"]`).textContent();
}

test('each problem is said at its field, and named above by its question', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  await page.getByLabel('Identifier code').fill('036000291453');
  await page.getByLabel('On a specific date').check();
  await page.getByRole('button', { name: 'Submit' }).click();
  const summary = page.locator(':focus').filter({ hasText: '5 things are to be corrected.' });
  await summary.waitFor();
  expect(await summary.getByRole('link').allTextContents()).toEqual([
    'Which product do you want to add the badge?',
    'Enter a retail identifier for this product',
    'Enter an ASIN for this product',
    'When should this badge go live?',
    'Select the marketplaces where you want the badge on your product',
  ]);
  expect(await descriptionOf(page, 'Product')).toBe('Choose the product that carries the badge.');
  expect(await descriptionOf(page, 'Identifier code')).toContain('last digit');
  expect(await descriptionOf(page, 'ASIN')).toContain('Give the ASIN');
  expect(await descriptionOf(page, 'Date')).toContain('Give the date');
  expect(await page.getByText('Choose at least one marketplace.').count()).toBe(1);
  expect(await page.locator('main').textContent()).not.toMatch(/\/(productId|retailIdentifier|asin|goLive)/);

  await page.getByRole('link', { name: 'Enter an ASIN for this product' }).click();
  await page.locator('input[name=asin]:focus').waitFor();
  await page.getByRole('link', { name: 'Select the marketplaces' }).click();
  await page.locator('fieldset:focus', { hasText: 'Select the marketplaces' }).waitFor();
});

test('what cannot be saved is named in the order of the form, too', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  await page.getByLabel('Identifier code').fill('1'.repeat(101));
  await page.getByLabel('ASIN', { exact: true }).fill('B'.repeat(101));
  await page.getByLabel('Variant').fill('x'.repeat(101));
  await page.getByRole('button', { name: 'Save' }).click();
  const summary = page.locator(':focus').filter({ hasText: '3 things are to be corrected.' });
  await summary.waitFor();
  expect(await summary.getByRole('link').allTextContents()).toEqual([
    'Enter a retail identifier for this product',
    'Enter an ASIN for this product',
    'Variant, if there are several (size, colour)',
  ]);
});

test('what has been corrected is not said any more', async () => {
  const id = await scene.requests.create();
  const page = await scene.open('maker', `/badge-requests/${id}/edit`);
  await page.getByLabel('Variant').fill('x'.repeat(101));
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('One thing is to be corrected.').waitFor();
  expect(await descriptionOf(page, 'Variant, if there are several (size, colour)')).toContain(
    '100 characters',
  );
  await page.getByLabel('Variant').fill('Black');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
  expect(await page.locator('[aria-invalid], [aria-describedby], .problem').count()).toBe(0);
  expect(await page.getByText('One thing is to be corrected.').count()).toBe(0);
});

test('of the marketplaces the one is marked that cannot have the badge', async () => {
  const id = await scene.requests.create();
  await scene.world.certify('cert_one', { status: 'UNDER_TEST', marketplaces: ['US'] });
  const page = await scene.open('maker', `/badge-requests/${id}/edit`);
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByText(/does not cover JP/).waitFor();
  expect(await descriptionOf(page, 'Japan (not covered by the certification)')).toContain('JP');
  expect(await page.locator('[aria-invalid]').count()).toBe(1);
  await scene.world.certify('cert_one', { status: 'UNDER_TEST', marketplaces: ['US', 'JP'] });
});

test('a problem of the only thing that was given is said once and without a pointer', async () => {
  const id = await scene.requests.create();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await page.getByLabel('Your comment').fill('ü'.repeat(3000));
  await page.getByRole('button', { name: 'Comment' }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'bytes' });
  await alert.waitFor();
  expect(await alert.textContent()).toBe(
    'This can have at most 4096 bytes and has 6000; one letter may take several.',
  );
});

test('why a request was rejected can be read where it is corrected', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', '/badge-requests/new');
  expect(await page.getByRole('heading', { level: 2 }).count()).toBe(0);
  const reasons = [{ code: 'BRAND_MISMATCH', text: 'The box says Lumo.' }];
  await scene.requests.act('reviewer', id, 'reject', { round: 1, reasons });
  await page.goto(`${scene.api.url}/badge-requests/${id}/edit`);
  await page.getByRole('heading', { level: 2, name: 'Why it was rejected' }).waitFor();
  await page.getByText('The box says Lumo.').waitFor();
  await save(page);
  await page.getByText('The box says Lumo.').waitFor();
});
