/** Dates that pass on the way, and the zone data that their instants come of. */
import { requestColumns, requestTables, toRequestView, type RequestViewRow } from '../../db/request-view';
import { firstLooks } from '../../domain/listing-looks';
import { MARKETPLACE_CODES, type MarketplaceCode } from '../../domain/marketplaces';
import { createScene, people, type RequestOptions, type Scene, type SceneRequest } from './transition-scene';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());
beforeEach(() => {
  scene.now = '2027-01-14T12:00:00.000Z';
});

const DATED = { goLive: { kind: 'ON_DATE', date: '2027-01-15' }, marketplaces: ['US', 'JP'] } as const;
/** Midnight at the start of that day. */
const JAPAN = '2027-01-14T15:00:00.000Z';
const AMERICA = '2027-01-15T08:00:00.000Z';

const certify = (request: SceneRequest) => request.certify({ status: 'COMPLETE', result: 'APPROVED' });
async function certified(options: RequestOptions = DATED): Promise<SceneRequest> {
  const request = await scene.approved(options);
  await certify(request);
  return request;
}
const stage = (request: SceneRequest) =>
  request.record((ref) =>
    scene.activities.recordStaging(ref, { answers: { US: 'YES', JP: 'YES' }, looks: {} }),
  );
const stageNothing = (request: SceneRequest) =>
  request.record((ref) => scene.activities.recordStaging(ref, { answers: {}, looks: {} }));
const badgesOf = async (request: SceneRequest) =>
  (await request.traces()).badges.map(
    ({ marketplace, effective_at }) => `${marketplace} ${new Date(effective_at).toISOString()}`,
  );

test('a badge is live at once where its date has begun, and at midnight where it has not', async () => {
  const request = await certified();
  // The 15th in Japan, the 14th in the United States.
  scene.now = '2027-01-14T20:00:00.000Z';
  expect(await stage(request)).toMatchObject({ status: 'PENDING', stage: 'SCHEDULED', enabledAt: AMERICA });
  expect(await badgesOf(request)).toEqual([`JP ${scene.now}`, `US ${AMERICA}`]);
});

test('a date that passes while a reviewer is awaited does not stand in the way', async () => {
  const request = await scene.create(DATED);
  await request.record(scene.activities.recordSubmission, people.maker);
  await request.find();
  await request.record(scene.activities.recordChecks);
  await certify(request);
  scene.now = '2027-01-20T00:00:00.000Z';
  const approve = request.record((ref) => scene.activities.recordApproval(ref, 1), people.reviewer);
  expect(await approve).toMatchObject({
    status: 'PENDING',
    stage: 'SCHEDULED',
    looks: firstLooks(['JP', 'US'], { JP: JAPAN, US: AMERICA }),
  });
  expect(await stage(request)).toMatchObject({ status: 'ENABLED', enabledAt: scene.now });
  expect(await badgesOf(request)).toEqual([`JP ${scene.now}`, `US ${scene.now}`]);
});

// What is longer is a burden on each history that holds it, and there are millions of them.
test('what a workflow is told of a request stays below a kilobyte, whatever number of marketplaces it wants', async () => {
  const request = await scene.create({ ...DATED, marketplaces: MARKETPLACE_CODES });
  await request.certify({ status: 'UNDER_TEST', marketplaces: MARKETPLACE_CODES });
  await request.record(scene.activities.recordSubmission, people.maker);
  await request.find();
  await request.record(scene.activities.recordChecks);
  const later = { kind: 'ON_DATE', date: '2027-03-28' } as const;
  const steps = [
    () => request.record((ref) => scene.activities.recordApproval(ref, 1), people.reviewer),
    () => certify(request).then(() => stageNothing(request)),
    () => request.record((ref) => scene.activities.recordRescheduling(ref, later), people.maker),
  ];
  for (const step of steps) {
    const outcome = await step();
    expect(outcome).toMatchObject({ open: MARKETPLACE_CODES });
    expect(JSON.stringify(outcome).length).toBeLessThan(1_000);
  }
});

test.each([
  ['names its date where that is still to come in one marketplace', '2027-01-15T07:59:59.999Z', '2027-01-15'],
  ['promises no date that has begun in every marketplace', AMERICA, null],
])('the mail of an approval %s', async (_, now, goLiveDate) => {
  const request = await scene.create(DATED);
  await request.record(scene.activities.recordSubmission, people.maker);
  await request.find();
  await request.record(scene.activities.recordChecks);
  scene.now = now;
  await request.record((ref) => scene.activities.recordApproval(ref, 1), people.reviewer);
  const mail = (await request.traces()).mails.find(({ template }) => template === 'pending');
  expect(mail?.props).toEqual({ awaitsCertification: true, goLiveDate });
});

test('a date that passes while the certification is awaited does not stand in the way', async () => {
  const request = await scene.approved(DATED);
  scene.now = '2027-01-20T00:00:00.000Z';
  await certify(request);
  expect(await stage(request)).toMatchObject({ status: 'ENABLED', enabledAt: scene.now });
});

test.each([
  ['over in one marketplace only', '2027-01-15T16:00:00.000Z', 'UNDER_REVIEW'],
  ['over in both', '2027-01-16T08:00:00.000Z', undefined],
])('a date that is %s at submission', async (_, now, status) => {
  const request = await scene.create(DATED);
  scene.now = now;
  const outcome = await request.record(scene.activities.recordSubmission, people.maker);
  expect(outcome).toMatchObject(status === undefined ? { refused: 'FORM_INVALID' } : { status });
});

test('the history says which zone data its instants are made with, where it made any', async () => {
  const entriesOf = async ({ id }: SceneRequest) => {
    const { rows } = await scene.pool.query<{ action: string; tzdata: string | null }>(
      `select action, details ->> 'tzdata' as tzdata from badge_request_history
        where request_id = $1 and transition_seq is not null order by seq`,
      [id],
    );
    return rows.map(({ action, tzdata }) => `${action} ${tzdata ?? '-'}`);
  };
  const tzdata = process.versions['tz'];
  expect(tzdata).toMatch(/^20\d\d[a-z]$/);

  const dated = await scene.approved(DATED);
  await stage(dated);
  await certify(dated);
  await stage(dated);
  const later = { kind: 'ON_DATE', date: '2027-01-16' } as const;
  await dated.record((ref) => scene.activities.recordRescheduling(ref, later), people.maker);
  expect(await entriesOf(dated)).toEqual([
    'submit -',
    'passChecks -',
    `approve ${tzdata}`,
    `stage ${tzdata}`,
    `stage ${tzdata}`,
    `reschedule ${tzdata}`,
  ]);

  const soon = await certified({});
  await stage(soon);
  expect(await entriesOf(soon)).toEqual(['submit -', 'passChecks -', 'approve -', 'enable -']);
});

test.each<[readonly MarketplaceCode[], string, string | null]>([
  [['JP'], '2027-01-14T14:59:59.999Z', '2027-01-15'],
  [['JP'], JAPAN, null],
  [['US', 'JP'], '2027-01-15T07:59:59.999Z', '2027-01-15'],
  [['US', 'JP'], AMERICA, null],
  [['US', 'JP'], '2027-01-01T00:00:00.000Z', '2027-01-15'],
  [['US', 'JP'], '2027-03-01T00:00:00.000Z', null],
])('a request for %j that is read at %s goes live on the date %s', async (marketplaces, at, date) => {
  const { id } = await scene.approved({ ...DATED, marketplaces });
  const { rows } = await scene.pool.query<RequestViewRow>(
    `select ${requestColumns} from ${requestTables} where s.id = $1`,
    [id],
  );
  expect(rows.map((row) => toRequestView({ ...row, seen_at: new Date(at) }).dateToCome)).toEqual([date]);
});
