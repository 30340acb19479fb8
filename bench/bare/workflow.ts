/** The life of a badge request as a plain Temporal program: no more than its messages, calls and rows. */
import {
  allHandlersFinished,
  condition,
  defineSignal,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import type { BareActivities } from './activities';

export const submitUpdate = defineUpdate<void>('submit');
export const approveUpdate = defineUpdate<void>('approve');
export const certifiedSignal = defineSignal('certified');

export interface BareInput {
  readonly id: string;
  readonly asin: string;
  /** As few activities as the product has: one for each outside system, and none for enabling. */
  readonly lean: boolean;
}

const outside = proxyActivities<BareActivities>({ startToCloseTimeout: '30 seconds' });
const rows = proxyLocalActivities<BareActivities>({ startToCloseTimeout: '15 seconds' });

export async function bareRequest({ id, asin, lean }: BareInput): Promise<void> {
  let [submitted, approved, certified] = [false, false, false];
  setHandler(submitUpdate, async () => {
    await rows.writeRow(id, 1, 'CHECKING');
    submitted = true;
  });
  setHandler(approveUpdate, async () => {
    await rows.writeRow(id, 3, 'AWAITING_CERTIFICATION');
    approved = true;
  });
  setHandler(certifiedSignal, () => {
    certified = true;
  });

  await condition(() => submitted);
  const checks = lean
    ? [outside.checkListing(asin), outside.checkSkill()]
    : [outside.checkLive(asin), outside.checkMatch(asin), outside.checkSkill()];
  if ((await Promise.all(checks)).includes(false)) return rows.writeRow(id, 2, 'REJECTED');
  await rows.writeRow(id, 2, 'AWAITING_REVIEWER');
  await condition(() => approved && certified);
  if (!(await outside.checkLive(asin))) return rows.writeRow(id, 4, 'REJECTED');
  if (!lean) await outside.enableBadge(id);
  await rows.writeRow(id, 4, 'ENABLED');
  await condition(allHandlersFinished);
}
