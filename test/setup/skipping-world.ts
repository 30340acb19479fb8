/** A world on a Temporal server of its own that skips time; its clock stands in for the database's, too. */
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { createWorld, type World, type WorldOptions } from './request-world';

export interface SkippingWorld {
  readonly environment: TestWorkflowEnvironment;
  readonly world: World;
  /** What the server's clock says, as RFC 3339. */
  readonly now: () => Promise<string>;
  /** Ends the world and begins another on the same server. */
  beginAnew(options: WorldOptions): Promise<World>;
  /** Ends the world and its server. */
  close(): Promise<void>;
}

export async function createSkippingWorld(): Promise<SkippingWorld> {
  const path = process.env['TEST_TIME_SKIPPING_SERVER'] ?? '';
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  const now = async () => new Date(await environment.currentTimeMs()).toISOString();
  const begin = (options: WorldOptions) =>
    createWorld({
      ...options,
      skipping: { client: environment.client, connection: environment.nativeConnection, now },
    });
  let world = await begin({});
  return {
    environment,
    get world() {
      return world;
    },
    now,
    async beginAnew(options) {
      await world.close();
      world = await begin(options);
      return world;
    },
    async close() {
      await world.close();
      await environment.teardown();
    },
  };
}

/**
 * A skipping world for each test of a file.
 * @param take is given it before each test
 */
export function useSkippingWorld(take: (made: SkippingWorld) => void): void {
  let made: SkippingWorld;
  beforeEach(async () => {
    made = await createSkippingWorld();
    take(made);
  });
  afterEach(() => made.close());
}
