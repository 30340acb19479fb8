import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { z } from 'zod';
import { isMarketplaceCode, type MarketplaceCode } from '../../domain/marketplaces';
import { answers, checkNames, type Finding, type FindingSummary, summarize } from '../../domain/review';
import { CallLaterError, DEFAULT_WAIT_MS, UnreadableAnswerError } from './call-later';

/** The type of the failure by which an activity asks to be attempted again later. */
export const CALL_LATER = 'CALL_LATER';
/** How often an answer that cannot be read is asked for before it stands for itself. */
const READINGS = 3;
/** Least and most that attempts are apart where Amazon asks for no more, in milliseconds. */
const BACKOFF_MS = { least: 500, most: 60_000 };
/** How often a waiting activity tells what it has, in milliseconds; the heartbeat timeout must be longer. */
const BEAT_MS = 1_000;

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

/** What an attempt leaves to the next one in its heartbeat. */
const progressShape = z.object({
  answered: z.array(
    z.object({
      check: z.enum(checkNames),
      marketplace: z.custom<MarketplaceCode>(isMarketplaceCode),
      answer: z.enum(answers),
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
 * counted from the first time the activity was scheduled, it is UNKNOWN instead.
 * @param save must be safe to repeat with the same findings
 * @returns what was found, in the order of the questions
 */
export async function askAll(
  questions: readonly Question[],
  { patienceMs, save }: { patienceMs: number; save: (findings: readonly Finding[]) => Promise<void> },
): Promise<FindingSummary[]> {
  const context = Context.current();
  const progress = readProgress(context.info.heartbeatDetails);
  const deadline = context.info.scheduledTimestampMs + patienceMs;
  const answeredOf = (about: Question['about'][number]) =>
    progress.answered.find((done) => sameSubject(done, about));
  const unsaved: Finding[] = [];
  const later: CallLaterError[] = [];
  const outOfPatience = AbortSignal.timeout(Math.max(LAST_ATTEMPT_MS, deadline - Date.now()));
  const signal = AbortSignal.any([context.cancellationSignal, outOfPatience]);

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
  const report = async () => {
    await keep();
    context.heartbeat(progress);
  };

  const open = questions.filter(({ about }) => !about.every(answeredOf));
  await reportWhile(Promise.all(open.map(settle)), report);
  if (later.length > 0) {
    await report();
    throw askAgain(later, deadline - Date.now(), context.info.attempt);
  }
  // No heartbeat, which is a call to the server: the result says the same in a moment.
  await keep();
  return questions.flatMap(({ about }) => about.map(answeredOf)).filter((found) => found !== undefined);
}

/** The work's result, or the signal's reason as soon as there is one, whether or not the work heeds it. */
async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const done = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const refuse = () => reject(signal.reason as Error);
    if (signal.aborted) refuse();
    signal.addEventListener('abort', refuse, { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    done.abort();
  }
}

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
  const asked = Math.max(...later.map(({ retryAfterMs }) => retryAfterMs));
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
