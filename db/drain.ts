/** Works off rows that are due: woken by NOTIFY, by the next row's instant, and now and then by itself. */
import pg from 'pg';
import { prepared, type Queryable } from './pool';

/** Told of a failure that is dealt with already. */
export type ReportFailure = (error: unknown) => void;

export interface Drainable {
  /** The NOTIFY channel that says there is work. */
  readonly channel: string;
  /**
   * Works off one row.
   * @param report is told why a row is put off; other rows are worked off all the same
   * @param another is told that more is due by whoever takes long with a row: the next one need not wait for it
   * @returns how many were due when it was taken, itself included, counted up to two or further; 0 when there
   * was none that nobody has in hand
   */
  drainOne(report?: ReportFailure, another?: () => void): Promise<number>;
  /**
   * Set where taking a row costs more than asking whether there is one: then `nextDue` counts what is due, and is asked
   * first.
   */
  readonly countsDue?: true;
  /** How long a notification is let lie, in milliseconds: what it tells of gives way, and more may come meanwhile. */
  readonly restMs?: number;
  /**
   * When the next row becomes due of those that were not due at an instant; null where only a notification tells.
   * @param after of a look that has seen what was due by then; null: none has
   */
  nextDue(after: Date | null): Promise<NextDue | null>;
}

/** Both by the database's clock. Ours may be wrong, and only its differences count. */
export interface NextDue {
  readonly now: Date;
  /** Null when there is none. */
  readonly at: Date | null;
  /** Rows that are due and that this drain does not have in hand; see `countsDue`. */
  readonly due?: number;
}

/**
 * The next instant in a column of a table.
 * @param rows.open which rows are still to be worked off; all when left out
 */
export async function readNextDue(
  connection: Queryable,
  rows: { readonly table: string; readonly due: string; readonly open?: string },
  after: Date | null,
): Promise<NextDue | null> {
  const { table, due, open = 'true' } = rows;
  const { rows: found } = await connection.query<NextDue>(
    prepared(
      `select clock_timestamp() as now, (select min(${due}) from ${table}
        where ${open} and ${due} > coalesce($1, '-infinity'::timestamptz)) as at`,
      [after],
    ),
  );
  return found[0] ?? null;
}

export interface DrainOptions {
  readonly databaseUrl: string;
  /** Rows at the same time. */
  readonly concurrency: number;
  readonly onError: ReportFailure;
}

/** What a lost notification, or a row that another one held and left, costs at the most; milliseconds. */
const LONGEST_SLEEP_MS = 5_000;
const SHORTEST_SLEEP_MS = 10;
const AFTER_ERROR_MS = 500;

/**
 * Drains until stopped. Rows are worked off in lanes: whoever finds more than one row opens the next lane and
 * looks again, so that few rows cost few looks, and one that takes long holds up no other.
 * @returns `stop`, which ends when the rows in hand are done
 */
export function startDrain(drainable: Drainable, options: DrainOptions): { stop(): Promise<void> } {
  const lanes = new Set<Promise<void>>();
  const alarm = createAlarm();
  let stopped = false;
  /** Somebody rang while all lanes were taken: what they meant may be of after the last look of each. */
  let missed = false;

  const openLane = (): void => {
    missed = lanes.size >= options.concurrency;
    if (stopped || missed) return;
    const lane = workOff().finally(() => {
      lanes.delete(lane);
      if (missed) openLane();
    });
    lanes.add(lane);
  };
  const workOff = async (): Promise<void> => {
    try {
      while (!stopped && (await drainable.drainOne(options.onError, openLane)) > 1) openLane();
    } catch (error) {
      options.onError(error);
      await alarm.sleep(AFTER_ERROR_MS);
      alarm.ring();
    }
  };
  // A row that is due and in hand asks for no other look: what was due at the last one has been seen.
  let seenUntil: Date | null = null;
  const untilNextDue = async (): Promise<number> => {
    const next = await drainable.nextDue(seenUntil);
    seenUntil = next?.now ?? null;
    if (drainable.countsDue && next?.due !== 0) openLane();
    if (!next?.at) return LONGEST_SLEEP_MS;
    const wait = next.at.getTime() - next.now.getTime();
    return Math.min(LONGEST_SLEEP_MS, Math.max(SHORTEST_SLEEP_MS, wait));
  };
  const watch = async (): Promise<void> => {
    while (!stopped) {
      alarm.reset();
      if (!drainable.countsDue) openLane();
      const wait = await untilNextDue().catch((error: unknown) => {
        options.onError(error);
        return AFTER_ERROR_MS;
      });
      if (!stopped && (await alarm.sleep(wait))) await alarm.rest(drainable.restMs ?? 0);
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
  const resters = new Set<() => void>();
  let rung = false;
  let silenced = false;
  const ring = () => {
    rung = true;
    for (const wake of sleepers) wake();
  };
  const wait = (waiting: Set<() => void>, milliseconds: number) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      waiting.add(wake);
    });
  return {
    ring,
    reset: () => void (rung = false),
    /** Ends every sleep and rest, now and from now on. */
    silence() {
      silenced = true;
      ring();
      for (const wake of resters) wake();
    },
    /** @returns whether it rang */
    async sleep(milliseconds: number): Promise<boolean> {
      if (!rung && !silenced) await wait(sleepers, milliseconds);
      return rung;
    },
    /** A sleep that no ring ends. */
    async rest(milliseconds: number): Promise<void> {
      if (milliseconds > 0 && !silenced) await wait(resters, milliseconds);
    },
  };
}

/** Listens on a connection of its own, opened again when it breaks. */
function listen(channel: string, { databaseUrl, onError }: DrainOptions, onNotify: () => void) {
  let stopped = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let connecting = Promise.resolve();

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: `badge-worker hears ${channel}`,
      connectionTimeoutMillis: 3_000,
      query_timeout: 3_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 30_000,
    });
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
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(retry);
      await connecting;
      await client?.end().catch(() => undefined);
    },
  };
}
