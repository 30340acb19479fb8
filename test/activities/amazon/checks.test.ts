import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { CALL_LATER } from '../../../activities/amazon/asking';
import type { CatalogLookup } from '../../../activities/amazon/catalog-reading';
import { createCheckActivities, REVIEW_SUBJECT_GONE } from '../../../activities/amazon/checks';
import { examples, projects } from '../../../dev/stand-ins/examples';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import { marketplaceByCode } from '../../../domain/marketplaces';
import type { FindingSummary } from '../../../domain/review';
import { ITEM } from './batch-scene';
import { activitiesFor, attempt, brief, failureOf, PATIENCE_MS, subjectOf } from './check-runs';
import { callsTo, catalogOf, control, offersOf, skillsOf } from './stand-in-clients';

let standIns: StandIns;
beforeEach(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
});
afterEach(() => standIns.close());

describe('an activity run twice', () => {
  test.each(['checkListings', 'checkSkill'] as const)('%s has one effect', async (name) => {
    const activities = activitiesFor(standIns, examples.twoMarketplaces);
    const first = await attempt().run(activities[name], 'US', 'CA');
    const kept = [...activities.saved.values()].map((finding) => ({ ...finding, checkedAt: '', found: {} }));
    const second = await attempt().run(activities[name], 'US', 'CA');
    expect(second).toEqual(first);
    expect(
      [...activities.saved.values()].map((finding) => ({ ...finding, checkedAt: '', found: {} })),
    ).toEqual(kept);
  });

  test('lookAtListings answers as a review would, and keeps nothing at all', async () => {
    const { lookAtListings, saves } = activitiesFor(standIns, examples.brandMismatch);
    const { marketplaces } = examples.brandMismatch;
    const [code = 'US'] = marketplaces;
    for (let run = 0; run < 2; run += 1)
      expect(brief(await attempt().run(lookAtListings, code))).toEqual([
        `ASIN_LIVE ${code} YES`,
        `LISTING_MATCHES ${code} NO`,
      ]);
    expect(saves()).toBe(0);
  });

  test('lookAtListings says what is wrong, and what the listing leaves open', async () => {
    const wrong = activitiesFor(standIns, examples.brandMismatch);
    const [code = 'US'] = examples.brandMismatch.marketplaces;
    expect(await attempt().run(wrong.lookAtListings, code)).toContainEqual(
      expect.objectContaining({ check: 'LISTING_MATCHES', codes: ['BRAND_MISMATCH'] }),
    );
    const hub = activitiesFor(standIns, examples.hubUnnamed);
    const [where = 'US'] = examples.hubUnnamed.marketplaces;
    expect(await attempt().run(hub.lookAtListings, where)).toContainEqual(
      // The hub is listed: no definite no is left of it.
      expect.objectContaining({ answer: 'UNKNOWN', undecided: [] }),
    );
  });

  test('lookAtListings lets a listing follow its product to another name, as no review does', async () => {
    const presentNames = { brand: 'Sunforge', model: 'NL-LS-200' };
    const { lookAtListings, checkListings } = activitiesFor(standIns, examples.brandMismatch, {
      presentNames,
    });
    expect(brief(await attempt().run(lookAtListings, 'US'))).toContain('LISTING_MATCHES US YES');
    expect(brief(await attempt().run(checkListings, 'US'))).toContain('LISTING_MATCHES US NO');
  });

  test('checkLiveness keeps nothing at all', async () => {
    const { checkLiveness, saves } = activitiesFor(standIns, examples.asinNotLive);
    for (let run = 0; run < 2; run += 1)
      expect(brief(await attempt().run(checkLiveness, 'UK', 'DE'))).toEqual([
        'ASIN_LIVE UK YES',
        'ASIN_LIVE DE YES',
      ]);
    expect(brief(await attempt().run(checkLiveness, 'US'))).toEqual(['ASIN_LIVE US NO']);
    expect(saves()).toBe(0);
  });
});

test('what travels through the workflow’s history is small and without evidence', async () => {
  const { checkLiveness, review, saved } = activitiesFor(standIns, examples.ready);
  const run = attempt();
  expect(await run.run(review.checkListings, 'US', 'CA')).toBeUndefined();
  expect(await run.run(review.checkSkill, 'US', 'CA')).toBeUndefined();
  expect(run.beats).toEqual([]);
  expect(saved.size).toBe(6);
  expect(await run.run(checkLiveness, 'US')).toEqual([
    { check: 'ASIN_LIVE', marketplace: 'US', answer: 'YES' },
  ]);
});

test('a product without a skill skips that check', async () => {
  const panel = projects.find(({ product }) => product.integration.kind === 'NONE');
  const { checkSkill, saves } = activitiesFor(standIns, {
    ...examples.ready,
    productId: panel?.product.id ?? '',
  });
  expect(await attempt().run(checkSkill, 'US')).toEqual([]);
  expect(saves()).toBe(0);
});

test('nothing to check any more ends it for good', async () => {
  const error = await failureOf(attempt().run(activitiesFor(standIns, null).checkListings, 'US'));
  expect(error).toMatchObject({ type: REVIEW_SUBJECT_GONE, nonRetryable: true });
});

test('a form whose ASIN cannot be one is not asked for', async () => {
  const { checkListings } = activitiesFor(standIns, { ...examples.ready, asin: 'lamp' });
  expect(brief(await attempt().run(checkListings, 'US'))).toEqual([
    'ASIN_LIVE US UNKNOWN',
    'LISTING_MATCHES US UNKNOWN',
  ]);
  expect(await callsTo(standIns.retail.url, ITEM)).toEqual({});
});

describe('when one marketplace cannot be asked now', () => {
  const canada = (body: object) =>
    control(standIns.retail.url, 'POST', '/_faults', {
      path: '/catalog/*?*A2EUQ1WTGCTBG2*',
      times: null,
      ...body,
    });

  test('the others are kept, and the next attempt asks for it alone', async () => {
    await canada({ status: 429, headers: { 'x-amzn-RateLimit-Limit': '0.1' } });
    const { checkListings, saved } = activitiesFor(standIns, examples.ready);
    const first = attempt();
    const error = await failureOf(first.run(checkListings, 'US', 'CA'));
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect(error).toMatchObject({ type: CALL_LATER, nonRetryable: false });
    expect(error.nextRetryDelay).toBeGreaterThanOrEqual(10_000);
    expect(error.nextRetryDelay).toBeLessThanOrEqual(12_500);
    expect([...saved.keys()]).toEqual(['ASIN_LIVE US', 'LISTING_MATCHES US']);

    await control(standIns.retail.url, 'DELETE', '/_faults');
    const second = attempt({ heartbeatDetails: first.beats.at(-1), attempt: 2 });
    expect(brief(await second.run(checkListings, 'US', 'CA'))).toEqual([
      'ASIN_LIVE US YES',
      'LISTING_MATCHES US YES',
      'ASIN_LIVE CA YES',
      'LISTING_MATCHES CA YES',
    ]);
    expect(await callsTo(standIns.retail.url, ITEM)).toEqual({ 200: 2, 429: 1 });
  });

  test('it is unknown once the patience is over, with the reason', async () => {
    await canada({ status: 503 });
    const { checkListings, saved } = activitiesFor(standIns, examples.ready);
    const late = attempt({ scheduledMsAgo: PATIENCE_MS + 1 });
    expect(brief(await late.run(checkListings, 'US', 'CA'))).toEqual([
      'ASIN_LIVE US YES',
      'LISTING_MATCHES US YES',
      'ASIN_LIVE CA UNKNOWN',
      'LISTING_MATCHES CA UNKNOWN',
    ]);
    expect(saved.get('ASIN_LIVE CA')?.found).toMatchObject({ why: 'Amazon’s catalogue answered 503.' });
  });

  test('a wait longer than the patience is cut to it, and waits grow with the attempts', async () => {
    await canada({ status: 429, headers: { 'Retry-After': '86400' } });
    const { checkListings } = activitiesFor(standIns, examples.ready);
    const error = await failureOf(attempt({ scheduledMsAgo: PATIENCE_MS - 5_000 }).run(checkListings, 'CA'));
    expect(error.nextRetryDelay).toBeLessThanOrEqual(5_000);
    await control(standIns.retail.url, 'DELETE', '/_faults');
    await canada({ status: 500 });
    const later = await failureOf(attempt({ attempt: 6 }).run(checkListings, 'CA'));
    expect(later.nextRetryDelay).toBeGreaterThanOrEqual(16_000);
  });

  test('an answer that cannot be read is asked for three times, then is unknown', async () => {
    await canada({ kind: 'html' });
    const { checkListings, saved } = activitiesFor(standIns, examples.ready);
    let heartbeatDetails: unknown;
    for (const number of [1, 2]) {
      const reading = attempt({ heartbeatDetails, attempt: number });
      expect(await failureOf(reading.run(checkListings, 'US', 'CA'))).toMatchObject({ type: CALL_LATER });
      heartbeatDetails = reading.beats.at(-1);
    }
    const last = await attempt({ heartbeatDetails, attempt: 3 }).run(checkListings, 'US', 'CA');
    expect(brief(last)).toContain('ASIN_LIVE CA UNKNOWN');
    expect(saved.get('LISTING_MATCHES CA')?.found).toMatchObject({
      why: 'Amazon’s catalogue did not answer with JSON.',
    });
  });

  test('one that recovers gives the right answer', async () => {
    await canada({ kind: 'wrongAsin', times: 1 });
    const { checkListings } = activitiesFor(standIns, examples.ready);
    const first = attempt();
    expect(await failureOf(first.run(checkListings, 'CA'))).toMatchObject({ type: CALL_LATER });
    const second = attempt({ heartbeatDetails: first.beats.at(-1), attempt: 2 });
    expect(brief(await second.run(checkListings, 'CA'))).toEqual([
      'ASIN_LIVE CA YES',
      'LISTING_MATCHES CA YES',
    ]);
  });

  test('heartbeats of another form are no progress', async () => {
    const { checkListings } = activitiesFor(standIns, examples.ready);
    const strange = attempt({ heartbeatDetails: { answered: [{ check: 'ASIN_LIVE', marketplace: 'XX' }] } });
    expect(brief(await strange.run(checkListings, 'US'))).toEqual([
      'ASIN_LIVE US YES',
      'LISTING_MATCHES US YES',
    ]);
  });
});

test('findings that cannot be saved are not told as done', async () => {
  const activities = createCheckActivities({
    catalog: catalogOf(standIns),
    offers: offersOf(standIns),
    skills: skillsOf(standIns),
    loadSubject: async () => subjectOf(examples.ready),
    saveFindings: () => Promise.reject(new Error('The database is away.')),
    noteWait: async () => undefined,
    patienceMs: PATIENCE_MS,
  });
  const run = attempt();
  await expect(run.run(activities.checkListings, 'US')).rejects.toThrow('The database is away.');
  expect(run.beats).toEqual([]);
});

test('a skill store that is away is asked again, then unknown in every marketplace', async () => {
  await control(standIns.skills.url, 'POST', '/_faults', { path: '/v1/*', kind: 'reset', times: null });
  const { checkSkill } = activitiesFor(standIns, examples.ready);
  expect(await failureOf(attempt().run(checkSkill, 'US', 'JP'))).toMatchObject({ type: CALL_LATER });
  expect(brief(await attempt({ scheduledMsAgo: PATIENCE_MS + 1 }).run(checkSkill, 'US', 'JP'))).toEqual([
    'SKILL_PUBLISHED US UNKNOWN',
    'SKILL_PUBLISHED JP UNKNOWN',
  ]);
});

test('cancelling ends it at once and decides nothing', async () => {
  await control(standIns.retail.url, 'POST', '/_faults', { path: '/catalog/*', kind: 'slow' });
  const { checkListings, saved } = activitiesFor(standIns, examples.ready);
  const run = attempt();
  const ended = failureOf(run.run(checkListings, 'US'));
  run.environment.cancel();
  expect(await ended).toBeInstanceOf(CancelledFailure);
  expect(saved.size).toBe(0);
});

test('an attempt that waits tells what is answered already, once it is saved', async () => {
  let answerCanada: (lookup: CatalogLookup) => void = () => undefined;
  const catalog = catalogOf(standIns);
  const saved: string[] = [];
  const { checkListings } = createCheckActivities({
    catalog: {
      lookUp: (asin, marketplace, signal) =>
        marketplace.id === marketplaceByCode('CA').id
          ? new Promise((resolve) => (answerCanada = resolve))
          : catalog.lookUp(asin, marketplace, signal),
    },
    offers: offersOf(standIns),
    skills: skillsOf(standIns),
    loadSubject: async () => subjectOf(examples.ready),
    saveFindings: async (_subject, findings) => {
      saved.push(...brief(findings));
    },
    noteWait: async () => undefined,
    patienceMs: PATIENCE_MS,
  });
  const run = attempt();
  let told: readonly string[] = [];
  run.environment.once('heartbeat', (details: { answered: FindingSummary[] }) => {
    told = brief(details.answered);
    answerCanada({ kind: 'notFound', requestId: null });
  });
  await run.run(checkListings, 'CA', 'US');
  expect(told).toEqual(['ASIN_LIVE US YES', 'LISTING_MATCHES US YES']);
  expect(saved).toEqual([...told, 'ASIN_LIVE CA NO', 'LISTING_MATCHES CA UNKNOWN']);
});

test('an answer that does not come within the patience is unknown, however long a call may take', async () => {
  const { checkLiveness } = createCheckActivities({
    catalog: { lookUp: () => new Promise(() => undefined) },
    offers: offersOf(standIns),
    skills: skillsOf(standIns),
    loadSubject: async () => subjectOf(examples.ready),
    saveFindings: async () => undefined,
    noteWait: async () => undefined,
    patienceMs: 1,
  });
  expect(brief(await attempt().run(checkLiveness, 'US'))).toEqual(['ASIN_LIVE US UNKNOWN']);
});
