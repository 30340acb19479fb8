/** `Idempotency-Key`: the first answer is kept and given again; a call that had no end is tried again. */
import { createHash } from 'node:crypto';
import { claimKey, holdKey, releaseKey, storeAnswer, type StoredAnswer } from '../db/idempotency';
import type { ApiDependencies } from './dependencies';
import { describeError } from './described-error';
import { ProblemError } from './problem';

/** The key of a call; undefined when it has none. */
export function readKey(header: string | undefined): string | undefined {
  if (header === undefined || /^[\x20-\x7e]{1,255}$/.test(header)) return header;
  throw new ProblemError('INVALID_HEADER', 'Idempotency-Key takes 1 to 255 visible ASCII characters.');
}

/** Equal for equal JSON values, however they are written. */
export function fingerprint(body: unknown): Buffer {
  return createHash('sha256').update(canonicalize(body)).digest();
}

function canonicalize(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalize).join(',')}]`;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalize(member)}`).join(',')}}`;
}

interface KeyedCall {
  readonly scope: string;
  readonly key: string;
  readonly body: unknown;
  readonly resourceId: string;
  /** Whether what is answered may be stored nowhere. */
  readonly isSecret: boolean;
}

/** Answers below 500 are final, but for refusals that pass: a person's role changes, a limit's minute goes by. */
const isFinal = (status: number) => status < 500 && ![401, 403, 429].includes(status);

/** A call that was cut off with its program holds its key no longer than this, in milliseconds. */
const HELD_MS = 5_000;

/**
 * Runs a call once for its key, which it holds by saying again and again that it still runs.
 * @param run gets the id that all tries of this call share; answers also its errors
 * @throws {ProblemError} when the key belongs to another body or a call that still runs
 */
export async function runOnce(
  { pool, log }: Pick<ApiDependencies, 'pool' | 'log'>,
  call: KeyedCall,
  run: (resourceId: string) => Promise<StoredAnswer>,
  lockMs = HELD_MS,
): Promise<{ answer: StoredAnswer; replayed: boolean }> {
  const claim = await claimKey(pool, { ...call, fingerprint: fingerprint(call.body), lockMs });
  switch (claim.outcome) {
    case 'ANSWERED':
      return { answer: claim.answer, replayed: true };
    case 'OTHER_BODY':
      throw new ProblemError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used with another body.');
    case 'RUNNING':
      throw new ProblemError(
        'IDEMPOTENCY_KEY_IN_USE',
        'The first call with this Idempotency-Key is still running.',
        {
          headers: { 'Retry-After': String(Math.min(claim.retryAfterSeconds, 2)) },
        },
      );
    case 'CLAIMED': {
      // Where the database cannot be told, a repeat may run beside this call: both have the same id, and one effect.
      const hold = () => void holdKey(pool, { ...call, lockMs }).catch(() => undefined);
      const holding = setInterval(hold, lockMs / 3);
      const answer = await run(claim.resourceId).finally(() => clearInterval(holding));
      const settle =
        isFinal(answer.status) && !call.isSecret ? storeAnswer(pool, call, answer) : releaseKey(pool, call);
      // The answer is true either way; unsettled, the key is free again when its lock ends.
      await settle.catch((error: unknown) =>
        log.warn({ reason: describeError(error) }, 'an idempotency key could not be settled'),
      );
      return { answer, replayed: false };
    }
  }
}

/** Names one intent of one person: equal for every repeat with the same key. */
export function commandIdOf(scope: string, key: string): string {
  return `cmd_${createHash('sha256').update(`${scope}\n${key}`).digest('base64url').slice(0, 32)}`;
}
