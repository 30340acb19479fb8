/** The badge programmes that can be asked for. Another programme is another entry here. */

/** Labels are as people know a programme, and as the form spells it. */
export const programs = {
  WWA: { code: 'WWA', label: 'Works with Alexa' },
} as const satisfies Record<string, { code: string; label: string }>;

export type ProgramCode = keyof typeof programs;

/** All codes, in the order in which people are shown them. */
export const PROGRAM_CODES = Object.keys(programs) as ProgramCode[];

/** Whether a value from outside is the exact code of a programme. */
export function isProgramCode(value: unknown): value is ProgramCode {
  return typeof value === 'string' && Object.hasOwn(programs, value);
}
