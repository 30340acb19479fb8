/** Editing a comment: by its author, with every earlier text kept. */
import { comment } from '../../api/badge-requests/schemas';
import { pageOf } from '../../api/values';
import { startApi, type Api, type Json, type PersonName, textOf } from './api-server';
import { pathOf, requestCalls } from './request-calls';

let api: Api;
let id: string;
beforeAll(async () => {
  api = await startApi();
  // Nobody works here: the draft is there without its workflow.
  id = await requestCalls(api).create();
});
afterAll(() => api.close());

const say = async (person: PersonName, body: string) => {
  const reply = await api.as(person)('POST', pathOf(id, '/comments'), { body: { body } });
  return textOf(reply.body['id']);
};
const edit = (person: PersonName, commentId: string, body: unknown, request = id) =>
  api.as(person)('PATCH', pathOf(request, `/comments/${commentId}`), { body: { body } });
async function read(person: PersonName, commentId: string): Promise<Json | undefined> {
  const { body } = await api.as(person)('GET', pathOf(id, '/comments?limit=100'));
  expect(pageOf(comment).parse(body)).toEqual(body);
  return (body['data'] as unknown as Json[]).find((each) => (each['id'] as unknown) === commentId);
}
const mails = async () =>
  (await api.pool.query<{ id: number }>('select id from mail_outbox where request_id = $1', [id])).rows
    .length;

test('an edit shows the new text, when it was edited, and what was said before, to everyone', async () => {
  const commentId = await say('reviewer', 'frist');
  const created = await read('maker', commentId);
  expect(created).toMatchObject({ body: 'frist', editedAt: null, earlier: [] });
  const told = await mails();

  const second = (await edit('reviewer', commentId, ' first ')).body;
  const third = (await edit('reviewer', commentId, 'the first')).body;
  expect(third).toMatchObject({
    id: commentId,
    author: { name: 'reviewer', role: 'REVIEWER' },
    mine: true,
    body: 'the first',
    createdAt: created?.['createdAt'],
    earlier: [
      { body: 'frist', writtenAt: created?.['createdAt'] },
      { body: 'first', writtenAt: second['editedAt'] },
    ],
  });
  expect(Date.parse(textOf(third['editedAt']))).toBeGreaterThanOrEqual(
    Date.parse(textOf(second['editedAt'])),
  );
  for (const name of ['maker', 'viewer', 'reviewer', 'operator'] as const)
    expect(await read(name, commentId)).toEqual({ ...third, mine: name === 'reviewer' });
  expect(await mails()).toBe(told);
});

test('the same text again changes nothing', async () => {
  const commentId = await say('maker', 'As it is');
  for (let times = 0; times < 2; times += 1) {
    const same = await edit('maker', commentId, ' As it is ');
    expect([same.status, same.body]).toMatchObject([200, { body: 'As it is', editedAt: null, earlier: [] }]);
  }
});

test('edits side by side are all kept, each once', async () => {
  const commentId = await say('maker', '0');
  const texts = ['1', '2', '3', '4', '5', '6'];
  const replies = await Promise.all(texts.map((text) => edit('maker', commentId, text)));
  expect(replies.map(({ status }) => status)).toEqual(texts.map(() => 200));
  const { body, earlier } = (await read('maker', commentId)) as unknown as {
    body: string;
    earlier: { body: string; writtenAt: string }[];
  };
  const said = [...earlier.map((each) => each.body), body];
  expect(said[0]).toBe('0');
  expect([...said].sort()).toEqual(['0', ...texts]);
  const instants = earlier.map(({ writtenAt }) => writtenAt);
  expect(instants).toEqual([...instants].sort());
});

test('a comment is edited twenty times at most, also side by side, so that it can be read with all that it said', async () => {
  const commentId = await say('maker', '0');
  for (let times = 1; times <= 18; times += 1) await edit('maker', commentId, String(times));
  const replies = await Promise.all(['19', '20', '21', '22'].map((text) => edit('maker', commentId, text)));
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 409, 409]);
  const { body } = (await read('maker', commentId)) ?? {};
  const again = await edit('maker', commentId, '23');
  expect([again.status, again.body['code']]).toEqual([409, 'TOO_MANY_EDITS']);
  expect(await read('maker', commentId)).toMatchObject({ body, earlier: { length: 20 } });
  expect((await edit('maker', commentId, textOf(body))).status).toBe(200);
});

test.each(['colleague', 'reviewer', 'insider', 'operator'] as const)(
  'a %s edits nobody else’s',
  async (name) => {
    const commentId = await say('maker', 'Mine');
    const reply = await edit(name, commentId, 'Not mine');
    expect([reply.status, reply.body['code']]).toEqual([403, 'NOT_THE_AUTHOR']);
    expect(await read('maker', commentId)).toMatchObject({ body: 'Mine', earlier: [] });
  },
);

test('what is not there, or another organization’s, is not found', async () => {
  const commentId = await say('maker', 'Mine');
  const other = await requestCalls(api).create();
  for (const reply of [
    await edit('stranger', commentId, 'Theirs'),
    await edit('maker', 'cmt_nothing', 'Text'),
    await edit('maker', commentId, 'Text', other),
    await edit('maker', 'nonsense', 'Text'),
  ])
    expect([reply.status, reply.body['code']]).toEqual([404, 'NOT_FOUND']);
  expect(await read('maker', commentId)).toMatchObject({ body: 'Mine' });
});

test.each([
  ['nothing', undefined, 'REQUIRED'],
  ['only spaces', ' \n ', 'REQUIRED'],
  ['more than 4,096 bytes', 'é'.repeat(2049), 'TOO_LONG'],
  ['a number', 7, 'INVALID_TYPE'],
  ['half a surrogate pair', 'x\ud800', 'INVALID_CHARACTERS'],
])('%s is no text of a comment', async (_, body, code) => {
  const commentId = await say('maker', 'Mine');
  const reply = await edit('maker', commentId, body);
  expect(reply.status).toBe(422);
  expect(reply.body['errors']).toMatchObject([{ pointer: '/body', code }]);
  expect(await read('maker', commentId)).toMatchObject({ body: 'Mine', editedAt: null });
});

test('4,096 bytes fit', async () => {
  const commentId = await say('maker', 'Mine');
  expect((await edit('maker', commentId, 'é'.repeat(2048))).status).toBe(200);
});
