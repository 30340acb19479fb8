/** What a check tells people while it has no answer. */
import { createCheckActivities } from '../../../activities/amazon/checks';
import { examples } from '../../../dev/stand-ins/examples';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import { activitiesFor, attempt, brief, failureOf, PATIENCE_MS, subjectOf } from './check-runs';
import { catalogOf, control, offersOf, skillsOf } from './stand-in-clients';

let standIns: StandIns;
beforeEach(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
});
afterEach(() => standIns.close());

const failCatalog = (fault: object) =>
  control(standIns.retail.url, 'POST', '/_faults', { path: '/catalog/*', times: null, ...fault });
const part = { requestId: 'br_1', round: 1, service: 'catalog/na' };

test('a check that is answered at once tells nothing', async () => {
  const { checkListings, checkSkill, waits } = activitiesFor(standIns, examples.ready);
  await attempt().run(checkListings, 'US', 'CA');
  await attempt().run(checkSkill, 'US');
  expect(waits).toEqual([]);
});

test('one that is put off tells why and until when, and that it is over once it is answered', async () => {
  await failCatalog({ status: 429, headers: { 'Retry-After': '60' } });
  const { checkListings, waits } = activitiesFor(standIns, examples.ready);
  const first = attempt({ scheduledMsAgo: -PATIENCE_MS });
  const failure = await failureOf(first.run(checkListings, 'US', 'CA'));
  expect(waits).toEqual([
    { ...part, why: 'Amazon’s catalogue answered 429.', retryAt: expect.any(String) as string },
  ]);
  const until = Date.parse(waits[0]?.retryAt ?? '') - Date.now();
  expect(until / 1000).toBeCloseTo(Number(failure.nextRetryDelay) / 1000, 0);

  await control(standIns.retail.url, 'DELETE', '/_faults');
  await attempt({ heartbeatDetails: first.beats.at(-1), attempt: 2 }).run(checkListings, 'US', 'CA');
  expect(waits.slice(1)).toEqual([part]);
});

test('it is over, too, when the patience is', async () => {
  await failCatalog({ status: 503 });
  const { checkListings, waits } = activitiesFor(standIns, examples.ready);
  const last = attempt({ attempt: 9, scheduledMsAgo: PATIENCE_MS + 1 });
  expect(brief(await last.run(checkListings, 'US'))).toContain('ASIN_LIVE US UNKNOWN');
  expect(waits).toEqual([part]);
});

test('each part of a review tells of its own: each region of the catalogue, and the skill store', async () => {
  await failCatalog({ status: 500 });
  await control(standIns.skills.url, 'POST', '/_faults', { path: '/v1/*', status: 503 });
  const { checkListings, checkSkill, waits } = activitiesFor(standIns, examples.ready);
  await failureOf(attempt().run(checkListings, 'DE'));
  await failureOf(attempt().run(checkListings, 'JP'));
  await failureOf(attempt().run(checkSkill, 'US'));
  expect(waits.map(({ service, why }) => [service, why])).toEqual([
    ['catalog/eu', 'Amazon’s catalogue answered 500.'],
    ['catalog/fe', 'Amazon’s catalogue answered 500.'],
    ['skills', 'The skill store answered 503.'],
  ]);
});

test('an authorisation that is refused is told without secrets and addresses', async () => {
  await control(standIns.retail.url, 'POST', '/_faults', {
    path: '/auth/o2/token',
    status: 400,
    body: { error: 'invalid_grant', error_description: 'https://secret.example/development-token' },
  });
  const { checkListings, waits } = activitiesFor(standIns, examples.ready);
  await failureOf(attempt().run(checkListings, 'US'));
  expect(waits[0]?.why).toBe('Login with Amazon refuses our authorisation (400: invalid_grant).');
});

test('a liveness check and the check of a draft, whose answer is waited for, tell nothing', async () => {
  await failCatalog({ status: 500 });
  const { checkLiveness, checkListings, waits } = activitiesFor(standIns, examples.ready);
  await failureOf(attempt().run(checkLiveness, 'US'));
  const draft = { subject: { checkId: 'chk_1' }, marketplaces: ['US'] } as const;
  await failureOf(attempt().environment.run(checkListings, draft));
  expect(waits).toEqual([]);
});

test('a check that waits long for an answer or for its turn tells so', async () => {
  const run = attempt();
  const told = await new Promise((resolve) => {
    const { checkListings } = createCheckActivities({
      catalog: { lookUp: () => new Promise(() => undefined) },
      offers: offersOf(standIns),
      skills: skillsOf(standIns),
      loadSubject: async () => subjectOf(examples.ready),
      saveFindings: async () => undefined,
      noteWait: async (_part, wait) => resolve(wait),
      patienceMs: PATIENCE_MS,
    });
    run.run(checkListings, 'US').catch(() => undefined);
  });
  run.environment.cancel();
  expect(told).toEqual({
    why: expect.stringMatching(
      /^Amazon’s catalogue is waited for since \d\d:\d\d UTC; others may be asked about first\.$/,
    ) as string,
    retryAt: null,
  });
});

test('a note that cannot be kept does not fail the check', async () => {
  const saved: string[] = [];
  const { checkListings } = createCheckActivities({
    catalog: catalogOf(standIns),
    offers: offersOf(standIns),
    skills: skillsOf(standIns),
    loadSubject: async () => subjectOf(examples.ready),
    saveFindings: async (_subject, findings) => void saved.push(...brief(findings)),
    noteWait: () => Promise.reject(new Error('The database is away.')),
    patienceMs: PATIENCE_MS,
  });
  await attempt({ attempt: 2 }).run(checkListings, 'US');
  expect(saved).toContain('ASIN_LIVE US YES');
  await failCatalog({ status: 500 });
  expect(await failureOf(attempt().run(checkListings, 'US'))).toMatchObject({ type: 'CALL_LATER' });
});
