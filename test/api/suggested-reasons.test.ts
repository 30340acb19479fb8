/** What a rejection's form is prefilled with, as each person sees it. */
import { badgeRequest } from '../../api/badge-requests/schemas';
import { saveFindings } from '../../db/findings';
import { createWorld, type World } from '../setup/request-world';
import { startApi, type Api } from './api-server';
import { pathOf, requestCalls, type RequestCalls } from './request-calls';

let world: World;
let api: Api;
let requests: RequestCalls;
beforeAll(async () => {
  world = await createWorld();
  api = await startApi({ world });
  requests = requestCalls(api);
});
afterAll(async () => {
  await api.close();
  await world.close();
});

/** A request that waits for a reviewer, one finding of which could not be decided. */
async function undecided(): Promise<string> {
  const id = await requests.create();
  await requests.act('maker', id, 'submit');
  await requests.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
  await saveFindings(world.pool, { requestId: id, round: 1 }, [
    {
      check: 'LISTING_MATCHES',
      marketplace: 'US',
      answer: 'UNKNOWN',
      codes: [],
      undecided: ['BRAND_MISMATCH'],
      found: { source: 'getCatalogItem', brand: null, unknown: ['brand'] },
      expected: { brand: 'Northlight' },
      checkedAt: '2026-11-22T10:00:00.000Z',
    },
  ]);
  return id;
}
const suggested = [
  { code: 'BRAND_MISMATCH', marketplace: 'US', text: 'The listing does not state one brand.' },
];

test('a reviewer who may reject is suggested what the findings leave open, and nobody else', async () => {
  const id = await undecided();
  const seen = await api.as('reviewer')('GET', pathOf(id));
  expect(badgeRequest.parse(seen.body)).toEqual(seen.body);
  expect(seen.body['suggestedReasons']).toEqual(suggested);
  expect(seen.body['findings']).toContainEqual(expect.objectContaining({ undecided: ['BRAND_MISMATCH'] }));
  for (const person of ['maker', 'viewer', 'operator', 'insider'] as const)
    expect((await api.as(person)('GET', pathOf(id))).body['suggestedReasons']).toBeNull();
});

test('what is suggested can be sent as it is, and then nothing is suggested any more', async () => {
  const id = await undecided();
  const rejected = await requests.act('reviewer', id, 'reject', { round: 1, reasons: suggested });
  expect([rejected.status, rejected.body]).toMatchObject([
    200,
    { status: 'REJECTED', reasons: suggested, suggestedReasons: null },
  ]);
});
