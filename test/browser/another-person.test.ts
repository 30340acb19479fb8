/** A page changes something only as the person for whom it was drawn, whoever is signed in in the browser by now. */
import type { BrowserContext, Page } from 'playwright-core';
import { consoleScene } from './console-scene';
import { signIn } from './sessions';

const scene = consoleScene();

async function openSignedIn(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${scene.api.url}${address}`);
  await page.getByText('Sign out').waitFor();
  return page;
}

test('nothing is stored as somebody who has signed in meanwhile', async () => {
  const id = await scene.requests.create();
  const context = await scene.browser.newContext();
  await signIn(scene.api, context, 'maker');
  const form = await openSignedIn(context, `/badge-requests/${id}/edit`);
  const thread = await openSignedIn(context, `/badge-requests/${id}`);
  await form.getByLabel('Variant').fill('Of the maker');
  await thread.getByLabel('Your comment').fill('Of the maker');

  await signIn(scene.api, context, 'colleague');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('colleague is signed in in this browser by now').waitFor();
  expect(await form.getByLabel('Variant').inputValue()).toBe('Of the maker');
  await thread.getByRole('button', { name: 'Comment' }).click();
  await thread.getByText('colleague is signed in in this browser by now').waitFor();
  expect((await scene.requests.read(id)).body).toMatchObject({ variant: null, version: 1 });
  const comments = await scene.api.as('maker')('GET', `/v1/badge-requests/${id}/comments`);
  expect(comments.body['data']).toEqual([]);

  form.on('dialog', (dialog) => void dialog.accept());
  await form.getByRole('link', { name: 'Load the page anew' }).click();
  await form.locator('#person', { hasText: 'colleague' }).waitFor();
  await form.getByLabel('Variant').fill('Of the colleague');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
  await context.close();
});

test('the same person goes on after signing in again', async () => {
  const context = await scene.browser.newContext();
  await signIn(scene.api, context, 'maker');
  const page = await openSignedIn(context, '/badge-requests/new');
  await page.getByLabel('Variant').fill('Black');
  await signIn(scene.api, context, 'maker');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
  await context.close();
});
