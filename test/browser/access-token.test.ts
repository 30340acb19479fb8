/** The console with a token in place of a session. */
import { hashSecret } from '../../api/authentication';
import { consoleScene } from './console-scene';
import { signIn } from './sessions';

const scene = consoleScene();

test('a token is taken without what pasting adds, and one that is cut short is refused as unknown', async () => {
  const context = await scene.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${scene.api.url}/badge-requests`);
  await page.getByLabel('Your access token').fill('brs_cut…');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('The bearer token is unknown').waitFor();
  await page.locator('#sign-in-link:focus').waitFor();
  await page.getByLabel('Your access token').fill(`\u200b ${scene.api.tokens.maker}\u00a0\ufeff`);
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('Sign out').waitFor();
  // Who goes on by the keyboard begins where the page does.
  await page.locator('h1:focus').waitFor();
  await context.close();
});

test('what is typed is saved by a session when the token is over', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  await page.getByLabel('Variant').fill('Black');
  const hash = hashSecret(scene.api.tokens.maker);
  await scene.api.pool.query('update access_tokens set revoked_at = now() where token_hash = $1', [hash]);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').getByRole('link', { name: 'Sign in' }).waitFor();
  await signIn(scene.api, page.context(), 'maker');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
});
