/**
 * The environment, read once, parsed whole. Only this file reads `process.env`; `.env.example` and
 * docker-compose.yml are held against `variables` by a test.
 */
import type { z } from 'zod';
import { amazonVariables } from './config/amazon';
import { badgeVariables } from './config/badges';
import { reviewVariables } from './config/reviews';
import type { Program, Variable } from './config/rules';
import { serviceConflicts, serviceVariables } from './config/service';

export { TASK_QUEUE_NAMES } from './config/service';
export type { Program } from './config/rules';

/** Every variable: its rule, what it means, which programs need it. The README's table is made of this. */
export const variables = {
  ...serviceVariables,
  ...amazonVariables,
  ...reviewVariables,
  ...badgeVariables,
} as const;

type Variables = typeof variables;
type NamesFor<P extends Program> = {
  [Name in keyof Variables]: P extends Variables[Name]['for'][number] ? Name : never;
}[keyof Variables];
/** What a program reads from its environment. */
export type Config<P extends Program> = { [Name in NamesFor<P>]: z.output<Variables[Name]['rule']> };

/** The whole list of what is wrong with the environment, one line each; values of secrets are not in it. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.name = 'ConfigurationError';
  }
}

/** What stands in the environment but is empty counts as not set, as in a compose file's `${NAME:-}`. */
const present = (value: string | undefined) => (value === '' ? undefined : value);

/**
 * Reads what a program needs.
 * @param env where from, usually `process.env`
 * @throws {ConfigurationError} with every problem at once
 */
export function readConfig<P extends Program>(
  program: P,
  env: Record<string, string | undefined> = process.env,
): Config<P> {
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries<Variable>(variables)) {
    if (!variable.for.includes(program)) continue;
    const value = present(env[name]);
    const parsed = variable.rule.safeParse(value);
    if (parsed.success) config[name] = parsed.data;
    else problems.push(describe(name, value, variable.about, parsed.error));
  }
  problems.push(...serviceConflicts(config));
  problems.push(...developmentLeftovers(program, env));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config as Config<P>;
}

const describe = (name: string, value: string | undefined, about: string, error: z.ZodError) =>
  value === undefined
    ? `${name} is missing (${about})`
    : `${name} ${[...new Set(error.issues.map((issue) => issue.message))].join('; ')}`;

const TEMPORAL_SWITCHES = ['TEMPORAL_TLS', 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION'] as const;

/**
 * The environment as Temporal's own reader of its standard names is to see it: that takes whatever is not on for off, also
 * what is empty, and then a key would go without TLS.
 * @param env where from, usually `process.env`
 * @throws {ConfigurationError} where a switch is neither on nor off
 */
export function temporalEnvironment(
  env: Record<string, string | undefined> = process.env,
): Record<string, string> {
  const unclear = TEMPORAL_SWITCHES.filter(
    (name) => !['true', '1', 'false', '0', undefined].includes(present(env[name])),
  );
  if (unclear.length > 0)
    throw new ConfigurationError(unclear.map((name) => `${name} must be true or false`));
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  );
}

/** Marks every secret that `npm start` makes for its embedded parts, so that production can refuse it. */
export const DEVELOPMENT_SECRET_MARK = 'development';

/** Variables whose value lets somebody in. */
const SECRETS = /^(DATABASE_URL|SMTP_URL|TEMPORAL_API_KEY|.*_SECRETS?|.*_REFRESH_TOKEN(_NA|_EU|_FE)?)$/;

function developmentLeftovers(program: Program, env: Record<string, string | undefined>): string[] {
  if (env['NODE_ENV'] !== 'production') return [];
  return Object.entries<Variable>(variables)
    .filter(([name, variable]) => SECRETS.test(name) && variable.for.includes(program))
    .filter(([name]) => env[name]?.includes(DEVELOPMENT_SECRET_MARK))
    .map(([name]) => `${name} is a development secret, which production refuses`);
}

/**
 * What a program runs with in production although it is right on one machine only, a sentence for each.
 * @param env where its configuration was read from
 */
export function localDefaults(
  program: Program,
  env: Record<string, string | undefined> = process.env,
): string[] {
  if (env['NODE_ENV'] !== 'production') return [];
  return Object.entries<Variable>(variables)
    .filter(([, variable]) => variable.defaultIsLocal === true && variable.for.includes(program))
    .filter(([name]) => present(env[name]) === undefined)
    .map(
      ([name, { about }]) => `${name} is not set, and its default is good for one machine only (${about})`,
    );
}

/**
 * What a production start lacks, over all programs: `npm start` with NODE_ENV=production runs nothing
 * embedded, so everything must be named.
 */
export function productionProblems(env: Record<string, string | undefined>): string[] {
  const problems = new Set<string>();
  for (const program of ['api', 'worker', 'migrate', 'start'] as const) {
    try {
      readConfig(program, env);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      for (const problem of error.problems) problems.add(problem);
    }
  }
  return [...problems];
}
