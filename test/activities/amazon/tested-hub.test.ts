/** The hub that a product was certified with, as the review looks it up. */
import { CALL_LATER } from '../../../activities/amazon/asking';
import { examples } from '../../../dev/stand-ins/examples';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import { ITEM, SEARCH } from './batch-scene';
import { activitiesFor, attempt, failureOf, PATIENCE_MS } from './check-runs';
import { callsTo, control } from './stand-in-clients';

let standIns: StandIns;
beforeEach(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
});
afterEach(() => standIns.close());

/** Each is asked for by itself, and the hub is not answered. */
const hubIsAway = async () => {
  const fault = (path: string, status: number) =>
    control(standIns.retail.url, 'POST', '/_faults', { path, status, times: null });
  await fault(`${SEARCH}?*`, 400);
  await fault(`${SEARCH}/B0NLHUB001`, 503);
};

test('it is looked up in one call with the ASIN, and its title shown beside what was certified', async () => {
  const { checkListings, saved } = activitiesFor(standIns, examples.hubUnnamed);
  await attempt().run(checkListings, 'US');
  expect(await callsTo(standIns.retail.url, SEARCH)).toEqual({ 200: 1 });
  expect(await callsTo(standIns.retail.url, ITEM)).toEqual({});
  expect(saved.get('LISTING_MATCHES US')).toMatchObject({
    answer: 'UNKNOWN',
    undecided: ['HUB_MISMATCH'],
    found: {
      hub: 'Northlight Bridge',
      hubRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      why: 'The listing does not tell which hub it works with.',
    },
    expected: { hubAsin: 'B0NLHUB001' },
  });
});

test('it is not looked up before going live, which is about the ASIN alone', async () => {
  await attempt().run(activitiesFor(standIns, examples.hubUnnamed).checkLiveness, 'US');
  expect(await callsTo(standIns.retail.url, ITEM)).toEqual({ 200: 1 });
});

test('it is asked for again when it cannot be asked now; given up, what the listing says still counts', async () => {
  await hubIsAway();
  const { checkListings, saved } = activitiesFor(standIns, {
    ...examples.brandMismatch,
    productId: examples.hub.productId,
  });
  expect(await failureOf(attempt().run(checkListings, 'US'))).toMatchObject({ type: CALL_LATER });
  await attempt({ scheduledMsAgo: PATIENCE_MS + 1 }).run(checkListings, 'US');
  expect(saved.get('ASIN_LIVE US')).toMatchObject({ answer: 'YES' });
  expect(saved.get('LISTING_MATCHES US')).toMatchObject({
    answer: 'NO',
    codes: expect.arrayContaining(['BRAND_MISMATCH']) as string[],
    undecided: ['HUB_MISMATCH'],
    found: { hub: 'Amazon’s catalogue answered 503.' },
  });
});
