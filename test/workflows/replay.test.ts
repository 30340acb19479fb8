/**
 * Requests sleep in workflows for months: today's code must go on with yesterday's histories. Each history
 * in test/histories is named by what it pins; `npm run record-histories` records them anew.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { workflowTypes } from '../../workflows/contract';
import * as contract from '../../workflows/contract';

Runtime.install({ logger: new DefaultLogger('ERROR') });
const folder = path.join(__dirname, '..', 'histories');
const code = readFileSync(process.env['TEST_WORKFLOW_BUNDLE'] ?? '', 'utf8');
const histories = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');

it.each(histories)('goes on with %s', async (name) => {
  await Worker.runReplayHistory({ workflowBundle: { code } }, JSON.parse(read(name)));
});

it('notices a change that would not go on with them', async () => {
  const changed = code
    .replaceAll('recordSubmission', 'recordEntry')
    .replaceAll('checkListings', 'lookAtListings');
  await expect(
    Worker.runReplayHistory({ workflowBundle: { code: changed } }, JSON.parse(read('enabled.json'))),
  ).rejects.toThrow(DeterminismViolationError);
});

it('has one history for each workflow, each kind of message and each ending', () => {
  const all = histories.map(read).join('\n');
  for (const type of Object.values(workflowTypes))
    expect(all.includes(`"workflowType":{"name":"${type}"}`)).toBe(true);
  const messages = Object.values(contract).flatMap((value) =>
    typeof value === 'object' && 'type' in value && (value.type === 'update' || value.type === 'signal')
      ? [value.name]
      : [],
  );
  expect(messages.length).toBeGreaterThanOrEqual(8);
  for (const message of messages) expect(new RegExp(`"(name|signalName)":"${message}"`).test(all)).toBe(true);
  for (const ending of ['COMPLETED', 'CONTINUED_AS_NEW'])
    expect(all.includes(`EVENT_TYPE_WORKFLOW_EXECUTION_${ending}`)).toBe(true);
});
