import type { BrowserContext, Page } from 'playwright-core';

/**
 * A page of the console as somebody sees it; what goes wrong in it fails the test.
 * @param token of whoever looks
 * @param prepare is called with the page while it is still empty
 */
export async function openConsole(
  context: BrowserContext,
  address: string,
  token: string,
  prepare: (page: Page) => Promise<unknown> = async () => undefined,
): Promise<Page> {
  const page = await context.newPage();
  await prepare(page);
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(address);
  await page.getByLabel('Your access token').fill(token);
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('Sign out').waitFor();
  // The page itself comes after its head.
  await page.locator('#content > *').first().waitFor({ state: 'attached' });
  return page;
}
