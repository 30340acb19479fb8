/** Faults on demand: the next mails are refused, or answered late. */
import { z } from 'zod';

export const faultSchema = z.strictObject({
  /** How many mails it meets. */
  times: z.number().int().min(1).max(1_000_000).default(1),
  /** The answer in place of 250; left out, the mail is accepted, only late. */
  responseCode: z.number().int().min(400).max(599).optional(),
  message: z
    .string()
    .max(200)
    .regex(/^[^\r\n]*$/, 'must be one line')
    .default('Fault on demand'),
  delayMs: z.number().int().min(0).max(600_000).default(0),
});
export type Fault = z.output<typeof faultSchema>;

export interface Faults {
  /** Comes after those that wait already. */
  add(fault: Fault): void;
  list(): Fault[];
  clear(): void;
  /** The fault that the next mail meets, counted down. */
  next(): Fault | undefined;
}

export function createFaults(): Faults {
  let waiting: Fault[] = [];
  return {
    add: (fault) => void waiting.push({ ...fault }),
    list: () => waiting.map((fault) => ({ ...fault })),
    clear: () => void (waiting = []),
    next() {
      const [fault] = waiting;
      if (fault === undefined) return undefined;
      fault.times -= 1;
      if (fault.times === 0) waiting.shift();
      return fault;
    },
  };
}
