import type { Client } from '@temporalio/client';
import type { MarketplaceCode } from '../../domain/marketplaces';
import type { TroubleReason, TroubleReport } from '../../domain/remedy';
import type { Finding } from '../../domain/review';
import { reasonsFrom } from '../../domain/review-reasons';
import { remedyStart, taskQueues, troubledSignal, workflowTypes } from '../../workflows/contract';

/** What was found wrong with an enabled badge's listing; findings that are no definite no are left out. */
export interface FoundTrouble {
  readonly requestId: string;
  readonly marketplace: MarketplaceCode;
  readonly findings: readonly Finding[];
}

const LONGEST_EVIDENCE = 160;

/**
 * Reports that an enabled badge is in trouble: its maker is warned and the listing is looked at from then on. A
 * badge that is in trouble already is left as it is, so that reporting it again is safe.
 * @returns whether there was anything to report
 */
export async function reportTrouble(
  { client, taskQueue = taskQueues.badgeRequests }: { client: Client; taskQueue?: string },
  { requestId, marketplace, findings }: FoundTrouble,
): Promise<boolean> {
  const reasons = findings.filter((finding) => finding.marketplace === marketplace).flatMap(troubleReasons);
  if (reasons.length === 0) return false;
  const report: TroubleReport = { marketplace, reasons };
  await client.workflow.signalWithStart(workflowTypes.badgeRemedy, {
    ...remedyStart({ requestId }, taskQueue),
    signal: troubledSignal,
    signalArgs: [[report]],
  });
  return true;
}

function troubleReasons(finding: Finding): TroubleReason[] {
  const { check } = finding;
  if (check === 'SKILL_PUBLISHED') return [];
  return reasonsFrom([finding]).map(({ code, found, expected }) => ({
    check,
    code,
    found: found?.slice(0, LONGEST_EVIDENCE) ?? null,
    expected: expected?.slice(0, LONGEST_EVIDENCE) ?? null,
  }));
}
