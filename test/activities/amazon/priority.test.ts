import { createCheckActivities } from '../../../activities/amazon/checks';
import { examples } from '../../../dev/stand-ins/examples';
import { attempt, PATIENCE_MS, subjectOf } from './check-runs';

test.each(['interactive', 'background'] as const)('a check that is %s is asked as such', async (priority) => {
  const asked: unknown[] = [];
  const { checkListings, checkLiveness } = createCheckActivities({
    catalog: {
      lookUp: async (_asin, { id }, _signal, given) => {
        asked.push([id, given]);
        return { kind: 'notFound', requestId: null };
      },
    },
    offers: { lookUp: () => Promise.reject(new Error('asked')) },
    skills: { lookUp: () => Promise.reject(new Error('asked')) },
    loadSubject: async () => subjectOf(examples.ready),
    saveFindings: async () => undefined,
    noteWait: async () => undefined,
    patienceMs: PATIENCE_MS,
  });
  const input = { subject: { checkId: 'chk_1' }, marketplaces: ['US'], priority } as const;
  for (const activity of [checkListings, checkLiveness]) await attempt().environment.run(activity, input);
  expect(asked).toEqual([
    ['ATVPDKIKX0DER', priority],
    ['ATVPDKIKX0DER', priority],
  ]);
});
