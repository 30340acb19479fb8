import path from 'node:path';
import workerThreads, { type WorkerOptions } from 'node:worker_threads';

/**
 * Lets threads that are made from now on run workflows without a stack for each promise. The SDK makes and formats one by a
 * hook, only to show where a workflow waits (the query `__stack_trace`): a quarter of what a workflow task costs its thread
 * (measured). Where a request waits is its stage. The SDK has no setting for it, and its threads take no options of ours.
 * @param preload the compiled no-promise-hooks.ts
 */
export function omitWorkflowStacks(preload = path.join(__dirname, 'no-promise-hooks.js')): void {
  const { Worker } = workerThreads;
  workerThreads.Worker = class extends Worker {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      super(file, {
        ...options,
        execArgv: [...(options.execArgv ?? process.execArgv), '--require', preload],
      });
    }
  };
}
