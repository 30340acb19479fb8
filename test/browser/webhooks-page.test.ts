/** Where makers' programs are told: the page's endpoints, against the API and a receiver, over real HTTP. */
import type { Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { createWebhookSender, type WebhookSender } from '../../activities/webhooks/sender';
import { saveEndpoint } from '../../db/webhook-endpoints';
import { startReceiver, type Receiver } from '../activities/webhooks/receiver';
import { placeRequest } from '../api/calendar-scene';
import { clockedScene } from './clocked-scene';
import { intercept, loseAnswer } from './interception';

const SECRET = `whsec_${Buffer.from('the secret of an endpoint, 32 b!').toString('base64')}`;

const scene = clockedScene({ webhooksMayBeLocal: true });
let receiver: Receiver;
let sender: WebhookSender;
beforeEach(async () => {
  await scene.api.pool.query('delete from webhook_endpoints; delete from badge_requests');
  receiver = await startReceiver();
  sender = createWebhookSender({ pool: scene.world.pool, allowLocal: true });
});
afterEach(async () => {
  await sender.close();
  await receiver.close();
});

const endpoints = async () =>
  (
    await scene.api.pool.query<{ id: string; url: string }>(
      'select * from webhook_endpoints where organization_id is not null order by id desc',
    )
  ).rows;
/** An endpoint that is there before the page. */
const place = (id = 'wep_1') =>
  saveEndpoint(scene.world.pool, { id, organizationId: 'org_one', url: receiver.url, secret: SECRET });
/** Entries of the history of a request, a minute apart, the last one now. */
async function enter(many: number): Promise<string> {
  const id = await placeRequest(scene.api, {});
  await scene.api.pool.query(
    `insert into badge_request_history (request_id, seq, at, actor_role, actor_id, action, from_status, to_status, details)
     select $1, 100 + n, now() - make_interval(mins => $2 - n), 'MAKER', 'person_maker', 'submit', 'NOT_SUBMITTED',
            'UNDER_REVIEW', jsonb_build_object('round', n)
       from generate_series(1, $2) as n`,
    [id, many],
  );
  return id;
}
/** Whether something came that is signed by it. */
const isSigned = (secret: string) =>
  receiver.told.some(({ body, headers }) => {
    try {
      new Webhook(secret).verify(body, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const stateOf = (page: Page, row = 0) => page.locator('tbody tr').nth(row).locator('td').nth(3);
const secretOn = (page: Page) => page.getByLabel('The secret, which is not shown again');

test('an endpoint is added, its secret shown once, and a test tells without a reload what came of it', async () => {
  const page = await scene.open('maker', '/badge-requests');
  await page.getByRole('link', { name: 'Webhooks' }).click();
  await page.getByText('No program is told yet.').waitFor();
  expect(await page.locator('header [aria-current="page"]').allTextContents()).toEqual(['Webhooks']);
  await page.getByText('within 15 seconds').waitFor();

  await page.getByLabel('The address that is called').fill(receiver.url);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 2, name: receiver.url }).waitFor();
  await page.getByRole('status').getByText('its secret shown').waitFor();
  await secretOn(page).and(page.locator(':focus')).waitFor();
  const secret = await secretOn(page).inputValue();
  expect(await page.evaluate('String(getSelection())')).toBe(secret);
  expect(await page.getByText('No program is told yet.').isVisible()).toBe(false);

  await press(page, 'Send a test');
  await page.getByRole('status').getByText('The test is being sent.').waitFor();
  expect(await stateOf(page).innerText()).toMatch(/^Waits to be sent/);
  await sender.drainOne();
  expect(isSigned(secret)).toBe(true);
  await page.clock.fastForward(2_000);
  await page.getByRole('status').getByText('Test: Delivered.').waitFor();
  expect(await stateOf(page).innerText()).toMatch(/^Delivered/);

  await page.reload();
  await page.getByRole('heading', { level: 2, name: receiver.url }).waitFor();
  expect(await secretOn(page).count()).toBe(0);
  await page.context().close();
});

test('what is wrong with an address is said beside it, and what was typed stays', async () => {
  const page = await scene.open('maker', '/webhooks');
  const field = page.getByLabel('The address that is called');
  await field.fill('hooks.lumen.example');
  await press(page, 'Add an endpoint');
  await page.getByRole('alert').getByText('it begins with http').waitFor();
  await field.and(page.locator(':focus')).waitFor();
  expect(await field.inputValue()).toBe('hooks.lumen.example');
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  const described = page.locator(`#${await field.getAttribute('aria-describedby')}`);
  expect(await described.textContent()).toContain('Give the whole address of your endpoint');
  await field.fill(receiver.url);
  await press(page, 'Add an endpoint');
  await page.getByRole('heading', { level: 2, name: receiver.url }).waitFor();
  expect(await field.getAttribute('aria-invalid')).toBeNull();
  await page.context().close();
});

test('an endpoint whose creation was not answered is not made twice', async () => {
  const page = await scene.open('maker', '/webhooks');
  const comeBack = await intercept(page, '**/v1/webhook-endpoints', (route) =>
    route.request().method() === 'POST' ? loseAnswer(route) : route.continue(),
  );
  await page.getByLabel('The address that is called').fill(receiver.url);
  await press(page, 'Add an endpoint');
  await page.getByRole('alert').getByText('cannot be reached').waitFor();
  await page.getByRole('heading', { level: 2, name: receiver.url }).waitFor();
  comeBack();
  await press(page, 'Add an endpoint');
  const secret = await secretOn(page).inputValue();
  expect(await endpoints()).toHaveLength(1);
  await press(page, 'Send a test');
  await page.getByText('Waits to be sent').waitFor();
  await sender.drainOne();
  expect(isSigned(secret)).toBe(true);
  await page.context().close();
});

test('an event says what happened to which request, how often it was tried, and is sent again', async () => {
  await place();
  const id = await enter(1);
  receiver.answer = 503;
  await sender.drainOne();
  const page = await scene.open('maker', '/webhooks');
  const cells = await page.locator('tbody tr').first().locator('td').allInnerTexts();
  expect(cells.slice(1, 3)).toEqual([
    expect.stringMatching(/^B0.{8} \(Black\)$/),
    'Submitted it for review, round 1\nNot Submitted → Under Review',
  ]);
  expect(cells[3]).toMatch(/^Tried once, answered 503; tried again at \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  expect(await page.locator('tbody a').getAttribute('href')).toBe(`/badge-requests/${id}`);

  receiver.answer = 200;
  const again = page.getByRole('button', { name: 'Send again' });
  await again.focus();
  await page.keyboard.press('Enter');
  await page.getByText('Waits to be sent').waitFor();
  await sender.drainOne();
  await page.clock.fastForward(2_000);
  await page.getByRole('status').getByText(': Delivered.').waitFor();
  expect(await stateOf(page).innerText()).toMatch(/^Delivered/);
  await again.and(page.locator(':focus')).waitFor();
  await page.context().close();
});

test('an endpoint is disabled and enabled, and what happens meanwhile waits', async () => {
  await place();
  const page = await scene.open('maker', '/webhooks');
  await press(page, 'Disable');
  await page.getByText('by your organization.').waitFor();
  await page.getByRole('button', { name: 'Enable' }).and(page.locator(':focus')).waitFor();
  await enter(1);
  await page.clock.fastForward(15_000);
  await page.getByText('Waits until the endpoint is enabled').waitFor();
  await press(page, 'Enable');
  await page.getByText('Waits to be sent').waitFor();
  receiver.answer = 410;
  await sender.drainOne();
  await page.clock.fastForward(2_000);
  await page.getByText('because it answered 410').waitFor();
  expect(await stateOf(page).innerText()).toMatch(/^Tried once, answered 410; waits until the endpoint/);
  await page.context().close();
});

test('another secret is asked for, shown once, and signs beside the one before', async () => {
  await place();
  const page = await scene.open('maker', '/webhooks');
  await press(page, 'Another secret');
  await page.getByRole('dialog').getByText('For 24 hours').waitFor();
  await press(page, 'Cancel');
  expect(await secretOn(page).count()).toBe(0);
  await press(page, 'Another secret');
  await press(page, 'Yes, another secret');
  await secretOn(page).and(page.locator(':focus')).waitFor();
  const secret = await secretOn(page).inputValue();
  await page.getByText('Two secrets sign what it is sent').waitFor();
  await press(page, 'Send a test');
  await page.getByText('Waits to be sent').waitFor();
  await sender.drainOne();
  expect([isSigned(SECRET), isSigned(secret)]).toEqual([true, true]);
  await press(page, 'Another secret');
  await page.getByRole('dialog').getByText('stops at once').waitFor();
  await page.context().close();
});

test('an endpoint is moved and deleted, and the other stays as it is', async () => {
  await place();
  await place('wep_2');
  const page = await scene.open('maker', '/webhooks');
  const [second, first] = await page.locator('section').all();
  if (first === undefined || second === undefined) throw new Error('There are two.');
  await first.locator('summary').click();
  await first.getByLabel('Its new address').fill('https://');
  await second.locator('summary').click();
  expect(await second.getByLabel('Its new address').inputValue()).toBe(receiver.url);
  await second.getByLabel('Its new address').fill(`${receiver.url}/2`);
  await second.getByRole('button', { name: 'Change address' }).click();
  await page.getByRole('heading', { level: 2, name: `${receiver.url}/2` }).waitFor();
  expect(await first.getByLabel('Its new address').inputValue()).toBe('https://');
  expect((await endpoints()).map(({ url }) => url)).toEqual([`${receiver.url}/2`, receiver.url]);

  await second.getByRole('button', { name: 'Delete' }).click();
  await press(page, 'Cancel');
  expect(await endpoints()).toHaveLength(2);
  await second.getByRole('button', { name: 'Delete' }).click();
  await press(page, 'Yes, delete');
  await page.getByRole('heading', { level: 2, name: `${receiver.url}/2` }).waitFor({ state: 'detached' });
  await page.locator('h1:focus').waitFor();
  expect((await endpoints()).map(({ id }) => id)).toEqual(['wep_1']);
  expect(await page.getByLabel('Its new address').inputValue()).toBe('https://');
  await page.context().close();
});

test('events are shown page by page, and nothing of it moves while they are sent', async () => {
  await place();
  await enter(22);
  const page = await scene.open('maker', '/webhooks');
  expect(await page.locator('tbody tr').count()).toBe(5);
  await page.getByRole('link', { name: 'All that it was sent' }).click();
  await page.getByRole('link', { name: 'More' }).waitFor();
  expect(await page.locator('tbody tr').count()).toBe(20);
  expect(await page.getByRole('button', { name: 'Send again', disabled: true }).count()).toBe(20);
  await page.locator('tbody tr').nth(12).getByRole('link').focus();
  await page.evaluate("document.activeElement.scrollIntoView({ block: 'center' })");
  const topOfFocused = () =>
    page.evaluate<number>('Math.round(document.activeElement.getBoundingClientRect().top)');
  const before = await topOfFocused();
  for (let event = 0; event < 22; event += 1) await sender.drainOne();
  await enter(1);
  await page.clock.fastForward(2_000);
  await page.getByText('Delivered').last().waitFor();
  expect(await page.getByText('Delivered').count()).toBe(19);
  expect(await page.locator('tbody tr').count()).toBe(20);
  expect(await topOfFocused()).toBe(before);
  expect(await page.getByRole('button', { name: 'Send again', disabled: false }).count()).toBe(19);

  await page.getByRole('link', { name: 'More' }).click();
  await page.getByText('What it was sent before').waitFor();
  expect(await page.getByText('Delivered').count()).toBe(3);
  expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Back to the first page' }).click();
  await page.getByRole('heading', { name: 'What it was sent, newest first' }).waitFor();
  await page.context().close();
});

test('the page of one endpoint leads to the others, also once it is deleted', async () => {
  await place();
  await place('wep_2');
  const page = await scene.open('maker', '/webhooks?endpoint=wep_1');
  expect(await page.locator('section').count()).toBe(1);
  await press(page, 'Delete');
  await press(page, 'Yes, delete');
  await page.waitForURL('**/webhooks');
  await page.getByRole('link', { name: 'All endpoints' }).waitFor({ state: 'detached' });
  await page.goto(`${scene.api.url}/webhooks?endpoint=wep_1`);
  await page.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor();
  await page.context().close();
});

test('a viewer sees what is sent and what came of it, and nothing to press', async () => {
  await place();
  await enter(1);
  const page = await scene.open('viewer', '/webhooks');
  await page.getByText('Waits to be sent').waitFor();
  expect(await page.locator('main').getByRole('button').count()).toBe(0);
  expect(await page.locator('main form:visible').count()).toBe(0);
  await page.context().close();
});

test.each(['reviewer', 'operator'] as const)('a %s has no such page', async (person) => {
  const page = await scene.open(person, '/webhooks');
  await page.getByText('Only makers have their own programs told').waitFor();
  expect(await page.getByRole('link', { name: 'Webhooks' }).count()).toBe(0);
  await page.context().close();
});

test('a sixth endpoint is refused where it is asked for, and what was typed stays', async () => {
  for (let number = 1; number <= 5; number += 1) await place(`wep_${number}`);
  const page = await scene.open('maker', '/webhooks');
  await page.locator('summary', { hasText: 'Add an endpoint' }).click();
  await page.getByLabel('The address that is called').fill(receiver.url);
  await press(page, 'Add an endpoint');
  await page.getByRole('alert').getByText('as many as there can be').waitFor();
  expect(await page.getByLabel('The address that is called').inputValue()).toBe(receiver.url);
  expect(await page.locator('section').count()).toBe(5);
  await page.context().close();
});
