/** What is tried again, told without flooding the log: an outage makes each part fail twice a second. */

/** What a part failed by: a code of the system, of PostgreSQL or of SMTP, or the error's name. */
export interface Failure {
  readonly part: string;
  readonly code: string;
  /** How often the same was left untold since it was told last; absent: never. */
  readonly alsoUntold?: number;
}

/** The same failure of the same part is told once in this time. */
const TOLD_EVERY_MS = 30_000;

/**
 * @param tell is given the first failure of each kind at once, and the same again after TOLD_EVERY_MS at the earliest
 * @param clock milliseconds
 */
export function createFailureLog(
  tell: (failure: Failure) => void,
  clock: () => number = () => performance.now(),
): (part: string, error: unknown) => void {
  const kinds = new Map<string, { toldAt: number; untold: number }>();
  return (part, error) => {
    const code = (error as { code?: string }).code ?? (error as Error).name;
    const kind = `${part} ${code}`;
    const known = kinds.get(kind);
    const now = clock();
    if (known !== undefined && now - known.toldAt < TOLD_EVERY_MS) {
      known.untold += 1;
      return;
    }
    kinds.set(kind, { toldAt: now, untold: 0 });
    tell({ part, code, ...(known !== undefined && known.untold > 0 && { alsoUntold: known.untold }) });
  };
}
