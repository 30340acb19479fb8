/** Many requests of one product, brought as far as they get without its certification. */
import { setTimeout as sleep } from 'node:timers/promises';
import { asinOf, upcOf } from '../bench/asins';
import { runClosedLoop } from '../bench/lives';
import type { RunFile } from '../dev/run-file';
import { benchmarkProduct } from '../dev/stand-ins/generated-listing';
import type { GoLive } from '../domain/go-live';
import { call, ok, report } from './calls';
import type { PatientDatabase } from './patient-database';

export const MARKETPLACE = 'US';
const PROJECT = 'cert_chaos';
const PRODUCT = 'prod_chaos';
const AT_A_TIME = 20;
const REVIEWED_WITHIN_MS = 300_000;

export interface Requests {
  readonly ids: readonly string[];
  /** In the order of the ids. */
  readonly asins: readonly string[];
  approve(id: string): Promise<void>;
  /** Reports the certification as approved. */
  certify(): Promise<void>;
}

/**
 * Creates and submits so many, and waits until a reviewer can decide.
 * @throws Error when one of them fails
 */
export async function prepareRequests(
  run: RunFile,
  database: PatientDatabase,
  { count, goLive, signal }: { count: number; goLive: GoLive; signal: AbortSignal },
): Promise<Requests> {
  const organizationId = run.people.find(({ role }) => role === 'MAKER')?.organization;
  const tell = (state: object) =>
    report(run, {
      projectId: PROJECT,
      organizationId,
      product: { id: PRODUCT, ...benchmarkProduct },
      marketplaces: [MARKETPLACE],
      reason: null,
      ...state,
    });
  await tell({ version: 1, status: 'UNDER_TEST', result: null });
  const submitted: { id: string; asin: string }[] = [];
  const numbers = Array.from({ length: count }, (_, index) => index);
  const failures = await runClosedLoop(numbers, AT_A_TIME, async (number) => {
    signal.throwIfAborted();
    const asin = asinOf(number);
    const form = {
      program: 'WWA',
      productId: PRODUCT,
      retailIdentifier: { type: 'UPC', code: upcOf(asin) },
      asin,
      goLive,
      marketplaces: [MARKETPLACE],
    };
    const id = String(ok(await call(run, 'MAKER', 'POST', '/v1/badge-requests', form))['id']);
    ok(await call(run, 'MAKER', 'POST', `/v1/badge-requests/${id}/submit`, {}));
    submitted.push({ id, asin });
  });
  if (failures[0] !== undefined) throw new Error(failures[0]);
  const ids = submitted.map(({ id }) => id);
  await untilReviewable(database, ids, signal);
  return {
    ids,
    asins: submitted.map(({ asin }) => asin),
    async approve(id) {
      ok(await call(run, 'REVIEWER', 'POST', `/v1/badge-requests/${id}/approve`, { round: 1 }));
    },
    certify: () => tell({ version: 2, status: 'COMPLETE', result: 'APPROVED' }),
  };
}

/** Approves some, a few at a time. */
export async function approveAll(requests: Requests, ids: readonly string[]): Promise<void> {
  const failures = await runClosedLoop(ids, AT_A_TIME, (id) => requests.approve(id));
  if (failures[0] !== undefined) throw new Error(failures[0]);
}

async function untilReviewable(
  database: PatientDatabase,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const end = Date.now() + REVIEWED_WITHIN_MS; ; await sleep(100, undefined, { signal })) {
    const others = await database.rows<{ id: string; stage: string | null }>(
      "select id, stage from badge_requests where id = any($1) and stage is distinct from 'AWAITING_REVIEWER'",
      [ids],
    );
    const [first] = others;
    if (first === undefined) return;
    if (Date.now() > end) throw new Error(`${others.length} are not checked, as ${first.id}, ${first.stage}`);
  }
}
