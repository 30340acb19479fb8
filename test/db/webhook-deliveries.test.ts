/** What makers' programs are to be told follows what is recorded, in the same transaction. */
import { transact, type Queryable } from '../../db/pool';
import { changeEndpoint, deleteEndpoint, saveEndpoint } from '../../db/webhook-endpoints';
import { forgetOld } from '../../db/forgetting';
import { putBack, recordAttempt, takeDelivery } from '../../db/webhook-deliveries';
import { AMERICA, createStagingScene, EVE, type StagingScene } from './staging-scene';
import { people, type Scene, type SceneRequest } from './transition-scene';

let at: StagingScene;
let scene: Scene;
beforeAll(async () => {
  at = await createStagingScene();
  scene = at.scene;
  await saveEndpoint(scene.pool, {
    ...{ id: 'wep_1', organizationId: 'org_one', url: 'https://one.example', secret: 'whsec_c2VjcmV0' },
  });
});
afterAll(() => scene.close());
beforeEach(() => {
  scene.now = EVE;
});

/** To be told, and when: by the history that it tells. */
async function toBeTold({ id }: SceneRequest): Promise<string[]> {
  const { rows } = await scene.pool.query<{ action: string; at: Date; due_at: Date; next_attempt_at: Date }>(
    `select h.action, h.at, d.due_at, d.next_attempt_at
       from badge_request_history h left join webhook_deliveries d using (request_id, seq)
      where h.request_id = $1 order by h.seq`,
    [id],
  );
  for (const row of rows) expect([row.due_at, row.next_attempt_at]).toEqual([row.at, row.at]);
  return rows.map((row) => `${row.action} ${row.at.toISOString()}`);
}

test('each entry is told at its instant, once however often it is recorded', async () => {
  const request = await at.staged();
  const told = await toBeTold(request);
  expect(told.slice(3)).toEqual([`stage ${EVE}`, `enable ${AMERICA}`]);
  for (const step of request.steps) await step.repeat();
  expect(await toBeTold(request)).toEqual(told);
});

test('what lies ahead is taken back with its entry', async () => {
  const request = await at.staged();
  await request.record(scene.activities.recordWithdrawal, people.maker);
  expect((await toBeTold(request)).slice(3)).toEqual([`stage ${EVE}`, `withdraw ${EVE}`]);
});

test('another organization’s is told nobody', async () => {
  const request = await at.certified({ organization: 'org_two' });
  const { rows } = await scene.pool.query('select from webhook_deliveries where request_id = $1', [
    request.id,
  ]);
  expect(rows).toHaveLength(0);
});

describe('an entry that is being recorded', () => {
  const ref = { id: 'wep_2', organizationId: 'org_one' };
  beforeEach(async () => {
    await scene.pool.query(`delete from webhook_endpoints where id = 'wep_2'`);
    await saveEndpoint(scene.pool, { ...ref, url: 'https://two.example', secret: 'whsec_c2VjcmV0' });
  });
  const enter = (connection: Queryable, requestId: string) =>
    connection.query(
      `insert into badge_request_history (request_id, seq, at, actor_role, action, from_status, to_status)
       values ($1, 100, now(), 'SERVICE', 'stage', 'PENDING', 'PENDING')`,
      [requestId],
    );
  /** Whether the endpoint is told of it. */
  const isTold = async (requestId: string) => {
    for (;;) {
      const taken = await takeDelivery(scene.pool, { withinSeconds: 60, busy: ['wep_1'], last: '' });
      if (taken === null) return false;
      const { told } = taken.delivery;
      if (told?.requestId === requestId && told.commentId === null && told.seq === 100) return true;
    }
  };

  test.each([
    ['enabled', true],
    ['disabled', false],
  ])('while its endpoint is %s is told as of then, and neither waits', async (_, enabled) => {
    const { id } = await at.certified();
    await changeEndpoint(scene.pool, ref, { enabled: !enabled });
    await transact(scene.pool, async (connection) => {
      await enter(connection, id);
      await changeEndpoint(scene.pool, ref, { enabled });
    });
    expect(await isTold(id)).toBe(enabled);
  });

  test('while its endpoint is deleted is recorded, and told nobody', async () => {
    const { id } = await at.certified();
    await transact(scene.pool, async (connection) => {
      await deleteEndpoint(connection, ref);
      await enter(scene.pool, id);
    });
    expect(await isTold(id)).toBe(false);
  });

  test('after others were taken back waits for nobody who deletes the endpoint', async () => {
    const { id } = await at.certified();
    await transact(scene.pool, async (connection) => {
      await connection.query('delete from badge_request_history where request_id = $1', [id]);
      await deleteEndpoint(scene.pool, ref);
      await enter(connection, id);
    });
    expect(await isTold(id)).toBe(false);
  });
});

describe('an attempt that ends late, once another one has', () => {
  const LATER = { retryAfterSeconds: 60 } as const;
  const failed = { answer: 500, failure: null };
  const taken = { answer: 200, failure: null };
  /** One that somebody has in hand. */
  async function inHand(): Promise<string> {
    const { id } = await at.certified();
    const { rows } = await scene.pool.query<{ id: string }>(
      'update webhook_deliveries set attempts = 2 where request_id = $1 and seq = 1 returning id',
      [id],
    );
    return rows[0]?.id ?? '';
  }
  const stateOf = async (id: string) => {
    const { rows } = await scene.pool.query<Record<string, boolean>>(
      `select next_attempt_at is not null as waits, delivered_at is not null as delivered,
              given_up_at is not null as given_up from webhook_deliveries where id = $1`,
      [id],
    );
    return rows[0];
  };

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['fails', (id) => recordAttempt(scene.pool, id, failed, LATER)],
    ['is left to others', (id) => putBack(scene.pool, id)],
  ])('and %s has nothing sent again that was taken', async (_how, end) => {
    const id = await inHand();
    await recordAttempt(scene.pool, id, taken, 'TAKEN');
    await end(id);
    expect(await stateOf(id)).toEqual({ waits: false, delivered: true, given_up: false });
  });

  test('and is taken leaves nothing given up', async () => {
    const id = await inHand();
    await recordAttempt(scene.pool, id, failed, 'GIVEN_UP');
    expect(await stateOf(id)).toEqual({ waits: false, delivered: false, given_up: true });
    await recordAttempt(scene.pool, id, taken, 'TAKEN');
    expect(await stateOf(id)).toEqual({ waits: false, delivered: true, given_up: false });
  });
});

test('what was due a month ago is forgotten', async () => {
  const request = await at.certified();
  await scene.pool.query(
    `update webhook_deliveries set due_at = now() - interval '31 days' where request_id = $1 and seq = 1`,
    [request.id],
  );
  expect(await forgetOld(scene.pool, 'webhook_deliveries', 100)).toBe(1);
  expect(await forgetOld(scene.pool, 'webhook_deliveries', 100)).toBe(0);
});
