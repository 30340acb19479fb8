/** Works off rows that are due: woken by NOTIFY, by the next row's instant, and now and then by itself. */
import pg from 'pg';

export interface Drainable {
  /** The NOTIFY channel that says there is work. */
  readonly channel: string;
  /** Works off one row; false when none is due. */
  drainOne(): Promise<boolean>;
  /** When the next row becomes due; null when there is none. */
  nextDueAt(): Promise<Date | null>;
}

export interface DrainOptions {
  readonly databaseUrl: string;
  /** Rows at the same time. */
  readonly concurrency: number;
  readonly onError: (error: unknown) => void;
}

/** What a lost notification costs at the most, in milliseconds. */
const LONGEST_SLEEP_MS = 5_000;
const AFTER_ERROR_MS = 500;

/**
 * Drains until stopped.
 * @returns `stop`, which ends when the rows in hand are done
 */
export function startDrain(drainable: Drainable, options: DrainOptions): { stop(): Promise<void> } {
  let stopped = false;
  const sleepers = new Set<() => void>();
  let pending = false;
  const wake = () => {
    pending = true;
    for (const sleeper of sleepers) sleeper();
  };
  const sleep = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      if (stopped || pending) return resolve();
      const done = () => {
        clearTimeout(timer);
        sleepers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      sleepers.add(done);
    });

  const untilNextDue = async () => {
    const due = await drainable.nextDueAt();
    const wait = due === null ? LONGEST_SLEEP_MS : due.getTime() - Date.now();
    return Math.min(LONGEST_SLEEP_MS, Math.max(10, wait));
  };
  // One loop looks for work; the others only join in while there is some.
  const work = async (): Promise<void> => {
    const rowsInHand = new Set<Promise<void>>();
    while (!stopped) {
      try {
        pending = false;
        await drainAll(rowsInHand);
        await sleep(await untilNextDue());
      } catch (error) {
        options.onError(error);
        await sleep(AFTER_ERROR_MS);
      }
    }
    await Promise.all(rowsInHand);
  };
  const drainAll = async (rowsInHand: Set<Promise<void>>): Promise<void> => {
    const lane = async (): Promise<void> => {
      while (!stopped && (await drainable.drainOne()));
    };
    // The first finds out whether there is work at all.
    if (stopped || !(await drainable.drainOne())) return;
    const lanes = Array.from({ length: options.concurrency }, lane);
    for (const running of lanes) rowsInHand.add(running);
    try {
      await Promise.all(lanes);
    } finally {
      rowsInHand.clear();
    }
  };

  const listening = listen(drainable.channel, options, wake, () => stopped);
  const working = work();
  return {
    async stop() {
      stopped = true;
      wake();
      await working;
      await listening.stop();
    },
  };
}

/** Listens on a connection of its own, opened again when it breaks. */
function listen(
  channel: string,
  { databaseUrl, onError }: DrainOptions,
  onNotify: () => void,
  isStopped: () => boolean,
): { stop(): Promise<void> } {
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 3_000 });
    const lost = () => {
      if (client === next) client = undefined;
      if (!isStopped()) retry ??= setTimeout(reconnect, AFTER_ERROR_MS);
    };
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', onNotify);
    await next.connect();
    client = next;
    await next.query(`listen ${channel}`);
    // What came while nobody listened.
    onNotify();
  };
  const reconnect = () => {
    retry = undefined;
    connect().catch((error: unknown) => {
      onError(error);
      if (!isStopped()) retry ??= setTimeout(reconnect, AFTER_ERROR_MS);
    });
  };
  reconnect();
  return {
    async stop() {
      clearTimeout(retry);
      await client?.end().catch(() => undefined);
    },
  };
}
