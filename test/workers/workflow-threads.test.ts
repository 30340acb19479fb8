import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import workerThreads from 'node:worker_threads';
import { transformFile } from '@swc/core';
import { omitWorkflowStacks } from '../../workers/workflow-threads';
import { makeScratchFolder } from '../dev/scratch-folder';

const kinds = `
  const { promiseHooks } = require('node:v8');
  require('node:worker_threads').parentPort.postMessage(typeof promiseHooks.createHook);`;
const inThread = async () => {
  const [found] = (await once(new workerThreads.Worker(kinds, { eval: true }), 'message')) as [string];
  return found;
};

test('threads that run workflows make no stack for each promise', async () => {
  const { Worker } = workerThreads;
  const folder = await makeScratchFolder();
  try {
    const { code } = await transformFile(path.join(__dirname, '../../workers/no-promise-hooks.ts'), {
      module: { type: 'commonjs' },
    });
    const preload = path.join(folder.path, 'no-promise-hooks.cjs');
    await writeFile(preload, code);
    expect(await inThread()).toBe('function');
    omitWorkflowStacks(preload);
    expect(await inThread()).toBe('undefined');
  } finally {
    workerThreads.Worker = Worker;
    await folder.remove();
  }
});
