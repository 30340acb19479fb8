/**
 * Makes this process's clock wrong, in all that is loaded by the test: activities, drains, clients.
 * @param error milliseconds that it is ahead
 * @returns what sets it right
 */
export function setClockWrong(error: number): () => void {
  const RightDate = Date;
  class WrongDate extends RightDate {
    constructor(...given: [] | [number | string | Date]) {
      super(...((given.length === 0 ? [RightDate.now() + error] : given) as [number]));
    }
    static override now(): number {
      return RightDate.now() + error;
    }
  }
  globalThis.Date = WrongDate as DateConstructor;
  return () => {
    globalThis.Date = RightDate;
  };
}
