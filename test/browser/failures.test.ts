/** Pages that cannot be shown: not there, or the service away. */
import type { Page } from 'playwright-core';
import { createGate } from '../setup/gate';
import { clockedScene } from './clocked-scene';
import { intercept, interceptOnce, loseAnswer } from './interception';

const scene = clockedScene();

async function expectHead(page: Page): Promise<void> {
  await page.getByText('maker, One').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await page.getByRole('link', { name: 'New badge request' }).waitFor();
}

test.each([
  '/badge-requests/br_01kadm0v1wfb5s5t8k3v7q2m9x',
  '/badge-requests/nonsense',
  '/badge-requests/nonsense/history',
  '/requests',
])('a page that is not there says so, and leads on: %s', async (address) => {
  const page = await scene.open('maker', address);
  await page.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor();
  expect(await page.title()).toBe('Page not found');
  await expectHead(page);
  await page.getByRole('link', { name: 'To the badge requests' }).click();
  await page.getByRole('heading', { level: 1, name: 'Badge requests' }).waitFor();
  await page.context().close();
});

test('while the service is away one can sign out, go elsewhere and try again', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', '/badge-requests');
  const away = { status: 503, contentType: 'application/problem+json', body: '{"title":"Not now."}' };
  const comeBack = await intercept(page, '**/v1/**', (route) => route.fulfill(away));
  await page.goto(`${scene.api.url}/badge-requests/${id}`);
  await page.getByRole('heading', { level: 1, name: 'The service does not answer' }).waitFor();
  await expectHead(page);
  comeBack();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.status').getByText('Under Review').waitFor();
  await page.locator('#title:focus').waitFor();
  await page.context().close();
});

test('an approval that is not confirmed in time is said in people’s words, and seen soon where it is done after all', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  const unconfirmed = {
    status: 503,
    contentType: 'application/problem+json',
    body: JSON.stringify({ code: 'TRY_AGAIN', detail: 'Safe to repeat with the same Idempotency-Key.' }),
  };
  await page.route('**/approve', (route) => route.fulfill(unconfirmed));
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('button', { name: 'Yes, approve' }).click();
  const said = page.getByRole('alert').filter({ hasText: 'did not confirm this in time' });
  await said.waitFor();
  expect(await said.textContent()).not.toContain('Idempotency-Key');
  await scene.requests.act('reviewer', id, 'approve', { round: 1 });
  await page.clock.fastForward(2_000);
  await page.locator('.status').getByText('Pending').waitFor();
  await page.context().close();
});

test('who waits for a saving is told so, and what went wrong in its place', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  const gate = createGate();
  await page.route('**/v1/badge-requests', async (route) => {
    await gate.wait();
    await route.abort();
  });
  await page.getByRole('button', { name: 'Save' }).click();
  await gate.reached;
  await page.clock.fastForward(2_000);
  const waiting = page.getByText('Still waiting for the service …');
  await waiting.waitFor();
  gate.open();
  await page.getByText('The service cannot be reached.').waitFor();
  expect(await waiting.count()).toBe(0);
  await page.context().close();
});

test('who waits for an answer is told so, until it has come', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const gate = createGate();
  await page.route('**/withdraw', async (route) => {
    await gate.wait();
    await route.continue();
  });
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('button', { name: 'Yes, withdraw' }).click();
  await gate.reached;
  const waiting = page.getByText('Still waiting for the service …');
  expect(await waiting.count()).toBe(0);
  await page.clock.fastForward(2_000);
  await waiting.waitFor();
  gate.open();
  await page.locator('.status').getByText('Not Submitted').waitFor();
  expect(await waiting.count()).toBe(0);
  await page.context().close();
});

test('what is done is not said to be worth another try where only its consequences cannot be read', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  let isPosted = false;
  await page.route('**/v1/badge-requests/**', (route) => {
    const isPost = route.request().method() === 'POST';
    if (isPosted && !isPost) return route.abort();
    isPosted ||= isPost;
    return route.continue();
  });
  await page.getByLabel('Your comment').fill('The listing is corrected.');
  await page.getByRole('button', { name: 'Comment' }).click();
  const said = page.locator('[data-part="comment"]').getByRole('alert');
  await said.getByText('It is done, but what has come of it could not be read.').waitFor();
  expect(await page.locator('#message').textContent()).toBe('Your comment is added.');
  expect(await said.textContent()).not.toContain('try again');
  await page.context().close();
});

test('a text that is changed after its answer was lost is said not to be the one that arrived', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await interceptOnce(page, /comments$/, loseAnswer);
  await page.getByLabel('Your comment').fill('The listing is corected.');
  await page.getByRole('button', { name: 'Comment' }).click();
  await page.getByText('The service cannot be reached.').waitFor();
  await page.getByLabel('Your comment').fill('The listing is corrected.');
  await page.getByRole('button', { name: 'Comment' }).click();
  await page.getByText('What you sent before has arrived after all').waitFor();
  expect(await page.getByRole('alert').filter({ hasText: 'Idempotency-Key' }).count()).toBe(0);
  expect(await page.getByLabel('Your comment').inputValue()).toBe('The listing is corrected.');
  await page.context().close();
});
