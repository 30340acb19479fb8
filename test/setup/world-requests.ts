/** Requests of a world, and what people do with them. */
import { randomBytes } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { remedyOperation } from '../../activities/remedy/start';
import { saveReason } from '../../db/operator-decisions';
import type { Pool } from '../../db/pool';
import type { BadgeAction } from '../../domain/badges';
import type { GoLive } from '../../domain/go-live';
import type { Status, Stage } from '../../domain/lifecycle';
import type { MarketplaceCode } from '../../domain/marketplaces';
import type { ReasonCode } from '../../domain/reasons';
import type { badgeRequest } from '../../workflows';
import * as contract from '../../workflows/contract';

export const MAKER = { id: 'person_maker', role: 'MAKER', ownOrganization: true } as const;
export const REVIEWER = { id: 'person_reviewer', role: 'REVIEWER', ownOrganization: false } as const;
export const OPERATOR = { id: 'person_operator', role: 'OPERATOR', ownOrganization: false } as const;

/** What a request is for unless its form says otherwise. */
export const PRODUCT = 'prod_one';

export interface RequestForm {
  readonly goLive?: GoLive;
  readonly marketplaces?: readonly MarketplaceCode[];
  readonly productId?: string;
}

export interface Row {
  status: Status;
  stage: Stage | null;
  round: number;
  transition_seq: number;
  attention: string | null;
  marketplaces: MarketplaceCode[];
  reasons: { code: ReasonCode; marketplace: string | null; action: string }[];
  first_effective_at: Date | null;
  enabled_at: Date | null;
}

interface HistoryRow {
  action: string;
  to_status: string;
  at: Date;
}
interface MailRow {
  template: string;
  due_at: Date;
}
interface BadgeRow {
  marketplace: string;
  status: string;
  causes: string[];
  effective_at: Date;
}

export interface RequestInWorld {
  readonly id: string;
  readonly handle: WorkflowHandle<typeof badgeRequest>;
  row(): Promise<Row>;
  /** Waits until the row satisfies a condition. */
  until(condition: (row: Row) => boolean): Promise<Row>;
  history(): Promise<HistoryRow[]>;
  mails(): Promise<MailRow[]>;
  badges(): Promise<BadgeRow[]>;
  submit(commandId?: string): Promise<{ status: string; stage: string | null; round: number }>;
  approve(
    round?: number,
    commandId?: string,
  ): Promise<{ status: string; stage: string | null; round: number }>;
  reject(code: ReasonCode, round?: number): Promise<{ status: string }>;
  recheck(round?: number): Promise<{ status: string; stage: string | null }>;
  withdraw(): Promise<{ status: string }>;
  discard(): Promise<{ status: string }>;
  retry(): Promise<{ status: string; stage: string | null }>;
  reschedule(goLive: GoLive): Promise<{ status: string }>;
  /** An operator's, about its badges; all of them, unless marketplaces are named, and now, unless an instant is. */
  order(
    action: BadgeAction,
    marketplaces?: readonly MarketplaceCode[],
    effectiveAt?: string,
  ): Promise<{ status: string }>;
  /** The same, at once, as long as others of its badges are still to come. */
  orderWhilePending(
    action: BadgeAction,
    marketplaces?: readonly MarketplaceCode[],
  ): Promise<{ status: string }>;
}

// The Temporal server is shared by all files of a run.
const world = randomBytes(4).toString('hex');
let counter = 0;
/** A name that nothing else of the run has. */
export const unique = (prefix: string) => `${prefix}_${world}_${(counter += 1)}`;

interface Parts {
  readonly pool: Pool;
  readonly client: Client;
  /** The queue of the requests. */
  readonly taskQueue: string;
}

/** A draft whose workflow runs. */
export async function createRequest(
  { pool, client, taskQueue }: Parts,
  { goLive, marketplaces, productId }: RequestForm = {},
): Promise<RequestInWorld> {
  const id = unique('br');
  const asin = `B0${String((counter += 1)).padStart(8, '0')}`;
  await pool.query(
    `insert into badge_requests (id, organization_id, created_by, program, product_id, identifier_type,
        identifier_code, asin, go_live_kind, go_live_date, marketplaces)
     values ($1, 'org_one', 'person_maker', 'WWA', $2, 'UPC', '036000291452', $3, $4, $5, $6)`,
    [
      id,
      productId ?? PRODUCT,
      asin,
      goLive?.kind ?? 'AS_SOON_AS_POSSIBLE',
      goLive?.kind === 'ON_DATE' ? goLive.date : null,
      marketplaces ?? ['US'],
    ],
  );
  const handle = await client.workflow.start<typeof badgeRequest>(
    contract.workflowTypes.badgeRequest,
    contract.requestStart({ requestId: id }, taskQueue),
  );
  const command = (actor: contract.CommandActor, commandId = unique('command')) => ({ commandId, actor });
  const row = async () => {
    const { rows } = await pool.query<Row>('select * from badge_requests where id = $1', [id]);
    if (rows[0] === undefined) throw new Error(`There is no ${id}.`);
    return rows[0];
  };
  const orderOf = async (
    action: BadgeAction,
    marketplaces: readonly MarketplaceCode[] | null = null,
    effectiveAt: string | null = null,
  ) => {
    const given = command(OPERATOR);
    const words = { requestId: id, operatorId: OPERATOR.id, reason: `To ${action}.` };
    await saveReason(pool, { commandId: given.commandId, ...words });
    return { ...given, marketplaces, effectiveAt };
  };
  return {
    id,
    handle,
    row,
    async until(condition) {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const now = await row();
        if (condition(now)) return now;
        if (Date.now() > deadline) throw new Error(`Still ${now.status} ${now.stage ?? ''}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async history() {
      return (
        await pool.query<HistoryRow>(
          'select * from badge_request_history where request_id = $1 order by seq',
          [id],
        )
      ).rows;
    },
    async mails() {
      return (await pool.query<MailRow>('select * from mail_outbox where request_id = $1 order by id', [id]))
        .rows;
    },
    async badges() {
      return (
        await pool.query<BadgeRow>('select * from badges where request_id = $1 order by marketplace', [id])
      ).rows;
    },
    submit: (commandId) =>
      handle.executeUpdate(contract.submitUpdate, {
        args: [command(MAKER, commandId)],
        ...(commandId === undefined ? {} : { updateId: commandId }),
      }),
    approve: (round = 1, commandId) =>
      handle.executeUpdate(contract.approveUpdate, { args: [{ ...command(REVIEWER, commandId), round }] }),
    async reject(code, round = 1) {
      const given = command(REVIEWER);
      await pool.query(
        `insert into reviewer_decisions (command_id, request_id, round, reviewer_id, reasons) values ($1, $2, $3, $4, $5)`,
        [
          given.commandId,
          id,
          round,
          REVIEWER.id,
          JSON.stringify([{ code, action: 'Do it.', marketplace: null }]),
        ],
      );
      return handle.executeUpdate(contract.rejectUpdate, { args: [{ ...given, round }] });
    },
    recheck: (round = 1) =>
      handle.executeUpdate(contract.recheckUpdate, { args: [{ ...command(REVIEWER), round }] }),
    withdraw: () => handle.executeUpdate(contract.withdrawUpdate, { args: [command(MAKER)] }),
    discard: () => handle.executeUpdate(contract.discardUpdate, { args: [command(MAKER)] }),
    retry: () => handle.executeUpdate(contract.retryUpdate, { args: [command(OPERATOR)] }),
    reschedule: (goLive) =>
      handle.executeUpdate(contract.rescheduleUpdate, { args: [{ ...command(MAKER), goLive }] }),
    async order(action, marketplaces, effectiveAt) {
      return client.workflow.executeUpdateWithStart(contract.badgeOrderUpdates[action], {
        startWorkflowOperation: remedyOperation(id, taskQueue),
        args: [await orderOf(action, marketplaces, effectiveAt)],
      });
    },
    async orderWhilePending(action, marketplaces) {
      const order = await orderOf(action, marketplaces);
      return handle.executeUpdate(contract.badgeOrderUpdates[action], { args: [order] });
    },
  };
}
