/** A newer certification that ends while badges are live by the approval before it, and others are awaited. */
import { receiveEvent } from '../../db/certification-inbox';
import type { CertificationProject } from '../../domain/certification';
import { eventAbout } from './certification-event';
import { EVE, JAPAN, type StagingScene, useStagingScene } from './staging-scene';
import type { SceneRequest } from './transition-scene';

let at: StagingScene;
useStagingScene(EVE, (made) => {
  at = made;
});

type Said = Pick<CertificationProject, 'status'> & Partial<Pick<CertificationProject, 'result'>>;
const cancelled = { status: 'CANCELLED' } as const;
let versions = 0;
const sayNewer = (request: SceneRequest, said: Said) =>
  receiveEvent(
    at.scene.pool,
    eventAbout(request, { projectId: `${request.projectId}_newer`, version: (versions += 1), ...said }),
  );
const refuse = (request: SceneRequest) =>
  request.record((ref) => at.scene.activities.recordCertificationRefusal(ref));

/** Live in Japan, and in the United States in a few hours. */
async function liveInJapan(): Promise<SceneRequest> {
  const request = await at.staged();
  at.scene.now = JAPAN;
  return request;
}

test.each<[string, Said]>([
  ['CERTIFICATION_CANCELLED', cancelled],
  ['CERTIFICATION_INTAKE_REJECTED', { status: 'INTAKE_REJECTED' }],
  ['CERTIFICATION_REJECTED', { status: 'COMPLETE', result: 'REJECTED' }],
])('%s takes nothing that is live, and the request ends with it', async (code, said) => {
  const request = await liveInJapan();
  await sayNewer(request, said);
  expect(await refuse(request)).toMatchObject({ status: 'ENABLED', open: [], enabledAt: JAPAN });
  const { row, badges, history, mails } = await request.traces();
  expect(row).toMatchObject({ status: 'ENABLED', stage: null, marketplaces: ['JP'], reasons: [{ code }] });
  expect(badges).toMatchObject([{ marketplace: 'JP', status: 'STAGED' }]);
  expect(history.at(-1)).toMatchObject({
    action: 'enable',
    details: { kept: ['JP'], dropped: ['US'], codes: [code] },
  });
  expect(mails.slice(2)).toMatchObject([{ template: 'enabled', props: { uncertified: ['US'] } }]);
  const after = await request.traces();
  for (const step of request.steps) expect(await step.repeat()).toEqual(step.outcome);
  expect(await request.traces()).toEqual(after);
});

test('sends the request back where nothing is live yet', async () => {
  const request = await at.staged();
  await sayNewer(request, cancelled);
  expect(await refuse(request)).toMatchObject({ status: 'REJECTED' });
  expect((await request.traces()).badges).toEqual([]);
});

test('sends the request back where the approval before it is withdrawn, too', async () => {
  const request = await liveInJapan();
  await request.certify({ status: 'COMPLETE', result: 'REVOKED' });
  await sayNewer(request, cancelled);
  expect(await refuse(request)).toMatchObject({ status: 'REJECTED' });
  const { badges, mails } = await request.traces();
  expect([badges, mails.at(-1)?.template]).toEqual([[], 'rejected']);
});
