/** Fields of a draft that have parts, of which some are still missing. */
import { startApi, textOf, type Api } from './api-server';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const create = (body: object) => api.as('maker')('POST', '/v1/badge-requests', { body });
const patch = (id: unknown, body: unknown) =>
  api.as('maker')('PATCH', `/v1/badge-requests/${String(id)}`, { body });

test.each([
  [{ retailIdentifier: { type: 'EAN' } }, { type: 'EAN', code: '' }, null, '/retailIdentifier/code'],
  [
    { retailIdentifier: { code: '036000291452' } },
    { type: null, code: '036000291452' },
    null,
    '/retailIdentifier/type',
  ],
  [{ retailIdentifier: { type: null, code: null } }, null, null, '/retailIdentifier'],
  [{ goLive: { kind: 'ON_DATE' } }, null, { kind: 'ON_DATE', date: null }, '/goLive/date'],
  [{ goLive: { kind: 'ON_DATE', date: null } }, null, { kind: 'ON_DATE', date: null }, '/goLive/date'],
])('saves %j half-filled, and submitting says what is missing', async (body, identifier, goLive, pointer) => {
  const { status, body: made } = await create(body);
  expect([status, made['retailIdentifier'], made['goLive']]).toEqual([201, identifier, goLive]);
  const again = await patch(made['id'], { variant: 'Black' });
  expect([again.body['retailIdentifier'], again.body['goLive']]).toEqual([identifier, goLive]);
  const path = `/v1/badge-requests/${textOf(made['id'])}`;
  const refused = await api.as('maker')('POST', `${path}/submit`);
  const errors = refused.body['errors'] as unknown as { pointer: string; code: string }[];
  expect(errors).toContainEqual(expect.objectContaining({ pointer, code: 'REQUIRED' }));
});

test('fills in what was missing, and takes a date out again', async () => {
  const { body: draft } = await create({ goLive: { kind: 'ON_DATE' }, retailIdentifier: { type: 'EAN' } });
  const filled = await patch(draft['id'], {
    goLive: { date: '2031-01-15' },
    retailIdentifier: { code: '4006381333931' },
  });
  expect(filled.body).toMatchObject({
    goLive: { kind: 'ON_DATE', date: '2031-01-15' },
    retailIdentifier: { type: 'EAN', code: '4006381333931' },
  });
  const emptied = await patch(draft['id'], { goLive: { kind: 'ON_DATE', date: null } });
  expect(emptied.body['goLive']).toEqual({ kind: 'ON_DATE', date: null });
});
