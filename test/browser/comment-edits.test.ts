/** Comments that are corrected by who wrote them. */
import { textOf } from '../api/api-server';
import { createGate } from '../setup/gate';
import { clockedScene } from './clocked-scene';
import { stayWhenAsked } from './leaving';

const scene = clockedScene();
const SECOND = 1000;

test('one’s own comment is corrected, though the thread grows meanwhile, and what it said can still be read', async () => {
  const id = await scene.requests.underReview();
  const say = (person: 'maker' | 'reviewer', body: string) =>
    scene.api.as(person)('POST', `/v1/badge-requests/${id}/comments`, { body: { body } });
  await say('maker', 'The listing is corected.');
  await say('reviewer', 'Thank you.');
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const thread = page.locator('[data-part="comments"]');
  await thread.getByText('Thank you.').waitFor();

  await thread.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog', { name: /^Your comment, corrected/ });
  const field = dialog.getByRole('textbox');
  expect(await field.inputValue()).toBe('The listing is corected.');
  await field.fill('The listing is corrected.');
  await say('reviewer', 'And the picture?');
  await page.clock.runFor(20 * SECOND);
  await thread.getByText('And the picture?').waitFor();

  expect(await field.inputValue()).toBe('The listing is corrected.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const comment = thread.locator('article').first();
  await comment.locator('> blockquote', { hasText: /^The listing is corrected\.$/ }).waitFor();
  await dialog.waitFor({ state: 'detached' });
  await comment.locator('button:focus', { hasText: 'Edit' }).waitFor();
  await comment.getByText('What it said before').click();
  await comment.locator('details').getByText('The listing is corected.').waitFor();
  await page.context().close();
});

test('what is refused stays to be corrected, and nothing is changed where one thinks better of it', async () => {
  const id = await scene.requests.underReview();
  const comments = `/v1/badge-requests/${id}/comments`;
  await scene.api.as('maker')('POST', comments, { body: { body: 'As it was.' } });
  const page = await scene.open('maker', `/badge-requests/${id}`);
  await page.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('ü'.repeat(3000));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').getByText('at most 4096 bytes and has 6000').waitFor();
  expect(await dialog.getByRole('textbox').inputValue()).toHaveLength(3000);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect((await scene.api.as('maker')('GET', comments)).body['data']).toMatchObject([
    { body: 'As it was.', editedAt: null },
  ]);
  await page.context().close();
});

test('Escape, and leaving the page, ask before what is typed is lost', async () => {
  const id = await scene.requests.underReview();
  await scene.api.as('maker')('POST', `/v1/badge-requests/${id}/comments`, { body: { body: 'As it was.' } });
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const field = page.getByRole('textbox', { name: /^Your comment, corrected/ });
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Edit' }).click();
  await field.pressSequentially(' And more.');
  await page.keyboard.press('Escape');
  await page.getByText('Drop what you have typed?').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Drop what you have typed?').waitFor({ state: 'detached' });
  await page.locator('#rewording:focus').waitFor();
  await page.keyboard.type(' And again.');
  expect(await field.inputValue()).toContain(' And again.');

  await stayWhenAsked(page);

  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Yes, drop it' }).click();
  await field.waitFor({ state: 'detached' });
  await page.locator('button:focus', { hasText: 'Edit' }).waitFor();
  expect(
    (await scene.api.as('maker')('GET', `/v1/badge-requests/${id}/comments`)).body['data'],
  ).toMatchObject([{ body: 'As it was.' }]);
  await page.context().close();
});

test('what is typed while a comment is on its way stays, and is not taken for sent', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const posted = createGate();
  const saved = createGate();
  await page.route('**/comments*', async (route) => {
    if (route.request().method() === 'POST') await posted.wait();
    await route.continue();
  });
  await page.route('**/comments/*', async (route) => {
    await saved.wait();
    await route.continue();
  });
  const field = page.locator('#comment');
  await field.fill('The listing is corrected.');
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await posted.reached;
  await field.press('End');
  await page.keyboard.type(' And the picture, too.');
  posted.open();
  await page.getByText('Your comment is added.').waitFor();
  expect(await field.inputValue()).toBe('And the picture, too.');

  await page.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('It is corrected.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await saved.reached;
  await dialog.getByRole('textbox').press('End');
  await page.keyboard.type(' At last.');
  saved.open();
  await page.locator('article > blockquote', { hasText: /^It is corrected\.$/ }).waitFor();
  expect(await dialog.getByRole('textbox').inputValue()).toBe('It is corrected. At last.');
  await page.context().close();
});

test('what a comment said before stays unfolded, and in focus, while the thread grows', async () => {
  const id = await scene.requests.underReview();
  const say = (body: string) =>
    scene.api.as('maker')('POST', `/v1/badge-requests/${id}/comments`, { body: { body } });
  for (const text of ['first', 'second']) {
    const { body } = await say(`The ${text} one as it was.`);
    await scene.api.as('maker')('PATCH', `/v1/badge-requests/${id}/comments/${textOf(body['id'])}`, {
      body: { body: `The ${text} one as it is.` },
    });
  }
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  const earlier = page.locator('article details').nth(1);
  await earlier.locator('summary').press('Enter');
  await say('A third one.');
  await page.clock.fastForward(15_000);
  await page.getByText('A third one.').waitFor();
  await earlier.getByText('The second one as it was.').waitFor();
  await earlier.locator('summary:focus').waitFor();
  expect(await page.locator('article details[open]').count()).toBe(1);
  await page.context().close();
});

test('nobody else’s comment can be', async () => {
  const id = await scene.requests.underReview();
  await scene.api.as('maker')('POST', `/v1/badge-requests/${id}/comments`, {
    body: { body: 'Of the maker' },
  });
  for (const person of ['viewer', 'reviewer', 'operator'] as const) {
    const page = await scene.open(person, `/badge-requests/${id}`);
    await page.getByText('Of the maker', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Edit', exact: true }).count()).toBe(0);
    await page.context().close();
  }
});
