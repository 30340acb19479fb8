/** What is kept of each finding: what was said, what was certified, which interface, whose request id, when. */
import { examples } from '../../../dev/stand-ins/examples';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import { FINDING_BYTES } from '../../../domain/review-evidence';
import { activitiesFor, attempt } from './check-runs';
import { control } from './stand-in-clients';

let standIns: StandIns;
beforeEach(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
});
afterEach(() => standIns.close());

const id = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/) as string;

/** Everything that the checks keep of a form, in the United States. */
async function findings(form: (typeof examples)[keyof typeof examples]) {
  const { checkListings, checkSkill, saved } = activitiesFor(standIns, form, {
    programs: { WWA: { buyability: 'OFFERS', autoApprove: false } },
  });
  await attempt().run(checkListings, 'US');
  await attempt().run(checkSkill, 'US');
  return saved;
}

test('each finding names operation, request id and time beside both sides of the comparison', async () => {
  const saved = await findings(examples.ready);
  expect(saved.get('ASIN_LIVE US')).toMatchObject({
    checkedAt: instant,
    found: {
      source: 'getCatalogItem, getItemOffers',
      requestId: id,
      offersRequestId: id,
      asin: examples.ready.asin,
      title: 'Northlight Glow A19 Smart Bulb, 800 lm, warm white',
      classification: 'BASE_PRODUCT',
      offersStatus: 'Success',
      offers: 1,
    },
    expected: { asin: examples.ready.asin, offers: 'one or more' },
  });
  expect(saved.get('LISTING_MATCHES US')).toMatchObject({
    checkedAt: instant,
    found: {
      source: 'getCatalogItem',
      requestId: id,
      title: 'Northlight Glow A19 Smart Bulb, 800 lm, warm white',
      brand: 'NORTHLIGHT',
      model: 'NLA19-2',
      retailIdentifiers: ['860001200102', '0860001200102', '00860001200102'],
      classification: 'BASE_PRODUCT',
    },
    expected: { brand: 'Northlight', model: 'NL-A19-2', retailIdentifier: '00860001200102', bundle: false },
  });
  expect(saved.get('SKILL_PUBLISHED US')).toMatchObject({
    checkedAt: instant,
    found: {
      source: 'listSkillsForVendor, getSkillManifest',
      requestId: id,
      manifestRequestId: id,
      manifestStatus: 200,
      liveStage: 'PUBLISHED',
      worldwide: true,
    },
    expected: { liveStage: 'PUBLISHED', country: 'US' },
  });
});

test('a refusal is kept with its status, as what could not be decided', async () => {
  const saved = await findings(examples.skillUnreadable);
  expect(saved.get('SKILL_PUBLISHED US')).toMatchObject({
    answer: 'UNKNOWN',
    undecided: ['SKILL_NOT_PUBLISHED', 'SKILL_HIDDEN', 'SKILL_REMOVED', 'SKILL_NOT_IN_MARKETPLACE'],
    found: { source: 'listSkillsForVendor', requestId: id, status: 403 },
  });
});

test('a huge listing is kept within bounds, its request ids whole', async () => {
  const long = 'ﬁ東'.repeat(4_000);
  await control(standIns.retail.url, 'PUT', `/_catalog/${examples.hub.asin}`, {
    title: long,
    brand: long,
    modelNumber: long,
    classification: 'VARIATION_PARENT',
    identifiers: Array.from({ length: 300 }, (_, index) => ({ type: 'GTIN', code: `${10_000_000 + index}` })),
    childAsins: Array.from({ length: 300 }, (_, index) => `B0CHLD${String(index).padStart(4, '0')}`),
    packageAsins: Array.from({ length: 300 }, (_, index) => `B0PACK${String(index).padStart(4, '0')}`),
  });
  const saved = await findings(examples.hub);
  for (const finding of saved.values())
    expect(Buffer.byteLength(JSON.stringify(finding))).toBeLessThanOrEqual(FINDING_BYTES);
  expect(saved.get('ASIN_LIVE US')).toMatchObject({
    answer: 'NO',
    codes: ['ASIN_NOT_BUYABLE'],
    found: { requestId: id, childCount: 300, childAsins: expect.arrayContaining(['B0CHLD0000']) as string[] },
  });
  expect(saved.get('LISTING_MATCHES US')).toMatchObject({
    codes: ['BRAND_MISMATCH', 'MODEL_MISMATCH', 'RETAIL_IDENTIFIER_MISMATCH'],
    found: { source: 'searchCatalogItems', requestId: id, hubRequestId: id, hub: 'Northlight Bridge' },
  });
});
