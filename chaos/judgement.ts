/** Whether everything is as after a run in which nothing was killed. */
import type { Looked } from './lookup-watch';

/** A request as its rows say it, with everything that belongs to it. */
export interface RequestFound {
  readonly id: string;
  readonly asin: string;
  readonly status: string;
  readonly stage: string | null;
  /** By number; `at` in milliseconds since the epoch. */
  readonly history: readonly { readonly seq: number; readonly action: string; readonly at: number }[];
  /** When each badge becomes effective; RFC 3339. */
  readonly badges: readonly string[];
  readonly mails: readonly { readonly key: string; readonly template: string }[];
}

export interface Found {
  readonly requests: readonly RequestFound[];
  /** Message-IDs of all mails about these requests that arrived, one for each arrival. */
  readonly arrived: readonly string[];
  readonly looked: Looked;
  /** Rows of work that are left, and workflows that run or have failed, in words. */
  readonly left: readonly string[];
}

export interface Expected {
  readonly actions: readonly string[];
  /** When all badges become effective, RFC 3339; null: when each was staged. */
  readonly instant: string | null;
  /** Makers who get each mail. */
  readonly makers: number;
}

const TEMPLATES = ['under-review', 'pending', 'enabled'];

/** @returns what is not as it should be, in words; empty when all is well */
export function judge(found: Found, expected: Expected): string[] {
  return [
    ...found.requests.flatMap((request) => judgeRequest(request, expected, found.looked)),
    ...judgeMails(found),
    ...found.looked.wrongs,
    ...found.left,
  ];
}

function judgeRequest(request: RequestFound, expected: Expected, { since }: Looked): string[] {
  const { id, asin, status, stage, history, badges } = request;
  const wrongs: string[] = [];
  const compare = (what: string, is: unknown, shouldBe: unknown) => {
    const [one, other] = [JSON.stringify(is), JSON.stringify(shouldBe)];
    if (one !== other) wrongs.push(`${id}: ${what} ${one}, not ${other}`);
  };
  compare('stands at', [status, stage], ['ENABLED', null]);
  compare(
    'history has',
    history.map(({ action }) => action),
    expected.actions,
  );
  compare(
    'entries are numbered',
    history.map(({ seq }) => seq),
    history.map((_, index) => index + 1),
  );
  const times = history.map(({ at }) => at);
  compare(
    'entries are of',
    times,
    [...times].sort((one, other) => one - other),
  );
  const enabled = history.find(({ action }) => action === 'enable')?.at ?? NaN;
  const instant = expected.instant ?? (Number.isNaN(enabled) ? null : new Date(enabled).toISOString());
  compare('is effective', badges, [instant]);
  compare('is enabled', enabled, instant === null ? null : Date.parse(instant));
  const shown = since.get(asin);
  if (shown !== undefined) compare('is shown since', shown, instant);
  const templates = request.mails.map(({ template }) => template).sort();
  compare(
    'mails are',
    templates,
    TEMPLATES.flatMap((name) => Array<string>(expected.makers).fill(name)).sort(),
  );
  return wrongs;
}

/** Each mail arrives, and what arrives twice is the same mail: its Message-ID is made of its key. */
function judgeMails({ requests, arrived }: Found): string[] {
  const written = new Set(requests.flatMap(({ mails }) => mails.map(({ key }) => key)));
  const keys = new Set(arrived.map((messageId) => messageId.replace(/^<|@.*$/g, '')));
  return [
    ...[...written].filter((key) => !keys.has(key)).map((key) => `the mail ${key} has not arrived`),
    ...[...keys]
      .filter((key) => !written.has(key))
      .map((key) => `the mail ${key} arrived, and nobody wrote it`),
  ];
}
