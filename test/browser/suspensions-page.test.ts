/** An operator suspends a maker's badges of a programme in a region, and ends it. */
import type { Page } from 'playwright-core';
import { textOf } from '../api/api-server';
import { createGate } from '../setup/gate';
import { clockedScene } from './clocked-scene';
import { intercept } from './interception';
import { stayWhenAsked } from './leaving';

const scene = clockedScene();
beforeEach(() => scene.api.pool.query('delete from program_suspensions'));

const suspensions = async () =>
  (await scene.api.as('operator')('GET', '/v1/program-suspensions')).body['data'];

async function fill(page: Page, organization: string): Promise<void> {
  await page.locator('summary', { hasText: 'Suspend a maker’s badges' }).click();
  await page.getByLabel('Organization').fill(organization);
  await page.getByLabel('Region').selectOption({ label: 'Far East' });
  await page.getByLabel('Reason').first().fill('Seven outages this year.');
  await page.getByRole('button', { name: 'Suspend a maker’s badges' }).click();
}

test('it is begun with a reason, listed, and ended with another', async () => {
  await scene.requests.create();
  const page = await scene.open('operator', '/badge-requests');
  await page.getByRole('link', { name: 'Programme suspensions' }).click();
  await page.getByText('No programme is suspended, nor was any.').waitFor();
  const proposed = await page.locator('#organizations option').all();
  expect(await Promise.all(proposed.map((each) => each.getAttribute('value')))).toContain('org_one');

  await fill(page, 'org_one');
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await suspensions()).toEqual([]);
  await page.getByRole('button', { name: 'Suspend a maker’s badges' }).click();
  await page.getByRole('button', { name: 'Yes, suspend' }).click();
  await page.getByRole('cell', { name: 'Seven outages this year.' }).waitFor();
  expect(await page.getByRole('row').last().textContent()).toContain('OneWorks with AlexaFar East');
  expect(await page.getByLabel('Organization').inputValue()).toBe('');
  expect(await suspensions()).toMatchObject([
    { organization: { id: 'org_one' }, region: 'FE', reason: 'Seven outages this year.', endedAt: null },
  ]);

  await page.getByRole('row').last().locator('summary', { hasText: 'End' }).click();
  await page.getByRole('row').last().getByLabel('Reason').fill('Well again.');
  await page.getByRole('row').last().getByRole('button', { name: 'End' }).click();
  await page.getByRole('cell', { name: 'by Operator: Well again.' }).waitFor();
  expect(await page.getByRole('row').last().locator('details').count()).toBe(0);
  expect(await suspensions()).toMatchObject([{ endReason: 'Well again.' }]);
  await page.context().close();
});

test('what is refused is said, and what was typed stays', async () => {
  const page = await scene.open('operator', '/program-suspensions');
  await fill(page, 'org_unknown');
  await page.getByRole('button', { name: 'Yes, suspend' }).click();
  await page.getByRole('alert').getByText('There is no such organization.').waitFor();
  expect(await page.getByLabel('Organization').inputValue()).toBe('org_unknown');
  expect(await page.getByLabel('Reason').inputValue()).toBe('Seven outages this year.');
  await page.context().close();
});

test('one that another operator has ended meanwhile is shown as it is', async () => {
  const { body } = await scene.api.as('operator')('POST', '/v1/program-suspensions', {
    body: { program: 'WWA', organizationId: 'org_one', region: 'EU', reason: 'Outages.' },
  });
  const page = await scene.open('operator', '/program-suspensions');
  await page.getByRole('row').last().locator('summary', { hasText: 'End' }).click();
  await page.getByRole('row').last().getByLabel('Reason').fill('Well again.');
  await scene.api.as('operator')('POST', `/v1/program-suspensions/${textOf(body['id'])}/end`, {
    body: { reason: 'First.' },
  });
  await page.getByRole('row').last().getByRole('button', { name: 'End' }).click();
  await page.getByRole('cell', { name: 'by Operator: First.' }).waitFor();
  await page.getByRole('alert').getByText('has ended already').waitFor();
  // What was to be said can be said elsewhere.
  await page.getByRole('row').last().getByText('This suspension is over.').waitFor();
  expect(await page.getByRole('row').last().getByLabel('Reason').inputValue()).toBe('Well again.');
  await page.context().close();
});

test('what is typed to end one stays while another is begun', async () => {
  await scene.api.as('operator')('POST', '/v1/program-suspensions', {
    body: { program: 'WWA', organizationId: 'org_one', region: 'EU', reason: 'Outages.' },
  });
  const page = await scene.open('operator', '/program-suspensions');
  const europe = page.getByRole('row', { name: 'Europe' });
  await europe.locator('summary', { hasText: 'End' }).click();
  await europe.getByLabel('Reason').fill('Well again since the new firmware.');
  await fill(page, 'org_one');
  const typed = europe.getByLabel('Reason');
  const begun = createGate();
  await intercept(page, '**/v1/program-suspensions?*', async (route) => {
    await begun.wait();
    await route.continue();
  });
  await page.getByRole('button', { name: 'Yes, suspend' }).click();
  await begun.reached;
  await typed.focus();
  begun.open();
  await page.getByRole('cell', { name: 'Seven outages this year.' }).waitFor();
  await typed.and(page.locator(':focus')).waitFor();
  expect(await typed.isVisible()).toBe(true);
  expect(await typed.inputValue()).toBe('Well again since the new firmware.');
  await page.context().close();
});

test('the next one that is written while one is on its way stays', async () => {
  await scene.requests.create();
  const page = await scene.open('operator', '/program-suspensions');
  const sent = createGate();
  await intercept(page, '**/v1/program-suspensions', async (route) => {
    if (route.request().method() === 'POST') await sent.wait();
    await route.continue();
  });
  await fill(page, 'org_one');
  await page.getByRole('button', { name: 'Yes, suspend' }).click();
  await sent.reached;
  const reason = page.getByLabel('Reason').first();
  await page.getByLabel('Region').selectOption({ label: 'Europe' });
  await reason.fill('Nor does it answer in Europe.');
  sent.open();
  await page.getByRole('cell', { name: 'Seven outages this year.' }).waitFor();
  expect(await suspensions()).toMatchObject([{ region: 'FE', reason: 'Seven outages this year.' }]);
  expect(await reason.isVisible()).toBe(true);
  expect(await reason.inputValue()).toBe('Nor does it answer in Europe.');
  expect(await page.getByLabel('Region').inputValue()).toBe('EU');
  await page.context().close();
});

test('leaving the page asks before a reason that is typed is lost', async () => {
  const page = await scene.open('operator', '/program-suspensions');
  await page.locator('summary', { hasText: 'Suspend a maker’s badges' }).click();
  await page.getByLabel('Reason').first().pressSequentially('Seven outages this year.');
  await stayWhenAsked(page);
  expect(await page.getByLabel('Reason').first().inputValue()).toBe('Seven outages this year.');
  await page.context().close();
});

test('there is room to write a reason', async () => {
  const page = await scene.open('operator', '/program-suspensions');
  await page.locator('summary', { hasText: 'Suspend a maker’s badges' }).click();
  const [field, main] = [page.getByLabel('Reason').first(), page.locator('#content')];
  expect((await field.boundingBox())?.width).toBe((await main.boundingBox())?.width);
  await page.context().close();
});

test('makers have no such page', async () => {
  const page = await scene.open('maker', '/program-suspensions');
  await page.getByRole('heading', { level: 1, name: 'This page cannot be shown' }).waitFor();
  expect(await page.getByRole('link', { name: 'Programme suspensions' }).count()).toBe(0);
  await page.context().close();
});
