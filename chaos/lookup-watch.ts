/** Asks the public lookup for badges all the time, and notices whatever a shopper must never see. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { MARKETPLACE } from './requests';

/** The call answers no more at once. */
const ASKED_AT_MOST = 500;
const ASK_EVERY_MS = 100;
const ANSWERED_WITHIN_MS = 5_000;
/** A killed API is back by then, also on a machine that has other work. */
const BACK_WITHIN_MS = 180_000;
const SHOWN_WRONGS = 5;

const answer = z.object({
  asOf: z.string(),
  data: z.array(z.object({ asin: z.string(), badges: z.array(z.object({ since: z.string() })) })),
});
export type LookupAnswer = z.output<typeof answer>;

export interface LookupWatch {
  /**
   * Looks once more, when the API answers.
   * @returns how many answers there were, since when each badge was shown, and what was wrong in them
   * @throws Error when it does not answer any more
   */
  end(): Promise<Looked>;
}
export interface Looked {
  readonly answers: number;
  readonly since: ReadonlyMap<string, string>;
  readonly wrongs: readonly string[];
}

/**
 * @param url of the API
 * @param instant when all of them become effective, RFC 3339; null where each has its own instant
 */
export function watchLookup(
  url: string,
  asins: readonly string[],
  instant: () => string | null,
): LookupWatch {
  const asked = asins.slice(0, ASKED_AT_MOST);
  const judge = createLookupJudge(instant);
  const stopping = new AbortController();
  const body = JSON.stringify({ badges: asked.map((asin) => ({ marketplace: MARKETPLACE, asin })) });
  const ask = async () => {
    const response = await fetch(`${url}/v1/badges/lookup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
    });
    if (response.status !== 200) throw new Error(`The lookup answers ${response.status}.`);
    judge.take(answer.parse(await response.json()));
  };
  const asking = (async () => {
    while (!stopping.signal.aborted) {
      // While a part is away there is no answer, which is never a wrong one.
      await ask().catch(() => undefined);
      await sleep(ASK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    async end() {
      stopping.abort();
      await asking;
      for (const end = Date.now() + BACK_WITHIN_MS; ; await sleep(ASK_EVERY_MS)) {
        const failure = await ask().catch((error: Error) => error);
        if (failure === undefined) return judge.found();
        if (Date.now() > end) throw failure;
      }
    },
  };
}

/** Judges one answer after the other; each is about one instant, `asOf`, and they may come out of order. */
export function createLookupJudge(instant: () => string | null) {
  const since = new Map<string, string>();
  const wrongs: string[] = [];
  let answers = 0;
  const judgeOne = (asin: string, shown: readonly { since: string }[], asOf: string) => {
    const before = since.get(asin);
    const [first, second] = shown;
    const due = instant();
    if (second !== undefined) return `${asin} has two badges at ${asOf}`;
    if (first === undefined) {
      if (before !== undefined && before <= asOf) return `${asin} has lost its badge of ${before} at ${asOf}`;
      return due !== null && due <= asOf ? `${asin} has no badge at ${asOf}, due ${due}` : undefined;
    }
    since.set(asin, first.since);
    if (first.since > asOf) return `${asin} has its badge of ${first.since} already at ${asOf}`;
    if (before !== undefined && before !== first.since)
      return `${asin} has its badge since ${before}, and then since ${first.since}`;
    return due !== null && due !== first.since
      ? `${asin} has its badge since ${first.since}, not ${due}`
      : undefined;
  };
  return {
    take({ asOf, data }: LookupAnswer): void {
      answers += 1;
      for (const { asin, badges } of data) {
        const wrong = judgeOne(asin, badges, asOf);
        if (wrong !== undefined && wrongs.length < SHOWN_WRONGS) wrongs.push(wrong);
      }
    },
    found: (): Looked => ({ answers, since, wrongs }),
  };
}
