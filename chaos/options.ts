/** The command line of `npm run chaos -- …`. */
import { parseArgs } from 'node:util';

export const SCENES = ['fanout', 'midnight'] as const;
export type SceneName = (typeof SCENES)[number];

export interface Options {
  /** Of each scene. */
  readonly kills: number;
  /** Of each scene. */
  readonly requests: number;
  /** The same one repeats which parts are killed, and the pauses between. */
  readonly seed: number;
  readonly scenes: readonly SceneName[];
  /** Whether a midnight is over once everything is visible, although its workflows end later. */
  readonly quick: boolean;
}

export const help = `npm run chaos -- [options]

Starts the built product on a folder that is thrown away, and kills workers, API, Temporal and PostgreSQL with
SIGKILL at random moments while many requests are certified, and while many badges go live at one midnight.
Ends with 0 when every request, badge and mail is as if nothing had been killed, otherwise with 1.

  --kills N         kills in each scene (50)
  --requests N      requests in each scene (500)
  --scene NAME      fanout, midnight or both (both)
  --seed N          repeats the parts and pauses of an earlier run; printed first
  --quick           does not wait for the workflows that end in the five minutes after a midnight
  --help            shows this
`;

/** What the command line says cannot be understood; the message is for people. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/**
 * Reads the command line.
 * @param anySeed taken where none is given
 * @returns null when help is asked for
 * @throws {UsageError}
 */
export function readOptions(args: readonly string[], anySeed: number): Options | null {
  const { values } = parse(args);
  if (values.help) return null;
  return {
    kills: count('kills', values.kills, 1),
    requests: count('requests', values.requests, 1),
    seed: values.seed === undefined ? anySeed : count('seed', values.seed, 0),
    scenes: scenesOf(values.scene),
    quick: values.quick,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        kills: { type: 'string', default: '50' },
        requests: { type: 'string', default: '500' },
        scene: { type: 'string', default: 'both' },
        seed: { type: 'string' },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function scenesOf(value: string): readonly SceneName[] {
  if (value === 'both') return SCENES;
  const scene = SCENES.find((name) => name === value);
  if (scene === undefined) throw new UsageError(`--scene ${value} must be ${SCENES.join(', ')} or both`);
  return [scene];
}

function count(name: string, value: string, least: number): number {
  const number = /^\d{1,6}$/.test(value) ? Number(value) : NaN;
  if (number >= least) return number;
  throw new UsageError(`--${name} ${value} must be a whole number from ${least} to 999999`);
}
