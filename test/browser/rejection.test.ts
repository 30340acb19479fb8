/** The form of a rejection while other things happen to its request. */
import { clockedScene } from './clocked-scene';

const scene = clockedScene();
beforeEach(() => {
  scene.world.outside.check = () => 'YES';
});

test('words of a rejection come back once the reviewer who has claimed the request meanwhile releases it', async () => {
  const id = await scene.requests.underReview();
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  await page.locator('summary', { hasText: 'Reject' }).click();
  await page.getByLabel('Reason').selectOption('OTHER');
  await page.getByLabel('In your words').fill('The box shows another device.');
  await scene.requests.act('rival', id, 'claim');
  await page.clock.fastForward(15_000);
  await page.getByText(/^Claimed by rival until /).waitFor();
  expect(await page.locator('[data-action="reject"]').count()).toBe(0);
  await scene.requests.act('rival', id, 'release');
  await page.clock.fastForward(15_000);
  const words = page.getByLabel('In your words');
  await words.waitFor();
  expect(await words.inputValue()).toBe('The box shows another device.');
  expect(await page.getByLabel('Reason').inputValue()).toBe('OTHER');
  await page.context().close();
});
