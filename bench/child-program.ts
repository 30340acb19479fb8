/** A program of the bench in a process of its own. It ends by itself when whoever started it is gone. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const ENDS_WITHIN_MS = 5_000;

/**
 * Starts a script and tells it its settings, as its first message.
 * @returns it, and the first message it answers with: it is ready
 */
export async function startChild<Answer>(
  script: string,
  settings: object,
): Promise<{ child: ChildProcess; answer: Answer }> {
  const child = fork(script, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.send(settings);
  return { child, answer: await answerOf<Answer>(child) };
}

/** Tells a started program something, and waits for what it answers. */
export function ask<Answer>(child: ChildProcess, message: object): Promise<Answer> {
  const answer = answerOf<Answer>(child);
  child.send(message);
  return answer;
}

async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  const over = new AbortController();
  const ended = once(child, 'exit', over).then(([code]) => {
    throw new Error(`A program of the bench ended with code ${code}`);
  });
  const answered = once(child, 'message', over).then(([message]) => message as Answer);
  return Promise.race([answered, ended]).finally(() => {
    over.abort();
    ended.catch(() => undefined);
  });
}

export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const kill = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  if (child.connected) child.disconnect();
  await exited;
  clearTimeout(kill);
}
