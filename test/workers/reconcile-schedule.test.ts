/** The Schedule on a real server: what a lost signal has left behind is told when it comes round. */
import { RECONCILE_SCHEDULE } from '../../workflows/contract';
import { arrangeReconciling, startArranging } from '../../workers/reconcile-schedule';
import { createWorld, PROJECT, type World } from '../setup/request-world';
import { until } from '../setup/until';
import { approved, pending } from '../workflows/request-steps';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => world.client.schedule.getHandle(RECONCILE_SCHEDULE).delete());
afterAll(() => world.close());

const arrange = (everyMinutes: number) =>
  arrangeReconciling({ client: world.client, taskQueue: world.taskQueue, everyMinutes });
const described = () => world.client.schedule.getHandle(RECONCILE_SCHEDULE).describe();

it('is arranged once by however many workers, as the newest one wants it', async () => {
  await Promise.all([arrange(5), arrange(5), arrange(5)]);
  await arrange(7);
  const { spec, policies, action } = await described();
  expect(spec.intervals).toMatchObject([{ every: 7 * 60_000 }]);
  expect(policies.overlap).toBe('SKIP');
  expect(action).toMatchObject({ workflowType: 'certificationReconcile', taskQueue: world.taskQueue });
});

it('takes the place of one that answers nothing', async () => {
  // As one that Temporal does not get through: nobody works on its workflow.
  await world.client.workflow.start('temporal-sys-scheduler-workflow', {
    taskQueue: 'nobody-works-here',
    workflowId: `temporal-sys-scheduler:${RECONCILE_SCHEDULE}`,
  });
  await arrange(7);
  expect((await described()).spec.intervals).toMatchObject([{ every: 7 * 60_000 }]);
});

it('comes back while workers run, and stays as a newer one wants it', async () => {
  const isThere = () =>
    described().then(
      () => true,
      () => false,
    );
  let looks = 0;
  const client = Object.create(world.client, {
    schedule: {
      value: Object.assign(Object.create(world.client.schedule) as object, {
        create: async (options: Parameters<World['client']['schedule']['create']>[0]) => {
          looks += 1;
          return world.client.schedule.create(options);
        },
      }),
    },
  }) as World['client'];
  const schedule = { client, taskQueue: world.taskQueue, everyMinutes: 5 };
  const arranging = startArranging(schedule, () => undefined, 20);
  try {
    await until(isThere);
    // As where Temporal has lost its data.
    await world.client.schedule.getHandle(RECONCILE_SCHEDULE).delete();
    await until(isThere);
    await arrange(7);
    const looked = looks;
    await until(() => looks > looked + 1);
  } finally {
    await arranging.stop();
  }
  expect((await described()).spec.intervals).toMatchObject([{ every: 7 * 60_000 }]);
});

it('tells a request what nobody has told it', async () => {
  const request = await pending(world);
  await world.pool.query(
    'update certification_projects set status = $2, result = $3, version = version + 1 where id = $1',
    [PROJECT, approved.status, approved.result],
  );
  await arrange(60);
  await world.client.schedule.getHandle(RECONCILE_SCHEDULE).trigger();
  await request.handle.result();
  expect(await request.row()).toMatchObject({ status: 'ENABLED' });
});
