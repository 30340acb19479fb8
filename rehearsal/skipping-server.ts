/** Temporal's time-skipping server, in a process that we end ourselves, and its clock. */
import { Connection } from '@temporalio/client';
// The SDK opens the server's clock to its own testing package only.
import {
  InternalConnectionOptionsSymbol,
  type InternalConnectionOptions,
} from '@temporalio/client/lib/connection';
import { msToTs, tsToMs } from '@temporalio/common/lib/time';
import { answers, freePort, LOOPBACK } from '../dev/free-port';
import { runProgram, waitUntilReady } from '../dev/program';

export interface SkippingServer {
  readonly address: string;
  readonly connection: Connection;
  /** The server's clock, milliseconds since the epoch. */
  now(): Promise<number>;
  /**
   * Tasks of a terminated workflow that were open keep the clock from jumping for ever: the server forgets to
   * count them down. This does it in its place.
   */
  giveBack(tasks: number): Promise<void>;
  /** Lets the clock run to an instant: it jumps whenever no task and no activity is at work. */
  skipTo(instant: number): Promise<void>;
  stop(): Promise<void>;
}

/** The only namespace that it has. */
export const SKIPPING_NAMESPACE = 'default';

/**
 * @param program path of the server
 * @throws Error with the server's last lines when it does not start
 */
export async function startSkippingServer(options: {
  readonly program: string;
  readonly logFile: string;
  readonly pidFile: string;
  readonly signal: AbortSignal;
}): Promise<SkippingServer> {
  const { logFile, pidFile, signal } = options;
  const port = await freePort();
  const program = await runProgram({ command: options.program, args: [String(port)], logFile, pidFile });
  await waitUntilReady('The time-skipping server', program, () => answers(port), {
    timeoutMs: 60_000,
    logFile,
    signal,
  });
  const address = `${LOOPBACK}:${port}`;
  const connecting: InternalConnectionOptions = {
    address,
    [InternalConnectionOptionsSymbol]: { supportsTestService: true },
  };
  const connection = await Connection.connect(connecting).catch(async (error: unknown) => {
    await program.stop();
    throw error;
  });
  const clock = connection.testService;
  if (clock === undefined) throw new Error('The SDK no longer opens the clock of the time-skipping server.');
  const now = async () => tsToMs((await clock.getCurrentTime({})).time);
  return {
    address,
    connection,
    now,
    async skipTo(instant) {
      const duration = instant - (await now());
      if (duration > 0) await clock.unlockTimeSkippingWithSleep({ duration: msToTs(duration) });
    },
    async giveBack(tasks) {
      // Refused where nothing keeps the clock any more.
      for (let task = 0; task < tasks; task += 1) await clock.unlockTimeSkipping({}).catch(() => undefined);
    },
    async stop() {
      await connection.close();
      await program.stop(['SIGTERM', 1000]);
    },
  };
}
