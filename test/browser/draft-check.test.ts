/** "Check now": a verdict in one sentence, which is where people are led. */
import type { Page } from 'playwright-core';
import { readyForm } from '../api/api-server';
import type { Outside } from '../setup/outside-fakes';
import { consoleScene } from './console-scene';

const scene = consoleScene();

async function check(form: object): Promise<Page> {
  const id = await scene.requests.create(form);
  const page = await scene.open('maker', `/badge-requests/${id}/edit`);
  await page.getByRole('button', { name: 'Check now' }).click();
  return page;
}

test.each<[string, Outside['check'], string]>([
  ['every check says yes', () => 'YES', 'Every check says yes.'],
  [
    'a check says no',
    (name, marketplace) => (name === 'ASIN_LIVE' && marketplace === 'JP' ? 'ASIN_NOT_FOUND' : 'YES'),
    'Submitting now would be rejected: the ASIN is not in the catalogue of this marketplace (JP).',
  ],
  [
    'checks find nothing out',
    (name) => (name === 'LISTING_MATCHES' ? 'YES' : 'UNKNOWN'),
    'Whether the ASIN is live (JP, US) and whether the skill is published (JP, US) could not be found out; a reviewer would decide.',
  ],
])('when %s the result begins with saying so', async (_, answer, sentence) => {
  scene.world.outside.check = answer;
  const page = await check(readyForm());
  const verdict = page.locator('p:focus');
  await verdict.waitFor();
  expect(await verdict.textContent()).toBe(sentence);
  const headings = await page.locator('.finding h3').allTextContents();
  expect(headings.flatMap((text) => text.split(' – ')[0]?.split(', '))).toHaveLength(6);
});

test('what is to be corrected is said at the fields, and the result leads there', async () => {
  const page = await check({ ...readyForm(), retailIdentifier: null, asin: 'B0CHECK00' });
  const verdict = page.locator('p:focus');
  await verdict.waitFor();
  expect(await verdict.textContent()).toBe('Submitting now would be rejected: 2 things are to be corrected.');
  await page.getByRole('link', { name: 'Enter a retail identifier for this product' }).click();
  await page.locator('input[name=code][aria-invalid]:focus').waitFor();
});

test('a check that runs is announced, and what an earlier one said is gone', async () => {
  const page = await check(readyForm());
  await page.getByText('Every check says yes.').waitFor();
  let goOn = () => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  await page.route('**/check', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Check now' }).click();
  const running = page.getByRole('status').filter({ hasText: 'Checking …' });
  await running.waitFor();
  expect(await page.getByText('Every check says yes.').count()).toBe(0);
  goOn();
  await page.getByText('Every check says yes.').waitFor();
  expect(await running.count()).toBe(0);
});
