/** Pages that a browser keeps whole for who goes back; the tests' browser keeps none, and is told that it has. */
import type { Page } from 'playwright-core';
import { consoleScene } from './console-scene';
import { signIn } from './sessions';

const scene = consoleScene();

const bringBack = (page: Page) =>
  page.evaluate(`dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`);

test('the list says what is so by now', async () => {
  const id = await scene.requests.create();
  const page = await scene.open('maker', '/badge-requests?limit=1');
  await page.getByRole('cell', { name: 'Not Submitted' }).waitFor();
  await scene.requests.act('maker', id, 'submit');
  await bringBack(page);
  await page.getByRole('cell', { name: 'Under Review' }).waitFor();
});

test('what is typed stays', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  await page.getByLabel('Variant').fill('Black');
  const asked = page.waitForResponse('**/v1/me');
  await bringBack(page);
  await (await asked).finished();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
  expect(await page.getByLabel('Variant').inputValue()).toBe('Black');
});

test.each(['/badge-requests', '/badge-requests/new'])(
  'who has signed out is not shown what was there before: %s',
  async (address) => {
    await scene.requests.create();
    const context = await scene.browser.newContext();
    await signIn(scene.api, context, 'maker');
    const page = await context.newPage();
    await page.goto(`${scene.api.url}${address}`);
    await page.getByText('Sign out').waitFor();
    await context.clearCookies();
    await bringBack(page);
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    expect(await page.locator('#person, #content').allTextContents()).toEqual(['', '']);
    await context.close();
  },
);
