/** What a reviewer and an operator decide on a request's page: offered, asked about, and sent. */
import { ApplicationFailure } from '@temporalio/common';
import type { Page } from 'playwright-core';
import { saveFindings } from '../../db/findings';
import type { Json } from '../api/api-server';
import { clockedScene } from './clocked-scene';
import { interceptOnce } from './interception';

const scene = clockedScene();
beforeEach(() => {
  scene.world.outside.check = () => 'YES';
});

/** A request whose skill could not be read, as its reviewer sees it, with the form to reject it. */
async function openRejection(): Promise<{ id: string; page: Page }> {
  scene.world.outside.check = (check) => (check === 'SKILL_PUBLISHED' ? 'UNKNOWN' : 'YES');
  scene.world.outside.undecided = () => ['SKILL_NOT_PUBLISHED', 'SKILL_HIDDEN'];
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.locator('summary', { hasText: 'Reject' }).click();
  await page.locator('.reason').first().waitFor();
  return { id, page };
}

test('what could not be decided is offered, and nothing of it is ticked or written', async () => {
  const { id, page } = await openRejection();
  const offered = page.locator('.reason');
  // Two reasons in each of two marketplaces.
  expect(await offered.count()).toBe(4);
  expect(await page.locator('.reason input:checked').count()).toBe(0);
  expect(await offered.first().textContent()).toContain('Could not be decided.');
  expect(await page.getByLabel('In your words').first().inputValue()).toBe('');
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByText('Tick or choose at least one reason.').waitFor();

  await page
    .getByLabel(/The Alexa skill of the product is hidden/)
    .first()
    .check();
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByRole('button', { name: 'Yes, reject' }).click();
  await page.locator('.status').getByText('Rejected').waitFor();
  expect((await scene.requests.read(id)).body['reasons']).toMatchObject([
    { code: 'SKILL_HIDDEN', marketplace: 'JP', text: null },
  ]);
  await page.context().close();
});

test('what one press was refused for is not said any more once another is made', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  const refusal = page.getByText('The service cannot be reached.');
  await interceptOnce(page, '**/claim', (route) => route.abort());
  await page.getByRole('button', { name: 'Claim' }).click();
  await refusal.waitFor();
  await page.getByLabel('Your comment').fill('I look at it today.');
  await page.getByRole('button', { name: 'Comment' }).click();
  await page.getByText('Your comment is added.').waitFor();
  expect(await refusal.count()).toBe(0);

  await interceptOnce(page, '**/comments', (route) => route.abort());
  await page.getByLabel('Your comment').fill('Not today.');
  await page.getByRole('button', { name: 'Comment' }).click();
  await refusal.waitFor();
  await page.getByRole('button', { name: 'Claim' }).click();
  await page.getByText('Claimed: the review is yours.').waitFor();
  expect(await refusal.count()).toBe(0);
  await page.context().close();
});

test('what a check definitely says is ticked, with what was found', async () => {
  const id = await scene.requests.underReview();
  await saveFindings(scene.world.pool, { requestId: id, round: 1 }, [
    {
      check: 'LISTING_MATCHES',
      marketplace: 'US',
      answer: 'NO',
      codes: ['BRAND_MISMATCH'],
      undecided: ['MODEL_MISMATCH'],
      found: { brand: 'Sunforge' },
      expected: { brand: 'Brand' },
      checkedAt: '2026-11-22T10:00:00.000Z',
    },
  ]);
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.locator('summary', { hasText: 'Reject' }).click();
  await page.getByLabel(/The brand of the listing/).waitFor();
  expect(await page.getByLabel(/The brand of the listing/).isChecked()).toBe(true);
  expect(await page.getByLabel(/The model number of the listing/).isChecked()).toBe(false);
  expect(await page.getByLabel('In your words').first().inputValue()).toBe(
    'Found: Sunforge. Expected: Brand.',
  );
  await page.context().close();
});

test('neither Enter in a field nor a question that is closed rejects', async () => {
  const { id, page } = await openRejection();
  const [box, words] = [page.locator('.reason input').first(), page.getByLabel('In your words').first()];
  await box.check();
  await box.press('Enter');
  await words.fill('The skill is hidden.');
  await words.press('Enter');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.locator('button:focus', { hasText: 'Reject' }).waitFor();
  expect((await scene.requests.read(id)).body['status']).toBe('UNDER_REVIEW');
  await page.context().close();
});

test('Approve asks first, and the keyboard alone answers', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.getByRole('button', { name: 'Approve' }).press('Enter');
  await page.locator('dialog button:focus', { hasText: 'Cancel' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('.status').getByText('Pending').waitFor();
  await page
    .locator('#message')
    .getByText(/^Approved\./)
    .waitFor();
  await page.locator('#standing:focus').waitFor();
  await page.context().close();
});

test('what has become of a request meanwhile is shown beside the refusal of a press', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.getByRole('button', { name: 'Approve' }).click();
  await scene.requests.act('maker', id, 'withdraw');
  await page.getByRole('button', { name: 'Yes, approve' }).click();
  await page
    .getByRole('alert')
    .getByText(/does not allow/)
    .waitFor();
  expect(await page.locator('.status').textContent()).toBe('Not Submitted');
  expect(await page.locator('[data-action="approve"]').count()).toBe(0);
  await page.locator('#standing:focus').waitFor();
  await page.context().close();
});

test('what repeated checks have found is seen before it is approved', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.getByRole('button', { name: 'Approve' }).waitFor();
  scene.world.outside.check = () => 'UNKNOWN';
  await scene.requests.act('operator', id, 'recheck', { round: 1 });
  await scene.requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('button', { name: 'Yes, approve' }).click();
  await page
    .getByRole('alert')
    .getByText(/checks have been run again/)
    .waitFor();
  await page.locator('[data-part="findings"]').getByText('6 not decided').waitFor();
  expect((await scene.requests.read(id)).body['status']).toBe('UNDER_REVIEW');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('button', { name: 'Yes, approve' }).click();
  await page.locator('.status').getByText('Pending').waitFor();
  await page.context().close();
});

test('a form that goes with its refusal leaves it to be read', async () => {
  const { id, page } = await openRejection();
  await page.locator('.reason input').first().check();
  await page.getByRole('button', { name: 'Reject' }).click();
  await scene.requests.act('maker', id, 'withdraw');
  await page.getByRole('button', { name: 'Yes, reject' }).click();
  await page
    .getByRole('alert')
    .getByText(/does not allow/)
    .waitFor();
  expect(await page.locator('[data-action="reject"]').count()).toBe(0);
  await page.context().close();
});

test('a reviewer without buttons reads why: claimed by another, or of the own organization', async () => {
  const id = await scene.requests.underReview();
  const insider = await scene.open('insider', `/badge-requests/${id}`);
  await insider.getByText(/You belong to the organization that asks for this badge/).waitFor();
  await insider.context().close();
  await scene.requests.act('rival', id, 'claim');
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.getByText(/^Claimed by rival until .* UTC: the decision is theirs until then/).waitFor();
  expect(await page.locator('[data-action]').count()).toBe(0);
  await page.context().close();
});

test.each([
  ['nobody', 'Your claim has lapsed.'],
  ['rival', 'Your claim has lapsed, and rival has claimed the review.'],
] as const)(
  'a claim that has lapsed and is then of %s is not said to be the reviewer’s own',
  async (by, said) => {
    const id = await scene.requests.underReview();
    const page = await scene.open('reviewer', `/badge-requests/${id}`);
    await page.getByRole('button', { name: 'Claim', exact: true }).click();
    await page.getByRole('button', { name: 'Release' }).waitFor();
    expect(await page.locator('#message').textContent()).toBe('Claimed: the review is yours.');
    await scene.api.pool.query('update review_claims set lapses_at = now() where request_id = $1', [id]);
    if (by === 'rival') await scene.requests.act(by, id, 'claim');
    await page.clock.fastForward(2_000);
    await page.locator('#message').getByText(said, { exact: true }).waitFor();
    await page.context().close();
  },
);

test('that another reviewer has claimed the request is said to whom it takes the buttons from', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.getByRole('button', { name: 'Approve' }).waitFor();
  await scene.requests.act('rival', id, 'claim');
  await page.clock.fastForward(15_000);
  await page.locator('#message').getByText('rival has claimed the review.', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  await page.context().close();
});

test('an operator hears when a step that they have repeated fails again', async () => {
  scene.world.outside.beforeCheck = async () => {
    throw ApplicationFailure.nonRetryable('broken');
  };
  const id = await scene.requests.create();
  await scene.requests.act('maker', id, 'submit');
  const isBroken = ({ stage }: Json) => (stage as unknown) === 'NEEDS_ATTENTION';
  const { version } = await scene.requests.until(id, isBroken);
  const page = await scene.open('operator', `/badge-requests/${id}`);
  await page.route('**/retry', async (route) => {
    const response = await route.fetch();
    await scene.requests.until(id, (request) => isBroken(request) && request['version'] !== version);
    await route.fulfill({ response });
  });
  await page.getByRole('button', { name: 'Repeat the step' }).click();
  await page
    .locator('#message')
    .getByText('The step is repeated. Still Under Review: A step could not be completed.')
    .waitFor();
  scene.world.outside.beforeCheck = async () => undefined;
  await page.context().close();
});

test('a refusal names an instant as the page does', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.getByRole('button', { name: 'Claim', exact: true }).waitFor();
  await scene.requests.act('rival', id, 'claim');
  await page.getByRole('button', { name: 'Claim', exact: true }).click();
  const refusal = page.getByRole('alert').getByText(/^rival works on this request until/);
  expect(await refusal.textContent()).toMatch(/until \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/);
  await page.context().close();
});

test('the sentence and the form name the same instant for the decision, with its time zone', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const sentence = (await page.locator('[data-part="standing"] p').first().textContent()) ?? '';
  const instant = /by (\d{4}-\d\d-\d\d \d\d:\d\d UTC)\./.exec(sentence)?.[1] ?? 'none';
  const due = page.locator('[data-part="form"] tr', { hasText: 'Review due' });
  expect(await due.locator('td').last().textContent()).toBe(instant);
  await page.context().close();
});
