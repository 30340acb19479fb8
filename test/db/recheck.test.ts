import { readSupersededFindings } from '../../db/findings';
import { createScene, people, type Scene, type SceneRequest } from './transition-scene';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

async function checked(): Promise<SceneRequest> {
  const request = await scene.create({ marketplaces: ['US', 'DE'] });
  await request.record(scene.activities.recordSubmission, people.maker);
  await request.find();
  await request.record(scene.activities.recordChecks);
  return request;
}
const recheck = (request: SceneRequest, round = 1) =>
  request.record((ref) => scene.activities.recordRecheck(ref, round), people.reviewer);
const present = async ({ id }: SceneRequest) =>
  (
    await scene.pool.query<{ answer: string }>(
      'select answer from review_findings where subject_id = $1 and round = 1',
      [id],
    )
  ).rows;
interface Superseded {
  round: number;
  check: string;
  marketplace: string;
  answer: string;
  codes: string[];
  superseded_at: Date;
  superseded_by: number;
}
const superseded = async ({ id }: SceneRequest) =>
  (
    await scene.pool.query<Superseded>(
      'select * from superseded_findings where request_id = $1 order by superseded_by, "check", marketplace',
      [id],
    )
  ).rows;

test('another run of the checks puts aside what the one before has found, once', async () => {
  const request = await checked();
  expect(await recheck(request)).toEqual({ status: 'UNDER_REVIEW', stage: 'CHECKING', round: 1 });
  const about = {
    round: 1,
    answer: 'YES',
    checked_at: new Date('2027-01-10T12:00:00.000Z'),
    superseded_at: new Date(scene.now),
    superseded_by: 3,
  };
  expect(await superseded(request)).toMatchObject([
    { ...about, check: 'ASIN_LIVE', marketplace: 'DE' },
    { ...about, check: 'ASIN_LIVE', marketplace: 'US' },
    { ...about, check: 'LISTING_MATCHES', marketplace: 'DE' },
    { ...about, check: 'LISTING_MATCHES', marketplace: 'US' },
  ]);
  expect(await present(request)).toEqual([]);
  await request.find();
  await request.steps.at(-1)?.repeat();
  expect(await present(request)).toHaveLength(4);
  expect(await superseded(request)).toHaveLength(4);
});

test('every run’s findings stay, and the last ones decide', async () => {
  const request = await checked();
  await recheck(request);
  await request.find('BRAND_MISMATCH');
  await scene.pool.query(
    "update review_findings set answer = 'UNKNOWN', codes = '{}' where subject_id = $1",
    [request.id],
  );
  await request.record(scene.activities.recordChecks);
  await recheck(request);
  await request.find('ASIN_NOT_FOUND');
  expect(await request.record(scene.activities.recordChecks)).toMatchObject({ status: 'REJECTED' });
  const runs = (await superseded(request)).map(({ superseded_by, answer }) => `${superseded_by} ${answer}`);
  expect([...new Set(runs)]).toEqual(['3 YES', '5 UNKNOWN']);
  const { row, rounds } = await request.traces();
  expect(row['reasons']).toHaveLength(4);
  expect(rounds).toMatchObject([{ decision: 'failChecks' }]);
});

test('of many runs a round shows what the last twenty have found, and all of it', async () => {
  const request = await checked();
  await recheck(request);
  await scene.pool.query(
    `insert into superseded_findings (request_id, round, "check", marketplace, answer, codes, found, expected, checked_at,
         superseded_at, superseded_by)
       select request_id, case when run <= 30 then 1 else 2 end, "check", marketplace, answer, codes, found, expected,
              checked_at, superseded_at + run * interval '1 minute', superseded_by + run
         from superseded_findings, generate_series(1, 31) run where request_id = $1`,
    [request.id],
  );
  const shown = await readSupersededFindings(scene.pool, request.id, [1, 2]);
  const minutes = (round: number) =>
    (shown.get(round) ?? []).map(
      ({ supersededAt }) => (Date.parse(supersededAt) - Date.parse(scene.now)) / 60_000,
    );
  expect(minutes(1)).toEqual(Array.from({ length: 20 }, (_, run) => Array<number>(4).fill(run + 11)).flat());
  expect(minutes(2)).toEqual([31, 31, 31, 31]);
});

test('of another round than the present one is refused, and changes nothing', async () => {
  const request = await checked();
  const before = [await request.traces(), await present(request)];
  const ref = request.next(people.reviewer);
  expect(await scene.activities.recordRecheck(ref, 2)).toEqual({ refused: 'ROUND_OUTDATED' });
  expect([await request.traces(), await present(request)]).toEqual(before);
  expect(await superseded(request)).toEqual([]);
});

test('keeps when the review is due', async () => {
  const request = await checked();
  const due = (await request.traces()).row['review_due_at'];
  await recheck(request);
  expect((await request.traces()).row).toMatchObject({ review_due_at: due, next_escalation_at: due });
});
