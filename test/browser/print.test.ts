/** A request's page on paper. */
import { consoleScene } from './console-scene';

const scene = consoleScene();

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
