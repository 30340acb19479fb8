/** What is typed, unfolded and focused on a request's page while it is drawn anew. */
import type { Page } from 'playwright-core';
import { newAsin, readyForm } from '../api/api-server';
import { clockedScene } from './clocked-scene';

const scene = clockedScene();

const messageOf = (page: Page) => page.locator('#message');

test('what is typed stays when the review is claimed and the checks run again', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.getByLabel('Your comment').fill('The picture');
  await page.locator('summary', { hasText: 'Reject' }).click();
  await page.getByLabel('In your words').first().fill('shows a lamp');
  await page.getByRole('button', { name: 'Claim' }).click();
  await page.getByText('Claimed by reviewer until').waitFor();
  await page.getByRole('button', { name: 'Run the checks again' }).click();
  await messageOf(page).getByText('The checks run again.').waitFor();
  expect(await page.getByLabel('Your comment').inputValue()).toBe('The picture');
  expect(await page.getByLabel('In your words').first().inputValue()).toBe('shows a lamp');
  expect(await page.getByLabel('In your words').first().isVisible()).toBe(true);
  await page.context().close();
});

test('a reviewer’s words keep their lines', async () => {
  const id = await scene.requests.underReview();
  const reasons = [{ code: 'OTHER', text: 'Two things:\n- the picture\n- the manual' }];
  await scene.requests.act('reviewer', id, 'reject', { round: 1, reasons });
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const shown = await page.locator('[data-part="reasons"] q').innerText();
  expect(shown).toContain('Two things:\n- the picture\n- the manual');
  await page.context().close();
});

test('what is written from right to left keeps its order', async () => {
  const id = await scene.requests.create();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await page.getByLabel('Your comment').fill('مصباح ذكي 5W هنا');
  await page.getByRole('button', { name: 'Comment' }).click();
  await page.locator('blockquote').waitFor();
  // As wide as its two letters: they stand side by side.
  const width = await page.evaluate<number>(`{
    const range = document.createRange();
    const { firstChild } = document.querySelector('blockquote');
    const start = firstChild.data.indexOf('5W');
    range.setStart(firstChild, start);
    range.setEnd(firstChild, start + 2);
    range.getBoundingClientRect().width;
  }`);
  expect(width).toBeLessThan(40);
  await page.context().close();
});

test('a press is said in words, and leaves the focus at the status when its button goes', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.getByRole('button', { name: 'Claim' }).click();
  await page.getByText('Claimed by reviewer until').waitFor();
  await messageOf(page)
    .getByText(/^Claimed/)
    .waitFor();
  await page.locator('#standing:focus').waitFor();
  await page.context().close();
});

test('a comment is added to the thread, and its field is empty for another one', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await page.getByLabel('Your comment').fill('The listing is corrected.');
  await page.getByRole('button', { name: 'Comment' }).click();
  await page.locator('blockquote', { hasText: 'The listing is corrected.' }).waitFor();
  expect(await page.getByLabel('Your comment').inputValue()).toBe('');
  await page.locator('button:focus', { hasText: 'Comment' }).waitFor();
  await page.context().close();
});

test('a comment in Arabic is read from the right, also where it names a brand in Latin letters', async () => {
  const id = await scene.requests.underReview();
  const body = 'العلامة التجارية ABC غير صحيحة.';
  await scene.api.as('reviewer')('POST', `/v1/badge-requests/${id}/comments`, { body: { body } });
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await page.locator('blockquote').waitFor();
  const leftOf = (index: number) =>
    page.evaluate<number>(`(() => {
      const range = document.createRange();
      const text = document.querySelector('blockquote').firstChild;
      range.setStart(text, ${index});
      range.setEnd(text, ${index + 1});
      return range.getBoundingClientRect().left;
    })()`);
  const [first, brand, last] = await Promise.all([0, body.indexOf('ABC'), body.length - 1].map(leftOf));
  expect(first).toBeGreaterThan(brand ?? NaN);
  expect(brand).toBeGreaterThan(last ?? NaN);
  await page.context().close();
});

test('what was done before is not said beside what is refused', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const reschedule = async (date: string) => {
    await page.locator('summary', { hasText: 'Reschedule' }).click();
    await page.getByLabel('Go live on').fill(date);
    await page.getByRole('button', { name: 'Reschedule' }).click();
  };
  const message = page.locator('#message');
  await reschedule('');
  await message.filter({ hasText: 'Nothing is changed' }).waitFor();
  await reschedule(new Date(Date.now() + 31_536_000_000).toISOString().slice(0, 10));
  await message.filter({ hasText: 'Rescheduled.' }).waitFor();
  await reschedule('2001-01-01');
  await page.getByText('This date is over').waitFor();
  expect(await message.textContent()).toBe('');
  await page.context().close();
});

test('a date is given up only by who means it', async () => {
  const inAYear = new Date(Date.now() + 31_536_000_000).toISOString().slice(0, 10);
  const goLive = { kind: 'ON_DATE', date: inAYear };
  const id = await scene.requests.underReview({ ...readyForm(), goLive });
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await page.locator('summary', { hasText: 'Reschedule' }).click();
  await page.getByLabel('Go live on').fill('');
  await page.getByRole('button', { name: 'Reschedule' }).click();
  await page.getByRole('dialog').getByText('Give up the date?').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).press('Enter');
  expect((await scene.requests.read(id)).body['goLive']).toEqual(goLive);

  await page.getByRole('button', { name: 'Reschedule' }).click();
  await page.getByRole('button', { name: 'Yes, as soon as possible' }).click();
  await messageOf(page).filter({ hasText: 'Rescheduled.' }).waitFor();
  expect((await scene.requests.read(id)).body['goLive']).toEqual({ kind: 'AS_SOON_AS_POSSIBLE' });
  await page.context().close();
});

test('the words of links and of the buttons beside them stand on one line', async () => {
  const id = await scene.requests.create();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  for (const [address, link] of [
    ['', 'Edit'],
    ['/edit', 'Back'],
  ] as const) {
    await page.goto(`${scene.api.url}/badge-requests/${id}${address}`);
    await page.getByRole('link', { name: link, exact: true }).waitFor();
    const lines = await page.evaluate<
      number[]
    >(`[...document.querySelectorAll('.buttons > *')].map((each) => {
      const range = document.createRange();
      range.selectNodeContents(each);
      return range.getBoundingClientRect().bottom;
    })`);
    expect(lines.length).toBeGreaterThan(1);
    expect(Math.max(...lines) - Math.min(...lines)).toBeLessThanOrEqual(1);
  }
  await page.context().close();
});

test('each marketplace leads to the product’s page there', async () => {
  const asin = newAsin();
  const id = await scene.requests.create({ ...readyForm(), asin });
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const place = page.locator('[data-part="badges"]').getByRole('link', { name: 'Japan' });
  expect(await place.getAttribute('href')).toBe(`https://www.amazon.co.jp/dp/${asin}`);
  await page.context().close();
});
