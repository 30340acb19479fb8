import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Client, Connection, ServiceError } from '@temporalio/client';
import { createNewsRelay } from '../../../activities/certification/news-relay';
import { receiveEvent } from '../../../db/certification-inbox';
import { tellNextNews } from '../../../db/certification-news';
import type { CertificationStatus } from '../../../domain/certification';
import { freePort } from '../../../dev/free-port';
import { workflowIds } from '../../../workflows/contract';
import { createWaiting, type Waiting } from './waiting';
import { until } from '../../setup/until';

let waiting: Waiting;
beforeEach(async () => {
  waiting = await createWaiting();
});
afterEach(() => waiting.close());

const relayOf = (client: Client = waiting.client) =>
  createNewsRelay({ pool: waiting.database.pool, client, signalsPerSecond: 5_000 });
const hear = (version: number, status: CertificationStatus = 'RESULTS_UNDER_REVIEW') =>
  receiveEvent(waiting.database.pool, {
    webhookId: `${waiting.projectId}-${version}`,
    type: 'certification.project.updated',
    body: '{}',
    project: {
      projectId: waiting.projectId,
      version,
      organizationId: 'org_one',
      product: {
        id: waiting.productId,
        name: 'Lamp',
        brand: 'Brand',
        model: 'M-1',
        deviceType: 'LIGHT',
        integration: { kind: 'NONE' },
      },
      marketplaces: ['US'],
      status,
      result: null,
      reason: null,
    },
  });
const fanout = () => waiting.client.workflow.getHandle(workflowIds.certificationFanout(waiting.projectId));
const untold = async () =>
  (
    await waiting.database.pool.query<{ version: number; attempts: number; due: boolean }>(
      'select version, attempts, next_attempt_at <= now() as due from certification_news',
    )
  ).rows;

/** Whether a connection of this test waits for another one's lock. */
const isSomebodyBlocked = async () =>
  (
    await waiting.database.pool.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
  ).rowCount === 1;

describe('news of a project', () => {
  it('goes to a few who wait directly, once', async () => {
    const ids = await waiting.add(20);
    await hear(2);
    const relay = relayOf();
    expect(await relay.drainOne()).toBe(1);
    const told = await Promise.all(ids.map((id) => waiting.told(id)));
    const news = { projectId: waiting.projectId, productId: waiting.productId, version: 2, verdict: 'OPEN' };
    expect(told).toEqual(ids.map(() => [news]));
    expect(await relay.drainOne()).toBe(0);
    expect(await relay.nextDue(null)).toMatchObject({ at: null });
    await expect(fanout().describe()).rejects.toThrow(/not found/i);
  });

  it('goes to many by a fan-out of its own, which a newer version begins anew', async () => {
    const ids = await waiting.add(21);
    await hear(2);
    const relay = relayOf();
    expect(await relay.drainOne()).toBe(1);
    const first = await fanout().describe();
    expect([first.status.name, first.type]).toEqual(['RUNNING', 'certificationFanout']);
    expect(await waiting.told(ids[0] ?? '')).toEqual([]);
    expect(await untold()).toEqual([]);
    await hear(3);
    await relay.drainOne();
    const second = await fanout().describe();
    expect(second.status.name).toBe('RUNNING');
    expect(second.runId).not.toBe(first.runId);
    await fanout().terminate();
  });

  it('is kept for later when Temporal is away', async () => {
    const [id = ''] = await waiting.add(1);
    await hear(2);
    // Without the client's own repeats, which take half a minute.
    const connection = Connection.lazy({ address: `127.0.0.1:${await freePort()}`, interceptors: [] });
    const away = relayOf(new Client({ connection, namespace: 'badge-requests' }));
    const reported: unknown[] = [];
    expect(await away.drainOne((error) => reported.push(error))).toBe(1);
    expect(reported).toEqual([expect.any(ServiceError)]);
    expect(await untold()).toEqual([{ version: 2, attempts: 1, due: false }]);
    expect(await away.drainOne()).toBe(0);
    await connection.close();
    await waiting.database.pool.query(
      "update certification_news set next_attempt_at = now() - interval '1 s'",
    );
    await relayOf().drainOne();
    expect(await waiting.told(id)).toMatchObject([{ version: 2 }]);
    expect(await untold()).toEqual([]);
  });

  it('is kept for later when Temporal does not answer, before newer news gives up waiting', async () => {
    await waiting.add(1);
    await hear(2);
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => {
      socket.on('error', () => undefined);
      sockets.add(socket);
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const connection = Connection.lazy({ address: `127.0.0.1:${port}` });
    try {
      const relay = relayOf(new Client({ connection, namespace: 'badge-requests' }));
      const telling = relay.drainOne();
      await until(() => sockets.size > 0);
      expect(await hear(3)).toBe('APPLIED');
      expect(await telling).toBe(1);
      expect(await untold()).toEqual([{ version: 3, attempts: 0, due: true }]);
    } finally {
      await connection.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => silent.close(() => resolve()));
    }
  });

  it('that nobody waits for is forgotten', async () => {
    await hear(2);
    await relayOf().drainOne();
    expect(await untold()).toEqual([]);
  });
});

describe('news that comes while older news of the project is told', () => {
  it.each([
    ['succeeds', () => undefined],
    [
      'fails',
      () => {
        throw new Error('Temporal is away');
      },
    ],
  ])('is told afterwards when that %s', async (_end, finish) => {
    const { pool } = waiting.database;
    await hear(2);
    let newer: Promise<unknown> = Promise.resolve();
    await tellNextNews(pool, async () => {
      newer = hear(3);
      let heard = false;
      void newer.then(() => (heard = true));
      await until(async () => heard || (await isSomebodyBlocked()));
      finish();
    });
    expect(await newer).toBe('APPLIED');
    expect(await untold()).toEqual([{ version: 3, attempts: 0, due: true }]);
    const told: string[] = [];
    expect(await tellNextNews(pool, async (projectId) => void told.push(projectId))).toBe(1);
    expect(told).toEqual([waiting.projectId]);
    expect(await untold()).toEqual([]);
  });

  it('stays with whoever has taken it meanwhile', async () => {
    const { pool } = waiting.database;
    await hear(2);
    await tellNextNews(pool, async () => {
      await hear(3);
      await tellNextNews(pool, () => Promise.reject(new Error('Temporal is away')));
    });
    expect(await untold()).toEqual([{ version: 3, attempts: 1, due: false }]);
  });
});

it('lets one teller at a time have a project, and another one have it when the first is gone', async () => {
  const { pool } = waiting.database;
  await hear(2);
  let begun = () => undefined as void;
  const inHand = new Promise<void>((resolve) => (begun = resolve));
  // A teller that is killed neither ends nor fails.
  void tellNextNews(pool, () => new Promise(() => begun()));
  await inHand;
  expect(await tellNextNews(pool, async () => undefined)).toBe(0);
  await pool.query('update certification_news set next_attempt_at = now()');
  const told: string[] = [];
  expect(await tellNextNews(pool, async (projectId) => void told.push(projectId))).toBe(1);
  expect(told).toEqual([waiting.projectId]);
  expect(await untold()).toEqual([]);
});
