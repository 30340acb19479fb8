/** One review after the other, by the keyboard alone. */
import { consoleScene } from './console-scene';

const scene = consoleScene();

async function dueOn(day: string): Promise<string> {
  const id = await scene.requests.underReview();
  await scene.world.pool.query('update badge_requests set review_due_at = $2 where id = $1', [id, day]);
  return id;
}

test('a reviewer goes from one request to the next in the order of what is due, and is told when none is left', async () => {
  const last = await dueOn('2030-01-03');
  const first = await dueOn('2030-01-01');
  const others = await dueOn('2030-01-02');
  await scene.requests.act('rival', others, 'claim');
  const page = await scene.open('reviewer', '/badge-requests?order=reviewDue');
  const standing = page.locator('#standing:focus');
  const arriveAt = async (id: string) => {
    await page.waitForURL(`**/${id}#standing`);
    await standing.waitFor();
  };
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await page.getByRole('link', { name: 'Next review' }).press('Enter');
  await arriveAt(first);
  await press('Tab', 'Enter');
  await page.getByRole('dialog').waitFor();
  await press('Tab', 'Enter');
  await page.locator('#standing:focus', { hasText: 'Pending' }).waitFor();
  await press('Tab', 'Enter');
  await arriveAt(last);
  // Nothing is decided here: it is left for later.
  await page.locator('main').getByRole('link', { name: 'Next review' }).press('Enter');
  await page.getByText('Nothing else is left for you to review.').waitFor();
  await page.goBack();
  await page.getByText('Under Review', { exact: true }).waitFor();
  expect(page.url()).toContain(last);

  for (const other of ['maker', 'operator'] as const) {
    const theirs = await scene.open(other, `/badge-requests/${last}`);
    expect(await theirs.getByRole('link', { name: 'Next review' }).count()).toBe(0);
  }
});
