import { MockActivityEnvironment } from '@temporalio/testing';
import { createSuggestionActivities, searchesFor } from '../../../activities/amazon/suggestions';
import type { LimitedCall } from '../../../activities/amazon/call-limiter';
import type { SuggestionQuestion } from '../../../db/asin-suggestions';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import type { AsinSuggestions } from '../../../domain/asin-suggestion';
import { marketplaces } from '../../../domain/marketplaces';
import type { AsinSuggestionInput } from '../../../workflows/contract';
import { AMPLE_MS, callsTo, control, searchOf } from './stand-in-clients';

const SEARCH = '/catalog/2022-04-01/items';
/** The light strip of 2 m, whose family has two more variants. */
const strip: SuggestionQuestion = {
  marketplace: 'US',
  identifier: { type: 'UPC', code: '860001200126' },
  brands: ['northlight', 'Northlight Pro'],
};

let standIns: StandIns;
let url: string;
beforeEach(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
  url = standIns.retail.url;
});
afterEach(() => standIns.close());

const fault = (body: object) =>
  control(url, 'POST', '/_faults', { path: `${SEARCH}*`, times: null, ...body });
const list = (asin: string, listing: object) => control(url, 'PUT', `/_catalog/${asin}`, listing);

/** One run of the activity, and what it keeps. */
async function suggest(
  question: SuggestionQuestion | null,
  { patienceMs = AMPLE_MS, limited = [] as LimitedCall[] } = {},
) {
  const kept: { answer: AsinSuggestions; lasting: boolean }[] = [];
  const activities = createSuggestionActivities({
    search: searchOf(standIns, {
      limiter: {
        run: (call, work) => {
          limited.push(call);
          return work(async () => undefined);
        },
      },
    }),
    loadQuestion: async () => question,
    saveAnswer: async (_id, answer, lasting) => void kept.push({ answer, lasting }),
  });
  const environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() });
  const run = (input: AsinSuggestionInput) => activities.suggestAsins(input);
  await environment.run<[AsinSuggestionInput], void, typeof run>(run, { suggestionId: 'sug_1', patienceMs });
  return kept[0];
}
const asinsOf = (kept: { answer: AsinSuggestions } | undefined) =>
  kept?.answer.data.map(({ asin, children }) => [asin, ...children.map((child) => child.asin)].join(' '));

test('a variant comes with its parent, and that with its children’s colours, sizes and names', async () => {
  await expect(suggest({ ...strip, marketplace: 'UK' })).resolves.toEqual({
    lasting: true,
    answer: {
      complete: true,
      why: null,
      data: [
        {
          asin: 'B0NLSTRP01',
          title: 'Northlight Ribbon Light Strip, 2 m',
          brand: 'Northlight',
          model: 'NL-LS-200',
          classification: 'BASE_PRODUCT',
          variationParent: 'B0NLSTRPVP',
          children: [],
        },
        {
          asin: 'B0NLSTRPVP',
          title: 'Northlight Ribbon Light Strip',
          brand: 'Northlight',
          model: 'NL-LS-200',
          classification: 'VARIATION_PARENT',
          variationParent: null,
          children: [
            {
              asin: 'B0NLSTRP01',
              title: 'Northlight Ribbon Light Strip, 2 m',
              color: 'Warm white',
              size: '2 m',
            },
            {
              asin: 'B0NLSTRP02',
              title: 'Northlight Ribbon Light Strip, 5 m',
              color: 'Warm white',
              size: '5 m',
            },
            {
              asin: 'B0NLSTRP04',
              title: 'Northlight Ribbon Light Strip, 2 m, outdoor',
              color: 'Black',
              size: '2 m',
            },
          ],
        },
      ],
    },
  });
  expect(await callsTo(url, SEARCH)).toEqual({ 200: 3 });
});

test('a variant that is not sold in the marketplace is not offered', async () => {
  expect(asinsOf(await suggest(strip))).toEqual(['B0NLSTRP01', 'B0NLSTRPVP B0NLSTRP01 B0NLSTRP04']);
});

test('run again it answers the same', async () => {
  expect(await suggest(strip)).toEqual(await suggest(strip));
});

test('a listing without a family is found in one call, in its turn', async () => {
  const limited: LimitedCall[] = [];
  const bulb = { ...strip, identifier: { type: 'UPC', code: '860001200102' } } as const;
  expect(asinsOf(await suggest(bulb, { limited }))).toEqual(['B0NLBULB01']);
  expect(limited).toMatchObject([{ account: 'na', family: 'catalog', priority: 'interactive' }]);
});

test('a number that Amazon holds in another form is found all the same', async () => {
  const thermostat = { ...strip, brands: ['Harbor & Pine'] };
  const codes = [
    { type: 'EAN', code: '4012345600100' },
    { type: 'GTIN_14', code: '04012345600100' },
  ] as const;
  for (const identifier of codes)
    expect(asinsOf(await suggest({ ...thermostat, identifier }))).toEqual(['B0HPTHRM01']);
});

test.each([
  [{ type: 'UPC', code: '860001200126' }, 'UPC 860001200126, GTIN 00860001200126 0860001200126 860001200126'],
  [{ type: 'EAN', code: '4012345600100' }, 'EAN 4012345600100, GTIN 04012345600100 4012345600100'],
  [{ type: 'JAN', code: '4901234567894' }, 'JAN 4901234567894, GTIN 04901234567894 4901234567894'],
  [
    { type: 'GTIN_14', code: '00860001200126' },
    'GTIN 00860001200126 0860001200126 860001200126, UPC 860001200126',
  ],
  [{ type: 'GTIN_14', code: '10614141000415' }, 'GTIN 10614141000415'],
] as const)('%j is looked up as %s', (identifier, calls) => {
  const asked = searchesFor(identifier).map(([type, identifiers]) => [type, ...identifiers].join(' '));
  expect(asked.join(', ')).toBe(calls);
});

describe('what is not the organization’s own', () => {
  test('another organization’s listing is not shown', async () => {
    const kept = await suggest({ ...strip, brands: ['Harbor & Pine'] });
    expect(kept).toEqual({ answer: { data: [], complete: true, why: null }, lasting: true });
  });

  test('a listing that names no brand is not shown', async () => {
    await fault({ kind: 'noBrand' });
    expect(asinsOf(await suggest(strip))).toEqual([]);
  });

  test('a variant of another brand in the family is not shown', async () => {
    await list('B0NLSTRP04', { title: 'Taken over', brand: 'Sunforge' });
    expect(asinsOf(await suggest(strip))).toEqual(['B0NLSTRP01', 'B0NLSTRPVP B0NLSTRP01']);
  });

  test('an organization without a product is told so, and Amazon is not asked', async () => {
    const kept = await suggest({ ...strip, brands: [] });
    expect(kept?.answer).toMatchObject({
      data: [],
      complete: true,
      why: expect.stringMatching(/no product/) as string,
    });
    expect(await callsTo(url, SEARCH)).toEqual({});
  });
});

test('a listing that answers to the number without carrying it is not shown', async () => {
  const others = [{ asin: 'B0NLPLUG01', ...inUs({ brand: 'Northlight' }, ['036000291452']) }];
  await fault({ status: 200, body: { items: others } });
  await expect(suggest(strip)).resolves.toMatchObject({ answer: { data: [], complete: true } });
});

test('a family of more variants than one call takes is offered in part, which is said', async () => {
  const children = Array.from({ length: 25 }, (_, index) => `B0NLMANY${String(index).padStart(2, '0')}`);
  const brand = 'Northlight';
  for (const asin of children) await list(asin, { title: asin, brand, color: 'Red' });
  const identifiers = [{ type: 'EAN', code: '4006381333931' }];
  await list('B0NLMANYVP', { title: 'Many', brand, identifiers, childAsins: children });
  const kept = await suggest({ ...strip, identifier: { type: 'EAN', code: '4006381333931' } });
  expect(kept?.answer.data).toHaveLength(1);
  expect(kept?.answer.data[0]?.children).toHaveLength(20);
  expect(kept).toMatchObject({
    lasting: true,
    answer: { complete: false, why: 'Only 20 of 25 further variants were looked at.' },
  });
});

function inUs(summary: object, identifiers: string[]) {
  const marketplaceId = marketplaces.US.id;
  return {
    summaries: [{ marketplaceId, itemName: 'Lamp', ...summary }],
    identifiers: [
      {
        marketplaceId,
        identifiers: identifiers.map((identifier) => ({ identifierType: 'UPC', identifier })),
      },
    ],
  };
}

describe('when Amazon answers badly, nothing wrong is offered', () => {
  test.each([
    ['a page', { kind: 'html' }],
    ['half an answer', { kind: 'malformed' }],
    ['nothing', { kind: 'empty' }],
    ['20 MB', { kind: 'huge' }],
    ['a redirect', { kind: 'redirect', headers: { location: '/dp/B0NLBULB01' } }],
    ['no row for the marketplace', { kind: 'noRows' }],
    ['another marketplace’s row', { status: 200, body: { items: [elsewhere()] } }],
    ['another form', { status: 200, body: { items: 'none' } }],
    ['something that is no ASIN', { status: 200, body: { items: [{ asin: 'X' }] } }],
    ['items that do not say their identifiers', { kind: 'noIdentifiers' }],
    ['429', { status: 429 }],
    ['500', { status: 500 }],
    ['403', { status: 403 }],
    ['a reset connection', { kind: 'reset' }],
    ['a cut answer', { kind: 'cut' }],
    ['an answer that drips', { kind: 'drip' }],
    ['no answer', { kind: 'slow' }],
  ])('%s', async (_name, body) => {
    await fault(body);
    const kept = await suggest(strip, { patienceMs: 900 });
    expect(kept?.answer).toEqual({
      data: [],
      complete: false,
      why: expect.stringMatching(/^[A-Z].*\.$/) as string,
    });
  });

  test.each([
    ['says nothing of the marketplace', { asin: 'B0NOROWS01', summaries: [] }],
    ['is in another form', { asin: 'B0NOROWS01', summaries: 7 }],
  ])('a listing that %s spoils nothing but itself', async (_name, other) => {
    const good = { asin: 'B0NLSTRP01', ...inUs({ brand: 'Northlight' }, ['860001200126']) };
    await fault({ path: `${SEARCH}?*identifiersType=UPC*`, status: 200, body: { items: [other, good] } });
    const kept = await suggest(strip);
    expect(asinsOf(kept)).toEqual(['B0NLSTRP01']);
    expect(kept).toMatchObject({
      lasting: false,
      answer: {
        complete: false,
        why: 'A listing that Amazon says nothing of in this marketplace is left out.',
      },
    });
  });

  test('an ASIN that was not asked for', async () => {
    await fault({ path: `${SEARCH}?*identifiersType=ASIN*`, kind: 'wrongAsin' });
    const kept = await suggest(strip);
    expect(asinsOf(kept)).toEqual(['B0NLSTRP01']);
    expect(kept).toMatchObject({ lasting: false, answer: { complete: false } });
  });

  test('in the middle, what is known so far is offered', async () => {
    await fault({ path: `${SEARCH}?*identifiers=B0NLSTRP02*`, status: 503 });
    const kept = await suggest(strip, { patienceMs: 3_000 });
    expect(asinsOf(kept)).toEqual(['B0NLSTRP01', 'B0NLSTRPVP B0NLSTRP01']);
    expect(kept?.answer).toMatchObject({ complete: false, why: 'Amazon’s catalogue answered 503.' });
  });
});

function elsewhere() {
  const item = inUs({ brand: 'Northlight' }, ['860001200126']);
  return {
    asin: 'B0NLSTRP01',
    ...item,
    summaries: [{ marketplaceId: marketplaces.CA.id, brand: 'Northlight' }],
  };
}

test('a refusal that passes is waited for as long as it asks', async () => {
  await fault({ status: 429, headers: { 'x-amzn-RateLimit-Limit': '5.0' }, times: 2 });
  const kept = await suggest(strip);
  expect(kept?.answer.complete).toBe(true);
  expect(await callsTo(url, SEARCH)).toEqual({ 200: 3, 429: 2 });
});

test('the patience ends a call that takes long, in time', async () => {
  await fault({ kind: 'slow' });
  const kept = await suggest(strip, { patienceMs: 100 });
  expect(kept?.answer.why).toBe('Amazon did not answer in time.');
});

test('a question that is gone is not asked', async () => {
  expect(await suggest(null)).toBeUndefined();
  expect(await callsTo(url, SEARCH)).toEqual({});
});
