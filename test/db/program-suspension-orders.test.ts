/**
 * Badges of a maker whose programme is suspended in regions: whatever comes first, suspension, end, staging, the badge's
 * instant, the telling of it, once or twice, all badges end as what holds last says, and none is shown in between.
 */
import fc from 'fast-check';
import { spreadNext, tellNextOfSuspension } from '../../db/program-suspension-news';
import { statusOfBadges } from '../../domain/badges';
import {
  createSuspensionScene,
  PLACES,
  regionOf,
  type Place,
  type SuspendedRegion,
  type SuspensionScene,
} from './suspension-scene';
import { people, type Scene, type Traces } from './transition-scene';

const RUNS = 60;

let made: SuspensionScene;
let scene: Scene;
beforeAll(async () => {
  made = await createSuspensionScene();
  scene = made.scene;
});
afterAll(() => scene.close());
beforeEach(() => scene.pool.query('delete from program_suspensions'));

type Act =
  | { readonly do: 'suspend' | 'end'; readonly region: SuspendedRegion }
  | { readonly do: 'comeTo'; readonly place: Place }
  | {
      readonly do:
        'spread' | 'tell' | 'tell, killed' | 'follow' | 'stage' | 'stage one' | 'enable' | 'withdraw';
    };
const anyRegion = fc.constantFrom('na' as const, 'fe' as const);
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('suspend' as const), region: anyRegion }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), region: anyRegion }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('comeTo' as const), place: fc.constantFrom(...PLACES) }),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom<Act[]>(
      ...(['spread', 'tell', 'tell, killed', 'follow', 'stage', 'stage one', 'enable'] as const).map(
        (act) => ({ do: act }),
      ),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Act>({ do: 'withdraw' }) },
);

async function liveThrough(acts: readonly Act[], onDate: boolean): Promise<void> {
  await made.present();
  const request = await made.certified(onDate ? 'on a date' : undefined);
  /** Signals that have been sent, and that its workflow has not yet acted upon. */
  let signals = 0;
  const tell = (killed: boolean) =>
    tellNextOfSuspension(scene.pool, async () => {
      signals += 1;
      if (killed) throw new Error('killed');
    });
  const isPending = async () => (await request.traces()).row.status === 'PENDING';
  const perform = async (act: Act): Promise<void> => {
    await made.present();
    switch (act.do) {
      case 'suspend':
        return made.suspend(act.region);
      case 'end':
        return made.end(act.region);
      case 'comeTo':
        return made.comeTo(request, act.place);
      case 'spread':
        return void (await spreadNext(scene.pool));
      case 'tell':
      case 'tell, killed':
        return void (await tell(act.do === 'tell, killed'));
      case 'follow':
        if (signals === 0) return;
        signals -= 1;
        return made.follow(request);
      case 'stage':
        if ((await request.traces()).badges.length < 2) await made.stage(request);
        return;
      case 'stage one':
        if ((await request.traces()).badges.length === 0) await made.stage(request, { US: 'YES' });
        return;
      case 'enable':
        return void (await scene.activities.recordEnabling(request.id));
      case 'withdraw':
        await request.record(scene.activities.recordWithdrawal, people.maker);
    }
  };
  /**
   * Once what holds is spread, no badge appears that was not there where it does, and none that is to come is held back
   * where it does not; from the last instant on that one comes back is left to its transition.
   */
  const step = async (act: Act): Promise<void> => {
    await perform(act);
    const { rowCount: unspread } = await scene.pool.query('select from program_suspensions where untold');
    if (unspread !== 0 || !(await isPending())) return;
    const held = await made.holding();
    expect((await made.shown(request)).filter((place) => held.includes(regionOf[place]))).toEqual([]);
    const { row, badges } = await request.traces();
    const enabledAt = row['enabled_at'] as string | null;
    if (enabledAt !== null && Date.parse(enabledAt) <= Date.parse(scene.now)) return;
    for (const { marketplace, causes } of badges)
      expect([marketplace, causes.length]).toEqual([
        marketplace,
        held.includes(regionOf[marketplace as Place]) ? 1 : 0,
      ]);
  };
  for (const act of acts) await step(act);
  for (let regions = 1; regions <= 4; regions += 1) await step({ do: 'spread' });
  await step({ do: 'stage' });
  for (const place of PLACES) await step({ do: 'comeTo', place });
  await perform({ do: 'enable' });
  // Who was killed while telling comes back to it.
  await scene.pool.query('update program_suspension_news set next_attempt_at = now()');
  while ((await tell(false)) > 0);
  while (signals > 0) await perform({ do: 'follow' });

  const held = await made.holding();
  const { row, badges, history } = await request.traces();
  expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).sort());
  for (const place of PLACES) expect(saidOf(history, place)).toEqual(inTurn(saidOf(history, place)));
  const isHeld = (marketplace: string) => held.includes(regionOf[marketplace as Place]);
  for (const { marketplace, status, causes } of badges)
    expect([marketplace, status, causes]).toEqual(
      isHeld(marketplace) ? [marketplace, 'SUSPENDED', ['PROGRAM_SUSPENSION']] : [marketplace, 'STAGED', []],
    );
  const own = badges.map(({ marketplace }) => marketplace as Place);
  expect(await made.shown(request)).toEqual(PLACES.filter((place) => own.includes(place) && !isHeld(place)));
  expect(row.status).toBe(
    statusOfBadges(own.map((place) => (isHeld(place) ? 'SUSPENDED' : 'ENABLED'))) ?? 'NOT_SUBMITTED',
  );
}

const saidOf = (history: Traces['history'], place: Place) =>
  history
    .filter(({ details }) => (details['marketplaces'] as string[] | undefined)?.includes(place))
    .map(({ action }) => action);
/** What was said of a badge is taken back before it is said again; what was held back may be given back unsaid. */
const inTurn = (said: readonly string[]) =>
  said.map((_, index) => ((index % 2 === 0) === (said[0] === 'suspend') ? 'suspend' : 'reinstate'));

it('ends as what holds last says, in whatever order all of it comes, and concerns nobody else', async () => {
  const others = await made.certified('on a date');
  await made.stage(others);
  await scene.pool.query("update badge_requests set organization_id = 'org_two' where id = $1", [others.id]);
  const before = await others.traces();
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyAct, { minLength: 3, maxLength: 16 }),
      fc.boolean(),
      async (acts, onDate) => {
        await scene.pool.query("delete from badge_requests where organization_id = 'org_one'");
        await scene.pool.query('delete from program_suspensions');
        await liveThrough(acts, onDate);
      },
    ),
    { numRuns: RUNS },
  );
  expect(await others.traces()).toEqual(before);
});

it.each(['all', 'some'])('lets go of what is to come when it ends, %s of it staged', async (staged) => {
  await made.suspend('fe');
  await made.spreadAll();
  const request = await made.certified('on a date');
  await made.stage(request);
  if (staged === 'some')
    await scene.pool.query('update badge_requests set enabled_at = null where id = $1', [request.id]);
  const causes = async () => (await request.traces()).badges.flatMap((badge) => badge.causes);
  expect(await causes()).toEqual(['PROGRAM_SUSPENSION']);
  await made.end('fe');
  await made.spreadAll();
  expect(await causes()).toEqual([]);
});

it('is spread for each maker and region by itself', async () => {
  await made.spreadAll();
  await made.suspend('fe');
  await made.suspend('na', 'org_two');
  const spread = [await spreadNext(scene.pool), await spreadNext(scene.pool), await spreadNext(scene.pool)];
  expect(spread).toEqual([true, true, false]);
});
