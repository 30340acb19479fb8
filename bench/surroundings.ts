/** What a measurement has at hand. */
export interface Surroundings {
  /** Everything that is written goes there. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Tells people how far it is. */
  readonly say: (line: string) => void;
  /** Told how each thing that was started is put away; the last is to be first. */
  readonly atEnd: (end: () => Promise<unknown>) => void;
}
