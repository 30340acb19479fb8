/** A worker that stood still in the middle of a check, and goes on when another one has done it. */
import { createCheckActivities } from '../../../activities/amazon/checks';
import { readFindings, saveFindings, type Finder } from '../../../db/findings';
import { examples } from '../../../dev/stand-ins/examples';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import type { CatalogLookup } from '../../../activities/amazon/catalog-reading';
import type { Catalog } from '../../../activities/amazon/catalog';
import type { Answer, Finding } from '../../../domain/review';
import { createTestDatabase, type TestDatabase } from '../../setup/database';
import { attempt, PATIENCE_MS, subjectOf } from './check-runs';
import { catalogOf, offersOf, skillsOf } from './stand-in-clients';

const subject = { requestId: 'br_1', round: 1 };
let database: TestDatabase;
let standIns: StandIns;
beforeEach(async () => {
  database = await createTestDatabase();
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
});
afterEach(async () => {
  await standIns.close();
  await database.drop();
});

const workerWith = (catalog: Catalog) =>
  createCheckActivities({
    catalog,
    offers: offersOf(standIns),
    skills: skillsOf(standIns),
    loadSubject: async () => subjectOf(examples.ready),
    saveFindings: (about, findings, by) => saveFindings(database.pool, about, findings, by),
    noteWait: async () => undefined,
    patienceMs: PATIENCE_MS,
  });
const answers = async () =>
  (await readFindings(database.pool, subject)).map(({ check, answer }) => `${check} ${answer}`);

test('it writes nothing over what the other one has found', async () => {
  let goOn: (lookup: CatalogLookup) => void = () => undefined;
  let late: Promise<unknown> = Promise.resolve();
  const asked = new Promise<void>((resolve) => {
    const standing: Catalog = {
      lookUp: () => {
        resolve();
        return new Promise((answer) => (goOn = answer));
      },
    };
    late = attempt().run(workerWith(standing).checkListings, 'US');
  });
  await asked;
  await attempt({ attempt: 2 }).run(workerWith(catalogOf(standIns)).checkListings, 'US');
  const found = ['ASIN_LIVE YES', 'LISTING_MATCHES YES'];
  expect(await answers()).toEqual(found);
  goOn({ kind: 'notFound', requestId: null });
  await late;
  expect(await answers()).toEqual(found);
});

const found = (answer: Answer): Finding => ({
  ...{ check: 'ASIN_LIVE', marketplace: 'US', answer, codes: [], undecided: [] },
  ...{ found: {}, expected: {}, checkedAt: '2027-01-10T12:00:00.000Z' },
});

test.each<[string, Finder, Finder, Answer]>([
  ['an attempt', { scheduledAt: 1, attempt: 2 }, { scheduledAt: 1, attempt: 1 }, 'YES'],
  ['a run of the checks', { scheduledAt: 2, attempt: 1 }, { scheduledAt: 1, attempt: 7 }, 'YES'],
  ['nothing that is its own', { scheduledAt: 1, attempt: 1 }, { scheduledAt: 1, attempt: 1 }, 'UNKNOWN'],
  ['nothing that is earlier', { scheduledAt: 1, attempt: 7 }, { scheduledAt: 2, attempt: 1 }, 'UNKNOWN'],
])('what was found stays where the next to write is behind %s', async (_what, first, next, stays) => {
  await saveFindings(database.pool, subject, [found('YES')], first);
  await saveFindings(database.pool, subject, [found('UNKNOWN')], next);
  expect(await answers()).toEqual([`ASIN_LIVE ${stays}`]);
});
