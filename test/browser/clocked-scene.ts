/** The console in a real browser, with requests whose checks answer as the test says. */
import type { Page } from 'playwright-core';
import { startApi, type Api, type PersonName } from '../api/api-server';
import { requestCalls, type RequestCalls } from '../api/request-calls';
import { createWorld, type World } from '../setup/request-world';
import { startBrowser } from './browser';
import { openConsole } from './console-page';

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
    async open(person, address, viewport = { width: 1280, height: 1000 }) {
      const context = await started.browser.newContext({ viewport });
      const wind = (page: Page) => page.clock.install();
      return openConsole(context, `${api.url}${address}`, api.tokens[person], wind);
    },
    async close() {
      await started.close();
      await api.close();
      await world.close();
    },
  };
}
