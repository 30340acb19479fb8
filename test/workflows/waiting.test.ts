/** Waits of months, on the server that skips time. Its clock stands in for the database's too. */
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { goLiveInstant } from '../../domain/go-live';
import { MARKETPLACE_CODES, marketplaceByCode } from '../../domain/marketplaces';
import {
  createWorld,
  PROJECT,
  type RequestForm,
  type RequestInWorld,
  type World,
} from '../setup/request-world';

const DAY_MS = 86_400_000;
const approved = { status: 'COMPLETE', result: 'APPROVED' };
let environment: TestWorkflowEnvironment;
let world: World;

const now = async () => new Date(await environment.currentTimeMs()).toISOString();

beforeEach(async () => {
  const path = process.env['TEST_TIME_SKIPPING_SERVER'] ?? '';
  environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  world = await createWorld({
    skipping: { client: environment.client, connection: environment.nativeConnection, now },
  });
});
afterEach(async () => {
  await world.close();
  await environment.teardown();
});

async function pending(form: RequestForm): Promise<RequestInWorld> {
  const request = await world.create(form);
  await request.submit();
  await request.until((row) => row.stage === 'AWAITING_REVIEWER');
  await request.approve();
  return request;
}

it('waits 400 days for its certification', async () => {
  const request = await pending({});
  await environment.sleep(400 * DAY_MS);
  expect(await request.row()).toMatchObject({ status: 'PENDING', stage: 'AWAITING_CERTIFICATION' });
  const certified = Date.parse(await now());
  await world.certify(PROJECT, approved);
  await request.handle.result();
  expect(await request.row()).toMatchObject({ status: 'ENABLED' });
  const [badge] = await request.badges();
  expect(badge?.effective_at.getTime()).toBeGreaterThanOrEqual(certified);
});

it('goes live at once when its date passes before its certification comes', async () => {
  const date = new Date(Date.parse(await now()) + 30 * DAY_MS).toISOString().slice(0, 10);
  const request = await pending({ goLive: { kind: 'ON_DATE', date } });
  await environment.sleep(60 * DAY_MS);
  const certified = Date.parse(await now());
  await world.certify(PROJECT, approved);
  await request.handle.result();
  const [badge] = await request.badges();
  expect(badge?.effective_at.getTime()).toBeGreaterThanOrEqual(certified);
  expect(await request.row()).toMatchObject({ status: 'ENABLED' });
});

// Each zone's clocks change on one of these days, or on none: North America, Europe, Sydney.
it.each(['2027-03-14', '2027-03-28', '2027-10-03', '2027-10-31', '2027-11-07', '2027-04-04'])(
  'is effective at the local midnight of %s in every zone',
  async (date) => {
    await world.certify(PROJECT, approved);
    const request = await pending({ goLive: { kind: 'ON_DATE', date }, marketplaces: MARKETPLACE_CODES });
    await request.handle.result();
    const badges = await request.badges();
    const found = Object.fromEntries(badges.map((b) => [b.marketplace, b.effective_at.toISOString()]));
    const expected = Object.fromEntries(
      MARKETPLACE_CODES.map((code) => [code, goLiveInstant(date, marketplaceByCode(code).timeZone)]),
    );
    expect(found).toEqual(expected);
    expect(await request.row()).toMatchObject({ status: 'ENABLED' });
    const last = Math.max(...Object.values(expected).map((instant) => Date.parse(instant)));
    const ended = Date.parse(await now());
    expect(ended).toBeGreaterThanOrEqual(last);
    // The mail leaves at the last instant, whenever the workflow gets to end.
    const enabled = (await request.mails()).find((mail) => mail.template === 'enabled');
    expect(enabled?.due_at.getTime()).toBe(last);
  },
);

it('drops a marketplace whose listing is not live for 30 days, and keeps the others', async () => {
  world.outside.live = (marketplace) => (marketplace === 'JP' ? 'NO' : 'YES');
  await world.certify(PROJECT, approved);
  const request = await pending({ marketplaces: ['US', 'JP'] });
  const begun = Date.parse(await now());
  await request.handle.result();
  expect(Date.parse(await now()) - begun).toBeGreaterThan(29 * DAY_MS);
  const row = await request.row();
  expect(row).toMatchObject({ status: 'ENABLED', marketplaces: ['US'] });
  expect(row.reasons).toMatchObject([{ code: 'LISTING_NOT_LIVE_IN_TIME', marketplace: 'JP' }]);
  expect((await request.mails()).map(({ template }) => template)).toEqual([
    'under-review',
    'pending',
    'listing-not-live',
    'marketplace-dropped',
    'enabled',
  ]);
});

it('is sent back when no marketplace is left', async () => {
  world.outside.live = () => 'UNKNOWN';
  await world.certify(PROJECT, approved);
  const request = await pending({});
  await environment.sleep(40 * DAY_MS);
  const row = await request.row();
  expect(row).toMatchObject({ status: 'REJECTED', marketplaces: ['US'] });
  expect(row.reasons).toMatchObject([{ code: 'LISTING_NOT_LIVE_IN_TIME', marketplace: 'US' }]);
});

it('is staged as soon as its listing becomes live', async () => {
  let looks = 0;
  world.outside.live = () => ((looks += 1) > 5 ? 'YES' : 'NO');
  await world.certify(PROJECT, approved);
  const request = await pending({});
  await request.handle.result();
  expect(looks).toBe(6);
  expect(await request.row()).toMatchObject({ status: 'ENABLED' });
});
