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
/** Midnight in Germany, after the one in Japan. */
const GERMANY = '2027-01-14T23:00:00.000Z';
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

test('says beside it why others were dropped before', async () => {
  const request = await at.certified({ marketplaces: ['US', 'DE', 'JP'] });
  await at.stage(request, { DE: 'NO', JP: 'YES' }, { DE: { at: EVE, tries: 30 } });
  at.scene.now = JAPAN;
  await sayNewer(request, cancelled);
  await refuse(request);
  const { row } = await request.traces();
  expect(row).toMatchObject({
    status: 'ENABLED',
    reasons: [{ code: 'LISTING_NOT_LIVE_IN_TIME', marketplace: 'DE' }, { code: 'CERTIFICATION_CANCELLED' }],
  });
});

test('sends the request back where nothing is live yet', async () => {
  const request = await at.staged();
  await sayNewer(request, cancelled);
  expect(await refuse(request)).toMatchObject({ status: 'REJECTED' });
  const { badges, history, mails } = await request.traces();
  expect(badges).toEqual([]);
  for (const told of [history.at(-1)?.details, mails.at(-1)?.props]) expect(told).not.toHaveProperty('taken');
});

test('sends the request back where the approval before it is withdrawn, too, and says what shoppers see no more', async () => {
  const request = await liveInJapan();
  await request.certify({ status: 'COMPLETE', result: 'REVOKED' });
  await sayNewer(request, cancelled);
  expect(await refuse(request)).toMatchObject({ status: 'REJECTED' });
  const { badges, history, mails } = await request.traces();
  expect([badges, mails.at(-1)?.template]).toEqual([[], 'rejected']);
  for (const told of [history.at(-1)?.details, mails.at(-1)?.props])
    expect(told).toMatchObject({ taken: ['JP'] });
});

test('says what shoppers see no more, also where the request ends with another badge', async () => {
  const request = await at.certified({ marketplaces: ['US', 'JP', 'DE'] });
  const sayInGermany = (version: number, result: 'APPROVED' | 'REVOKED') =>
    receiveEvent(
      at.scene.pool,
      eventAbout(request, {
        ...{ projectId: `${request.projectId}_germany`, version },
        ...{ status: 'COMPLETE', result, marketplaces: ['DE'] },
      }),
    );
  await sayInGermany(1, 'APPROVED');
  await at.stage(request, { US: 'YES', JP: 'YES', DE: 'YES' });
  at.scene.now = GERMANY;
  await sayInGermany(2, 'REVOKED');
  await sayNewer(request, cancelled);
  expect(await refuse(request)).toMatchObject({ status: 'ENABLED' });
  const { badges, history, mails } = await request.traces();
  expect(badges).toMatchObject([{ marketplace: 'JP' }]);
  for (const told of [history.at(-1)?.details, mails.at(-1)?.props])
    expect(told).toMatchObject({ taken: ['DE'] });
});
