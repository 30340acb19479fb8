/** The console in a real browser, with requests whose checks answer as the test says. */
import type { Browser, Page } from 'playwright-core';
import { startApi, type Api, type PersonName } from '../api/api-server';
import { requestCalls, type RequestCalls } from '../api/request-calls';
import { createWorld, type World } from '../setup/request-world';
import { startBrowser } from './browser';

export interface ClockedScene {
  readonly world: World;
  readonly api: Api;
  readonly requests: RequestCalls;
  /** A page as somebody sees it, with a clock that the test winds on; what goes wrong in it fails the test. */
  open(person: PersonName, address: string, viewport?: { width: number; height: number }): Promise<Page>;
  close(): Promise<void>;
}

export async function createClockedScene(): Promise<ClockedScene> {
  const [world, started] = await Promise.all([createWorld(), startBrowser()]);
  const api = await startApi({ world });
  return {
    world,
    api,
    requests: requestCalls(api),
    open: async (person, address, viewport = { width: 1280, height: 1000 }) =>
      openPage(started.browser, `${api.url}${address}`, api.tokens[person], viewport),
    async close() {
      await started.close();
      await api.close();
      await world.close();
    },
  };
}

async function openPage(
  browser: Browser,
  address: string,
  token: string,
  viewport: { width: number; height: number },
): Promise<Page> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  await page.clock.install();
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
