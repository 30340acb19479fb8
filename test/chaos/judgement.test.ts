import { judge, type Expected, type Found, type RequestFound } from '../../chaos/judgement';

const instant = '2027-01-15T08:00:00.000Z';
const at = Date.parse(instant);
const expected: Expected = { actions: ['create', 'enable'], instant, makers: 1 };
const request: RequestFound = {
  id: 'br_1',
  asin: 'BX00000001',
  status: 'ENABLED',
  stage: null,
  history: [
    { seq: 1, action: 'create', at: at - 5_000 },
    { seq: 2, action: 'enable', at },
  ],
  badges: [instant],
  mails: ['under-review', 'pending', 'enabled'].map((template) => ({ key: `br_1.${template}`, template })),
};
const well: Found = {
  requests: [request],
  arrived: ['<br_1.under-review@x>', '<br_1.pending@x>', '<br_1.enabled@x>'],
  looked: { answers: 9, since: new Map([[request.asin, instant]]), wrongs: [] },
  left: [],
};
const withRequest = (change: Partial<RequestFound>): Found => ({
  ...well,
  requests: [{ ...request, ...change }],
});

test('a run as if nothing had been killed has nothing wrong', () => {
  expect(judge(well, expected)).toEqual([]);
});

test('where each has its own instant, that of its last entry is meant', () => {
  expect(judge(well, { ...expected, instant: null })).toEqual([]);
  expect(judge(withRequest({ badges: [] }), { ...expected, instant: null })).toHaveLength(1);
});

test('a mail that arrived twice with one Message-ID is one mail', () => {
  expect(judge({ ...well, arrived: [...well.arrived, '<br_1.enabled@x>'] }, expected)).toEqual([]);
});

test.each<[string, Found]>([
  ['stands at ["PENDING",null]', withRequest({ status: 'PENDING' })],
  ['stands at ["ENABLED","NEEDS_ATTENTION"]', withRequest({ stage: 'NEEDS_ATTENTION' })],
  ['history has', withRequest({ history: [...request.history, { seq: 3, action: 'enable', at }] })],
  [
    'entries are numbered [1,3]',
    withRequest({ history: request.history.map((entry) => ({ ...entry, seq: entry.seq * 2 - 1 })) }),
  ],
  [
    'entries are of',
    withRequest({ history: request.history.map((entry) => ({ ...entry, at: at / entry.seq })) }),
  ],
  ['is effective []', withRequest({ badges: [] })],
  ['is effective', withRequest({ badges: [instant, instant] })],
  ['is effective', withRequest({ badges: ['2027-01-15T08:00:01.000Z'] })],
  ['mails are', withRequest({ mails: request.mails.slice(1) })],
  ['mails are', withRequest({ mails: [...request.mails, { key: 'br_1.again', template: 'enabled' }] })],
  ['the mail br_1.enabled has not arrived', { ...well, arrived: well.arrived.slice(0, 2) }],
  ['the mail br_1.more arrived', { ...well, arrived: [...well.arrived, '<br_1.more@x>'] }],
  ['2 mails have not left', { ...well, left: ['2 mails have not left'] }],
  ['lost its badge', { ...well, looked: { ...well.looked, wrongs: ['BX00000001 has lost its badge'] } }],
  [
    'is shown since "2027-01-15T07:59:59.000Z"',
    { ...well, looked: { ...well.looked, since: new Map([[request.asin, '2027-01-15T07:59:59.000Z']]) } },
  ],
])('says that it %s', (message, found) => {
  expect(judge(found, expected)).toContainEqual(expect.stringContaining(message));
});
