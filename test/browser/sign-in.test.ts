/** The way into the console and out again in a real browser, by the embedded identity provider. */
import type { Browser, BrowserContext } from 'playwright-core';
import { startApi, type Api } from '../api/api-server';
import { startIdentityProvider, type RunningProvider } from '../setup/identity-provider';
import { startBrowser } from './browser';

const password = 'a password of the tests';
let api: Api;
let provider: RunningProvider;
let started: { browser: Browser; close(): Promise<void> };
beforeAll(async () => {
  started = await startBrowser();
  api = await startApi({
    deps: async (url) => {
      provider = await startIdentityProvider(
        url,
        ['maker', 'reviewer'].map((name) => ({
          subject: name,
          name,
          email: `${name}@people.example`,
          isConfirmed: true,
          password,
        })),
      );
      return { identityProvider: provider.clientFor(url) };
    },
  });
});
afterAll(async () => {
  await started.close();
  await api.close();
  await provider.close();
});

test('one signs in, stays signed in over pages, signs out, and somebody else signs in', async () => {
  const context = await started.browser.newContext();
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  const signIn = async (name: string) => {
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Mail address').fill(`${name}@people.example`);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Sign out').waitFor();
  };
  await page.goto(`${api.url}/badge-requests?status=PENDING`);
  await signIn('maker');
  expect(page.url()).toBe(`${api.url}/badge-requests?status=PENDING`);
  expect(await page.locator('#person').textContent()).toContain('maker, One');

  await page.getByRole('link', { name: 'New badge request' }).click();
  await page.getByLabel('ASIN').waitFor();

  await page.getByText('Sign out').click();
  await page.getByRole('button', { name: 'Sign out here, too' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  expect(page.url().startsWith(`${api.url}/badge-requests`)).toBe(true);
  await signIn('reviewer');
  expect(await page.locator('#person').textContent()).toContain('reviewer');
  await context.close();
});

test('a wrong password is told, and the mail address kept', async () => {
  const context = await started.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${api.url}/auth/sign-in`);
  await page.getByLabel('Mail address').fill('maker@people.example');
  await page.getByLabel('Password').fill('guessed');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByLabel('Mail address').inputValue()).toBe('maker@people.example');
  await context.close();
});

test.each<[string, string, (context: BrowserContext) => Promise<unknown>]>([
  ['is over', 'B0TYPED000', () => api.pool.query('delete from console_sessions')],
  ['was ended in another tab', 'B0TYPED001', (context) => context.clearCookies({ name: 'badge-session' })],
])(
  'what is typed stays when a session %s, and is saved once one has signed in again',
  async (_, asin, end) => {
    const context = await started.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${api.url}/badge-requests/new`);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Mail address').fill('maker@people.example');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('ASIN').fill(asin);
    await end(context);
    await page.getByRole('button', { name: 'Save' }).first().click();
    await page.getByText('You are signed out.').waitFor();
    expect(await page.getByLabel('ASIN').inputValue()).toBe(asin);
    const opened = context.waitForEvent('page');
    await page.getByRole('alert').getByRole('link', { name: 'Sign in' }).click();
    const other = await opened;
    await other.getByText('Sign out').waitFor();
    await page.getByRole('button', { name: 'Save' }).first().click();
    await page.getByText('Saved.').waitFor();
    expect(page.url()).toMatch(/\/badge-requests\/br_\w+\/edit$/);
    await context.close();
  },
);
