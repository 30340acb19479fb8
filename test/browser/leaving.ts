import type { Page } from 'playwright-core';

/** Goes away from a page, is asked whether to, and stays; fails where nobody asks. */
export async function stayWhenAsked(page: Page): Promise<void> {
  const asked = page.waitForEvent('dialog');
  // A reload of Playwright's own would be waited for, half a minute, though it is declined.
  await page.evaluate('setTimeout(() => location.reload())');
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
}
