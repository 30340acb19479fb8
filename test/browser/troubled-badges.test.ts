/** A request whose badges are suspended or removed, as its maker reads it. */
import { createRemedyRecordings } from '../../activities/remedy/recording';
import { createSuspensionRelay } from '../../activities/program-suspension-relay';
import { readyForm, textOf } from '../api/api-server';
import { createGate } from '../setup/gate';
import { clockedScene } from './clocked-scene';
import { intercept } from './interception';

const scene = clockedScene();

/** A request with badges that are shown in both of its marketplaces. */
async function enabled(): Promise<string> {
  const { requests, world } = scene;
  const id = await requests.underReview();
  await requests.act('reviewer', id, 'approve', { round: 1 });
  await world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  await requests.until(id, ({ status }) => (status as unknown) === 'ENABLED');
  return id;
}

/** Carries to the badges what an operator has decided about their programme. */
async function tell(): Promise<void> {
  const relay = createSuspensionRelay({ ...scene.world, signalsPerSecond: 5_000 });
  while ((await relay.drainOne()) > 0);
}

test('says where a badge is suspended, since when, why, and what to do', async () => {
  const id = await enabled();
  const order = { marketplaces: ['JP'], reason: 'The device is recalled.' };
  await scene.requests.act('operator', id, 'suspend', order);
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const trouble = page.locator('.trouble');
  expect(await trouble.count()).toBe(1);
  const text = (await trouble.textContent()) ?? '';
  expect(text).toMatch(/^Suspended in Japan since .+: an operator decided so\./);
  expect(text).toContain('The device is recalled.');
  expect(text).toMatch(/What to do: Do what the words ask for/);
  await page
    .locator('[data-part="history"]')
    .getByText('Suspended the badge in Japan: an operator decided so: “The device is recalled.”')
    .waitFor();

  await scene.requests.act('operator', id, 'reinstate', { reason: 'It is mended.' });
  await page.clock.fastForward(15_000);
  await trouble.waitFor({ state: 'detached' });
  await page.context().close();
});

test('a maker whose badge is suspended for its listing reads what is wrong, and until when to correct it', async () => {
  const id = await enabled();
  const { pool } = scene.world;
  const { rows } = await pool.query<{ seq: number }>(
    'select transition_seq as seq from badge_requests where id = $1',
    [id],
  );
  const recordings = createRemedyRecordings({ pool, graceDays: 7, removeDays: 90 });
  const ref = { requestId: id, seq: (rows[0]?.seq ?? 0) + 1, command: null };
  await recordings.recordListingAction(ref, { action: 'suspend', marketplaces: ['US'] });
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const removal = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const text = (await page.locator('.trouble').textContent()) ?? '';
  expect(text).toMatch(
    /What to do: Correct the listing: .+ once it is right\. A badge that is still suspended/,
  );
  expect(text).toContain(`still suspended on ${removal}`);
  await page.context().close();
});

test('a maker whose programme is suspended reads what to do, as in the mail, and later why the badge is back', async () => {
  const id = await enabled();
  const operator = scene.api.as('operator');
  const reason = 'Seven outages this year.';
  const order = { program: 'WWA', organizationId: 'org_one', region: 'FE', reason };
  const { body } = await operator('POST', '/v1/program-suspensions', { body: order });
  await tell();
  await scene.requests.until(id, ({ badges }) => JSON.stringify(badges).includes('SUSPENDED'));
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const trouble = page.locator('.trouble');
  const text = (await trouble.textContent()) ?? '';
  expect(text).toMatch(/^Suspended in Japan since .+: the programme is suspended there\.Seven outages/);
  expect(text).toMatch(/What to do: Resolve what led to it .+ once an operator ends the suspension\.$/);

  const end = `/v1/program-suspensions/${textOf(body['id'])}/end`;
  await operator('POST', end, { body: { reason: 'Well again.' } });
  await tell();
  await scene.requests.until(id, ({ badges }) => !JSON.stringify(badges).includes('SUSPENDED'));
  await page.clock.fastForward(15_000);
  await trouble.waitFor({ state: 'detached' });
  const entry = await page.locator('[data-part="history"] tr').last().textContent();
  expect(entry).toContain(
    'Reinstated the badge in Japan: the programme is not suspended there any more: “Well again.”',
  );
  await page.context().close();
});

test('an operator who has ticked no marketplace is asked for one', async () => {
  const id = await enabled();
  const page = await scene.open('operator', `/badge-requests/${id}`);
  const form = page.locator('[data-action="suspend"]');
  await form.locator('summary').click();
  for (const name of ['Japan', 'United States']) await form.getByLabel(name).uncheck();
  await form.getByLabel('Reason').fill('Recalled.');
  await form.getByRole('button', { name: 'Suspend' }).click();
  await form.getByRole('alert').getByText('Tick at least one marketplace.').waitFor();
  await page.context().close();
});

test('what an operator types while an order is on its way stays, and is not taken for a part of it', async () => {
  const id = await enabled();
  const page = await scene.open('operator', `/badge-requests/${id}`);
  const sent = createGate();
  await intercept(page, '**/suspend', async (route) => {
    await sent.wait();
    await route.continue();
  });
  const form = page.locator('[data-action="suspend"]');
  const reason = form.getByLabel('Reason');
  await form.locator('summary').click();
  await form.getByLabel('United States').uncheck();
  await reason.fill('Recalled in Japan.');
  await form.getByRole('button', { name: 'Suspend' }).click();
  await sent.reached;
  await reason.press('End');
  await page.keyboard.type(' And soon in the United States.');
  await form.getByLabel('United States').check();
  sent.open();
  await page.locator('#message').getByText('Suspended.').waitFor();
  await page.locator('.trouble').getByText('Recalled in Japan.', { exact: true }).waitFor();
  expect(await reason.isVisible()).toBe(true);
  expect(await reason.inputValue()).toBe('And soon in the United States.');
  await page.context().close();
});

test('an operator is asked before a removal, and the maker reads why and how to ask anew', async () => {
  const id = await enabled();
  const operator = await scene.open('operator', `/badge-requests/${id}`);
  await operator.locator('summary', { hasText: 'Remove' }).click();
  const form = operator.locator('[data-part="remove"]');
  // Whoever writes it sees for whom.
  expect(await form.getByText('Reason, which the maker reads').isVisible()).toBe(true);
  await form.getByLabel('Reason').fill('The product is not sold any more.');
  await form.getByRole('button', { name: 'Remove' }).click();
  await operator.getByRole('button', { name: 'Yes, remove' }).click();
  await operator.locator('.status').getByText('Removed').waitFor();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const text = (await page.locator('.trouble').textContent()) ?? '';
  expect(text).toMatch(/^Removed in Japan, United States since/);
  expect(text).toContain('The product is not sold any more.');
  expect(await page.locator('.trouble a').getAttribute('href')).toBe('/badge-requests/new');
  await page.context().close();
  await operator.context().close();
});

test('a maker whose badge was removed in one marketplace does not read that nothing is left to do', async () => {
  const id = await enabled();
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const standing = page.locator('[data-part="standing"]');
  await standing.getByText('Nothing is left to do.').waitFor();
  await scene.requests.act('operator', id, 'remove', { marketplaces: ['JP'], reason: 'Not sold there.' });
  await page.clock.fastForward(15_000);
  await standing.getByText('The badge was removed for good in Japan; the history says why.').waitFor();
  expect(await standing.locator('.status').textContent()).toBe('Enabled');
  expect(await standing.textContent()).toMatch(/Create a new request to ask for it there again\.$/);
  // That can be done.
  const { asin } = (await scene.requests.read(id)).body;
  const again = { body: { ...readyForm(), asin, marketplaces: ['JP'] } };
  expect((await scene.api.as('maker')('POST', '/v1/badge-requests', again)).status).toBe(201);
  await page.context().close();
});

test('a maker whose request went on without a marketplace reads which, and may ask for it anew', async () => {
  const { requests, world } = scene;
  const id = await requests.underReview();
  await world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED', marketplaces: ['US'] });
  await requests.act('reviewer', id, 'approve', { round: 1 });
  const { asin } = await requests.until(id, ({ status }) => (status as unknown) === 'ENABLED');
  await world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED', marketplaces: ['US', 'JP'] });
  const page = await scene.open('maker', `/badge-requests/${id}`);
  expect(await page.locator('[data-part="standing"] p').textContent()).toBe(
    'The badge was left out in Japan; the reasons say why. Once that is put right, create a new request to ask for it there.',
  );
  await page.locator('[data-part="reasons"]').getByText('does not cover this marketplace').waitFor();
  const again = { body: { ...readyForm(), asin, marketplaces: ['JP'] } };
  expect((await scene.api.as('maker')('POST', '/v1/badge-requests', again)).status).toBe(201);
  await page.context().close();
});

test('an operator who reinstates a badge whose programme is suspended hears that it is not shown all the same', async () => {
  const id = await enabled();
  await scene.requests.act('operator', id, 'suspend', { reason: 'Recalled.' });
  await scene.world.pool.query(
    `update badges set causes = causes || '{PROGRAM_SUSPENSION}' where request_id = $1 and marketplace = 'JP'`,
    [id],
  );
  const page = await scene.open('operator', `/badge-requests/${id}`);
  const form = page.locator('[data-action="reinstate"]');
  await form.locator('summary').click();
  await form.getByLabel('United States').uncheck();
  await form.getByLabel('Reason').fill('It is mended.');
  await form.getByRole('button', { name: 'Reinstate' }).click();
  const said = 'Reinstated, but still suspended in Japan (the programme is suspended there).';
  await page.locator('#message').getByText(said).waitFor();
  const history = page.locator('[data-part="history"]');
  // Something may hold the badge back from then on.
  expect(await history.textContent()).toContain('Everything that the badge waited for has come');
  const entry = history.locator('tr').last();
  await entry
    .getByText('Lifted a suspension of the badge: an operator decided so: “It is mended.”;')
    .waitFor();
  expect(await entry.textContent()).toContain('; still suspended in Japan, for another cause');
  await page.context().close();
});

test('a badge is removed while another is awaited, and nobody reads that it stays when the rest is taken back', async () => {
  scene.world.outside.live = (marketplace) => (marketplace === 'US' ? 'YES' : 'NO');
  const id = await scene.requests.underReview();
  await scene.requests.act('reviewer', id, 'approve', { round: 1 });
  await scene.world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  await scene.requests.until(id, ({ stage }) => (stage as unknown) === 'GOING_LIVE');
  scene.world.outside.live = () => 'YES';
  const page = await scene.open('operator', `/badge-requests/${id}`);
  await page.locator('summary', { hasText: 'Remove' }).click();
  const form = page.locator('[data-part="remove"]');
  await form.getByLabel('Reason').fill('Recalled.');
  await form.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Yes, remove' }).click();
  await page.locator('.trouble').getByText('Removed in United States').waitFor();
  expect(await page.locator('.status').textContent()).toBe('Pending');
  await scene.requests.act('maker', id, 'withdraw');
  await page.clock.fastForward(15_000);
  await page.locator('.status').getByText('Removed').waitFor();
  const entry = await page.locator('[data-part="history"] tr').last().textContent();
  expect(entry).toContain('Took back what was not live: Japan');
  expect(entry).not.toContain('stays');
  await page.context().close();
});

test('what is live stays where a newer certification is cancelled, and the history says with what it ended', async () => {
  const { world, requests } = scene;
  world.outside.live = (marketplace) => (marketplace === 'US' ? 'YES' : 'NO');
  const id = await requests.underReview();
  await requests.act('reviewer', id, 'approve', { round: 1 });
  await world.certify('cert_one', { status: 'COMPLETE', result: 'APPROVED' });
  await requests.until(id, ({ stage }) => (stage as unknown) === 'GOING_LIVE');
  world.outside.live = () => 'YES';
  await world.pool.query(
    `with newer as (
       insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
       select 'cert_one_newer', organization_id, product_id, 1, 'CANCELLED', marketplaces from certification_projects
        where id = 'cert_one' returning id)
     update products set project_id = newer.id from newer where project_id = 'cert_one'`,
  );
  const news = { projectId: 'cert_one_newer', version: 1, verdict: 'REFUSED' };
  await world.client.workflow.getHandle(`badge-request/${id}`).signal('certificationChanged', news);
  await requests.until(id, ({ status }) => (status as unknown) === 'ENABLED');
  await world.pool.query("update products set project_id = 'cert_one' where project_id = 'cert_one_newer'");
  await world.pool.query("delete from certification_projects where id = 'cert_one_newer'");
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const entry = await page.locator('[data-part="history"] tr').last().textContent();
  expect(entry).toContain(
    'The certification of the product was cancelled: ended with what is live, and left out Japan',
  );
  await page.locator('[data-part="standing"]').getByText('left out where it was not live yet').waitFor();
  await page.context().close();
});

test('an operator finds those marketplaces ticked in which there is something to do', async () => {
  const id = await enabled();
  await scene.requests.act('operator', id, 'suspend', { marketplaces: ['JP'], reason: 'Recalled.' });
  const page = await scene.open('operator', `/badge-requests/${id}`);
  for (const [action, ticked] of [
    ['Suspend', ['United States']],
    ['Reinstate', ['Japan']],
    ['Remove', ['Japan', 'United States']],
  ] as const) {
    await page.locator('summary', { hasText: action }).click();
    const form = page.locator(`[data-part="${action.toLowerCase()}"]`);
    for (const place of ['Japan', 'United States'] as const)
      expect([action, place, await form.getByLabel(place).isChecked()]).toEqual([
        action,
        place,
        ticked.some((one) => one === place),
      ]);
  }
  await page.context().close();
});
