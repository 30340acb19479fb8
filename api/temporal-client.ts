import {
  Client,
  Connection,
  isRetryableError,
  makeGrpcRetryInterceptor,
  type ConnectionOptions,
} from '@temporalio/client';

/** Calls are bounded by their deadlines: between tries they wait little, so that none outlasts its own by much. */
const LONGEST_WAIT_MS = 400;
const MAXIMUM_TRIES = 500;

/**
 * A client that connects with its first call: the API starts and reads while Temporal is away.
 * @param onRetry told why a call is to be tried again, at its first try: what it ends with is that its time was over
 */
export function openTemporalClient(
  options: ConnectionOptions,
  namespace: string,
  onRetry: (why: string) => void = () => undefined,
): { client: Client; connection: Connection } {
  const connection = Connection.lazy({
    ...options,
    interceptors: [
      makeGrpcRetryInterceptor({
        delayFunction: (attempt) => Math.min(50 * 2 ** attempt, LONGEST_WAIT_MS),
        retryableDecider(attempt, status) {
          const again = attempt < MAXIMUM_TRIES && isRetryableError(status);
          if (again && attempt === 1) onRetry(status.details);
          return again;
        },
      }),
    ],
  });
  return { client: new Client({ connection, namespace }), connection };
}
