/** Another go-live date, and the one that there is. */
import { workedApi } from './worked-api';

const worked = workedApi();

test('a go-live date is changed, but not to one that is over', async () => {
  const id = await worked.requests.underReview();
  const moved = await worked.requests.act('maker', id, 'reschedule', {
    goLive: { kind: 'ON_DATE', date: '2027-06-01' },
  });
  expect([moved.status, moved.body['goLive']]).toEqual([200, { kind: 'ON_DATE', date: '2027-06-01' }]);
  const past = await worked.requests.act('maker', id, 'reschedule', {
    goLive: { kind: 'ON_DATE', date: '2020-01-01' },
  });
  expect(past.status).toBe(422);
  expect(past.body['errors']).toMatchObject([{ pointer: '/goLive/date', code: 'DATE_IN_THE_PAST' }]);
});

test('the go-live date that there is already changes nothing', async () => {
  const { requests } = worked;
  const id = await requests.underReview();
  const versionAfter = async (goLive: object) => {
    const { status, body } = await requests.act('maker', id, 'reschedule', { goLive });
    expect([status, body['goLive']]).toEqual([200, goLive]);
    return Number(body['version']);
  };
  const asBefore = { kind: 'AS_SOON_AS_POSSIBLE' };
  const later = { kind: 'ON_DATE', date: '2027-06-01' };
  const before = Number((await requests.read(id)).body['version']);
  for (const [goLive, changes] of [
    [asBefore, 0],
    [later, 1],
    [later, 1],
    [asBefore, 2],
  ] as const)
    expect(await versionAfter(goLive)).toBe(before + changes);
});
