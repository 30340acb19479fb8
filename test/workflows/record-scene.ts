/** Worlds whose histories are kept, for the programs that record them. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createWorld, PROJECT, type RequestInWorld, type World } from '../setup/request-world';
import { createSkippingWorld } from '../setup/skipping-world';
import { approved, pending } from './request-steps';

export interface RecordScene {
  /** Of this scenario; another one where time is skipped. */
  world: World;
  /** A request that has its badges. */
  enabled(form?: Parameters<typeof pending>[1]): Promise<RequestInWorld>;
  /** Plays on a server that skips time. */
  skipping(play: (environment: TestWorkflowEnvironment) => Promise<void>): Promise<void>;
}

/** Begins each scenario in a world of its own. */
export function recordScene(): RecordScene {
  const scene = { enabled, skipping } as RecordScene;
  beforeEach(async () => {
    scene.world = await createWorld();
  });
  afterEach(() => scene.world.close());

  async function enabled(form?: Parameters<typeof pending>[1]): Promise<RequestInWorld> {
    const request = await pending(scene.world, form);
    await scene.world.certify(PROJECT, approved);
    await request.handle.result();
    return request;
  }
  async function skipping(play: (environment: TestWorkflowEnvironment) => Promise<void>): Promise<void> {
    const at = await createSkippingWorld();
    const usual = scene.world;
    scene.world = at.world;
    try {
      await play(at.environment);
    } finally {
      await at.close();
      scene.world = usual;
    }
  }
  return scene;
}

/** Where and by what process a history was recorded pins nothing. */
const withoutMachine = (name: string, value: unknown) =>
  name === 'stackTrace' ? undefined : name === 'identity' ? 'worker' : value;

/** Writes a workflow's history into test/histories. */
export async function keep(name: string, handle: Pick<WorkflowHandle, 'fetchHistory'>): Promise<void> {
  const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()), withoutMachine);
  await writeFile(path.join(__dirname, '..', 'histories', `${name}.json`), `${JSON.stringify(history)}\n`);
}
