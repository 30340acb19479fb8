/** Where a webhook endpoint's address is typed. */
import { saveEndpoint } from '../../db/webhook-endpoints';
import { clockedScene } from './clocked-scene';

const scene = clockedScene();

test('who gives no address is asked for one, where it is typed', async () => {
  const endpoint = { id: 'wep_1', organizationId: 'org_one', secret: 'whsec_c2VjcmV0' };
  await saveEndpoint(scene.world.pool, { ...endpoint, url: 'https://hooks.lumen.example' });
  const page = await scene.open('maker', '/webhooks');
  for (const [action, label] of [
    ['Add an endpoint', 'The address that is called'],
    ['Change address', 'Its new address'],
  ] as const) {
    const form = page.locator('details', { has: page.getByText(action) });
    await form.locator('summary').click();
    const field = form.getByLabel(label);
    await field.fill(' ');
    await form.getByRole('button', { name: action }).click();
    await form.getByRole('alert').getByText('Give the address that is called.').waitFor();
    await field.and(page.locator('[aria-invalid]:focus')).waitFor();
  }
  await page.context().close();
});
