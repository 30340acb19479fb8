/** A real browser: Chromium as the npm package `@sparticuz/chromium` carries it, with the libraries that it needs. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

/** Runs as root too, and asks no other host anything. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Prints where the browser was unpacked, below TMPDIR, and the environment that it needs. */
const UNPACK = `import('@sparticuz/chromium').then(async ({ default: packed }) => {
  const executablePath = await packed.executablePath();
  const { LD_LIBRARY_PATH, FONTCONFIG_PATH } = process.env;
  console.log(JSON.stringify({ executablePath, env: { LD_LIBRARY_PATH, FONTCONFIG_PATH } }));
});`;

interface Unpacked {
  readonly executablePath: string;
  readonly env: Record<string, string>;
}

/**
 * Starts a browser. CHROMIUM_PATH names another one, where the packaged one does not run.
 * @returns `close` ends it and takes away what it has written
 * @throws {Error} with a sentence that says how to get one
 */
export async function startBrowser(): Promise<{ browser: Browser; close(): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'badge-browser-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const { executablePath, env } = await findBrowser();
    const browser = await chromium.launch({ executablePath, args: FLAGS, env: { ...env, HOME: folder } });
    return {
      browser,
      async close() {
        await browser.close();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw new Error(
      'No browser could be started. The packaged Chromium runs on Linux x64; elsewhere name one with CHROMIUM_PATH, for instance CHROMIUM_PATH=/usr/bin/chromium.',
      { cause: error },
    );
  }
}

async function findBrowser(): Promise<Unpacked> {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return { executablePath: named, env: {} };
  const runFolder = process.env['TEST_RUN_FOLDER'] ?? '';
  const note = path.join(runFolder, 'browser.json');
  const noted = await readFile(note, 'utf8').catch(() => undefined);
  if (noted !== undefined) return JSON.parse(noted) as Unpacked;
  const unpacked = await unpack(await mkdtemp(path.join(runFolder, 'browser-')));
  // Two files that begin together each unpack one, and either will do: it appears whole or not at all.
  const draft = `${note}.${process.pid}`;
  await writeFile(draft, JSON.stringify(unpacked));
  await rename(draft, note);
  return unpacked;
}

/** Some 200 MB, and seconds of work: once for all files of a run, in whose folder it stays. */
async function unpack(folder: string): Promise<Unpacked> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', UNPACK], {
    cwd: __dirname,
    // Without the name of that platform the package leaves its libraries out.
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
  const unpacked = JSON.parse(stdout) as Unpacked;
  await writeFile(path.join(folder, 'fonts', 'fonts.conf'), fontsIn(folder));
  return unpacked;
}

/** The package's own description of its fonts names folders of another machine. */
const fontsIn = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>
`;
