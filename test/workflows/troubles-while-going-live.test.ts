/** A badge in trouble whose request waits for another one, on the server that skips time. */
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { reportTrouble } from '../../activities/remedy/report-trouble';
import { createWorld, PROJECT, type World } from '../setup/request-world';
import { approved, pending, wrongBrand } from './request-steps';

const DAY_MS = 86_400_000;

let environment: TestWorkflowEnvironment;
let world: World;
beforeEach(async () => {
  const path = process.env['TEST_TIME_SKIPPING_SERVER'] ?? '';
  environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  const now = async () => new Date(await environment.currentTimeMs()).toISOString();
  world = await createWorld({
    skipping: { client: environment.client, connection: environment.nativeConnection, now },
  });
});
afterEach(async () => {
  await world.close();
  await environment.teardown();
});

it('is warned of and suspended while that goes on, and then both badges have one workflow', async () => {
  world.outside.live = (marketplace) => (marketplace === 'US' ? 'YES' : 'NO');
  const request = await pending(world, { marketplaces: ['US', 'JP'] });
  await world.certify(PROJECT, approved);
  await request.until((row) => row.transition_seq >= 4);
  world.outside.check = (check, marketplace) =>
    check === 'LISTING_MATCHES' && marketplace === 'US' ? 'BRAND_MISMATCH' : 'YES';
  await reportTrouble(world, { requestId: request.id, marketplace: 'US', findings: [wrongBrand('US')] });
  await environment.sleep(7.5 * DAY_MS);
  world.outside.live = () => 'YES';
  await request.handle.result();
  expect(await request.row()).toMatchObject({ status: 'ENABLED' });
  // Of the second badge the workflow of the first one has not heard yet.
  await request.order('suspend', ['JP']);
  world.outside.check = () => 'YES';
  await world.client.workflow.getHandle(`badge-remedy/${request.id}`).result();
  const ofBadges = (await request.history())
    .slice(4)
    .filter(({ action }) => action !== 'stage')
    .map(({ action, to_status }) => `${action} ${to_status}`);
  expect(ofBadges).toEqual([
    ...['warn PENDING', 'suspend PENDING', 'enable ENABLED', 'suspend SUSPENDED', 'reinstate ENABLED'],
  ]);
  expect(await request.badges()).toMatchObject([
    { marketplace: 'JP', status: 'SUSPENDED' },
    { marketplace: 'US', status: 'STAGED' },
  ]);
});
