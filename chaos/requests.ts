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

export interface Request {
  readonly id: string;
  readonly asin: string;
}

export interface Requests {
  /** Creates and submits one, of the listing of this number, and waits until a reviewer can decide. */
  readonly submit: (number: number) => Promise<Request>;
  readonly approve: (id: string) => Promise<void>;
  /** Reports the certification as approved. */
  certify(): Promise<void>;
}

/** Makes the product that all are of; its certification is under way. */
export async function beginRequests(
  run: RunFile,
  database: PatientDatabase,
  { goLive, signal }: { goLive: GoLive; signal: AbortSignal },
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
  return {
    async submit(number) {
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
      await untilReviewable(database, id, signal);
      return { id, asin };
    },
    async approve(id) {
      ok(await call(run, 'REVIEWER', 'POST', `/v1/badge-requests/${id}/approve`, { round: 1 }));
    },
    certify: () => tell({ version: 2, status: 'COMPLETE', result: 'APPROVED' }),
  };
}

/**
 * Brings so many, the first listings, as far as they get without the certification, a few at a time.
 * @throws Error when one of them fails
 */
export async function bringToPending({ submit, approve }: Requests, count: number): Promise<Request[]> {
  const pending: Request[] = [];
  const numbers = Array.from({ length: count }, (_, index) => index);
  const failures = await runClosedLoop(numbers, AT_A_TIME, async (number) => {
    const request = await submit(number);
    await approve(request.id);
    pending.push(request);
  });
  if (failures[0] !== undefined) throw new Error(failures[0]);
  return pending;
}

async function untilReviewable(database: PatientDatabase, id: string, signal: AbortSignal): Promise<void> {
  for (const end = Date.now() + REVIEWED_WITHIN_MS; ; await sleep(100, undefined, { signal })) {
    const [row] = await database.rows<{ stage: string | null }>(
      'select stage from badge_requests where id = $1',
      [id],
    );
    if (row?.stage === 'AWAITING_REVIEWER') return;
    if (Date.now() > end) throw new Error(`${id} is not checked: ${row?.stage}`);
  }
}
