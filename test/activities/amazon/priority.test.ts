/** Who goes first at Amazon. */
import { createCheckActivities, type CheckActivities } from '../../../activities/amazon/checks';
import type { CallPriority } from '../../../activities/amazon/call-line';
import type { CatalogLookup } from '../../../activities/amazon/catalog-reading';
import { examples } from '../../../dev/stand-ins/examples';
import { attempt, PATIENCE_MS, subjectOf } from './check-runs';

const notFound: CatalogLookup = { kind: 'notFound', requestId: null };
/** Activities whose catalogue answers as given, and what it was asked as. */
function activitiesWith(
  answer: (priority: CallPriority | undefined, signal: AbortSignal | undefined) => Promise<CatalogLookup>,
  patienceMs = PATIENCE_MS,
): { activities: CheckActivities; asked: (CallPriority | undefined)[] } {
  const asked: (CallPriority | undefined)[] = [];
  const activities = createCheckActivities({
    catalog: {
      lookUp: (_asin, _marketplace, signal, priority) => {
        asked.push(priority);
        return answer(priority, signal);
      },
    },
    offers: { lookUp: () => Promise.reject(new Error('asked')) },
    skills: { lookUp: () => Promise.reject(new Error('asked')) },
    loadSubject: async () => subjectOf(examples.ready),
    saveFindings: async () => undefined,
    noteWait: async () => undefined,
    patienceMs,
  });
  return { activities, asked };
}
const input = { subject: { checkId: 'chk_1' }, marketplaces: ['US'] } as const;
const LIVENESS_IS_NO = [{ check: 'ASIN_LIVE', marketplace: 'US', answer: 'NO' }];
/** Waits for its turn, which never comes. */
const forever = (signal: AbortSignal | undefined) =>
  new Promise<never>((_resolve, reject) => {
    const leave = () => reject(signal?.reason as Error);
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave);
  });

test.each([
  ['checkListings', 'interactive'],
  ['checkLiveness', 'timely'],
  ['lookAtListings', 'background'],
] as const)('%s asks as %s', async (name, usual) => {
  const { activities, asked } = activitiesWith(async () => notFound);
  await attempt().environment.run(activities[name], input);
  expect(asked).toEqual([usual]);
});

test('a look before staging is like what somebody waits for once half of its patience is over', async () => {
  const { activities, asked } = activitiesWith(async () => notFound);
  const late = attempt({ scheduledMsAgo: PATIENCE_MS / 2 + 1 });
  // Its place behind the others is given up before it is taken.
  const kept = activitiesWith((priority, signal) =>
    priority === 'timely' ? forever(signal) : Promise.resolve(notFound),
  );
  expect(await late.environment.run(kept.activities.checkLiveness, input)).toEqual(LIVENESS_IS_NO);
  expect(kept.asked).toEqual(['timely', 'interactive']);
  await attempt({ scheduledMsAgo: PATIENCE_MS / 4 }).environment.run(activities.checkLiveness, input);
  expect(asked).toEqual(['timely']);
});

test('it does so while it waits, too, and no maker is told that a listing is unknown for want of a turn', async () => {
  const { activities, asked } = activitiesWith(
    (priority, signal) => (priority === 'timely' ? forever(signal) : Promise.resolve(notFound)),
    // Half of it is left to be used.
    20_000,
  );
  const running = attempt({ scheduledMsAgo: 9_900 }).environment.run(activities.checkLiveness, input);
  expect(await running).toEqual(LIVENESS_IS_NO);
  expect(asked).toEqual(['timely', 'interactive']);
});

test('who cancels it, or runs out of patience, hears so', async () => {
  const { activities, asked } = activitiesWith((_priority, signal) => forever(signal), 0);
  const found = await attempt().environment.run(activities.checkLiveness, input);
  expect(found).toEqual([{ check: 'ASIN_LIVE', marketplace: 'US', answer: 'UNKNOWN' }]);
  expect(asked).toEqual(['timely', 'interactive']);
  const cancelled = attempt().environment;
  const long = activitiesWith((_priority, signal) => forever(signal));
  const running = cancelled.run(long.activities.checkLiveness, input);
  const failure = running.catch((error: unknown) => error);
  cancelled.cancel();
  expect(await failure).toBeInstanceOf(Error);
  expect(long.asked).not.toContain('interactive');
});
