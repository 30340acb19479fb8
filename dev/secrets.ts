/** What `npm start` makes up for its embedded parts at the first start, and keeps. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DEVELOPMENT_SECRET_MARK } from '../config';
import { writePrivately } from './data-folder';

const secrets = z.object({
  postgresPassword: z.string().min(1),
  certificationSecret: z.string().startsWith('whsec_'),
  /** Of the console at the embedded identity provider; older files have none. */
  oidcClientSecret: z.string().min(1).optional(),
  /** Of the identity provider, as a private JWK: what it has signed is recognised after a restart. */
  oidcSigningKey: z.record(z.string(), z.string()).optional(),
  /** By mail address. */
  people: z.record(z.string(), z.object({ token: z.string().min(1), password: z.string().min(1) })),
});
/** None of them is missing any more. */
export type Secrets = {
  [Name in keyof z.output<typeof secrets>]-?: NonNullable<z.output<typeof secrets>[Name]>;
};

/** Each says what it is, so that production refuses it. */
const makeUp = (prefix = '') =>
  `${prefix}${DEVELOPMENT_SECRET_MARK}_${randomBytes(24).toString('base64url')}`;

/** RSA of 2048 bits, as a private JWK. */
export function makeSigningKey(): Record<string, string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return Object.fromEntries(
    Object.entries(privateKey.export({ format: 'jwk' })).map(([name, part]) => [name, String(part)]),
  );
}

/**
 * Reads the secrets, making up those that are missing.
 * @param emails of the demo people
 * @throws Error when the file is there and unreadable: new secrets would not fit the data
 */
export async function loadSecrets(file: string, emails: readonly string[]): Promise<Secrets> {
  const kept = await readKept(file);
  const people = { ...kept?.people };
  for (const email of emails) people[email] ??= { token: makeUp('brs_'), password: makeUp() };
  const complete: Secrets = {
    postgresPassword: kept?.postgresPassword ?? makeUp(),
    // The mark is Base64 too, as Standard Webhooks wants it: with the slash it is three whole groups of four.
    certificationSecret:
      kept?.certificationSecret ?? `whsec_${DEVELOPMENT_SECRET_MARK}/${randomBytes(30).toString('base64')}`,
    oidcClientSecret: kept?.oidcClientSecret ?? makeUp(),
    oidcSigningKey: kept?.oidcSigningKey ?? makeSigningKey(),
    people,
  };
  await writePrivately(file, `${JSON.stringify(complete, null, 2)}\n`);
  return complete;
}

async function readKept(file: string): Promise<z.output<typeof secrets> | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return secrets.parse(JSON.parse(text));
  } catch {
    throw new Error(`${file} cannot be read as secrets; without it the data beside it cannot be opened`);
  }
}
