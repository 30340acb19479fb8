/** What is typed into the form, or as a comment, is lost only by choice. */
import type { Page } from 'playwright-core';
import { consoleScene, save } from './console-scene';

const scene = consoleScene();

/** The questions that the browser asks, each answered with staying. */
function questionsOf(page: Page): string[] {
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  return asked;
}

test('leaving the form is asked about while there is something unsaved, and not afterwards', async () => {
  const id = await scene.requests.create();
  const page = await scene.open('maker', `/badge-requests/${id}/edit`);
  const asked = questionsOf(page);
  await page.getByLabel('Variant').click();
  await page.keyboard.type('Black');
  const question = page.waitForEvent('dialog');
  await page.getByRole('link', { name: 'Back' }).click();
  await question;
  expect(asked).toEqual(['beforeunload']);
  expect(await page.getByLabel('Variant').inputValue()).toBe('Black');

  await save(page);
  await page.getByRole('link', { name: 'Back' }).click();
  await page.getByText('Not Submitted', { exact: true }).waitFor();
  expect(asked).toHaveLength(1);
});

test('leaving a comment that is not sent is asked about, and one that is sent is not', async () => {
  const id = await scene.requests.create();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const asked = questionsOf(page);
  await page.getByLabel('Your comment').click();
  await page.keyboard.type('The listing');
  const question = page.waitForEvent('dialog');
  await page.getByRole('link', { name: 'Calendar' }).click();
  await question;
  expect(await page.getByLabel('Your comment').inputValue()).toBe('The listing');

  await page.getByRole('button', { name: 'Comment' }).click();
  await page.locator('blockquote', { hasText: 'The listing' }).waitFor();
  await page.getByRole('link', { name: 'Calendar' }).click();
  await page.getByLabel('First day').waitFor();
  expect(asked).toEqual(['beforeunload']);
});

test('submitting leaves the form without a question', async () => {
  const id = await scene.requests.create();
  const page = await scene.open('maker', `/badge-requests/${id}/edit`);
  const asked = questionsOf(page);
  await page.getByLabel('Variant').click();
  await page.keyboard.type('Black');
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByText('Under Review', { exact: true }).waitFor();
  expect(asked).toEqual([]);
});

test('a date that is typed is the date on which the badge goes live', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  await page.getByLabel('Date', { exact: true }).fill('2031-02-03');
  expect(await page.getByLabel('On a specific date').isChecked()).toBe(true);
  await save(page);
  const [id] = /br_\w+/.exec(page.url()) ?? [];
  expect((await scene.requests.read(id ?? '')).body['goLive']).toEqual({
    kind: 'ON_DATE',
    date: '2031-02-03',
  });
});

test('a date that is not whole is asked for, and not taken for as soon as possible', async () => {
  const id = await scene.requests.create();
  const page = await scene.open('maker', `/badge-requests/${id}/edit`);
  expect(await page.getByLabel('As soon as possible').isChecked()).toBe(true);
  await page.getByLabel('Date', { exact: true }).press('1');
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByText('Give the date').waitFor();
  expect(await page.getByLabel('On a specific date').isChecked()).toBe(true);
});

test('who chooses as soon as possible after all has it, also on the way through the date', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  const asSoonAsPossible = page.getByLabel('As soon as possible');
  await page.getByLabel('Date', { exact: true }).fill('2031-02-03');
  await asSoonAsPossible.check();
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('Tab');
  expect(await asSoonAsPossible.isChecked()).toBe(true);
});
