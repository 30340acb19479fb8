/** `run.json`: where everything is, for programs and tests; there while, and only while, everything is ready. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivately } from './data-folder';

export interface DemoPerson {
  name: string;
  email: string;
  role: string;
  organization: string | null;
  token: string;
  password: string;
}

export interface RunFile {
  url: string;
  people: readonly DemoPerson[];
  certification: { url: string; secret: string };
  temporal: { address: string; namespace: string; ui?: string };
  database: { url: string };
  identityProvider: { issuer: string };
  mail: { url?: string; smtp: string };
  /** `pages`: where the products' pages are, which the catalogue of nobody else has. */
  retail: { url: string; pages?: string };
  skills: { url: string };
  /** Whole request forms; the name says what comes of each. */
  examples: Readonly<Record<string, object>>;
}

export const runFileOf = (dataDir: string) => join(dataDir, 'run.json');

export const writeRunFile = (dataDir: string, content: RunFile | Pick<RunFile, 'url'>) =>
  writePrivately(runFileOf(dataDir), `${JSON.stringify(content, null, 2)}\n`);

export const removeRunFile = (dataDir: string) => rm(runFileOf(dataDir), { force: true });
