import { CALL_LATER } from '../../../activities/amazon/asking';
import { CallLaterError, UnreadableAnswerError } from '../../../activities/amazon/call-later';
import type { CallLimiter } from '../../../activities/amazon/call-limiter';
import { examples } from '../../../dev/stand-ins/examples';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import { marketplaceByCode } from '../../../domain/marketplaces';
import type { SettingsByProgram } from '../../../domain/program-settings';
import { activitiesFor, attempt, brief, failureOf, PATIENCE_MS } from './check-runs';
import { callsTo, control, offersOf, timeoutFor } from './stand-in-clients';

const ASIN = examples.ready.asin;
const OFFERS = '/products/pricing/v0/items/:asin/offers';
const us = marketplaceByCode('US');
const wantsOffers: SettingsByProgram = { WWA: { buyability: 'OFFERS', autoApprove: false } };

let standIns: StandIns;
let url: string;
beforeEach(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
  url = standIns.retail.url;
});
afterEach(() => standIns.close());

const fault = (body: object) => control(url, 'POST', '/_faults', { path: '/products/*', ...body });
const lookUp = (limiter?: CallLimiter, callTimeoutMs?: number) =>
  offersOf(standIns, limiter, callTimeoutMs).lookUp(ASIN, us, undefined, 'background');
const payload = (over: object) => ({
  status: 200,
  body: {
    payload: {
      ASIN,
      marketplaceId: us.id,
      ItemCondition: 'New',
      status: 'Success',
      Summary: { TotalOfferCount: 2 },
      ...over,
    },
  },
});
/** How many offers there are of each condition. */
const rows = (counts: Record<string, number>) =>
  Object.entries(counts).map(([condition, OfferCount]) => ({
    condition,
    fulfillmentChannel: 'Merchant',
    OfferCount,
  }));
/** The product of `ready` as it is listed, with other offers. */
const offerAs = (offers: number | string, more: object = {}) =>
  control(url, 'PUT', `/_catalog/${ASIN}`, {
    title: 'A bulb',
    brand: 'Northlight',
    modelNumber: 'NL-A19-2',
    classification: 'BASE_PRODUCT',
    identifiers: [{ type: 'UPC', code: '860001200102' }],
    offers,
    ...more,
  });

describe('the client', () => {
  test('says status and number, with Amazon’s request id', async () => {
    await offerAs(3);
    expect(await lookUp()).toEqual({
      kind: 'offers',
      status: 'Success',
      total: 3,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
  });

  // As in the model's own example: the total is of all conditions, although only new ones are asked for.
  test.each<[string, object, number | null]>([
    [
      'of new and others',
      { TotalOfferCount: 14, NumberOfOffers: rows({ used: 2, collectible: 1, new: 11 }) },
      11,
    ],
    ['of others alone', { TotalOfferCount: 3, NumberOfOffers: rows({ used: 2, collectible: 1 }) }, 0],
    ['of new alone', { TotalOfferCount: 3, NumberOfOffers: [...rows({ New: 2 }), ...rows({ new: 1 })] }, 3],
    ['of new ones without a number', { TotalOfferCount: 1, NumberOfOffers: [{ condition: 'new' }] }, 1],
    [
      'of new ones without a number beside others',
      { TotalOfferCount: 3, NumberOfOffers: [{ condition: 'new' }, ...rows({ used: 2 })] },
      null,
    ],
    ['of no condition', { TotalOfferCount: 2, NumberOfOffers: [{ OfferCount: 2 }] }, null],
    ['of none', { TotalOfferCount: 0, NumberOfOffers: [] }, 0],
  ])('counts new items in an answer that counts offers %s', async (_name, Summary, total) => {
    await fault(payload({ Summary }));
    expect(await lookUp()).toMatchObject({ kind: 'offers', total });
  });

  test('takes an answer that names no marketplace and no condition for one to the question', async () => {
    const silent = { marketplaceId: null, ItemCondition: null };
    await fault(payload({ ...silent, ASIN: null, Identifier: { ASIN } }));
    expect(await lookUp()).toMatchObject({ kind: 'offers', total: 2 });
  });

  test.each([401, 403])(
    'begins each call in a turn of its own, and tells of the answer: %d',
    async (status) => {
      const asked: object[] = [];
      const heard: number[] = [];
      await fault({ status });
      await lookUp({
        run: (call, work) => {
          asked.push(call);
          return work(async (answer) => void heard.push(answer));
        },
      });
      expect(asked).toEqual(
        new Array(2).fill({ account: 'na', family: 'offers', priority: 'background', signal: undefined }),
      );
      expect(heard).toEqual([status, 200]);
    },
  );

  test('renews a revoked token once, and takes another refusal for final', async () => {
    const offers = offersOf(standIns);
    await offers.lookUp(ASIN, us);
    await control(url, 'DELETE', '/_tokens');
    await expect(offers.lookUp(ASIN, us)).resolves.toMatchObject({ kind: 'offers' });
    await fault({ status: 403, times: null });
    await expect(offers.lookUp(ASIN, us)).resolves.toMatchObject({
      kind: 'refused',
      status: 403,
    });
    expect(await callsTo(url, OFFERS)).toEqual({ 200: 2, 403: 2 });
  });

  test('takes an ASIN that the marketplace does not have for refused', async () => {
    await expect(offersOf(standIns).lookUp('B0NLSTRP02', us)).resolves.toMatchObject({
      kind: 'refused',
      status: 400,
    });
  });

  test.each([
    ['429', { status: 429, headers: { 'x-amzn-RateLimit-Limit': '0.5' } }, 2000],
    ['500', { status: 500 }, 1000],
    ['a connection that is reset', { kind: 'reset' }, 1000],
    ['an answer that does not come', { kind: 'slow' }, 1000],
    ['an answer that drips', { kind: 'drip' }, 1000],
  ])('asks again later after %s', async (_name, body, retryAfterMs) => {
    await fault(body);
    const error = await failureOf(lookUp(undefined, timeoutFor(body)));
    expect(error).toBeInstanceOf(CallLaterError);
    expect(error).toMatchObject({ retryAfterMs });
  });

  test.each([
    ['HTML', { kind: 'html' }],
    ['20 MB', { kind: 'huge' }],
    ['a redirect', { kind: 'redirect' }],
    ['another ASIN', { kind: 'wrongAsin' }],
    ['no ASIN', payload({ ASIN: null })],
    ['another marketplace', payload({ marketplaceId: 'A1PA6795UKMFR9' })],
    ['another marketplace, in capitals', payload({ MarketplaceID: 'A1PA6795UKMFR9' })],
    ['used items', payload({ ItemCondition: 'Used' })],
    ['less than none', payload({ Summary: { TotalOfferCount: -1 } })],
    ['no payload', { status: 200, body: { errors: [] } }],
    ['an answer that is still being made', { ...payload({}), status: 202 }],
  ])('decides nothing from %s', async (_name, body) => {
    await fault(body);
    expect(await failureOf(lookUp())).toBeInstanceOf(UnreadableAnswerError);
  });
});

describe('where the programme wants offers', () => {
  const live = async () => {
    const { checkListings, saved } = activitiesFor(standIns, examples.ready, { programs: wantsOffers });
    await attempt().run(checkListings, 'US');
    return saved.get('ASIN_LIVE US');
  };

  test.each<[number | string, string]>([
    [2, 'YES'],
    [0, 'NO ASIN_NOT_BUYABLE'],
    ['NoBuyableOffers', 'NO ASIN_NOT_BUYABLE'],
    ['ActiveButTooSoonForProcessing', 'UNKNOWN'],
    ['NoOfferDueToMissingShippingCharge', 'UNKNOWN'],
  ])('%s is %s', async (offers, expected) => {
    await offerAs(offers);
    const finding = await live();
    expect(finding && [finding.answer, ...finding.codes].join(' ')).toBe(expected);
    expect(finding).toMatchObject({
      found: {
        source: 'getCatalogItem, getItemOffers',
        offersStatus: typeof offers === 'string' ? offers : offers > 0 ? 'Success' : 'NoBuyableOffers',
        offersRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      },
      undecided: expected === 'UNKNOWN' ? ['ASIN_NOT_BUYABLE'] : [],
    });
  });

  test('offers of used items alone are none', async () => {
    await offerAs(0, { usedOffers: 3 });
    expect(await live()).toMatchObject({ answer: 'NO', codes: ['ASIN_NOT_BUYABLE'], found: { offers: 0 } });
  });

  test('the look before going live goes by them as well', async () => {
    await offerAs(0);
    const { checkLiveness } = activitiesFor(standIns, examples.ready, { programs: wantsOffers });
    expect(brief(await attempt().run(checkLiveness, 'US'))).toEqual(['ASIN_LIVE US NO']);
  });

  test('a look at a badge in trouble asks for them no more than an audit, which has warned of something else', async () => {
    await offerAs(0, { brand: 'Sunforge' });
    const { lookAtListings } = activitiesFor(standIns, examples.ready, { programs: wantsOffers });
    expect(brief(await attempt().run(lookAtListings, 'US'))).toEqual([
      'ASIN_LIVE US YES',
      'LISTING_MATCHES US NO',
    ]);
    expect(await callsTo(url, OFFERS)).toEqual({});
  });

  test('they are not asked for what is not listed or a parent, nor by another programme', async () => {
    await offerAs('Success', { classification: 'VARIATION_PARENT', marketplaces: ['US'] });
    const { checkListings } = activitiesFor(standIns, examples.ready, { programs: wantsOffers });
    expect(brief(await attempt().run(checkListings, 'US', 'CA'))).toEqual(
      expect.arrayContaining(['ASIN_LIVE US NO', 'ASIN_LIVE CA NO']),
    );
    await offerAs(0);
    const other = activitiesFor(standIns, examples.ready);
    expect(brief(await attempt().run(other.checkListings, 'US'))).toContain('ASIN_LIVE US YES');
    expect(await callsTo(url, OFFERS)).toEqual({});
  });

  test('when they cannot be had in time, what the listing says still counts', async () => {
    await offerAs(1, { brand: 'Sunforge' });
    await fault({ status: 503, times: null });
    const { checkListings, saved } = activitiesFor(standIns, examples.ready, { programs: wantsOffers });
    expect(await failureOf(attempt().run(checkListings, 'US'))).toMatchObject({ type: CALL_LATER });
    await attempt({ scheduledMsAgo: PATIENCE_MS + 1 }).run(checkListings, 'US');
    expect(saved.get('ASIN_LIVE US')).toMatchObject({
      answer: 'UNKNOWN',
      found: { title: 'A bulb', why: 'Amazon’s Product Pricing answered 503.' },
    });
    expect(saved.get('LISTING_MATCHES US')).toMatchObject({ answer: 'NO', codes: ['BRAND_MISMATCH'] });
  });
});
