import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context, type Info } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { z } from 'zod';
import type { ReviewWait } from '../../db/review-waits';
import { isMarketplaceCode, type MarketplaceCode } from '../../domain/marketplaces';
import { isReasonCode, type ReasonCode } from '../../domain/reasons';
import { answers, checkNames, type Finding, type FindingSummary } from '../../domain/review';
import { CallLaterError, DEFAULT_WAIT_MS, UnreadableAnswerError } from './call-later';
import { unlessAborted } from './unless-aborted';

/** The type of the failure by which an activity asks to be attempted again later. */
export const CALL_LATER = 'CALL_LATER';
/** How often an answer that cannot be read is asked for before it stands for itself. */
const READINGS = 3;
/** Least and most that attempts are apart where Amazon asks for no more, in milliseconds. */
const BACKOFF_MS = { least: 500, most: 60_000 };
/** How often a waiting activity tells what it has, in milliseconds; the heartbeat timeout must be longer. */
const BEAT_MS = 1_000;

/** What is waited for longer than this is told on the request's page, in milliseconds. */
const LONG_WAIT_MS = 3_000;

/** What an attempt has at least, however little is left of the patience, in milliseconds. */
const LAST_ATTEMPT_MS = 1_000;

/** One thing to ask of the outside, and the findings that it gives. */
export interface Question {
  /** What its findings are about; known before they are. */
  readonly about: readonly Pick<FindingSummary, 'check' | 'marketplace'>[];
  /**
   * @throws {CallLaterError} when it cannot be answered now
   * @throws {UnreadableAnswerError} when the answer decides nothing
   */
  ask(signal: AbortSignal): Promise<readonly Finding[]>;
  /** The findings when no answer is to be had: UNKNOWN, with the sentence why. */
  giveUp(why: string): readonly Finding[];
}

const codes = z.custom<readonly ReasonCode[]>((list) => Array.isArray(list) && list.every(isReasonCode));
/** What an attempt leaves to the next one in its heartbeat. */
const progressShape = z.object({
  answered: z.array(
    z.object({
      check: z.enum(checkNames),
      marketplace: z.custom<MarketplaceCode>(isMarketplaceCode),
      answer: z.enum(answers),
      codes: codes.optional(),
      undecided: codes.optional(),
    }),
  ),
  /** How often each marketplace's answer could not be read. */
  unreadable: z.record(z.string(), z.number()),
});
type Progress = z.output<typeof progressShape>;

const readProgress = (details: unknown): Progress => {
  const progress = progressShape.safeParse(details);
  return progress.success ? progress.data : { answered: [], unreadable: {} };
};

const sameSubject = (one: Question['about'][number], other: Question['about'][number]) =>
  one.check === other.check && one.marketplace === other.marketplace;

/**
 * Asks all questions at once, inside an activity. What is answered is saved, then told in the heartbeat, so
 * that another attempt does not ask it again. What must be asked later fails the attempt with a
 * {@link CALL_LATER} failure whose `nextRetryDelay` is the longest wait asked; once the patience is over, as
 * counted from the first time the activity was scheduled, it is UNKNOWN instead. See `deadlineOf`.
 * @param options.save must be safe to repeat with the same findings
 * @param options.service who is asked, as people know it
 * @param options.note keeps what is waited for, null when nothing is; it may fail, the check goes on
 * @param options.summarize what of a finding is answered, and kept in the heartbeat
 * @returns what was found, in the order of the questions
 */
export async function askAll(
  questions: readonly Question[],
  options: {
    patienceMs: number;
    service: string;
    save: (findings: readonly Finding[]) => Promise<void>;
    note: (wait: ReviewWait | null) => Promise<void>;
    summarize: (finding: Finding) => FindingSummary;
  },
): Promise<FindingSummary[]> {
  const { patienceMs, save, summarize } = options;
  const context = Context.current();
  const progress = readProgress(context.info.heartbeatDetails);
  const deadline = deadlineOf(context.info, patienceMs);
  const answeredOf = (about: Question['about'][number]) =>
    progress.answered.find((done) => sameSubject(done, about));
  const unsaved: Finding[] = [];
  const later: CallLaterError[] = [];
  const outOfPatience = AbortSignal.timeout(Math.max(LAST_ATTEMPT_MS, deadline - Date.now()));
  const signal = AbortSignal.any([context.cancellationSignal, outOfPatience]);
  // Each question, and each of its lookups, listens to it.
  setMaxListeners(0, signal);

  const settle = async (question: Question): Promise<void> => {
    try {
      unsaved.push(...(await unlessAborted(question.ask(signal), signal)));
    } catch (error) {
      if (context.cancellationSignal.aborted) return context.cancelled;
      if (outOfPatience.aborted && error === outOfPatience.reason) {
        unsaved.push(...question.giveUp('Amazon did not answer in the time that a check may take.'));
        return;
      }
      const wait = whetherLater(error, question, progress);
      if (wait !== null && Date.now() < deadline) later.push(wait);
      else unsaved.push(...question.giveUp((error as Error).message));
    }
  };
  const keep = async () => {
    const findings = unsaved.slice();
    if (findings.length > 0) await save(findings);
    unsaved.splice(0, findings.length);
    progress.answered.push(...findings.map(summarize));
  };
  const tell = tellWaits(context.info.attempt, options);
  const report = async () => {
    await keep();
    await tell.asLong();
    context.heartbeat(progress);
  };

  const open = questions.filter(({ about }) => !about.every(answeredOf));
  await reportWhile(Promise.all(open.map(settle)), report);
  if (later.length > 0) {
    await report();
    const failure = askAgain(later, deadline - Date.now(), context.info.attempt);
    await tell.untilRetry(later, Number(failure.nextRetryDelay));
    throw failure;
  }
  // No heartbeat, which is a call to the server: the result says the same in a moment.
  await keep();
  await tell.over();
  return questions.flatMap(({ about }) => about.map(answeredOf)).filter((found) => found !== undefined);
}

/**
 * When the patience is over, by this process's clock. What earlier attempts have taken of it is a difference of two instants of
 * the server's clock: ours may be wrong, and gives no check up by that. Attempts that left no heartbeat have not asked: an
 * outage of our own is no silence of the other side.
 */
export function deadlineOf(
  info: Pick<Info, 'scheduledTimestampMs' | 'currentAttemptScheduledTimestampMs' | 'heartbeatDetails'>,
  patienceMs: number,
): number {
  const hasAsked = info.heartbeatDetails !== undefined;
  const taken = hasAsked
    ? Math.max(0, info.currentAttemptScheduledTimestampMs - info.scheduledTimestampMs)
    : 0;
  return Date.now() + patienceMs - taken;
}

/** Keeps for people what an attempt waits for. */
function tellWaits(
  attempt: number,
  { service, note }: { service: string; note: (wait: ReviewWait | null) => Promise<void> },
) {
  const begun = Date.now();
  // An earlier attempt may have left something.
  let told = attempt > 1;
  let toldAsLong = false;
  const tell = async (wait: ReviewWait | null) => {
    told = wait !== null;
    // What people read meanwhile is not worth failing a check for.
    await note(wait).catch(() => undefined);
  };
  return {
    asLong: async () => {
      if (toldAsLong || Date.now() - begun < LONG_WAIT_MS) return;
      toldAsLong = true;
      const since = new Date(begun).toISOString().slice(11, 16);
      await tell({
        why: `${service} is waited for since ${since} UTC; others may be asked about first.`,
        retryAt: null,
      });
    },
    untilRetry: (later: readonly CallLaterError[], delayMs: number) =>
      tell({
        why: longest(later).message,
        retryAt: new Date(Date.now() + delayMs).toISOString(),
      }),
    over: async () => {
      if (told) await tell(null);
    },
  };
}

const longest = (later: readonly CallLaterError[]): CallLaterError =>
  later.reduce((one, other) => (other.retryAfterMs > one.retryAfterMs ? other : one));

/**
 * Whether what went wrong may go right later: an answer that cannot be read only a few times.
 * @returns null when it will not
 * @throws what is no trouble of the outside
 */
function whetherLater(error: unknown, question: Question, progress: Progress): CallLaterError | null {
  if (error instanceof CallLaterError) return error;
  if (!(error instanceof UnreadableAnswerError)) throw error;
  const key = question.about[0]?.marketplace ?? '';
  const readings = (progress.unreadable[key] ?? 0) + 1;
  progress.unreadable[key] = readings;
  return readings < READINGS ? new CallLaterError(error.message, DEFAULT_WAIT_MS) : null;
}

/** Reports every now and then until the work has ended. */
async function reportWhile(work: Promise<unknown>, report: () => Promise<void>): Promise<void> {
  const ended = new AbortController();
  const settled = work.finally(() => ended.abort());
  // Observed here too, because a failing report leaves the work to end unobserved.
  settled.catch(() => undefined);
  while (!ended.signal.aborted) {
    const pause = sleep(BEAT_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    await Promise.race([settled, pause]);
    if (!ended.signal.aborted) await report();
  }
  await settled;
}

/**
 * The failure that has the activity attempted again: after the longest wait asked, never sooner than the
 * attempts so far suggest, and a little apart from others who were refused at the same time.
 */
function askAgain(
  later: readonly CallLaterError[],
  remainingMs: number,
  attempt: number,
): ApplicationFailure {
  const asked = longest(later).retryAfterMs;
  const backoff = Math.min(BACKOFF_MS.most, BACKOFF_MS.least * 2 ** Math.min(attempt - 1, 10));
  const wait = Math.ceil(Math.max(asked, backoff) * (1 + Math.random() / 4));
  const whys = [...new Set(later.map(({ message }) => message))];
  return ApplicationFailure.create({
    type: CALL_LATER,
    message: `Asking again later. ${whys.join(' ')}`,
    nextRetryDelay: Math.max(100, Math.min(wait, remainingMs)),
    nonRetryable: false,
    // Being throttled is everyday life: logged and counted as such.
    category: ApplicationFailureCategory.BENIGN,
  });
}
