/** Badges that an operator had suspended when their request lost them with its certification: who decides next is told. */
import { createTransitionActivities } from '../../activities/transitions';
import { saveReason } from '../../db/operator-decisions';
import { findRequest } from '../../db/request-view';
import { isSuspendedElsewhere } from '../../db/suspended-elsewhere';
import type { BadgeAction } from '../../domain/badges';
import { reviewTerm } from '../setup/review-term';
import { createStagingScene, type StagingScene } from './staging-scene';
import { people, type RequestOptions, type SceneRequest } from './transition-scene';

let made: StagingScene;
beforeEach(async () => {
  made = await createStagingScene();
});
afterEach(() => made.scene.close());

const ASIN = 'B0SUSPEND1';
const form: RequestOptions = {
  ...{ asin: ASIN, goLive: { kind: 'AS_SOON_AS_POSSIBLE' }, marketplaces: ['US', 'JP'] },
};

/** Live in the United States; the listing in Japan is awaited. */
async function ordered(action: BadgeAction): Promise<SceneRequest> {
  const request = await made.certified(form);
  await made.stage(request, { US: 'YES', JP: 'NO' });
  await request.record(async (ref) => {
    const words = { requestId: request.id, operatorId: people.operator.id, reason: `To ${action}.` };
    await saveReason(made.scene.pool, { commandId: ref.command?.commandId ?? '', ...words });
    return made.scene.activities.recordPendingOrder(ref, { action, marketplaces: null });
  }, people.operator);
  return request;
}
async function sentBack(action: BadgeAction = 'suspend'): Promise<SceneRequest> {
  const request = await ordered(action);
  await request.certify({ status: 'COMPLETE', result: 'REVOKED' });
  await request.record((ref) => made.scene.activities.recordCertificationRefusal(ref));
  return request;
}
const submit = (request: SceneRequest) =>
  request.record(made.scene.activities.recordSubmission, people.maker);
async function submittedAnew(form_: RequestOptions = form): Promise<SceneRequest> {
  const request = await made.scene.create(form_);
  await submit(request);
  return request;
}
const told = async ({ id }: SceneRequest) => [
  (await findRequest(made.scene.pool, { id, organizationId: null }))?.suspendedElsewhere,
  await isSuspendedElsewhere(made.scene.pool, { id }),
];
const of = ({ id }: SceneRequest) => [[{ marketplace: 'US', requestId: id, causes: ['OPERATOR'] }], true];
const NOTHING = [[], false];

it('is told of the request itself, submitted again, until its badge is staged there', async () => {
  const request = await sentBack();
  expect((await request.traces()).badges).toEqual([]);
  await request.certify({ status: 'COMPLETE', result: 'APPROVED' });
  await submit(request);
  expect(await told(request)).toEqual(of(request));
  await request.find();
  await request.record(made.scene.activities.recordChecks);
  await request.record((ref) => made.scene.activities.recordApproval(ref, 2), people.reviewer);
  await made.stage(request, { JP: 'YES', US: 'NO' });
  await request.record(made.scene.activities.recordWithdrawal, people.maker);
  const next = await submittedAnew();
  expect(await told(next)).toEqual(of(request));
  await made.scene.pool.query("update badge_requests set status = 'DISCARDED' where id = $1", [next.id]);
  const last = await made.scene.approved(form);
  await last.certify({ status: 'COMPLETE', result: 'APPROVED' });
  await made.stage(last, { US: 'YES', JP: 'YES' });
  expect(await told(await submittedAnew())).toEqual(NOTHING);
});

it('is told of another request for the same page only', async () => {
  const request = await sentBack();
  await request.record(made.scene.activities.recordDiscarding, people.maker);
  expect(await told(await submittedAnew({ ...form, marketplaces: ['JP'] }))).toEqual(NOTHING);
  await made.scene.pool.query("update badge_requests set status = 'DISCARDED'");
  expect(await told(await submittedAnew({ ...form, asin: 'B0SUSPEND2' }))).toEqual(NOTHING);
  expect(await told(await submittedAnew())).toEqual(of(request));
});

it('says nothing of a badge that was removed: a new request is how to ask for it', async () => {
  await (await sentBack('remove')).record(made.scene.activities.recordDiscarding, people.maker);
  expect(await told(await submittedAnew())).toEqual(NOTHING);
});

it('is told, too, where an approval has left the marketplace out and with it removed the badge', async () => {
  const request = await ordered('suspend');
  await request.certify({ status: 'COMPLETE', result: 'APPROVED', marketplaces: ['JP'] });
  await made.stage(request, {});
  await request.record(made.scene.activities.recordWithdrawal, people.maker);
  expect((await request.traces()).badges).toMatchObject([{ marketplace: 'US', status: 'REMOVED' }]);
  expect(await told(await submittedAnew())).toEqual(of(request));
});

it('lets no program approve by itself', async () => {
  const request = await sentBack();
  await request.certify({ status: 'COMPLETE', result: 'APPROVED' });
  await submit(request);
  await request.find();
  const programs = { WWA: { buyability: 'LISTED', autoApprove: true } } as const;

  const { recordChecks } = createTransitionActivities({
    ...{ pool: made.scene.pool, reviewTerm, programs, clock: () => made.scene.now },
  });
  expect(await request.record(recordChecks)).toMatchObject({ stage: 'AWAITING_REVIEWER' });
});
