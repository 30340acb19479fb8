/** The form of a request that somebody may not edit. */
import type { PersonName } from '../api/api-server';
import { consoleScene } from './console-scene';

const scene = consoleScene();

test.each<[PersonName, string, () => Promise<string>]>([
  ['maker', 'Under Review', () => scene.requests.underReview()],
  ['viewer', 'Not Submitted', () => scene.requests.create()],
  ['reviewer', 'Not Submitted', () => scene.requests.create()],
])('a %s is not offered to save what is %s and theirs only to see', async (person, label, make) => {
  const id = await make();
  const page = await scene.open(person, `/badge-requests/${id}/edit`);
  await page.getByText('You cannot edit this request.').waitFor();
  expect(await page.locator('main p').allTextContents()).toContainEqual(
    expect.stringContaining(`it is ${label} now`),
  );
  for (const name of ['Submit', 'Save', 'Check now'])
    expect([name, await page.getByRole('button', { name }).count()]).toEqual([name, 0]);
  await page.getByRole('link', { name: 'See the request' }).click();
  await page.getByText(label, { exact: true }).waitFor();
  expect(page.url()).toBe(`${scene.api.url}/badge-requests/${id}`);
});

test.each<PersonName>(['viewer', 'reviewer', 'operator'])(
  'a %s is offered no new request',
  async (person) => {
    const page = await scene.open(person, '/badge-requests/new');
    await page.getByText('Only makers ask for badges').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    await page.getByRole('link', { name: 'To the badge requests' }).waitFor();
  },
);
