import type { DraftCheckInput } from './contract';
import { runChecks } from './remote-steps';

/** Checks a draft as a submission would be checked; the findings are kept under the check's id, nothing else changes. */
export async function draftCheck({ checkId, ...review }: DraftCheckInput): Promise<void> {
  await runChecks({ subject: { checkId }, ...review });
}
