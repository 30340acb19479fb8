/** Saving a draft: what others have saved meanwhile stays, unless somebody chooses otherwise. */
import { readyForm } from '../api/api-server';
import { consoleScene, save } from './console-scene';
import { intercept, interceptOnce, loseAnswer } from './interception';

const scene = consoleScene();

test('what a colleague has saved meanwhile is not overwritten, and what is typed stays', async () => {
  const { requests } = scene;
  const id = await requests.create();
  const page = await scene.open('maker', `/badge-requests/${id}/edit`);
  const other = await scene.open('colleague', `/badge-requests/${id}/edit`);
  page.on('dialog', (dialog) => void dialog.accept());
  await other.getByLabel('Variant').fill('Of the colleague');
  await save(other);

  await page.getByLabel('Variant').fill('Of the maker');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Somebody has changed this request meanwhile.').waitFor();
  expect(await page.getByLabel('Variant').inputValue()).toBe('Of the maker');
  expect((await requests.read(id)).body['variant']).toBe('Of the colleague');

  const loaded = page.waitForEvent('domcontentloaded');
  await page.getByRole('link', { name: 'Load the newer version' }).click();
  await loaded;
  await page.getByLabel('Variant').waitFor();
  expect(await page.getByLabel('Variant').inputValue()).toBe('Of the colleague');
  await page.getByLabel('Variant').fill('Of both');
  await save(page);
  expect((await requests.read(id)).body['variant']).toBe('Of both');
});

test('one saves again and again on one page', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  for (const variant of ['One', 'Two', 'Three']) {
    await page.getByLabel('Variant').fill(variant);
    await save(page);
    const [id] = /br_\w+/.exec(page.url()) ?? [];
    expect((await scene.requests.read(id ?? '')).body['variant']).toBe(variant);
  }
});

test('what is new is called by what it is once it is saved', async () => {
  const form = readyForm();
  const page = await scene.open('maker', '/badge-requests/new');
  expect(await page.title()).toBe('New badge request');
  await page.getByLabel('Product', { exact: true }).selectOption({ index: 1 });
  await save(page);
  expect(await page.title()).toMatch(/ \(no ASIN yet\)$/);
  await page.getByLabel('ASIN', { exact: true }).fill(form.asin);
  await save(page);
  await page.getByRole('heading', { level: 1, name: `(${form.asin})` }).waitFor();
  expect(await page.title()).toBe(await page.locator('h1').textContent());
  expect(await page.locator('nav [aria-current]').count()).toBe(0);
});

test('a request for another variant begins with what the variants have in common', async () => {
  const goLive = { kind: 'ON_DATE', date: '2027-03-01' };
  const form = { ...readyForm(), variant: 'Black', goLive, marketplaces: ['JP'] };
  const id = await scene.requests.underReview(form);
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await page.getByRole('link', { name: 'Ask for another variant of this product' }).click();
  await page.getByLabel('Variant').fill('White');
  await save(page);
  const [other] = /br_\w+/.exec(page.url()) ?? [];
  expect(other).not.toBe(id);
  expect((await scene.requests.read(other ?? '')).body).toMatchObject({
    ...{ status: 'NOT_SUBMITTED', product: { id: form.productId }, variant: 'White', goLive },
    ...{ marketplaces: ['JP'], asin: null, retailIdentifier: null },
  });

  const viewed = await scene.open('viewer', `/badge-requests/${id}`);
  await viewed.locator('[data-part="form"] table').waitFor();
  expect(await viewed.getByRole('link', { name: 'Ask for another variant' }).count()).toBe(0);
});

test('a saving whose answer was lost is not taken for somebody else’s', async () => {
  const id = await scene.requests.create();
  const page = await scene.open('maker', `/badge-requests/${id}/edit`);
  await interceptOnce(page, '**/v1/badge-requests/*', loseAnswer);
  await page.getByLabel('Variant').fill('Black');
  await page.getByLabel('ASIN', { exact: true }).fill(' b0lost0001 ');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The service cannot be reached.').waitFor();
  expect((await scene.requests.read(id)).body['variant']).toBe('Black');
  await page.getByLabel('Variant').fill('White');
  const answered = page.waitForResponse(
    (response) => response.request().method() === 'PATCH' && response.status() === 200,
  );
  await page.getByRole('button', { name: 'Save' }).click();
  await answered;
  expect((await scene.requests.read(id)).body['variant']).toBe('White');
});

test.each([
  ['the page of something on the way', 'text/html', '<p>Sign in to the network</p>'],
  ['an answer that is cut short', 'application/json', '{"id": "br_'],
])('%s is not taken for a saving', async (_, contentType, body) => {
  const id = await scene.requests.create();
  const page = await scene.open('maker', `/badge-requests/${id}/edit`);
  await page.getByLabel('Variant').fill('Blue');
  const comeBack = await intercept(page, '**/v1/badge-requests/*', (route) =>
    route.fulfill({ status: 200, contentType, body }),
  );
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The service cannot be reached.').waitFor();
  comeBack();
  await save(page);
  expect((await scene.requests.read(id)).body['variant']).toBe('Blue');
});

test('a saving is confirmed where one is', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  await page.getByLabel('Variant').fill('Black');
  await page.getByRole('button', { name: 'Save' }).focus();
  await page.keyboard.press('Enter');
  const confirmation = page.getByRole('status').filter({ hasText: 'Saved.' });
  await confirmation.waitFor();
  await page.locator('button:focus', { hasText: 'Save' }).waitFor();
  await confirmation.getByRole('link', { name: 'See the request' }).click();
  await page.getByText('Not Submitted', { exact: true }).waitFor();
});

test('whoever asks twice for a badge is led to the request that there is', async () => {
  const form = readyForm();
  const id = await scene.requests.create(form);
  const page = await scene.open('maker', '/badge-requests/new');
  await page.getByLabel('ASIN', { exact: true }).fill(form.asin);
  await page.getByRole('button', { name: 'Save' }).click();
  const way = page.getByRole('alert').getByRole('link', { name: 'Go to that request' });
  await way.waitFor();
  expect(await way.getAttribute('href')).toBe(`/badge-requests/${id}`);
});

test('while one button of the form works none can be pressed, and one request is made', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  await page.getByLabel('Variant').fill('Made once');
  let goOn = () => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  await page.route('**/v1/badge-requests', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Save' }).click();
  for (const name of ['Submit', 'Save', 'Check now'])
    expect([name, await page.getByRole('button', { name }).isDisabled()]).toEqual([name, true]);
  goOn();
  await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
  for (const name of ['Submit', 'Save', 'Check now'])
    await page.getByRole('button', { name, disabled: false }).waitFor();
  expect(await countOf('Made once')).toBe(1);
});

test('a request whose making was not answered is made once, whichever button is pressed then', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  await interceptOnce(page, '**/v1/badge-requests', loseAnswer);
  await page.getByLabel('Variant').fill('Made first');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The service cannot be reached.').waitFor();
  expect(await countOf('Made first')).toBe(1);
  await page.getByLabel('Variant').fill('Made and changed');
  const checked = page.waitForResponse('**/check');
  await page.getByRole('button', { name: 'Check now' }).click();
  await checked;
  expect([await countOf('Made first'), await countOf('Made and changed')]).toEqual([0, 1]);
});

test('a submission whose answer was lost is repeated, and not taken for somebody else’s', async () => {
  const id = await scene.requests.create();
  const page = await scene.open('maker', `/badge-requests/${id}/edit`);
  await interceptOnce(page, '**/submit', loseAnswer);
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByText('The service cannot be reached.').waitFor();
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByText('Under Review', { exact: true }).waitFor();
});

const countOf = async (variant: string) => {
  const { rowCount } = await scene.api.pool.query('select 1 from badge_requests where variant = $1', [
    variant,
  ]);
  return rowCount;
};
