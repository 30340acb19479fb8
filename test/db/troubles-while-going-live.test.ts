/** A listing that is wrong where its badge is effective, while the request waits for another one. */
import { takeDueBadges } from '../../db/audits';
import { findRequest } from '../../db/request-view';
import type { ListingOrder } from '../../db/transitions/remedy';
import { nextStep } from '../../domain/badge-request';
import { useStagingScene, type StagingScene } from './staging-scene';
import { describeBadges, people, type SceneRequest } from './transition-scene';

const REFUSED = { refused: 'ACTION_NOT_ALLOWED' };
const BEGIN = '2027-01-10T12:00:00.000Z';
const WEEK_LATER = '2027-01-17T12:00:00.000Z';

let made: StagingScene;
useStagingScene(BEGIN, (scene) => {
  made = scene;
});

/** Live in the United States; the listing in Japan is awaited. */
async function goingLive(): Promise<SceneRequest> {
  const request = await made.certified({ goLive: { kind: 'AS_SOON_AS_POSSIBLE' } });
  await made.stage(request, { US: 'YES', JP: 'NO' });
  return request;
}

/** As the workflow of badges numbers it, which has read the rows before. */
const refOf = async ({ id }: SceneRequest) => {
  const { seq } = await made.scene.badgeActivities.readAfterwards(id);
  return { requestId: id, seq: seq + 1, command: null };
};
const reasons = [{ check: 'LISTING_MATCHES', code: 'BRAND_MISMATCH', found: null, expected: null }] as const;
const warn = async (request: SceneRequest) =>
  made.scene.badgeActivities.recordWarning(await refOf(request), [{ marketplace: 'US', reasons }]);
const act = async (request: SceneRequest, action: ListingOrder['action']) =>
  made.scene.badgeActivities.recordListingAction(await refOf(request), { action, marketplaces: ['US'] });
const recover = async (request: SceneRequest) =>
  made.scene.badgeActivities.recordRecovery(await refOf(request), ['US']);

async function seen(request: SceneRequest) {
  const { row, history, mails, badges } = await request.traces();
  return {
    standing: `${row.status} ${row.stage ?? '-'}`,
    badges: describeBadges(badges),
    history: history.slice(4).map(({ action, to_status }) => `${action} ${to_status}`),
    mails: mails.slice(3).map(({ template }) => template),
  };
}

it('is warned of, suspended, reinstated and removed, while the request waits on', async () => {
  const request = await goingLive();
  const { row } = await request.traces();
  expect(await warn(request)).toMatchObject({ status: 'PENDING', suspendAt: WEEK_LATER });
  await act(request, 'suspend');
  await act(request, 'reinstate');
  await act(request, 'suspend');
  await act(request, 'remove');
  expect(await seen(request)).toEqual({
    standing: 'PENDING SCHEDULED',
    badges: ['US REMOVED'],
    history: ['warn', 'suspend', 'reinstate', 'suspend', 'remove'].map((action) => `${action} PENDING`),
    mails: ['badge-in-trouble', 'badge-suspended', 'badge-reinstated', 'badge-suspended', 'badge-removed'],
  });
  expect((await request.traces()).row['transition_seq']).toBe(row['transition_seq']);
});

it('is each done once, also where a task was lost and the request’s own workflow has gone on since', async () => {
  const request = await goingLive();
  const first = await warn(request);
  await made.stage(request, { JP: 'NO' }, { JP: { at: BEGIN, tries: 1, until: WEEK_LATER } });
  expect(await warn(request)).toMatchObject({ warned: ['US'], suspendAt: WEEK_LATER, unchanged: true });
  expect(first).toMatchObject({ warned: ['US'], suspendAt: WEEK_LATER });
  await recover(request);
  expect(await recover(request)).toEqual(REFUSED);
  await act(request, 'suspend');
  expect(await act(request, 'suspend')).toMatchObject({ unchanged: true });
  await act(request, 'remove');
  expect(await act(request, 'remove')).toEqual(REFUSED);
  expect((await seen(request)).history).toEqual(
    ['warn', 'stage', 'clear', 'suspend', 'remove'].map((action) => `${action} PENDING`),
  );
  expect(new Set((await seen(request)).mails).size).toBe((await seen(request)).mails.length);
});

it('is over for each badge by itself, and each time that its maker was warned', async () => {
  const request = await made.certified({
    ...{ goLive: { kind: 'AS_SOON_AS_POSSIBLE' }, marketplaces: ['US', 'DE', 'JP'] },
  });
  await made.stage(request, { US: 'YES', DE: 'YES', JP: 'NO' });
  const { recordWarning, recordRecovery } = made.scene.badgeActivities;
  await recordWarning(await refOf(request), [
    { marketplace: 'US', reasons },
    { marketplace: 'DE', reasons },
  ]);
  await recover(request);
  await recordRecovery(await refOf(request), ['DE']);
  await warn(request);
  await recover(request);
  expect((await seen(request)).history).toEqual(
    ['warn', 'clear', 'clear', 'warn', 'clear'].map((action) => `${action} PENDING`),
  );
});

it('goes on with the badge once the request is Enabled', async () => {
  const request = await goingLive();
  await warn(request);
  await made.stage(request, { JP: 'YES' });
  expect(await act(request, 'suspend')).toMatchObject({ status: 'ENABLED', stage: null });
  expect(await seen(request)).toMatchObject({
    standing: 'ENABLED -',
    history: ['warn PENDING', 'enable ENABLED', 'suspend ENABLED'],
  });
});

it('is nothing of a request that was sent back', async () => {
  const request = await goingLive();
  await warn(request);
  await request.certify({ status: 'COMPLETE', result: 'REVOKED' });
  await request.record((ref) => made.scene.activities.recordCertificationRefusal(ref));
  const before = await request.traces();
  for (const outcome of [await warn(request), await act(request, 'suspend'), await recover(request)])
    expect(outcome).toEqual(REFUSED);
  expect(await request.traces()).toEqual(before);
});

it('is told to its maker on the page, until the badge is another round’s', async () => {
  const request = await goingLive();
  // The page is as of the database's own present.
  await made.scene.pool.query(
    "update badge_requests set first_effective_at = now() - interval '1 hour' where id = $1",
    [request.id],
  );
  await made.scene.pool.query(
    "update badges set effective_at = now() - interval '1 hour' where request_id = $1",
    [request.id],
  );
  await warn(request);
  const warned = async () =>
    (await findRequest(made.scene.pool, { id: request.id, organizationId: null }))?.obstacles;
  expect(await warned()).toMatchObject({ warned: [{ marketplace: 'US', suspendAt: WEEK_LATER }] });
  const obstacles = await warned();
  if (obstacles === undefined) throw new Error('It is not there.');
  expect(
    nextStep({
      ...{ status: 'PENDING', stage: 'GOING_LIVE', certification: 'APPROVED', staged: 'SOME' },
      ...{ goLiveDate: null, reviewDueAt: null, obstacles },
    }),
  ).toContain('Correct the listing in United States by 2027-01-17, or the badge is suspended there');
  await made.scene.pool.query(
    `insert into badge_request_history (request_id, seq, at, actor_role, actor_id, action, to_status)
     values ($1, 99, now(), 'MAKER', $2, 'submit', 'UNDER_REVIEW')`,
    [request.id, people.maker.id],
  );
  expect(await warned()).toMatchObject({ warned: [] });
});

it('is looked for while the request goes live', async () => {
  const request = await goingLive();
  await made.scene.pool.query(
    "update badges set effective_at = now() - interval '1 day', audit_due_at = now() - interval '1 day' where request_id = $1",
    [request.id],
  );
  const wish = { marketplaces: ['US'] as const, most: 100, enough: 1, slackSeconds: 60, leaseSeconds: 60 };
  expect((await takeDueBadges(made.scene.pool, wish))?.badges).toMatchObject([{ requestId: request.id }]);
});
