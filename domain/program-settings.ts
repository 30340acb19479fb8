/** What an operator decides about a programme; Amazon publishes none of it. */
import { isProgramCode, PROGRAM_CODES, type ProgramCode } from './programs';

/** Whether a listing is enough to go live with, or somebody must offer the product for sale. */
const buyabilities = ['LISTED', 'OFFERS'] as const;
export type Buyability = (typeof buyabilities)[number];

export interface ProgramSettings {
  readonly buyability: Buyability;
  /** Whether a submission whose checks are all *yes* is approved without a reviewer. */
  readonly autoApprove: boolean;
}
export type SettingsByProgram = Readonly<Record<ProgramCode, ProgramSettings>>;

const defaults: ProgramSettings = { buyability: 'LISTED', autoApprove: false };
const rules: Record<keyof ProgramSettings, { allowed: string; allows: (value: unknown) => boolean }> = {
  buyability: {
    allowed: buyabilities.join(' or '),
    allows: (value) => buyabilities.some((known) => known === value),
  },
  autoApprove: { allowed: 'true or false', allows: (value) => typeof value === 'boolean' },
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const quote = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 80);

/**
 * The settings of every programme, from JSON such as `{"WWA": {"buyability": "OFFERS"}}`; what it leaves out
 * is as by default.
 * @returns problems: sentences that name what was found and what is allowed; empty when there is none
 */
export function parseProgramSettings(json: string): { settings: SettingsByProgram; problems: string[] } {
  const given = parseJson(json);
  if (!isObject(given))
    return {
      settings: withDefaults({}),
      problems: ['must be a JSON object such as {"WWA":{"autoApprove":true}}'],
    };
  return { settings: withDefaults(given), problems: Object.entries(given).flatMap(programProblems) };
}

function programProblems([code, given]: [string, unknown]): string[] {
  if (!isProgramCode(code))
    return [`names the programme ${quote(code)}; there is ${PROGRAM_CODES.join(', ')}`];
  if (!isObject(given)) return [`has ${quote(given)} for ${code}, which must be an object`];
  return Object.entries(given).flatMap(([name, value]) => {
    if (!Object.hasOwn(rules, name))
      return [
        `has the unknown setting ${code}.${name.slice(0, 80)}; there is ${Object.keys(rules).join(', ')}`,
      ];
    const { allowed, allows } = rules[name as keyof ProgramSettings];
    return allows(value) ? [] : [`has ${quote(value)} for ${code}.${name}, which must be ${allowed}`];
  });
}

const withDefaults = (given: Record<string, unknown>): SettingsByProgram =>
  Object.fromEntries(
    PROGRAM_CODES.map((code) => [code, { ...defaults, ...(isObject(given[code]) && given[code]) }]),
  ) as Record<ProgramCode, ProgramSettings>;

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** The settings where nothing is set. */
export const defaultProgramSettings: SettingsByProgram = withDefaults({});
