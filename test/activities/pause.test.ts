import { MockActivityEnvironment } from '@temporalio/testing';
import { Context } from '@temporalio/activity';
import { pause } from '../../activities/pause';

afterEach(() => jest.useRealTimers());

/** @returns when the activity was heard of, in milliseconds since it began to wait, and when it went on */
async function waitFor(ms: number): Promise<{ heardAt: number[]; wentOnAt: number }> {
  jest.useFakeTimers();
  const environment = new MockActivityEnvironment();
  const begun = Date.now();
  const heardAt: number[] = [];
  environment.on('heartbeat', (details) => {
    expect(details).toBe('request_7');
    heardAt.push(Date.now() - begun);
  });
  let wentOnAt = NaN;
  const waiting = environment.run(async () => {
    await pause(Context.current(), ms, 'request_7');
    wentOnAt = Date.now() - begun;
  });
  await jest.advanceTimersByTimeAsync(Math.max(0, ms));
  await waiting;
  return { heardAt, wentOnAt };
}

it('is heard of every five seconds, however long it waits', async () => {
  expect(await waitFor(12_000)).toEqual({ heardAt: [0, 5_000, 10_000], wentOnAt: 12_000 });
});

it.each([50, 0, -3])('is heard of once where it waits for %i ms', async (ms) => {
  expect(await waitFor(ms)).toEqual({ heardAt: [0], wentOnAt: Math.max(0, ms) });
});
