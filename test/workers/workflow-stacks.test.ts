import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { shortenWorkflowStacks } from '../../workers/workflow-stacks';

const limits = `
  const vm = require('node:vm');
  const inside = vm.runInContext('Error.stackTraceLimit', vm.createContext({}));
  require('node:worker_threads').parentPort.postMessage([Error.stackTraceLimit, inside]);`;

test('workflows have short stacks, in their threads and contexts, and the program its own', async () => {
  const before = Error.stackTraceLimit;
  shortenWorkflowStacks();
  const [found] = (await once(new Worker(limits, { eval: true }), 'message')) as [number[]];
  expect(found).toEqual([3, 3]);
  expect(Error.stackTraceLimit).toBe(before);
});
