/** A newer approval that covers other marketplaces than the one that a request goes live by. */
import { AMERICA, EVE, JAPAN, seen, type StagingScene, useStagingScene } from './staging-scene';
import { people, type Scene, type SceneRequest } from './transition-scene';

let at: StagingScene;
let scene: Scene;
useStagingScene(EVE, (made) => {
  at = made;
  scene = made.scene;
});

/** The newest approval covers these, and what is staged is held against it; no listing is looked at. */
async function cover(request: SceneRequest, marketplaces: readonly string[]) {
  await request.certify({ status: 'COMPLETE', result: 'APPROVED', marketplaces });
  return at.stage(request, {});
}

test('takes back what is staged and not covered, with a reason, and the rest is enabled in its own time', async () => {
  const request = await at.staged();
  expect(await cover(request, ['JP'])).toMatchObject({ open: [], enabledAt: JAPAN, judged: true });
  expect(await seen(request)).toEqual({
    standing: 'PENDING SCHEDULED',
    first: JAPAN,
    last: JAPAN,
    marketplaces: ['JP'],
    codes: ['MARKETPLACE_NOT_CERTIFIED'],
    history: [`stage PENDING ${EVE}`, `stage PENDING ${EVE}`, `enable ENABLED ${JAPAN}`],
    mails: [`marketplace-dropped ${EVE}`, `enabled ${JAPAN}`],
    badges: [`JP ${JAPAN}`],
  });
  const { history, row } = await request.traces();
  expect(history.at(-2)?.details).toMatchObject({ dropped: ['US'] });
  expect(row['reasons']).toMatchObject([{ marketplace: 'US', found: 'US', expected: 'JP' }]);
});

test('is recorded once, however often it is written, and of no other request', async () => {
  const [request, other] = [await at.staged(), await at.staged()];
  const before = await other.traces();
  const outcome = await cover(request, ['JP']);
  expect(await other.traces()).toEqual(before);
  const after = await request.traces();
  expect(await request.steps.at(-1)?.repeat()).toEqual(outcome);
  expect(await request.traces()).toEqual(after);
});

test('takes back a badge that is effective, too, as long as others are awaited', async () => {
  const request = await at.staged();
  scene.now = JAPAN;
  expect(await cover(request, ['US'])).toMatchObject({ open: [], enabledAt: AMERICA });
  expect(await seen(request)).toMatchObject({
    standing: 'PENDING SCHEDULED',
    first: AMERICA,
    marketplaces: ['US'],
    mails: [`marketplace-dropped ${JAPAN}`, `enabled ${AMERICA}`],
    badges: [`US ${AMERICA}`],
  });
});

test('enables at once where all that is left is effective', async () => {
  const request = await at.staged();
  scene.now = JAPAN;
  expect(await cover(request, ['JP'])).toMatchObject({ status: 'ENABLED', enabledAt: JAPAN });
  expect(await seen(request)).toMatchObject({
    standing: 'ENABLED -',
    history: [`stage PENDING ${EVE}`, `enable ENABLED ${JAPAN}`],
    badges: [`JP ${JAPAN}`],
  });
});

test('rejects where none is left', async () => {
  const request = await at.staged();
  expect(await cover(request, ['DE'])).toMatchObject({ status: 'REJECTED', enabledAt: null });
  expect(await seen(request)).toEqual({
    standing: 'REJECTED -',
    first: null,
    last: null,
    marketplaces: ['US', 'JP'],
    codes: ['MARKETPLACE_NOT_CERTIFIED', 'MARKETPLACE_NOT_CERTIFIED'],
    history: [`stage PENDING ${EVE}`, `exhaustMarketplaces REJECTED ${EVE}`],
    mails: [`rejected ${EVE}`],
    badges: [],
  });
});

test('rejects where none is left, and says where shoppers see the badge no more', async () => {
  const request = await at.staged();
  scene.now = JAPAN;
  await cover(request, ['DE']);
  const { history, mails } = await request.traces();
  for (const told of [history.at(-1)?.details, mails.at(-1)?.props])
    expect(told).toMatchObject({ taken: ['JP'] });
});

test('rejects where none is covered, and names nothing to choose from', async () => {
  const request = await at.staged();
  await cover(request, []);
  const { row } = await request.traces();
  expect(row['reasons']).toMatchObject([
    { marketplace: 'US', expected: null },
    { marketplace: 'JP', expected: null },
  ]);
});

test.each([
  ['ends without approval', { status: 'CANCELLED' }, 'recordCertificationRefusal'],
  ['covers none in the end', { status: 'COMPLETE', result: 'APPROVED', marketplaces: [] }, 'recordStaging'],
] as const)(
  'a request that is sent back as it %s has all its marketplaces again',
  async (_name, word, write) => {
    const request = await at.staged();
    await cover(request, ['JP']);
    await request.certify(word);
    if (write === 'recordStaging') await at.stage(request, {});
    else await request.record(scene.activities.recordCertificationRefusal);
    expect(await seen(request)).toMatchObject({
      standing: 'REJECTED -',
      marketplaces: ['US', 'JP'],
      badges: [],
    });
  },
);

test.each([
  ['for an approval', ['JP'], {}],
  ['for its listing', ['US', 'JP'], { US: 'NO', JP: 'YES' }],
] as const)('a request that is withdrawn has what was dropped %s again', async (_name, covered, answers) => {
  const request = await at.certified();
  await request.certify({ status: 'COMPLETE', result: 'APPROVED', marketplaces: covered });
  await at.stage(request, answers, { US: { at: EVE, tries: 30 } });
  expect(await seen(request)).toMatchObject({ marketplaces: ['JP'] });
  await request.record(scene.activities.recordWithdrawal, people.maker);
  expect(await seen(request)).toMatchObject({ standing: 'NOT_SUBMITTED -', marketplaces: ['US', 'JP'] });
});

test('brings back what an earlier one left out: its listing is looked at, in its own time', async () => {
  const request = await at.staged();
  await cover(request, ['JP']);
  const outcome = await cover(request, ['DE', 'JP', 'US']);
  const look = { at: new Date(Date.parse(AMERICA) - 86_400_000).toISOString() };
  expect(outcome).toMatchObject({ open: ['US'], looks: { US: look }, enabledAt: null });
  expect(await seen(request)).toMatchObject({
    standing: 'PENDING SCHEDULED',
    first: JAPAN,
    last: null,
    marketplaces: ['US', 'JP'],
    codes: [],
    mails: [`marketplace-dropped ${EVE}`, `marketplace-restored ${EVE}`],
    badges: [`JP ${JAPAN}`],
  });
  await at.stage(request, { US: 'YES' });
  expect(await seen(request)).toMatchObject({ last: AMERICA, badges: [`JP ${JAPAN}`, `US ${AMERICA}`] });
});

test('leaves out what was dropped for its listing', async () => {
  const request = await at.certified();
  await at.stage(request, { US: 'NO', JP: 'YES' }, { US: { at: EVE, tries: 30 } });
  await cover(request, ['US', 'JP', 'DE']);
  expect(await seen(request)).toMatchObject({ marketplaces: ['JP'], codes: ['LISTING_NOT_LIVE_IN_TIME'] });
});

test('says why a listing lost its marketplace beside what it drops and brings back', async () => {
  const request = await at.certified({ marketplaces: ['US', 'DE', 'JP'] });
  await at.stage(request, { US: 'NO', DE: 'YES', JP: 'YES' }, { US: { at: EVE, tries: 30 } });
  await cover(request, ['JP']);
  expect(await seen(request)).toMatchObject({
    marketplaces: ['JP'],
    codes: ['LISTING_NOT_LIVE_IN_TIME', 'MARKETPLACE_NOT_CERTIFIED'],
  });
  await cover(request, ['US', 'DE', 'JP']);
  expect(await seen(request)).toMatchObject({
    marketplaces: ['DE', 'JP'],
    codes: ['LISTING_NOT_LIVE_IN_TIME'],
  });
  await request.record(scene.activities.recordWithdrawal, people.maker);
  expect(await seen(request)).toMatchObject({ marketplaces: ['US', 'DE', 'JP'] });
});

test('a request that is withdrawn again has what its last round asked for', async () => {
  const request = await at.certified();
  const { recordApproval, recordChecks, recordSubmission, recordWithdrawal } = scene.activities;
  await request.record(recordWithdrawal, people.maker);
  await scene.pool.query(`update badge_requests set marketplaces = '{JP}' where id = $1`, [request.id]);
  await request.record(recordSubmission, people.maker);
  await request.record(recordChecks);
  await request.record((ref) => recordApproval(ref, 2), people.reviewer);
  await request.record(recordWithdrawal, people.maker);
  expect(await seen(request)).toMatchObject({ standing: 'NOT_SUBMITTED -', marketplaces: ['JP'] });
});

test('says of what stays dropped what is covered now, and tells the maker nothing more', async () => {
  const request = await at.staged();
  await cover(request, ['JP']);
  await cover(request, ['JP', 'DE']);
  const { row } = await request.traces();
  expect(row['reasons']).toMatchObject([{ marketplace: 'US', expected: 'JP, DE' }]);
  expect(await seen(request)).toMatchObject({ mails: [`marketplace-dropped ${EVE}`, `enabled ${JAPAN}`] });
});

test('that covers all that is wanted is not recorded, long before the first look', async () => {
  const request = await at.certified();
  const before = await request.traces();
  const outcome = await at.stage(request, {});
  expect(outcome).toMatchObject({ unchanged: true, judged: true, open: ['US', 'JP'], enabledAt: null });
  expect(await request.traces()).toEqual(before);
});

test('that changes nothing is not recorded', async () => {
  const request = await at.staged();
  const before = await request.traces();
  const outcome = await cover(request, ['US', 'JP']);
  expect(outcome).toMatchObject({ unchanged: true, open: [], enabledAt: AMERICA });
  expect(outcome).toMatchObject({ certification: { version: 3 } });
  expect(await request.traces()).toEqual(before);
});

test('is told again to a request that ends with the badges that it has', async () => {
  const request = await at.staged();
  scene.now = JAPAN;
  await request.certify({ status: 'COMPLETE', result: 'APPROVED', marketplaces: ['US'] });
  await request.record(scene.activities.recordWithdrawal, people.maker);
  const { rows } = await scene.pool.query('select project_id from certification_news');
  expect(rows).toContainEqual({ project_id: request.projectId });
});
