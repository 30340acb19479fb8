/** What is done with a webhook endpoint while the answers are lost on the way. */
import type { Page } from 'playwright-core';
import { saveEndpoint } from '../../db/webhook-endpoints';
import { createGate } from '../setup/gate';
import { clockedScene } from './clocked-scene';
import { interceptOnce, loseAnswer } from './interception';

const SECRET = `whsec_${Buffer.from('the secret of an endpoint, 32 b!').toString('base64')}`;
const HOOK = 'https://hooks.example.com/badges';

const scene = clockedScene();
beforeEach(async () => {
  await scene.api.pool.query('delete from webhook_endpoints');
  await saveEndpoint(scene.world.pool, { id: 'wep_1', organizationId: 'org_one', url: HOOK, secret: SECRET });
});

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const says = (page: Page, text: string) =>
  page.locator('#message').getByText(text, { exact: true }).waitFor();

test('an endpoint whose disabling was not answered is not offered to be enabled as another try', async () => {
  const page = await scene.open('maker', '/webhooks');
  await interceptOnce(page, '**/webhook-endpoints/wep_1', loseAnswer);
  await press(page, 'Disable');
  await page.getByRole('button', { name: 'Enable', exact: true }).waitFor();
  await says(page, `Disabled: ${HOOK}.`);
  expect(await page.getByRole('alert').filter({ hasText: 'try again' }).count()).toBe(0);

  // Also where the answer is lost after the page has looked again.
  const lost = createGate();
  await interceptOnce(page, '**/webhook-endpoints/wep_1', async (route) => {
    await route.fetch();
    await lost.wait();
    await route.abort();
  });
  await press(page, 'Enable');
  await lost.reached;
  await page.clock.fastForward(15_000);
  await says(page, `Enabled: ${HOOK}.`);
  lost.open();
  await says(page, 'Enabled.');
  await page.getByRole('button', { name: 'Disable', exact: true }).and(page.locator(':focus')).waitFor();
  expect(await page.getByRole('alert').filter({ hasText: 'try again' }).count()).toBe(0);
  await page.context().close();
});

test('an endpoint whose deletion was not answered is said to be deleted', async () => {
  const page = await scene.open('maker', '/webhooks');
  await interceptOnce(page, '**/webhook-endpoints/wep_1', loseAnswer);
  await press(page, 'Delete');
  await press(page, 'Yes, delete');
  await page.getByText('No program is told yet.').waitFor();
  await says(page, `Deleted: ${HOOK}.`);
  await page.locator('h1:focus').waitFor();
  await page.context().close();
});

test('the page of an endpoint whose deletion was not answered leads to the others', async () => {
  const page = await scene.open('maker', '/webhooks?endpoint=wep_1');
  await interceptOnce(page, '**/webhook-endpoints/wep_1', loseAnswer);
  await press(page, 'Delete');
  await press(page, 'Yes, delete');
  await page.waitForURL('**/webhooks');
  await page.getByText('No program is told yet.').waitFor();
  await page.context().close();
});
