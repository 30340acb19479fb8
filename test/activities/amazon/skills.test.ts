import { CallLaterError, UnreadableAnswerError } from '../../../activities/amazon/call-later';
import { demoSkillIds, thirdPartyVendor } from '../../../dev/stand-ins/skill-shelf';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import { callsTo, control, skillsOf, timeoutFor } from './stand-in-clients';

const vendorId = 'MNORTHLIGHT001';
const lights = { skillId: demoSkillIds.lights, vendorId };
const LIST = '/v1/skills';
const MANIFEST = '/v1/skills/:skillId/stages/live/manifest';

let standIns: StandIns;
let url: string;
beforeEach(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
  url = standIns.skills.url;
});
afterEach(() => standIns.close());

const fault = (body: object) => control(url, 'POST', '/_faults', { path: '/v1/*', ...body });
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

test('a published skill is known with its distribution, from two calls and one token', async () => {
  await expect(skillsOf(standIns).lookUp(lights)).resolves.toEqual({
    kind: 'skill',
    live: 'PUBLISHED',
    distribution: { worldwide: true, countries: [], mode: 'PUBLIC' },
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    manifest: { status: 200, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
  });
  expect(await callsTo(url, LIST)).toEqual({ 200: 1 });
  expect(await callsTo(url, MANIFEST)).toEqual({ 200: 1 });
  expect(await callsTo(url, '/auth/O2/token')).toEqual({ 200: 1 });
});

test('lookups of one skill at the same time share their calls, a later one asks anew', async () => {
  const store = skillsOf(standIns);
  const other = store.lookUp({ ...lights, vendorId: 'MSOMEBODYELSE1' });
  const together = await Promise.all(Array.from({ length: 20 }, () => store.lookUp(lights)));
  await other;
  expect(new Set(together.map(({ requestId }) => requestId)).size).toBe(1);
  expect(await callsTo(url, LIST)).toEqual({ 200: 1, 403: 2 });
  await store.lookUp(lights);
  expect(await callsTo(url, LIST)).toEqual({ 200: 2, 403: 2 });
  await fault({ status: 503 });
  expect(await failureOf(store.lookUp(lights))).toBeInstanceOf(CallLaterError);
  await expect(store.lookUp(lights)).resolves.toMatchObject({ live: 'PUBLISHED' });
});

test.each(['HIDDEN', 'REMOVED'])('a skill that is %s needs no manifest', async (live) => {
  await control(url, 'PUT', `/_skills/${lights.skillId}`, { vendorId, stages: { live } });
  await expect(skillsOf(standIns).lookUp(lights)).resolves.toMatchObject({ live, distribution: null });
  expect(await callsTo(url, MANIFEST)).toEqual({});
});

test('a skill with a development stage only has no live stage', async () => {
  await expect(
    skillsOf(standIns).lookUp({ skillId: demoSkillIds.switches, vendorId }),
  ).resolves.toMatchObject({
    live: 'NONE',
  });
});

test.each([{ isTruncated: true }, { nextToken: 'more' }])(
  'a list with %j and no live stage so far does not say that there is none',
  async (rest) => {
    const rows = (...stages: [stage: string, publicationStatus: string][]) => ({
      status: 200,
      body: {
        skills: stages.map(([stage, publicationStatus]) => ({ ...lights, stage, publicationStatus })),
        ...rest,
      },
    });
    await fault(rows(['development', 'DEVELOPMENT']));
    await expect(skillsOf(standIns).lookUp(lights)).resolves.toMatchObject({ live: 'UNCLEAR' });
    await fault(rows(['development', 'DEVELOPMENT'], ['live', 'HIDDEN']));
    await expect(skillsOf(standIns).lookUp(lights)).resolves.toMatchObject({ live: 'HIDDEN' });
  },
);

test('a publication status that is not known decides nothing', async () => {
  await control(url, 'PUT', `/_skills/${lights.skillId}`, { vendorId, stages: { live: 'PAUSED' } });
  await expect(skillsOf(standIns).lookUp(lights)).resolves.toMatchObject({ live: 'UNCLEAR' });
});

test.each<[string, object[]]>([
  [
    'of which one names no stage',
    [
      { stage: 'live', publicationStatus: 'PUBLISHED' },
      { stage: null, publicationStatus: 'HIDDEN' },
    ],
  ],
  [
    'that contradict each other',
    [
      { stage: 'live', publicationStatus: 'PUBLISHED' },
      { stage: 'live', publicationStatus: 'REMOVED' },
    ],
  ],
])('rows of one skill %s decide nothing', async (_name, rows) => {
  await fault({ status: 200, body: { skills: rows.map((row) => ({ ...lights, ...row })) } });
  await expect(skillsOf(standIns).lookUp(lights)).resolves.toMatchObject({ live: 'UNCLEAR' });
  expect(await callsTo(url, MANIFEST)).toEqual({});
});

test('a third party’s skill is refused, and costs one new token at most', async () => {
  const skills = skillsOf(standIns);
  const theirs = { skillId: demoSkillIds.cameras, vendorId: thirdPartyVendor };
  await expect(skills.lookUp(theirs)).resolves.toMatchObject({ kind: 'refused', status: 403 });
  await expect(skills.lookUp(theirs)).resolves.toMatchObject({ kind: 'refused', status: 403 });
  expect(await callsTo(url, '/auth/O2/token')).toEqual({ 200: 2 });
});

describe('a skill that the vendor’s list does not hold', () => {
  test('has no live stage when its manifest says so too', async () => {
    await expect(
      skillsOf(standIns).lookUp({ skillId: 'amzn1.ask.skill.none', vendorId }),
    ).resolves.toMatchObject({
      kind: 'skill',
      live: 'NONE',
    });
  });
  test('may be another vendor’s when its manifest is refused', async () => {
    await expect(
      skillsOf(standIns).lookUp({ skillId: demoSkillIds.cameras, vendorId }),
    ).resolves.toMatchObject({
      kind: 'refused',
      status: 403,
    });
  });
  test('decides nothing when its manifest is there', async () => {
    await expect(
      skillsOf(standIns).lookUp({ skillId: demoSkillIds.climate, vendorId }),
    ).resolves.toMatchObject({
      kind: 'skill',
      live: 'UNCLEAR',
    });
  });
});

test('a manifest that tells of no publishing leaves open what it does not say', async () => {
  const answer = (publishingInformation: object | null) =>
    fault({ path: '/v1/skills/*/manifest', status: 200, body: { manifest: { publishingInformation } } });
  await answer(null);
  await expect(skillsOf(standIns).lookUp(lights)).resolves.toMatchObject({ distribution: null });
  await answer({});
  await expect(skillsOf(standIns).lookUp(lights)).resolves.toMatchObject({
    distribution: { worldwide: null, countries: null, mode: null },
  });
});

test('a manifest that is refused leaves the distribution open', async () => {
  await control(url, 'POST', '/_faults', {
    path: '/v1/skills/*/manifest',
    status: 404,
    body: { message: 'Not found.' },
  });
  await expect(skillsOf(standIns).lookUp(lights)).resolves.toMatchObject({
    live: 'PUBLISHED',
    distribution: null,
  });
});

test.each([
  ['429', { status: 429, headers: { 'Retry-After': '4' } }, 4000],
  ['500', { status: 500 }, 1000],
  ['503', { status: 503, kind: 'html' }, 1000],
  ['a reset', { kind: 'reset' }, 1000],
  ['a cut', { kind: 'cut' }, 1000],
  ['silence', { kind: 'slow' }, 1000],
  ['dripping', { kind: 'drip' }, 1000],
])('%s is asked again later', async (_name, body, retryAfterMs) => {
  await fault(body);
  const error = await failureOf(skillsOf(standIns, { callTimeoutMs: timeoutFor(body) }).lookUp(lights));
  expect(error).toBeInstanceOf(CallLaterError);
  expect(error).toMatchObject({ retryAfterMs });
});

test.each([
  ['HTML', { kind: 'html' }],
  ['20 MB', { kind: 'huge' }],
  ['half an answer', { kind: 'malformed' }],
  ['an empty answer', { kind: 'empty' }],
  ['another skill', { kind: 'wrongSkill' }],
  ['a redirect', { kind: 'redirect' }],
  ['rows in another form', { status: 200, body: { skills: [{ skillId: 7 }] } }],
  ['a list that is still being made', { status: 202, body: {} }],
  ['a manifest in another form', { path: '/v1/skills/*/manifest', status: 200, body: { manifest: 'none' } }],
])('%s decides nothing, and its text goes nowhere', async (_name, body) => {
  await fault(body);
  const error = await failureOf(skillsOf(standIns).lookUp(lights));
  expect(error).toBeInstanceOf(UnreadableAnswerError);
  expect(String(error).length).toBeLessThan(120);
});

test('an expired token is renewed', async () => {
  const skills = skillsOf(standIns);
  await skills.lookUp(lights);
  await control(url, 'DELETE', '/_tokens');
  await expect(skills.lookUp(lights)).resolves.toMatchObject({ live: 'PUBLISHED' });
  expect(await callsTo(url, '/auth/O2/token')).toEqual({ 200: 2 });
});

test.each([
  ['as a page', { status: 401, kind: 'html' }],
  ['without a body', { status: 401, kind: 'empty' }],
  ['as a page, 403', { status: 403, kind: 'html' }],
])('a token that is refused %s is renewed as well', async (_name, body) => {
  await fault(body);
  await expect(skillsOf(standIns).lookUp(lights)).resolves.toMatchObject({ live: 'PUBLISHED' });
  expect(await callsTo(url, '/auth/O2/token')).toEqual({ 200: 2 });
});

test('a refusal as a page that another token does not mend is final, and its text goes nowhere', async () => {
  await fault({ status: 403, kind: 'html', times: null });
  await expect(skillsOf(standIns).lookUp(lights)).resolves.toEqual({
    kind: 'refused',
    operation: 'listSkillsForVendor',
    status: 403,
    requestId: null,
  });
});

test('whoever cancels a call gets their own reason', async () => {
  await fault({ kind: 'slow' });
  const cancelled = new AbortController();
  const call = skillsOf(standIns).lookUp(lights, cancelled.signal);
  const reason = new Error('withdrawn');
  cancelled.abort(reason);
  await expect(call).rejects.toBe(reason);
});
