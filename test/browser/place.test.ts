/** Where one is on a page to which one comes back. */
import { consoleScene } from './console-scene';

const scene = consoleScene();

test('who comes back to the list is where they were in it', async () => {
  for (let made = 0; made < 6; made += 1) await scene.requests.create();
  const context = await scene.browser.newContext({ viewport: { width: 1280, height: 200 } });
  const page = await scene.open('maker', '/badge-requests', context);
  const link = page.getByRole('link', { name: 'Lamp' }).nth(5);
  await link.scrollIntoViewIfNeeded();
  const place = await page.evaluate<number>('scrollY');
  expect(place).toBeGreaterThan(0);
  await link.click();
  await page.locator('#standing').waitFor();
  await page.goBack();
  await link.waitFor();
  expect(await page.evaluate<number>('scrollY')).toBe(place);

  await page.goto(`${scene.api.url}/badge-requests`);
  await link.waitFor();
  expect(await page.evaluate<number>('scrollY')).toBe(0);
});
