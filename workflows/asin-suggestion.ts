import { proxyActivities } from '@temporalio/workflow';
import type { SuggestionActivities } from '../activities/amazon/suggestions';
import { taskQueues, type AsinSuggestionInput } from './contract';

/** What is left for keeping the answer once the patience with Amazon is over, in milliseconds. */
const AFTER_PATIENCE_MS = 5_000;

/** Finds the ASINs for one question; the answer is kept under the question's id. Somebody waits for it: it ends soon. */
export async function asinSuggestion(input: AsinSuggestionInput): Promise<void> {
  const { suggestAsins } = proxyActivities<SuggestionActivities>({
    taskQueue: taskQueues.catalog,
    scheduleToCloseTimeout: input.patienceMs + AFTER_PATIENCE_MS,
    retry: { initialInterval: '100 milliseconds', maximumInterval: '1 second' },
  });
  await suggestAsins(input);
}
