/** A request says that it needs an operator until somebody has seen to it, or there is nothing to see to any more. */
import { receiveEvent } from '../../db/certification-inbox';
import { eventAbout } from './certification-event';
import { EVE, JAPAN, type StagingScene, useStagingScene } from './staging-scene';
import { people, type SceneRequest } from './transition-scene';

let at: StagingScene;
useStagingScene(EVE, (made) => {
  at = made;
});

/** Live in Japan; the look at the listing in the United States has failed for good. */
async function interrupted(): Promise<SceneRequest> {
  const request = await at.certified();
  await at.stage(request, { JP: 'YES', US: 'NO' });
  at.scene.now = JAPAN;
  await request.record((ref) => at.scene.activities.recordAttention(ref, 'broken'));
  expect(await seen(request)).toEqual(['PENDING', 'NEEDS_ATTENTION', 'broken']);
  return request;
}
const seen = async (request: SceneRequest) => {
  const { status, stage, attention } = (await request.traces()).row;
  return [status, stage, attention];
};
const refuse = (request: SceneRequest) =>
  request.record((ref) => at.scene.activities.recordCertificationRefusal(ref));

test('another date leaves it to the operator', async () => {
  const request = await interrupted();
  const later = { kind: 'ON_DATE', date: '2027-03-01' } as const;
  await request.record((ref) => at.scene.activities.recordRescheduling(ref, later), people.maker);
  expect(await seen(request)).toEqual(['PENDING', 'NEEDS_ATTENTION', 'broken']);
});

test('what is tried again is nothing to be seen to any more', async () => {
  const request = await interrupted();
  await request.record((ref) => at.scene.activities.recordRetry(ref, 'SCHEDULED'), people.operator);
  expect(await seen(request)).toEqual(['PENDING', 'SCHEDULED', null]);
});

test('nor is what its maker takes back', async () => {
  const request = await at.certified();
  await request.record((ref) => at.scene.activities.recordAttention(ref, 'broken'));
  await request.record(at.scene.activities.recordWithdrawal, people.maker);
  expect(await seen(request)).toEqual(['NOT_SUBMITTED', null, null]);
});

test('nor what has lost its certification', async () => {
  const request = await interrupted();
  await request.certify({ status: 'COMPLETE', result: 'REVOKED' });
  await refuse(request);
  expect(await seen(request)).toEqual(['REJECTED', null, null]);
});

test('nor what waits for its certification, which was lost for a moment only', async () => {
  const request = await interrupted();
  await request.certify({ status: 'ON_HOLD' });
  await refuse(request);
  expect(await seen(request)).toEqual(['PENDING', 'AWAITING_CERTIFICATION', null]);
});

test('nor what ends with the badges that it has', async () => {
  const request = await interrupted();
  const newer = { projectId: `${request.projectId}_newer`, version: 1, status: 'CANCELLED' } as const;
  await receiveEvent(at.scene.pool, eventAbout(request, newer));
  await refuse(request);
  expect(await seen(request)).toEqual(['ENABLED', null, null]);
});
