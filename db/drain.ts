/** Works off rows that are due: woken by NOTIFY, by the next row's instant, and now and then by itself. */
import pg from 'pg';

export interface Drainable {
  /** The NOTIFY channel that says there is work. */
  readonly channel: string;
  /** Works off one row; false when none is due that nobody has in hand. */
  drainOne(): Promise<boolean>;
  /** When the next row becomes due that is not due yet; null when there is none. */
  nextDueAt(): Promise<Date | null>;
}

export interface DrainOptions {
  readonly databaseUrl: string;
  /** Rows at the same time. */
  readonly concurrency: number;
  readonly onError: (error: unknown) => void;
}

/** What a lost notification, or a row that another one held and left, costs at the most; milliseconds. */
const LONGEST_SLEEP_MS = 5_000;
const SHORTEST_SLEEP_MS = 10;
const AFTER_ERROR_MS = 500;

/**
 * Drains until stopped. Rows are worked off in lanes: whoever finds a row opens the next lane, so that few
 * rows cost few looks, and one that takes long holds up no other.
 * @returns `stop`, which ends when the rows in hand are done
 */
export function startDrain(drainable: Drainable, options: DrainOptions): { stop(): Promise<void> } {
  const lanes = new Set<Promise<void>>();
  const alarm = createAlarm();
  let stopped = false;

  const openLane = (): void => {
    if (stopped || lanes.size >= options.concurrency) return;
    const lane = workOff().finally(() => lanes.delete(lane));
    lanes.add(lane);
  };
  const workOff = async (): Promise<void> => {
    try {
      while (!stopped && (await drainable.drainOne())) openLane();
    } catch (error) {
      options.onError(error);
      await alarm.sleep(AFTER_ERROR_MS);
      alarm.ring();
    }
  };
  const untilNextDue = async (): Promise<number> => {
    const due = await drainable.nextDueAt();
    const wait = due === null ? LONGEST_SLEEP_MS : due.getTime() - Date.now();
    return Math.min(LONGEST_SLEEP_MS, Math.max(SHORTEST_SLEEP_MS, wait));
  };
  const watch = async (): Promise<void> => {
    while (!stopped) {
      alarm.reset();
      openLane();
      const wait = await untilNextDue().catch((error: unknown) => {
        options.onError(error);
        return AFTER_ERROR_MS;
      });
      if (!stopped) await alarm.sleep(wait);
    }
  };

  const listening = listen(drainable.channel, options, alarm.ring);
  const watching = watch();
  return {
    async stop() {
      stopped = true;
      alarm.silence();
      await watching;
      while (lanes.size > 0) await Promise.all(lanes);
      await listening.stop();
    },
  };
}

/** Sleeps that a ring ends; one that rings before the sleep, but after the last reset, ends it at once. */
function createAlarm() {
  const sleepers = new Set<() => void>();
  let rung = false;
  let silenced = false;
  const ring = () => {
    rung = true;
    for (const wake of sleepers) wake();
  };
  return {
    ring,
    reset: () => void (rung = false),
    /** Ends every sleep, now and from now on. */
    silence() {
      silenced = true;
      ring();
    },
    sleep: (milliseconds: number) =>
      new Promise<void>((resolve) => {
        if (rung || silenced) return resolve();
        const wake = () => {
          clearTimeout(timer);
          sleepers.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, milliseconds);
        sleepers.add(wake);
      }),
  };
}

/** Listens on a connection of its own, opened again when it breaks. */
function listen(
  channel: string,
  { databaseUrl, onError }: DrainOptions,
  onNotify: () => void,
): { stop(): Promise<void> } {
  let stopped = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let connecting = Promise.resolve();

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 3_000 });
    const lost = () => {
      if (client !== next) return;
      client = undefined;
      again();
    };
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', onNotify);
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
    client = next;
    // What came while nobody listened.
    onNotify();
  };
  const again = () => {
    if (!stopped) retry ??= setTimeout(reconnect, AFTER_ERROR_MS);
  };
  const reconnect = () => {
    retry = undefined;
    connecting = connect().catch((error: unknown) => {
      onError(error);
      again();
    });
  };
  reconnect();
  return {
    async stop() {
      stopped = true;
      clearTimeout(retry);
      await connecting;
      await client?.end().catch(() => undefined);
    },
  };
}
