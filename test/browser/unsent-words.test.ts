/** What is typed in a form that cannot be sent any more. */
import { clockedScene } from './clocked-scene';
import { stayWhenAsked } from './leaving';

const scene = clockedScene();
beforeEach(() => {
  scene.world.outside.live = () => 'YES';
});

/** An approved request whose product is certified. */
async function approved(): Promise<string> {
  const { requests, world } = scene;
  const id = await requests.underReview();
  await requests.act('reviewer', id, 'approve', { round: 1 });
  await world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  return id;
}
const isEnabled = ({ status }: { status?: unknown }) => status === 'ENABLED';

test('a reason that an operator types stays when there is no badge left for it, and its form says so', async () => {
  const id = await approved();
  await scene.requests.until(id, isEnabled);
  const page = await scene.open('operator', `/badge-requests/${id}`);
  const form = page.locator('[data-action="suspend"]');
  const reason = form.getByLabel('Reason');
  await form.locator('summary').click();
  await reason.pressSequentially('Recalled, as serial numbers below 4711 overheat.');
  await scene.requests.act('operator', id, 'remove', { reason: 'Not sold any more.' });
  await page.clock.fastForward(15_000);
  const why =
    'There is no badge left to suspend: the request is Removed now. What is typed here cannot be sent;';
  await form.getByRole('alert').getByText(why).waitFor();
  await reason.and(page.locator(':focus')).waitFor();
  expect(await reason.inputValue()).toBe('Recalled, as serial numbers below 4711 overheat.');
  expect(await form.getByRole('button').count()).toBe(0);
  // What nothing is typed in is gone.
  expect(await page.locator('[data-action="remove"]').count()).toBe(0);
  await stayWhenAsked(page);
  await page.context().close();
});

test('the keyboard goes on where the request stands when the button that has the focus goes', async () => {
  const id = await approved();
  await scene.requests.until(id, isEnabled);
  const page = await scene.open('operator', `/badge-requests/${id}`);
  const form = page.locator('[data-action="suspend"]');
  await form.locator('summary').click();
  await form.getByLabel('Reason').fill('Recalled.');
  await form.getByRole('button', { name: 'Suspend' }).focus();
  await scene.requests.act('operator', id, 'remove', { reason: 'Not sold any more.' });
  await page.clock.fastForward(15_000);
  await form.getByText('There is no badge left to suspend').waitFor();
  await page.locator('#standing:focus').waitFor();
  await page.context().close();
});

test('a refused order leaves its reason where it was typed, with the refusal', async () => {
  const id = await approved();
  await scene.requests.until(id, isEnabled);
  const page = await scene.open('operator', `/badge-requests/${id}`);
  const form = page.locator('[data-action="remove"]');
  await form.locator('summary').click();
  await form.getByLabel('Reason').fill('The vendor is gone.');
  await scene.requests.act('operator', id, 'remove', { reason: 'Not sold any more.' });
  await form.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Yes, remove' }).click();
  await form
    .getByRole('alert')
    .getByText(/does not allow/)
    .waitFor();
  await form.getByText('There is no badge left to remove').waitFor();
  expect(await form.getByLabel('Reason').inputValue()).toBe('The vendor is gone.');
  await page.context().close();
});

test('a badge that goes live while an order is written is offered, and is no part of it unless it is ticked', async () => {
  scene.world.outside.live = (marketplace) => (marketplace === 'US' ? 'YES' : 'NO');
  const id = await approved();
  await scene.requests.until(id, ({ stage }) => (stage as unknown) === 'GOING_LIVE');
  const page = await scene.open('operator', `/badge-requests/${id}`);
  const form = page.locator('[data-action="suspend"]');
  await form.locator('summary').click();
  await form.getByLabel('Reason').pressSequentially('Recalled.');
  expect(await form.getByLabel('Japan').count()).toBe(0);
  scene.world.outside.live = () => 'YES';
  await scene.requests.act('maker', id, 'reschedule', { goLive: { kind: 'AS_SOON_AS_POSSIBLE' } });
  await scene.requests.until(id, isEnabled);
  await page.clock.fastForward(15_000);
  await form.getByLabel('Japan').waitFor();
  expect(await form.getByLabel('Japan').isChecked()).toBe(false);
  expect(await form.getByLabel('United States').isChecked()).toBe(true);
  expect(await form.getByLabel('Reason').inputValue()).toBe('Recalled.');
  await page.context().close();
});
