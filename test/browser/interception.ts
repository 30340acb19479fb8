/**
 * What comes between a page and the service. A route stays on until its page closes: Chromium loses a request that is
 * on its way while the last of them is taken off, and never answers it.
 */
import type { Page, Route } from 'playwright-core';

/** @returns a function from which on requests go to the service again */
export async function intercept(
  page: Page,
  url: string | RegExp,
  handle: (route: Route) => Promise<void>,
): Promise<() => void> {
  let isOver = false;
  await page.route(url, (route) => (isOver ? route.continue() : handle(route)));
  return () => {
    isOver = true;
  };
}

/** Handles the first request only. */
export async function interceptOnce(
  page: Page,
  url: string | RegExp,
  handle: (route: Route) => Promise<void>,
): Promise<void> {
  let isOver = false;
  await page.route(url, (route) => {
    if (isOver) return route.continue();
    isOver = true;
    return handle(route);
  });
}

/** The service does what it is asked, and its answer is lost on the way. */
export async function loseAnswer(route: Route): Promise<void> {
  await route.fetch();
  await route.abort();
}
