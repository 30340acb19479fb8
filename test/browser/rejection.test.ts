/** The form of a rejection while other things happen to its request. */
import type { Page } from 'playwright-core';
import { clockedScene } from './clocked-scene';

const scene = clockedScene();
beforeEach(() => {
  scene.world.outside.check = () => 'YES';
});

/** The form of a rejection for a reason of the reviewer's own. */
async function openOther(): Promise<{ id: string; page: Page }> {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.locator('summary', { hasText: 'Reject' }).click();
  await page.getByLabel('Reason').selectOption('OTHER');
  return { id, page };
}

test('words of a rejection can be read while another reviewer has claimed the request, and sent once that is released', async () => {
  const { id, page } = await openOther();
  await page.getByLabel('In your words').fill('The box shows another device.');
  await scene.requests.act('rival', id, 'claim');
  await page.clock.fastForward(15_000);
  await page.getByText(/^Claimed by rival until /).waitFor();
  const form = page.locator('[data-action="reject"]');
  await form.getByRole('alert').getByText('rival has claimed the review.').waitFor();
  const words = form.getByLabel('In your words');
  expect(await words.inputValue()).toBe('The box shows another device.');
  expect(await form.getByRole('button').count()).toBe(0);
  await scene.requests.act('rival', id, 'release');
  await page.clock.fastForward(15_000);
  await form.getByRole('button', { name: 'Reject' }).waitFor();
  expect(await form.getByRole('alert').count()).toBe(0);
  expect(await words.inputValue()).toBe('The box shows another device.');
  expect(await page.getByLabel('Reason').inputValue()).toBe('OTHER');
  await page.context().close();
});

test('words of a rejection stay to be read when the request is taken back, and beside the form for the next round', async () => {
  const { id, page } = await openOther();
  await page.getByLabel('In your words').fill('The box shows another device.');
  await scene.requests.act('maker', id, 'withdraw');
  await page.clock.fastForward(15_000);
  const forms = page.locator('[data-action="reject"]');
  await forms.getByRole('alert').getByText('The request is Not Submitted now.').waitFor();
  expect(await page.getByLabel('In your words').inputValue()).toBe('The box shows another device.');
  await scene.requests.act('maker', id, 'submit');
  await scene.requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
  await page.clock.fastForward(15_000);
  await forms.last().getByRole('alert').getByText('Round 1 is over, and round 2 has begun.').waitFor();
  expect(await forms.last().getByLabel('In your words').inputValue()).toBe('The box shows another device.');
  await forms.first().locator('summary').click();
  expect(await forms.first().getByLabel('In your words').inputValue()).toBe('');
  await page.context().close();
});

test('words of a rejection that is sent are not kept', async () => {
  const { page } = await openOther();
  await page.getByLabel('In your words').fill('The box shows another device.');
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByRole('button', { name: 'Yes, reject' }).click();
  await page.locator('.status').getByText('Rejected').waitFor();
  expect(await page.locator('[data-action="reject"]').count()).toBe(0);
  await page.context().close();
});

test('a refusal for another’s claim goes with the claim', async () => {
  const { id, page } = await openOther();
  await page.getByLabel('In your words').fill('The box shows another device.');
  await scene.requests.act('rival', id, 'claim');
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByRole('button', { name: 'Yes, reject' }).click();
  const refusal = page.getByText(/rival works on this request until/);
  await refusal.waitFor();
  await scene.requests.act('rival', id, 'release');
  await page.clock.fastForward(15_000);
  await page.getByRole('button', { name: 'Reject' }).waitFor();
  expect(await refusal.count()).toBe(0);
  await page.context().close();
});

test('the keyboard goes on in the reason that is added, and after the one that is left out', async () => {
  const { page } = await openOther();
  await page.getByRole('button', { name: 'Another reason' }).press('Enter');
  const added = page.getByLabel('Reason').nth(1);
  await page.keyboard.press('ArrowDown');
  expect(await added.inputValue()).not.toBe('');
  await page.getByRole('button', { name: 'Leave out' }).nth(1).press('Enter');
  expect(await added.count()).toBe(0);
  await page.locator('button:focus', { hasText: 'Another reason' }).waitFor();
  await page.context().close();
});

test('leaving is asked about while a rejection or a comment is written, and not once it is sent', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  const leave = () => page.getByRole('link', { name: 'Calendar' }).click();
  for (const label of ['In your words', 'Your comment']) {
    if (label === 'In your words') await page.locator('summary', { hasText: 'Reject' }).click();
    await page.getByLabel(label).click();
    await page.keyboard.type('The box');
    const question = page.waitForEvent('dialog');
    await leave();
    await question;
    expect(await page.getByLabel(label).inputValue()).toBe('The box');
    if (label === 'In your words') await page.getByLabel(label).fill('');
  }
  expect(asked).toEqual(['beforeunload', 'beforeunload']);
  await page.getByRole('button', { name: 'Comment' }).click();
  await page.locator('blockquote', { hasText: 'The box' }).waitFor();
  await leave();
  await page.getByRole('heading', { level: 1, name: 'Calendar' }).waitFor();
  expect(asked).toHaveLength(2);
  await page.context().close();
});

test('what is pasted into a reason or a comment is refused where it is too long, and never cut', async () => {
  const { page } = await openOther();
  const words = page.getByLabel('In your words');
  await words.focus();
  await page.keyboard.insertText('too long '.repeat(300));
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByRole('button', { name: 'Yes, reject' }).click();
  await page.getByRole('alert').getByText('at most 2000 characters').waitFor();
  expect((await words.inputValue()).length).toBe(2_700);

  const comment = page.getByLabel('Your comment');
  await comment.focus();
  await page.keyboard.insertText('too long '.repeat(600));
  await page.getByRole('button', { name: 'Comment' }).click();
  await page.getByRole('alert').getByText('at most 4096').waitFor();
  expect((await comment.inputValue()).length).toBe(5_400);
  await page.context().close();
});

test('what repeated checks leave open is offered as reasons in place of what the earlier ones did, but for what is typed', async () => {
  scene.world.outside.check = (check) => (check === 'LISTING_MATCHES' ? 'UNKNOWN' : 'YES');
  scene.world.outside.undecided = () => ['BRAND_MISMATCH'];
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.locator('summary', { hasText: 'Reject' }).click();
  const brand = page.locator('.reason', { hasText: 'The brand of the listing' });
  await brand.filter({ hasText: 'Japan' }).waitFor();
  expect(await brand.count()).toBe(2);
  const words = brand.filter({ hasText: 'United States' }).getByLabel('In your words');
  await words.fill('The picture shows another brand.');

  scene.world.outside.undecided = () => ['MODEL_MISMATCH'];
  await scene.requests.act('operator', id, 'recheck', { round: 1 });
  await scene.requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
  await page.clock.fastForward(15_000);
  const model = page.locator('.reason', { hasText: 'The model number of the listing' });
  await model.filter({ hasText: 'Japan' }).waitFor();
  expect(await model.count()).toBe(2);
  expect(await brand.count()).toBe(1);
  expect(await words.inputValue()).toBe('The picture shows another brand.');
  await brand.locator('textarea:focus').waitFor();
  await page.context().close();
});
