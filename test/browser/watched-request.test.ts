/** A request's page that shows by itself what has happened meanwhile. */
import type { Page, Route } from 'playwright-core';
import { clockedScene } from './clocked-scene';
import { intercept, interceptOnce } from './interception';

const scene = clockedScene();
beforeEach(() => {
  scene.world.outside.check = () => 'YES';
  scene.world.outside.beforeCheck = async () => undefined;
});

const statusOf = (page: Page) => page.locator('.status');
const messageOf = (page: Page) => page.locator('#message');
const hide = (page: Page, hidden: boolean) =>
  page.evaluate(
    `Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${hidden} });
     document.dispatchEvent(new Event('visibilitychange'));`,
  );

/** How often a page has asked for the request itself. */
function countLooks(page: Page, id: string): () => number {
  let looks = 0;
  page.on('request', (request) => {
    if (request.url().endsWith(`/v1/badge-requests/${id}`)) looks += 1;
  });
  return () => looks;
}

test('a request that its checks reject is Rejected on the page, with the reasons, and said so', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  scene.world.outside.check = () => 'BRAND_MISMATCH';
  scene.world.outside.beforeCheck = () => held;
  const id = await scene.requests.create();
  await scene.requests.act('maker', id, 'submit');
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await statusOf(page).getByText('Under Review').waitFor();
  release();
  await statusOf(page).getByText('Rejected').waitFor();
  await page.getByRole('heading', { name: 'Reasons' }).waitFor();
  await messageOf(page)
    .getByText(/^Now Rejected: /)
    .waitFor();
  await page.context().close();
});

test('a submission that its checks have rejected again by the time it is answered is said to be so', async () => {
  scene.world.outside.check = () => 'BRAND_MISMATCH';
  const id = await scene.requests.create();
  const rejectedIn = (wanted: number) =>
    scene.requests.until(
      id,
      ({ status, round }) => (status as unknown) === 'REJECTED' && (round as unknown) === wanted,
    );
  await scene.requests.act('maker', id, 'submit');
  await rejectedIn(1);
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await page.route('**/submit', async (route) => {
    const response = await route.fetch();
    await rejectedIn(2);
    await route.fulfill({ response });
  });
  await page.getByRole('button', { name: 'Submit' }).click();
  await messageOf(page)
    .getByText(/^Submitted\. Now Rejected: /)
    .waitFor();
  await page.context().close();
});

test('a reviewer has the button to approve again once the repeated checks are done', async () => {
  const id = await scene.requests.underReview();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  scene.world.outside.beforeCheck = () => held;
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.getByRole('button', { name: 'Run the checks again' }).click();
  await page.locator('[data-action="approve"]').waitFor({ state: 'detached' });
  release();
  await page.locator('[data-action="approve"]').waitFor();
  await page.context().close();
});

test('what somebody else does is seen within a quarter of a minute, and nothing is asked while the tab is hidden', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await page.getByRole('heading', { name: 'History' }).waitFor();
  const looks = countLooks(page, id);
  await hide(page, true);
  await scene.requests.act('reviewer', id, 'approve', { round: 1 });
  await page.clock.fastForward(60_000);
  expect(looks()).toBe(0);
  await hide(page, false);
  await statusOf(page).getByText('Pending').waitFor();

  await scene.requests.act('maker', id, 'withdraw');
  await page.clock.fastForward(15_000);
  await statusOf(page).getByText('Not Submitted').waitFor();
  await page.context().close();
});

test('a link keeps the focus while what is around it is drawn anew', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const badges = page.locator('[data-part="badges"]');
  await badges.getByRole('link', { name: 'United States' }).focus();
  await scene.requests.act('reviewer', id, 'approve', { round: 1 });
  await scene.world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  await scene.requests.until(id, ({ status }) => (status as unknown) === 'ENABLED');
  await page.clock.fastForward(15_000);
  await badges.getByText('Shown').first().waitFor();
  await badges.locator('a:focus', { hasText: 'United States' }).waitFor();
  await page.context().close();
});

test('the focus goes to where the request stands when what had it is away', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.locator('summary', { hasText: 'Reject' }).focus();
  await scene.requests.act('maker', id, 'withdraw');
  await page.clock.fastForward(15_000);
  await statusOf(page).getByText('Not Submitted').waitFor();
  await page.locator('#standing:focus').waitFor();
  await page.context().close();
});

test.each([
  ['the review that it has claimed', 'reviewer', 301_000],
  ['the session of whoever has gone', 'maker', 901_000],
] as const)(
  'a page that is left alone does not hold on to %s, and looks when somebody is back',
  async (_, person, away) => {
    const id = await scene.requests.underReview();
    await scene.requests.act('reviewer', id, 'claim');
    const page = await scene.open(person, `/badge-requests/${id}`);
    await page.getByRole('heading', { name: 'History' }).waitFor();
    const looks = countLooks(page, id);
    await page.clock.fastForward(away);
    await page.clock.fastForward(15_000);
    const looked = page.waitForRequest((request) => request.url().endsWith(`/v1/badge-requests/${id}`));
    await page.mouse.move(10, 10);
    await looked;
    expect(looks()).toBe(1);
    await page.context().close();
  },
);

const away = { status: 503, contentType: 'application/problem+json', body: '{"title":"Not now."}' };
test.each<[string, (route: Route) => Promise<void>, string]>([
  ['is away for a moment', (route) => route.fulfill(away), 'Not now.'],
  [
    'cannot be reached',
    (route) => route.abort(),
    'The service cannot be reached. This page goes on by itself as soon as it can.',
  ],
])('a service that %s is told, and taken back when it answers again', async (_, handle, said) => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await page.getByRole('heading', { name: 'History' }).waitFor();
  const comeBack = await intercept(page, '**/v1/**', handle);
  await page.clock.fastForward(15_000);
  await messageOf(page).getByText(said, { exact: true }).waitFor();
  comeBack();
  await page.clock.fastForward(15_000);
  await page.locator('#message:empty').waitFor({ state: 'attached' });
  await page.context().close();
});

/** A reviewer's page while a look of it is under way that nobody answers; later ones are. */
async function openWithLostLook(): Promise<Page> {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.getByRole('heading', { name: 'History' }).waitFor();
  const lost = page.waitForRequest(/comments/);
  const comeBack = await intercept(page, '**/comments?*', async () => undefined);
  await page.clock.fastForward(15_000);
  await lost;
  comeBack();
  return page;
}

test('a look that is never answered is given up, and what is done then is seen', async () => {
  const page = await openWithLostLook();
  await page.clock.fastForward(30_000);
  await messageOf(page).getByText('The service cannot be reached.').waitFor();
  await page.getByRole('button', { name: 'Claim' }).click();
  await messageOf(page).getByText('Claimed: the review is yours.').waitFor();
  await page.context().close();
});

test('what is done is said at once, also while a look before it is not answered', async () => {
  const page = await openWithLostLook();
  await page.getByRole('button', { name: 'Claim' }).click();
  await messageOf(page).getByText('Claimed: the review is yours.').waitFor();
  await page.context().close();
});

test('what changes while a page is read is read again: no status beside another’s reasons', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', '/badge-requests');
  await interceptOnce(page, /\/history\?/, async (route) => {
    const reasons = [{ code: 'IMAGE_MISMATCH', marketplace: 'US' }];
    await scene.requests.act('reviewer', id, 'reject', { round: 1, reasons });
    await route.continue();
  });
  await page.goto(`${scene.api.url}/badge-requests/${id}`);
  await page.getByRole('heading', { name: 'History' }).waitFor();
  expect(await statusOf(page).textContent()).toBe('Rejected');
  expect(await page.getByRole('heading', { name: 'Reasons' }).count()).toBe(1);
  await page.context().close();
});
