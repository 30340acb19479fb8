/** Calls as those make them who do not give up: repeated with the same key until they are answered. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { RunFile } from '../dev/run-file';

/** A call is repeated this long. */
const ANSWERED_WITHIN_MS = 180_000;
const ONE_TRY_MS = 15_000;
const BETWEEN_TRIES_MS = 150;

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** @throws Error with the answer, unless it says that all is well */
export function ok({ status, body }: Answer): Record<string, unknown> {
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/**
 * Calls as a person of a role.
 * @throws Error when nothing but silence and 5xx came for too long
 */
export function call(
  run: RunFile,
  role: string,
  method: string,
  where: string,
  body?: object,
): Promise<Answer> {
  const person = run.people.find((each) => each.role === role);
  const key = randomUUID();
  return repeat(async () => {
    const response = await fetch(`${run.url}${where}`, {
      method,
      headers: {
        authorization: `Bearer ${person?.token ?? ''}`,
        ...(method === 'POST' ? { 'idempotency-key': key } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ONE_TRY_MS),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }, `${method} ${where}`);
}

/**
 * Sends a signed certification event until it is accepted.
 * @param data the project's whole state
 */
export async function report(run: RunFile, data: object): Promise<void> {
  const [id, at] = [`msg_${randomUUID()}`, new Date()];
  const body = JSON.stringify({ type: 'certification_project.updated', timestamp: at.toISOString(), data });
  const answer = await repeat(async () => {
    const response = await fetch(run.certification.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(run.certification.secret).sign(id, at, body),
      },
      body,
      signal: AbortSignal.timeout(ONE_TRY_MS),
    });
    return { status: response.status, body: {} };
  }, 'a certification event');
  if (answer.status !== 202) throw new Error(`The event was answered with ${answer.status}.`);
}

async function repeat(send: () => Promise<Answer>, what: string): Promise<Answer> {
  let last = 'no answer';
  for (const end = Date.now() + ANSWERED_WITHIN_MS; Date.now() < end; await sleep(BETWEEN_TRIES_MS)) {
    try {
      const answer = await send();
      // What is still being worked on is asked for again, as what was not answered.
      if (answer.status < 500 && answer.body['code'] !== 'IDEMPOTENCY_KEY_IN_USE') return answer;
      last = JSON.stringify(answer.body);
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
  }
  throw new Error(`${what} is not answered: ${last}`);
}
