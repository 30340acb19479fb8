/** An organization with an endpoint that somebody listens at, and a sender that works off what it is to be told. */
import { createWebhookSender, type WebhookSender } from '../../../activities/webhooks/sender';
import type { Pool } from '../../../db/pool';
import { saveEndpoint } from '../../../db/webhook-endpoints';
import { createTestDatabase } from '../../setup/database';
import { startReceiver, type Receiver } from './receiver';

export const SECRET = `whsec_${Buffer.from('the secret of an endpoint, 32 b!').toString('base64')}`;
export const OTHER_SECRET = `whsec_${Buffer.from('the one after it, of 32 bytes, !').toString('base64')}`;
export const ENDPOINT = { id: 'wep_1', organizationId: 'org_one' };

interface Row {
  readonly status: string | null;
  readonly attempts: number;
  readonly answer: number | null;
  readonly failure: string | null;
  /** Until it is tried again, in seconds. */
  readonly wait: number | null;
}

export interface WebhookScene {
  readonly pool: Pool;
  readonly databaseUrl: string;
  receiver: Receiver;
  readonly sender: WebhookSender;
  /** Writes an entry of a request's history, as a transition does; `br_2` is another organization's. */
  enter(requestId?: string, at?: string, to?: string): Promise<unknown>;
  /** What is told and to be told, in the order in which it is due. */
  rows(): Promise<Row[]>;
  /** In place of waiting: what is tried again is due now. */
  makeDue(): Promise<unknown>;
  close(): Promise<void>;
}

export async function createWebhookScene(): Promise<WebhookScene> {
  const database = await createTestDatabase();
  const { pool } = database;
  const receiver = await startReceiver();
  await pool.query(`insert into organizations (id, name) values ('org_one', 'One'), ('org_two', 'Two')`);
  await pool.query(
    `insert into people (id, name, email, role, organization_id)
     values ('person_maker', 'Maker', 'maker@one.example', 'MAKER', 'org_one')`,
  );
  await pool.query(
    `insert into badge_requests (id, organization_id, created_by, program, asin)
     values ('br_1', 'org_one', 'person_maker', 'WWA', 'B0LUMEN001'),
            ('br_2', 'org_two', 'person_maker', 'WWA', 'B0LUMEN001')`,
  );
  await saveEndpoint(pool, { ...ENDPOINT, url: receiver.url, secret: SECRET });
  let seq = 0;
  const scene: WebhookScene = {
    pool,
    databaseUrl: database.url,
    receiver,
    sender: createWebhookSender({ pool, allowLocal: true }),
    enter: (requestId = 'br_1', at = new Date().toISOString(), to = 'UNDER_REVIEW') =>
      pool.query(
        `insert into badge_request_history
           (request_id, seq, at, actor_role, actor_id, action, from_status, to_status, details)
         values ($1, $2, $3, 'MAKER', 'person_maker', 'submit', 'NOT_SUBMITTED', $4, '{"round": 1}')`,
        [requestId, (seq += 1), at, to],
      ),
    async rows() {
      const { rows } = await pool.query<Row>(
        `select case when delivered_at is not null then 'delivered' when given_up_at is not null then 'given up' end as status,
                attempts, answer, failure, extract(epoch from next_attempt_at - now())::float8 as wait
           from webhook_deliveries order by due_at, id`,
      );
      return rows;
    },
    makeDue: () =>
      pool.query(
        "update webhook_deliveries set next_attempt_at = now() - interval '1 second' where next_attempt_at is not null",
      ),
    async close() {
      await scene.sender.close();
      await scene.receiver.close();
      await database.drop();
    },
  };
  return scene;
}
