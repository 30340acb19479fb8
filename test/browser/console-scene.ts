/** A world, the API on it and a browser, for the tests of one file. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { startApi, type Api, type PersonName } from '../api/api-server';
import { requestCalls, type RequestCalls } from '../api/request-calls';
import { createWorld, type World } from '../setup/request-world';
import { startBrowser } from './browser';
import { openConsole } from './console-page';

export interface ConsoleScene {
  world: World;
  api: Api;
  requests: RequestCalls;
  browser: Browser;
  /** A page as somebody sees it, in a browser of their own unless one is given; what goes wrong in it fails the test. */
  open(person: PersonName, address: string, context?: BrowserContext): Promise<Page>;
}

/** Starts all of it before the file's tests and ends it afterwards; the browsers of a test end with it. */
export function consoleScene(): ConsoleScene {
  const scene = {} as ConsoleScene;
  let started: { browser: Browser; close(): Promise<void> };
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    [scene.world, started] = await Promise.all([createWorld(), startBrowser()]);
    scene.browser = started.browser;
    scene.api = await startApi({ world: scene.world });
    scene.requests = requestCalls(scene.api);
  });
  afterAll(async () => {
    await started.close();
    await scene.api.close();
    await scene.world.close();
  });
  beforeEach(() => {
    scene.world.outside.check = () => 'YES';
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });
  scene.open = async (person, address, given) => {
    const context = given ?? (await scene.browser.newContext({ viewport: { width: 1280, height: 1000 } }));
    contexts.push(context);
    return openConsole(context, `${scene.api.url}${address}`, scene.api.tokens[person]);
  };
  return scene;
}

/** The `value` of each element. */
export const valuesOf = async (elements: Locator): Promise<(string | null)[]> =>
  Promise.all((await elements.all()).map((element) => element.getAttribute('value')));

/** Presses Save, and waits until it is confirmed. */
export async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
}
