/** A programme that is suspended while a request is live in one marketplace and waits for another. */
import { saveReason } from '../../db/operator-decisions';
import { tellNextOfSuspension } from '../../db/program-suspension-news';
import type { BadgeAction } from '../../domain/badges';
import { createSuspensionScene, type SuspensionScene } from './suspension-scene';
import { describeBadges, people, type Scene, type SceneRequest } from './transition-scene';

let made: SuspensionScene;
let scene: Scene;
beforeEach(async () => {
  made = await createSuspensionScene();
  scene = made.scene;
});
afterEach(() => scene.close());

/** Live in the United States; the listing in Japan is awaited. */
async function goingLive(): Promise<SceneRequest> {
  const request = await made.certified();
  await made.stage(request, { US: 'YES', JP: 'NO' });
  return request;
}

/** Whoever is on the list follows, as the workflow of badges does: the request's own goes on with the number that it knows. */
async function tellAll(): Promise<number> {
  let told = 0;
  const follow = async (requestId: string) => {
    for (let more = true; more;) {
      await made.present();
      const { seq } = await scene.badgeActivities.readAfterwards(requestId);
      const ref = { requestId, seq: seq + 1, command: null };
      const outcome = await scene.badgeActivities.recordProgramSuspension(ref);
      more = !('refused' in outcome) && outcome.more;
    }
    told += 1;
  };
  while ((await tellNextOfSuspension(scene.pool, follow)) > 0);
  return told;
}
const suspend = async (region: 'na' | 'fe' = 'na') => {
  await made.suspend(region);
  await made.spreadAll();
};
const end = async (region: 'na' | 'fe' = 'na') => {
  await made.end(region);
  await made.spreadAll();
};

const order = (request: SceneRequest, action: BadgeAction) =>
  request.record(async (ref) => {
    await made.present();
    const words = { requestId: request.id, operatorId: people.operator.id, reason: `To ${action}.` };
    await saveReason(scene.pool, { commandId: ref.command?.commandId ?? '', ...words });
    return scene.activities.recordPendingOrder(ref, { action, marketplaces: null });
  }, people.operator);

async function seen(request: SceneRequest) {
  const { row, badges, history, mails } = await request.traces();
  return {
    standing: row.status,
    badges: describeBadges(badges),
    history: history
      .slice(4)
      .map(
        ({ action, from_status, to_status, details }) =>
          `${action} ${from_status} ${to_status} ${(details['region'] as string | undefined) ?? '-'}`,
      ),
    mails: mails
      .slice(3)
      .map(({ template, props }) => [template, props['marketplaces'], props['region'], props['reason']]),
  };
}

it('says so at once, to its maker too, and when it ends, while the request waits on', async () => {
  const request = await goingLive();
  await suspend();
  expect(await made.shown(request)).toEqual([]);
  expect(await tellAll()).toBe(1);
  expect(await seen(request)).toEqual({
    standing: 'PENDING',
    badges: ['US SUSPENDED PROGRAM_SUSPENSION'],
    history: ['suspend PENDING PENDING NA'],
    mails: [['badge-suspended', ['US'], 'na', 'Too many outages in na.']],
  });
  await end();
  expect(await tellAll()).toBe(1);
  expect([await seen(request), await made.shown(request)]).toEqual([
    {
      standing: 'PENDING',
      badges: ['US STAGED'],
      history: ['suspend PENDING PENDING NA', 'reinstate PENDING PENDING NA'],
      mails: [
        ['badge-suspended', ['US'], 'na', 'Too many outages in na.'],
        ['badge-reinstated', ['US'], 'na', 'Well again in na.'],
      ],
    },
    ['US'],
  ]);
});

it('takes no number of the request’s own workflow, which goes on, and enables what is left', async () => {
  const request = await goingLive();
  const before = (await request.traces()).row;
  await suspend();
  await tellAll();
  expect((await request.traces()).row).toMatchObject({
    transition_seq: before['transition_seq'],
    version: before.version + 1,
  });
  await made.stage(request, { JP: 'YES' });
  expect(await seen(request)).toMatchObject({
    standing: 'ENABLED',
    badges: ['JP STAGED', 'US SUSPENDED PROGRAM_SUSPENSION'],
    history: ['suspend PENDING PENDING NA', 'enable PENDING ENABLED -'],
  });
  // Nothing is said twice.
  await tellAll();
  expect((await seen(request)).mails.map(([template]) => template)).toEqual(['badge-suspended', 'enabled']);
});

it('has one effect, however often it is told', async () => {
  const request = await goingLive();
  await suspend();
  const { row } = await request.traces();
  const ref = { requestId: request.id, seq: Number(row['transition_seq']) + 1, command: null };
  await made.present();
  const write = () => scene.badgeActivities.recordProgramSuspension(ref);
  const outcomes = await Promise.all([write(), write(), write()]);
  const after = await request.traces();
  expect(outcomes.filter((outcome) => !('refused' in outcome))).toHaveLength(1);
  expect((await seen(request)).history).toEqual(['suspend PENDING PENDING NA']);
  expect(await write()).toEqual({ refused: 'ACTION_NOT_ALLOWED' });
  expect(await request.traces()).toEqual(after);
});

it('comes before what is written ahead', async () => {
  const request = await made.certified('on a date');
  await made.stage(request);
  await made.comeTo(request, 'US');
  await scene.pool.query(
    `update badge_requests set enabled_at = (select max(effective_at) from badges where request_id = id)
      where id = $1`,
    [request.id],
  );
  await suspend();
  await tellAll();
  const { history, mails } = await request.traces();
  expect(history.slice(-2).map(({ action, to_status }) => `${action} ${to_status}`)).toEqual([
    'suspend PENDING',
    'enable ENABLED',
  ]);
  expect(mails.slice(2).map(({ template }) => template)).toEqual(['enabled', 'badge-suspended']);
});

it('keeps a badge that shoppers saw where its maker takes back the rest', async () => {
  const request = await goingLive();
  await suspend();
  await tellAll();
  await made.present();
  await request.record(scene.activities.recordWithdrawal, people.maker);
  expect(await seen(request)).toMatchObject({
    standing: 'SUSPENDED',
    badges: ['US SUSPENDED PROGRAM_SUSPENSION'],
  });
  await end();
  await tellAll();
  expect([(await seen(request)).standing, await made.shown(request)]).toEqual(['ENABLED', ['US']]);
});

it('is told besides what an operator has done to the badge, and holds what they give back', async () => {
  const request = await goingLive();
  await order(request, 'suspend');
  await suspend();
  await order(request, 'reinstate');
  expect([(await seen(request)).badges, await made.shown(request)]).toEqual([
    ['US STAGED PROGRAM_SUSPENSION'],
    [],
  ]);
  await tellAll();
  expect((await seen(request)).mails.map(([template, , region]) => [template, region])).toEqual([
    ['badge-suspended', undefined],
    ['badge-suspended', 'na'],
  ]);
  expect((await seen(request)).badges).toEqual(['US SUSPENDED PROGRAM_SUSPENSION']);
});

it('lets the badge come back where an approval leaves its marketplace out and covers it again', async () => {
  const request = await goingLive();
  await suspend();
  await tellAll();
  await request.certify({ status: 'COMPLETE', result: 'APPROVED', marketplaces: ['JP'] });
  await made.stage(request, {});
  expect((await seen(request)).badges).toEqual([]);
  await request.certify({ status: 'COMPLETE', result: 'APPROVED', marketplaces: ['US', 'JP'] });
  await made.stage(request, { US: 'YES' });
  expect([(await seen(request)).badges, await made.shown(request)]).toEqual([
    ['US STAGED PROGRAM_SUSPENSION'],
    [],
  ]);
});

it('tells of no badge that no shopper has seen before the request is Enabled', async () => {
  await suspend();
  const request = await goingLive();
  expect(await tellAll()).toBe(0);
  expect(await seen(request)).toMatchObject({
    badges: ['US STAGED PROGRAM_SUSPENSION'],
    history: [],
    mails: [],
  });
});

it('has nobody to tell of badges that are only staged', async () => {
  const request = await made.certified('on a date');
  await made.stage(request);
  await suspend();
  expect(await tellAll()).toBe(0);
});

it('takes back nothing that was never said', async () => {
  await suspend();
  const request = await goingLive();
  await made.end('na');
  const { row } = await request.traces();
  const ref = { requestId: request.id, seq: Number(row['transition_seq']) + 1, command: null };
  await made.present();
  expect(await scene.badgeActivities.recordProgramSuspension(ref)).toEqual({
    refused: 'ACTION_NOT_ALLOWED',
  });
  await made.spreadAll();
  expect(await seen(request)).toMatchObject({ badges: ['US STAGED'], history: [], mails: [] });
});
