/** A request's page on paper. */
import { readyForm } from '../api/api-server';
import { consoleScene } from './console-scene';

const scene = consoleScene();

test('on paper the list names marketplaces that are folded away elsewhere', async () => {
  const marketplaces = ['US', 'CA', 'MX', 'DE', 'FR', 'JP'];
  await scene.requests.create({ ...readyForm(), marketplaces });
  const page = await scene.open('maker', '/badge-requests?limit=1');
  const names = page.getByText('United States, Canada, Mexico, Germany, France, Japan');
  await names.waitFor({ state: 'attached' });
  expect(await names.isVisible()).toBe(false);
  await page.emulateMedia({ media: 'print' });
  expect(await names.isVisible()).toBe(true);
});

test('on paper stands what there is to read, nothing to press, and nothing is cut off', async () => {
  const id = await scene.requests.underReview();
  for (const body of ['Which picture is meant?', 'x'.repeat(300)])
    await scene.api.as('maker')('POST', `/v1/badge-requests/${id}/comments`, { body: { body } });
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await page.getByText('Which picture is meant?', { exact: true }).waitFor();
  await page.locator('summary', { hasText: 'Reschedule' }).click();
  await page.emulateMedia({ media: 'print' });
  // A4 without its margins, upright.
  await page.setViewportSize({ width: 718, height: 1000 });
  for (const control of ['header', 'nav', 'button', 'textarea', 'input', '[data-action]'])
    expect([control, await page.locator(control).filter({ visible: true }).count()]).toEqual([control, 0]);
  for (const read of ['h1', '.status', '[data-part="form"] table', '[data-part="history"] table'])
    expect([read, await page.locator(read).isVisible()]).toEqual([read, true]);
  expect(await page.getByText('x'.repeat(300)).isVisible()).toBe(true);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(718);
});
