import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLookupJudge, watchLookup } from '../../chaos/lookup-watch';

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

test('looks once more at the end, also where the API is still on its way back', async () => {
  let calls = 0;
  const api = createServer((call, reply) => {
    call.resume();
    calls += 1;
    if (calls === 1) return void call.socket.destroy();
    if (calls < 4) return void reply.writeHead(503).end();
    reply.end(JSON.stringify(answerAt(later, after)));
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = api.address() as AddressInfo;
    const looked = await watchLookup(`http://127.0.0.1:${port}`, [asin], () => null).end();
    expect(looked).toEqual({ answers: 1, since: new Map([[asin, after]]), wrongs: [] });
  } finally {
    await new Promise((resolve) => api.close(resolve));
  }
});
