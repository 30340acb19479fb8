/**
 * Everything that may be wrong with Amazon, seen by a review: alone and in a batch, for the catalogue, its
 * token and the skill store. None of it approves or rejects: a check is attempted again, ends unknown with the
 * patience, and gives the right answer once the other side has recovered.
 */
import { CALL_LATER } from '../../../activities/amazon/asking';
import { examples } from '../../../dev/stand-ins/examples';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import type { BadgeRequestForm } from '../../../domain/form';
import { activitiesFor, attempt, brief, failureOf, PATIENCE_MS } from './check-runs';
import { ITEM, SEARCH } from './batch-scene';
import { AMPLE_MS, callsTo, catalogOf, control, skillsOf, timeoutFor } from './stand-in-clients';

const CATALOG = '/catalog/*';
const TOKEN = '/auth/*';
const STORE = '/v1/*';

let standIns: StandIns;
beforeEach(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
});
afterEach(() => standIns.close());

const fail = (path: string, fault: object) => {
  const url = path === STORE ? standIns.skills.url : standIns.retail.url;
  return control(url, 'POST', '/_faults', { path, times: null, ...fault });
};
const recover = () =>
  Promise.all([standIns.retail, standIns.skills].map(({ url }) => control(url, 'DELETE', '/_faults')));

/** Reviews that ask at the same moment and share a catalogue: with two of them, a call. */
const forms: Record<'alone' | 'in a batch', readonly BadgeRequestForm[]> = {
  alone: [examples.ready],
  'in a batch': [examples.ready, examples.bundle],
};
const ways = Object.keys(forms) as (keyof typeof forms)[];
const reviewsOf = (way: keyof typeof forms, callTimeoutMs = AMPLE_MS) => {
  const catalog = catalogOf(standIns, { callTimeoutMs });
  return forms[way].map((form) => activitiesFor(standIns, form, { catalog }));
};

const anywhere: [string, object][] = [
  ['429 without headers', { status: 429 }],
  ['429 with a rate', { status: 429, headers: { 'x-amzn-RateLimit-Limit': '0.1' } }],
  ['429 for a minute', { status: 429, headers: { 'Retry-After': '60' } }],
  ['429 for a day', { status: 429, headers: { 'Retry-After': '86400' } }],
  ['429 with headers that mean nothing', { status: 429, headers: { 'Retry-After': 'soon' } }],
  ['500', { status: 500 }],
  ['503', { status: 503 }],
  ['503 as a page', { status: 503, kind: 'html' }],
  ['a connection that is reset', { kind: 'reset' }],
  ['an answer that is cut', { kind: 'cut' }],
  ['silence', { kind: 'slow' }],
  ['an answer that drips', { kind: 'drip' }],
  ['HTML', { kind: 'html' }],
  ['half an answer', { kind: 'malformed' }],
  ['nothing', { kind: 'empty' }],
  ['20 MB', { kind: 'huge' }],
  ['a redirect', { kind: 'redirect', headers: { location: '/dp/B0NLBULB01' } }],
];

describe.each(ways)('the catalogue, asked %s', (way) => {
  test.each([
    ...anywhere.map(([name, fault]) => [name, CATALOG, fault] as const),
    ...anywhere.map(([name, fault]) => [`for a token: ${name}`, TOKEN, fault] as const),
    ['for a token: a refusal', TOKEN, { status: 400, body: { error: 'invalid_grant' } }],
    ['for a token: an answer without one', TOKEN, { status: 200, body: {} }],
    ['another ASIN', CATALOG, { kind: 'wrongAsin' }],
    ['no row of the marketplace', CATALOG, { kind: 'noRows' }],
    ['404 of something on the way', CATALOG, { status: 404, body: { message: 'no Route matched' } }],
  ] as const)('%s decides nothing, now or later', async (_name, path, fault) => {
    await fail(path, fault);
    const reviews = reviewsOf(way, timeoutFor(fault));
    const first = reviews.map(({ checkListings }) => failureOf(attempt().run(checkListings, 'US')));
    for (const failure of await Promise.all(first)) {
      expect(failure).toMatchObject({ type: CALL_LATER, nonRetryable: false });
      expect(Number(failure.nextRetryDelay)).toBeLessThanOrEqual(PATIENCE_MS);
    }
    expect(reviews.flatMap(({ saved }) => [...saved.keys()])).toEqual([]);
    expect(await callsTo(standIns.retail.url, '/dp/:asin')).toEqual({});

    const late = reviews.map(({ checkListings }) =>
      attempt({ scheduledMsAgo: PATIENCE_MS + 1, attempt: 9 }).run(checkListings, 'US'),
    );
    for (const found of await Promise.all(late))
      expect(brief(found)).toEqual(['ASIN_LIVE US UNKNOWN', 'LISTING_MATCHES US UNKNOWN']);

    await recover();
    // Another worker: what a token endpoint has refused is not asked for again at once.
    for (const { checkListings } of reviewsOf(way))
      expect(brief(await attempt({ attempt: 2 }).run(checkListings, 'US'))).toEqual([
        'ASIN_LIVE US YES',
        'LISTING_MATCHES US YES',
      ]);
  });

  test.each([
    ['noBrand', 'UNKNOWN'],
    ['noModel', 'UNKNOWN'],
    ['noIdentifiers', 'UNKNOWN'],
    ['conflictingRows', 'UNKNOWN'],
    ['duplicateRows', 'YES'],
  ])('a listing with %s is live, and matches: %s', async (kind, answer) => {
    await fail(CATALOG, { kind });
    const runs = reviewsOf(way).map(({ checkListings }) => attempt().run(checkListings, 'US'));
    for (const found of await Promise.all(runs))
      expect(brief(found)).toEqual(['ASIN_LIVE US YES', `LISTING_MATCHES US ${answer}`]);
    expect(await callsTo(standIns.retail.url, way === 'alone' ? SEARCH : ITEM)).toEqual({});
  });

  test.each(['has expired.', 'is revoked, malformed or invalid.'])(
    'a token that %s is replaced, and nobody notices',
    async (why) => {
      await fail(CATALOG, {
        times: 1,
        status: 403,
        body: { errors: [{ code: 'Unauthorized', message: 'Denied.', details: `The access token ${why}` }] },
      });
      const runs = reviewsOf(way).map(({ checkListings }) => attempt().run(checkListings, 'US'));
      for (const found of await Promise.all(runs))
        expect(brief(found)).toEqual(['ASIN_LIVE US YES', 'LISTING_MATCHES US YES']);
      expect(await callsTo(standIns.retail.url, '/auth/o2/token')).toEqual({ 200: 2 });
      expect(await callsTo(standIns.retail.url, way === 'alone' ? ITEM : SEARCH)).toEqual({ 200: 1, 403: 1 });
    },
  );
});

describe('the skill store', () => {
  test.each([...anywhere, ['another skill', { kind: 'wrongSkill' }] as const])(
    '%s decides nothing, now or later',
    async (_name, fault) => {
      await fail(STORE, fault);
      const reviewOf = (callTimeoutMs: number) =>
        activitiesFor(standIns, examples.ready, { skills: skillsOf(standIns, { callTimeoutMs }) });
      const { checkSkill, saved } = reviewOf(timeoutFor(fault));
      expect(await failureOf(attempt().run(checkSkill, 'US'))).toMatchObject({ type: CALL_LATER });
      expect(saved.size).toBe(0);
      const late = attempt({ scheduledMsAgo: PATIENCE_MS + 1, attempt: 9 });
      expect(brief(await late.run(checkSkill, 'US'))).toEqual(['SKILL_PUBLISHED US UNKNOWN']);
      await recover();
      const again = attempt({ attempt: 2 }).run(reviewOf(AMPLE_MS).checkSkill, 'US');
      expect(brief(await again)).toEqual(['SKILL_PUBLISHED US YES']);
    },
  );
});
