/** The console's files: what people look at. Its page is the same for every address and draws what that names. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { notFound } from '../problem';
import { defineRoute } from '../route';
import { keptFile } from './kept-file';

const CONSOLE = path.join(__dirname, '..', '..', 'console');
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

const ofConsole = (name: string) => keptFile(path.join(CONSOLE, name));
/** What lies in its folder as the program starts: nothing else can be asked for. */
const files = new Map(
  readdirSync(CONSOLE).flatMap((name) => {
    const type = types[path.extname(name)];
    return type === undefined ? [] : [[name, { type, read: ofConsole(name) }] as const];
  }),
);

/** The HTML of every page of the console. */
export const readConsolePage = ofConsole('index.html');

export const consoleFile = defineRoute({
  method: 'get',
  path: '/console/{file}',
  access: 'PUBLIC',
  isPage: true,
  isUncounted: true,
  operationId: 'getConsoleFile',
  summary: 'A file of the console',
  tag: 'Pages',
  params: z.object({ file: z.string() }),
  answers: { 200: { description: 'The file' } },
  handle: async ({ params }) => {
    const found = files.get(params.file);
    if (found === undefined) throw notFound();
    const { type, read } = found;
    return {
      status: 200,
      page: { type, content: await read() },
      // A script is never older than the page that asks for it.
      headers: { 'Cache-Control': 'no-cache' },
    };
  },
});
