/** Preloaded into the threads that run workflows, see `omitWorkflowStacks`: the SDK does without the hook where there is none. */
import v8 from 'node:v8';

Object.defineProperty(v8.promiseHooks, 'createHook', { value: undefined });
