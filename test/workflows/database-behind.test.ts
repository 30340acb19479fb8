/** What is due by a workflow's clock, and not by the database's yet, is tried again now and then, and not without a pause. */
import { createTransitionActivities } from '../../activities/transitions';
import { PROJECT, type WorldOptions } from '../setup/request-world';
import { reviewTerm } from '../setup/review-term';
import { useSkippingWorld, type SkippingWorld } from '../setup/skipping-world';
import { approved, pending } from './request-steps';

const DAY_MS = 86_400_000;
let at: SkippingWorld;
/** When it was tried. */
let tries: number[];
useSkippingWorld((made) => {
  at = made;
  tries = [];
});

const note = async () => tries.push(await at.environment.currentTimeMs());
/** Goes live while some of what is recorded of it is refused for now. */
async function enable(activities: WorldOptions['activities']) {
  const world = await at.beginAnew({ ...(activities !== undefined && { activities }) });
  await world.certify(PROJECT, approved);
  const date = new Date((await at.environment.currentTimeMs()) + 30 * DAY_MS).toISOString().slice(0, 10);
  const request = await pending(world, { goLive: { kind: 'ON_DATE', date } });
  await request.handle.result();
  expect(await request.row()).toMatchObject({ status: 'ENABLED' });
}
const transitions = (pool: Parameters<NonNullable<WorldOptions['activities']>>[0]) =>
  createTransitionActivities({ pool, reviewTerm, clock: at.now });

it('whether it is enabled', async () => {
  await enable((pool) => ({
    async recordEnabling(requestId: string) {
      if ((await note()) === 1)
        await pool.query(
          `update badge_requests set enabled_at = $2::timestamptz + interval '12 seconds' where id = $1`,
          [requestId, await at.now()],
        );
      return transitions(pool).recordEnabling(requestId);
    },
  }));
  expect(tries.length).toBeGreaterThan(1);
  expect(tries.length).toBeLessThanOrEqual(4);
});

it('what it records by itself', async () => {
  const recordStaging: ReturnType<typeof transitions>['recordStaging'] = async (ref, staging) =>
    (await note()) < 3
      ? { refused: 'ACTION_NOT_ALLOWED' }
      : transitions(at.world.pool).recordStaging(ref, staging);
  await enable(() => ({ recordStaging }));
  const [first = NaN, second = NaN, third = NaN] = tries;
  expect(Math.min(second - first, third - second)).toBeGreaterThanOrEqual(4_900);
});
