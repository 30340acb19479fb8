import { createLookupJudge } from '../../chaos/lookup-watch';

const asin = 'BX00000001';
const instant = '2027-01-15T08:00:00.000Z';
const answerAt = (asOf: string, ...since: string[]) => ({
  asOf,
  data: [{ asin, badges: since.map((each) => ({ since: each })) }],
});
const [before, after, later] = [
  '2027-01-15T07:59:59.999Z',
  '2027-01-15T08:00:00.001Z',
  '2027-01-15T08:00:02.000Z',
];
type Answers = Parameters<ReturnType<typeof createLookupJudge>['take']>[0][];

test.each<[string, string | null, Answers]>([
  [
    'there at its midnight',
    instant,
    [answerAt(before), answerAt(instant, instant), answerAt(later, instant)],
  ],
  ['there as soon as it is staged', null, [answerAt(before), answerAt(later, after)]],
  ['told of an earlier instant later', null, [answerAt(later, after), answerAt(before)]],
])('nothing is wrong with a badge that is %s', (_, due, answers) => {
  const judge = createLookupJudge(() => due);
  for (const answer of answers) judge.take(answer);
  expect(judge.found()).toMatchObject({ answers: answers.length, wrongs: [] });
  expect(judge.found().since.size).toBe(1);
});

test.each<[string, string | null, Answers]>([
  ['has no badge', instant, [answerAt(after)]],
  ['already at', instant, [answerAt(before, instant)]],
  ['not 2027-01-15T08:00:00.000Z', instant, [answerAt(later, after)]],
  ['has lost its badge', null, [answerAt(after, after), answerAt(later)]],
  ['and then since', null, [answerAt(after, after), answerAt(later, later)]],
  ['has two badges', null, [answerAt(later, after, after)]],
])('says that a badge %s', (message, due, answers) => {
  const judge = createLookupJudge(() => due);
  for (const answer of answers) judge.take(answer);
  expect(judge.found().wrongs).toEqual([expect.stringContaining(message)]);
});
