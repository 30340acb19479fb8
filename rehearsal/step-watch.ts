/** Watches the steps of all workflows: whether anything gets done, and whose step fails again and again. */
import { ApplicationFailure, type Context } from '@temporalio/activity';
import type { ActivityInterceptors } from '@temporalio/worker';

/** A step that failed so often here, where nothing is ever away, fails for good. */
const FAILURES_FOR_GOOD = 3;

export interface StepWatch {
  /** For the workers' activities: has a step that fails for good repeated no more. */
  readonly interceptor: (context: Context) => ActivityInterceptors;
  /** Steps that were done so far. */
  done(): number;
  /** By workflow id: what its step says that fails for good. */
  readonly failing: ReadonlyMap<string, string>;
}

export function watchSteps(): StepWatch {
  const failures = new Map<string, number>();
  const failing = new Map<string, string>();
  let done = 0;
  return {
    interceptor: ({ info }) => ({
      inbound: {
        async execute(input, next) {
          const { workflowId = '' } = info.workflowExecution ?? {};
          try {
            const result: unknown = await next(input);
            done += 1;
            failures.delete(workflowId);
            return result;
          } catch (error) {
            const count = (failures.get(workflowId) ?? 0) + 1;
            failures.set(workflowId, count);
            if (count < FAILURES_FOR_GOOD) throw error;
            const says = `${info.activityType}: ${error instanceof Error ? error.message : String(error)}`;
            if (!failing.has(workflowId)) failing.set(workflowId, says);
            throw ApplicationFailure.nonRetryable(says);
          }
        },
      },
    }),
    done: () => done,
    failing,
  };
}
