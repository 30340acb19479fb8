/** docker-compose.yml as Compose reads it, as far as the tests look at it. */
import { parse } from 'yaml';
import { z } from 'zod';

const service = z.looseObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), target: z.string() }).optional(),
  restart: z.string(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  'x-no-healthcheck': z.string().optional(),
});
export type Service = z.output<typeof service>;

const composeFile = z.looseObject({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.null()),
});

/** @throws {z.ZodError} for a file of another shape */
export const readCompose = (text: string) => composeFile.parse(parse(text, { merge: true }));

export interface Interpolation {
  readonly value: string;
  /** Names that must be set and are not. */
  readonly missing: readonly string[];
}

/** Puts variables in as Compose does, of its forms `${NAME:-default}` and `${NAME:?message}`. */
export function interpolate(text: string, env: Record<string, string>): Interpolation {
  const missing: string[] = [];
  const value = text.replace(
    /\$\{(\w+)(:-|:\?)?([^}]*)\}/g,
    (_, name: string, form: string, rest: string) => {
      const given = env[name] ?? '';
      if (given !== '') return given;
      if (form === ':?') missing.push(name);
      return form === ':-' ? rest : '';
    },
  );
  return { value, missing };
}
