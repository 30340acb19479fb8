/** What mails say is left to do where the badge is shown, and its listing is still to be corrected. */
import type { SceneRequest } from '../../db/transition-scene';
import { suspensionMails } from './suspension-mails';

const mails = suspensionMails();
let { made, route } = mails;
beforeEach(() => ({ made, route } = mails));

const DONE = 'There is nothing left to do';
const TO_CORRECT = 'correct the listing in United States, as an earlier mail has told';

/** The newest mail of a kind. */
async function mailOf(news: string): Promise<string> {
  await route.sendAll();
  const [mail] = (await route.store.list({})).filter(({ subject }) => subject.endsWith(`: ${news}`));
  return mail?.text ?? '';
}
async function enabled(): Promise<SceneRequest> {
  const request = await made.certified();
  await made.stage(request);
  return request;
}
async function warn(request: SceneRequest): Promise<void> {
  const reasons = [{ check: 'ASIN_LIVE', code: 'ASIN_NOT_BUYABLE', found: null, expected: null }] as const;
  await made.present();
  await request.record((ref) =>
    made.scene.badgeActivities.recordWarning(ref, [{ marketplace: 'US', reasons }]),
  );
}
async function suspendForAWhile(request: SceneRequest, region: 'na' | 'fe'): Promise<void> {
  await made.suspend(region);
  await made.follow(request);
  await made.end(region);
  await made.follow(request);
}

it('is what the warning asks for, as long as it stands', async () => {
  const request = await enabled();
  await warn(request);
  await suspendForAWhile(request, 'na');
  const text = await mailOf('Reinstated');
  expect(text).toContain(TO_CORRECT);
  expect(text).not.toContain(DONE);

  await made.present();
  await request.record((ref) => made.scene.badgeActivities.recordRecovery(ref, ['US']));
  await suspendForAWhile(request, 'na');
  expect(await mailOf('Reinstated')).toContain(DONE);
});

it('is nothing in other marketplaces', async () => {
  const request = await enabled();
  await warn(request);
  await suspendForAWhile(request, 'fe');
  const text = await mailOf('Reinstated');
  expect(text).toContain('shown again in: Japan.');
  expect(text).toContain(DONE);
});

it('is also said with the last badge that was to come', async () => {
  await warn(await enabled());
  const text = await mailOf('Enabled');
  expect(text).toContain(TO_CORRECT);
  expect(text).not.toContain(DONE);
});
