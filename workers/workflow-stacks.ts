import { setFlagsFromString } from 'node:v8';

/** One frame is the place itself; the SDK's hook takes two of them for itself. */
const FRAMES = 3;

/**
 * Lets isolates that are made from now on keep the top of a stack only; the calling one stays as it is. For each
 * promise of a workflow the SDK makes and formats a whole stack, a tenth of what a workflow task costs (measured). The
 * hook itself has to stay: AsyncLocalStorage, which keeps cancellation scopes, is made of the same one.
 */
export function shortenWorkflowStacks(): void {
  setFlagsFromString(`--stack-trace-limit=${FRAMES}`);
}
