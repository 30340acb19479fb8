import type { Page } from 'playwright-core';

/** Goes away from a page, is asked whether to, and stays; fails where nobody asks. */
export async function stayWhenAsked(page: Page): Promise<void> {
  const asked = page.waitForEvent('dialog');
  const left = page.reload();
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await left.catch(() => undefined);
}
