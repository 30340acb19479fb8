/** All requests of one product, and what an operator does to their badges at once. */
import { textOf } from '../api/api-server';
import { createGate } from '../setup/gate';
import { consoleScene } from './console-scene';
import { intercept, interceptOnce, loseAnswer } from './interception';
import { stayWhenAsked } from './leaving';

const scene = consoleScene();

/** Two requests of one product that have their badges. */
async function twoEnabled(): Promise<string[]> {
  const { requests, world } = scene;
  const enabled: string[] = [];
  for (let made = 0; made < 2; made += 1) {
    const id = await requests.underReview();
    await requests.act('reviewer', id, 'approve', { round: 1 });
    enabled.push(id);
  }
  await world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  for (const id of enabled) await requests.until(id, ({ status }) => (status as unknown) === 'ENABLED');
  return enabled;
}

test('an operator suspends the badges of a product in all of its requests, and gives them back', async () => {
  const { requests } = scene;
  const enabled = await twoEnabled();
  const draft = await requests.create();
  const statuses = () =>
    Promise.all([...enabled, draft].map(async (id) => textOf((await requests.read(id)).body['status'])));

  const page = await scene.open('operator', `/badge-requests/${enabled[0]}`);
  await page.locator('[data-part="form"]').getByRole('link', { name: 'Lamp' }).click();
  await page.getByText('Only requests for Lamp (Brand M-1).').waitFor();
  const suspend = page.locator('details[data-action="suspend"]');
  await suspend.locator('summary').click();
  await suspend.getByLabel('Reason').pressSequentially('The device is recalled.');
  await stayWhenAsked(page);
  // The first answer, which is of the newest, is lost on the way: the repeat finishes what is left, and does nothing twice.
  await interceptOnce(page, `**/${enabled[1]}/suspend`, loseAnswer);
  await suspend.getByRole('button', { name: 'Suspend' }).click();
  await page.getByText('Suspend the badges of 2 requests?').waitFor();
  await page.getByRole('button', { name: 'Yes, suspend' }).click();
  await suspend.getByText('The service cannot be reached.').waitFor();
  await suspend.getByRole('button', { name: 'Suspend' }).click();
  await page.getByRole('button', { name: 'Yes, suspend' }).click();
  await page.locator('#message', { hasText: 'Suspended: the badges of' }).waitFor();
  expect(await statuses()).toEqual(['SUSPENDED', 'SUSPENDED', 'NOT_SUBMITTED']);
  expect(await suspend.count()).toBe(0);
  expect(await page.getByRole('cell', { name: 'Suspended' }).count()).toBe(2);

  const reinstate = page.locator('details[data-action="reinstate"]');
  await reinstate.locator('summary').click();
  await reinstate.getByLabel('Reason').fill('It is mended.');
  await reinstate.getByRole('button', { name: 'Reinstate' }).click();
  await page.getByRole('button', { name: 'Yes, reinstate' }).click();
  await page.locator('#message', { hasText: 'Reinstated: the badges of 2 requests.' }).waitFor();
  expect(await statuses()).toEqual(['ENABLED', 'ENABLED', 'NOT_SUBMITTED']);

  await page.getByRole('link', { name: 'Show those for all products' }).click();
  await page.waitForURL(/\/badge-requests$/);
  expect(await page.locator('details').count()).toBe(0);
});

test('an order is about all requests of the product, and what it does not stop is told', async () => {
  const { requests } = scene;
  const enabled = await twoEnabled();
  await requests.underReview();
  // The list shows the newest, which is under way.
  const page = await scene.open('operator', '/badge-requests?product=prod_one&limit=1');
  await page.getByText('Under way: one request of this product').waitFor();
  const suspend = page.locator('details[data-action="suspend"]');
  await suspend.locator('summary').click();
  await suspend.getByLabel('Reason').fill('The device is recalled.');
  await suspend.getByRole('button', { name: 'Suspend' }).click();
  await page.getByText(/^Suspend the badges of \d requests\?/).waitFor();
  await page.getByRole('button', { name: 'Yes, suspend' }).click();
  await page.locator('#message', { hasText: 'Suspended: the badges of' }).waitFor();
  for (const id of enabled) expect((await requests.read(id)).body['status']).toBe('SUSPENDED');
});

test('all of them are told the reason that was sent, and what is typed meanwhile stays', async () => {
  const { requests } = scene;
  const [first, last] = await twoEnabled();
  const page = await scene.open('operator', '/badge-requests?product=prod_one');
  const sent = createGate();
  await intercept(page, '**/suspend', async (route) => {
    await sent.wait();
    await route.continue();
  });
  const suspend = page.locator('details[data-action="suspend"]');
  const reason = suspend.getByLabel('Reason');
  await suspend.locator('summary').click();
  await reason.fill('The device is recalled.');
  await suspend.getByRole('button', { name: 'Suspend' }).click();
  await page.getByRole('button', { name: 'Yes, suspend' }).click();
  await sent.reached;
  await reason.fill('The other one, too.');
  // Another one comes to be enabled, so that the form is still there afterwards.
  const other = await requests.underReview();
  await requests.act('reviewer', other, 'approve', { round: 1 });
  await requests.until(other, ({ status }) => (status as unknown) === 'ENABLED');
  sent.open();
  await page.locator('#message', { hasText: 'Suspended: the badges of' }).waitFor();
  for (const id of [first, last]) {
    const { body } = await scene.api.as('maker')('GET', `/v1/badge-requests/${id}/history`);
    const [entry] = (body['data'] as unknown as { details: object }[]).slice(-1);
    expect(entry?.details).toMatchObject({ reason: 'The device is recalled.' });
  }
  expect(await reason.isVisible()).toBe(true);
  expect(await reason.inputValue()).toBe('The other one, too.');
});

test('what is typed while the last badges are suspended stays, where nothing is left to suspend', async () => {
  await twoEnabled();
  const page = await scene.open('operator', '/badge-requests?product=prod_one');
  const sent = createGate();
  await intercept(page, '**/suspend', async (route) => {
    await sent.wait();
    await route.continue();
  });
  const suspend = page.locator('details[data-action="suspend"]');
  await suspend.locator('summary').click();
  await suspend.getByLabel('Reason').fill('The device is recalled.');
  await suspend.getByRole('button', { name: 'Suspend' }).click();
  await page.getByRole('button', { name: 'Yes, suspend' }).click();
  await sent.reached;
  await suspend.getByLabel('Reason').fill('Only the first thousand of them.');
  sent.open();
  await suspend.getByRole('alert').getByText('No badge of these requests is left to suspend.').waitFor();
  expect(await suspend.getByLabel('Reason').inputValue()).toBe('Only the first thousand of them.');
  expect(await suspend.getByRole('button').count()).toBe(0);
});

test('a maker sees the requests for one of their products, and nothing to suspend', async () => {
  await scene.requests.underReview();
  const page = await scene.open('maker', '/badge-requests?product=prod_one');
  await page.getByText('Only requests for Lamp').waitFor();
  expect(await page.getByText('Under way').count()).toBe(0);
  expect(await page.locator('details').count()).toBe(0);
  await page.goto(`${scene.api.url}/badge-requests?product=prod_none`);
  await page.getByText('No request is like that.').waitFor();
});
