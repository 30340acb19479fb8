/** Waits of months, on the server that skips time. Its clock stands in for the database's too. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { goLiveInstant } from '../../domain/go-live';
import { MARKETPLACE_CODES, marketplaceByCode } from '../../domain/marketplaces';
import { PROJECT, type World } from '../setup/request-world';
import { useSkippingWorld, type SkippingWorld } from '../setup/skipping-world';
import { approved, pending } from './request-steps';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
let at: SkippingWorld;
let environment: TestWorkflowEnvironment;
let world: World;
let now: SkippingWorld['now'];

useSkippingWorld((made) => {
  at = made;
  ({ environment, world, now } = made);
});

it('waits 400 days for its certification', async () => {
  const request = await pending(world);
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
  const request = await pending(world, { goLive: { kind: 'ON_DATE', date } });
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
    const request = await pending(world, {
      goLive: { kind: 'ON_DATE', date },
      marketplaces: MARKETPLACE_CODES,
    });
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
  const request = await pending(world, { marketplaces: ['US', 'JP'] });
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

it('looks at each listing a day before its own midnight, and again around it and every day at one that is not live', async () => {
  const looks: { at: number; marketplaces: string }[] = [];
  const brazil = () => looks.filter(({ marketplaces }) => marketplaces === 'BR').length;
  world.outside.live = (marketplace) => (marketplace === 'BR' && brazil() < 4 ? 'NO' : 'YES');
  world.outside.beforeLiveness = async ({ marketplaces }) => {
    looks.push({ at: Date.parse(await now()), marketplaces: marketplaces.join() });
  };
  await world.certify(PROJECT, approved);
  const date = new Date(Date.parse(await now()) + 30 * DAY_MS).toISOString().slice(0, 10);
  const request = await pending(world, { goLive: { kind: 'ON_DATE', date }, marketplaces: ['BR', 'JP'] });
  await request.handle.result();
  const midnight = (code: 'BR' | 'JP') => Date.parse(goLiveInstant(date, marketplaceByCode(code).timeZone));
  const begun = midnight('BR') - DAY_MS;
  expect(looks.map(({ marketplaces, at }) => [marketplaces, Math.round(at / MINUTE_MS)])).toEqual(
    [
      ['JP', midnight('JP') - DAY_MS],
      ['BR', begun],
      ['BR', begun + DAY_MS - 60 * MINUTE_MS],
      ['BR', begun + DAY_MS],
      ['BR', begun + 2 * DAY_MS],
    ].map(([code, at]) => [code, Math.round(Number(at) / MINUTE_MS)]),
  );
  const [inBrazil, inJapan] = await request.badges();
  expect(inJapan?.effective_at.getTime()).toBe(midnight('JP'));
  // A day late, it is effective at once.
  expect(inBrazil?.effective_at.getTime()).toBeGreaterThanOrEqual(begun + 2 * DAY_MS);
  expect(await request.row()).toMatchObject({ status: 'ENABLED', marketplaces: ['BR', 'JP'] });
});

it('looks again for as many days as are configured', async () => {
  world = await at.beginAnew({ stagingRetryDays: 2 });
  let looks = 0;
  world.outside.live = () => {
    looks += 1;
    return 'NO';
  };
  await world.certify(PROJECT, approved);
  const request = await pending(world);
  const begun = Date.parse(await now());
  await environment.sleep(2.5 * DAY_MS);
  const row = await request.until(({ status }) => status !== 'PENDING');
  expect([row.status, looks]).toEqual(['REJECTED', 3]);
  expect((await request.history()).at(-1)?.at.getTime()).toBeGreaterThanOrEqual(begun + 2 * DAY_MS);
});

it('is sent back when no marketplace is left', async () => {
  world.outside.live = () => 'UNKNOWN';
  await world.certify(PROJECT, approved);
  const request = await pending(world);
  await environment.sleep(40 * DAY_MS);
  const row = await request.row();
  expect(row).toMatchObject({ status: 'REJECTED', marketplaces: ['US'] });
  expect(row.reasons).toMatchObject([{ code: 'LISTING_NOT_LIVE_IN_TIME', marketplace: 'US' }]);
});

it('is staged as soon as its listing becomes live', async () => {
  let looks = 0;
  world.outside.live = () => ((looks += 1) > 5 ? 'YES' : 'NO');
  await world.certify(PROJECT, approved);
  const request = await pending(world);
  await request.handle.result();
  expect(looks).toBe(6);
  expect(await request.row()).toMatchObject({ status: 'ENABLED' });
});
