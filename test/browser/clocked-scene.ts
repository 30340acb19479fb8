/** The console in a real browser, with requests whose checks answer as the test says. */
import type { Browser, Page } from 'playwright-core';
import { startApi, type Api, type ApiOptions, type PersonName } from '../api/api-server';
import { requestCalls, type RequestCalls } from '../api/request-calls';
import { createWorld, type World } from '../setup/request-world';
import { startBrowser } from './browser';
import { openConsole } from './console-page';

export interface ClockedScene {
  world: World;
  api: Api;
  requests: RequestCalls;
  /** A page as somebody sees it, with a clock that the test winds on; what goes wrong in it fails the test. */
  open(person: PersonName, address: string, viewport?: { width: number; height: number }): Promise<Page>;
}

/**
 * Starts all of it before the file's tests and ends it afterwards.
 * @param deps of the API, instead of the usual
 */
export function clockedScene(deps: ApiOptions['deps'] = {}): ClockedScene {
  const scene = {} as ClockedScene;
  let started: { browser: Browser; close(): Promise<void> };
  beforeAll(async () => {
    [scene.world, started] = await Promise.all([createWorld(), startBrowser()]);
    scene.api = await startApi({ world: scene.world, deps });
    scene.requests = requestCalls(scene.api);
  });
  afterAll(async () => {
    await started.close();
    await scene.api.close();
    await scene.world.close();
  });
  scene.open = async (person, address, viewport = { width: 1280, height: 1000 }) => {
    const context = await started.browser.newContext({ viewport });
    const wind = (page: Page) => page.clock.install();
    return openConsole(context, `${scene.api.url}${address}`, scene.api.tokens[person], wind);
  };
  return scene;
}
