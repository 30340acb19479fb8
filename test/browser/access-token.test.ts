/** The console with a token in place of a session. */
import { consoleScene } from './console-scene';

const scene = consoleScene();

test('a token is taken without what pasting adds, and one that is cut short is refused as unknown', async () => {
  const context = await scene.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${scene.api.url}/badge-requests`);
  await page.getByLabel('Your access token').fill('brs_cut…');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('The bearer token is unknown').waitFor();
  await page.getByLabel('Your access token').fill(`\u200b ${scene.api.tokens.maker}\u00a0\ufeff`);
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('Sign out').waitFor();
  await context.close();
});
