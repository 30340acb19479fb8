/** What an operator plans for a badge on its request's page. */
import { clockedScene } from './clocked-scene';

const scene = clockedScene();

test('an operator plans what becomes of a badge for an instant in UTC, sees it, and takes it back', async () => {
  const { requests, world } = scene;
  const id = await requests.underReview();
  await requests.act('reviewer', id, 'approve', { round: 1 });
  await world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  await requests.until(id, ({ status }) => (status as unknown) === 'ENABLED');
  const page = await scene.open('operator', `/badge-requests/${id}`);
  const form = page.locator('details[data-action="suspend"]');
  const later = form.getByLabel('At a later time, in UTC (empty: now)');
  await form.locator('summary').click();
  await form.getByLabel('Japan').uncheck();
  await form.getByLabel('Reason').fill('The device is recalled.');
  // A year with a digit too many.
  await later.fill('12026-01-01T08:00');
  await form.getByRole('button', { name: 'Suspend' }).click();
  expect(await form.locator('input:out-of-range').count()).toBe(1);
  expect(await form.getByRole('alert').count()).toBe(0);
  await later.fill('2020-01-01T08:00');
  await form.getByRole('button', { name: 'Suspend' }).click();
  await form.getByRole('alert').getByText('This instant is over').waitFor();

  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  await later.fill(`${day}T08:00`);
  await form.getByRole('button', { name: 'Suspend' }).click();
  await page.getByText('Planned.').first().waitFor();
  const badgeIn = (name: string, is: string) =>
    page
      .locator('[data-part="badges"] tr', { hasText: name })
      .getByRole('cell', { name: is, exact: true })
      .waitFor();
  await badgeIn('United States', `Shown; suspended from ${day} 08:00 UTC`);
  await badgeIn('Japan', 'Shown');
  expect((await requests.read(id)).body['badges']).toMatchObject([
    { planned: null },
    { planned: { action: 'suspend', at: `${day}T08:00:00.000Z` } },
  ]);
  expect(await later.inputValue()).toBe('');

  const back = page.locator('details[data-action="reinstate"]');
  await back.locator('summary').click();
  await back.getByText('takes back what is planned').waitFor();
  await back.getByLabel('Reason').fill('It is mended.');
  await back.getByRole('button', { name: 'Reinstate' }).click();
  await badgeIn('United States', 'Shown');
  await page.context().close();
});
