/** Requests that wait for a project, and workflows that only take signals: nobody works on them. */
import { randomBytes } from 'node:crypto';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import type { CertificationNews } from '../../../domain/transitions';
import { certificationChangedSignal, workflowIds, workflowTypes } from '../../../workflows/contract';
import { createTestDatabase, type TestDatabase } from '../../setup/database';

export interface Waiting {
  readonly database: TestDatabase;
  readonly client: Client;
  /** Of its workflows. */
  readonly taskQueue: string;
  /** The project they wait for, in version 1 under test; of no other test. */
  readonly projectId: string;
  readonly productId: string;
  /** Adds requests in a status, sorted by id; their workflows run unless told otherwise. */
  add(
    count: number,
    options?: { status?: string; workflow?: 'runs' | 'has ended' | 'none' },
  ): Promise<string[]>;
  /** What a request's workflow was told, in order; each has a revision, which is left out. */
  told(requestId: string): Promise<CertificationNews[]>;
  close(): Promise<void>;
}

export async function createWaiting(): Promise<Waiting> {
  const address = process.env['TEST_TEMPORAL_ADDRESS'] ?? '';
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace: 'badge-requests' });
  const database = await createTestDatabase();
  const { pool } = database;
  const unique = randomBytes(5).toString('hex');
  const [projectId, productId] = [`cert_${unique}`, `prod_${unique}`];
  await pool.query("insert into organizations (id, name) values ('org_one', 'One')");
  await pool.query(
    `insert into people (id, name, email, role, organization_id)
     values ('person_maker', 'Maker', 'maker@one.example', 'MAKER', 'org_one')`,
  );
  await pool.query(
    `insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
     values ($1, 'org_one', $2, 1, 'UNDER_TEST', '{US}')`,
    [projectId, productId],
  );
  await pool.query(
    `insert into products
       (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
     values ($1, 'org_one', 'Lamp', 'Brand', 'M-1', 'LIGHT', '{"kind":"NONE"}', $2, 1)`,
    [productId, projectId],
  );
  const handleOf = (requestId: string) => client.workflow.getHandle(workflowIds.badgeRequest(requestId));
  const taskQueue = `nobody-${unique}`;
  const started: string[] = [];
  let count = 0;
  const addOne = async (status: string, workflow: 'runs' | 'has ended' | 'none') => {
    count += 1;
    const id = `br_${unique}_${String(count).padStart(4, '0')}`;
    await pool.query(
      `insert into badge_requests (id, organization_id, created_by, program, product_id, asin, status, marketplaces)
       values ($1, 'org_one', 'person_maker', 'WWA', $2, $3, $4, '{US}')`,
      [id, productId, `B0${String(count).padStart(8, '0')}`, status],
    );
    started.push(id);
    if (workflow === 'none') return id;
    await client.workflow.start(workflowTypes.badgeRequest, {
      workflowId: workflowIds.badgeRequest(id),
      taskQueue,
      args: [{ requestId: id }],
    });
    if (workflow === 'has ended') await handleOf(id).terminate();
    return id;
  };
  return {
    database,
    client,
    taskQueue,
    projectId,
    productId,
    async add(wanted, { status = 'PENDING', workflow = 'runs' } = {}) {
      const ids: string[] = [];
      while (ids.length < wanted) ids.push(await addOne(status, workflow));
      return ids;
    },
    async told(requestId) {
      const { events } = await handleOf(requestId).fetchHistory();
      return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
        const payload = signal?.input?.payloads?.[0]?.data;
        if (signal?.signalName !== certificationChangedSignal.name || payload == null) return [];
        const { revision, ...news } = JSON.parse(Buffer.from(payload).toString()) as CertificationNews;
        if (revision === undefined) throw new Error('News tells how new it is.');
        return [news];
      });
    },
    async close() {
      await Promise.all(
        started.map((id) =>
          handleOf(id)
            .terminate()
            .catch((error: unknown) => {
              if (!(error instanceof WorkflowNotFoundError)) throw error;
            }),
        ),
      );
      await connection.close();
      await database.drop();
    },
  };
}
