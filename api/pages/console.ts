/** The console's files: what people look at. Its page is the same for every address and draws what that names. */
import path from 'node:path';
import { z } from 'zod';
import { notFound } from '../problem';
import { defineRoute } from '../route';
import { keptFile } from './kept-file';

const SCRIPT = 'text/javascript; charset=utf-8';

/** A closed list: nothing else of any folder can be asked for. */
const types: Readonly<Record<string, string>> = {
  'console.css': 'text/css; charset=utf-8',
  'acting.js': SCRIPT,
  'actions.js': SCRIPT,
  'announce.js': SCRIPT,
  'asin-suggestions.js': SCRIPT,
  'calendar-feeds.js': SCRIPT,
  'calendar-page.js': SCRIPT,
  'comments.js': SCRIPT,
  'confirmation.js': SCRIPT,
  'corrections.js': SCRIPT,
  'draft-check.js': SCRIPT,
  'draft-form.js': SCRIPT,
  'draft-page.js': SCRIPT,
  'draft-saving.js': SCRIPT,
  'draw.js': SCRIPT,
  'evidence.js': SCRIPT,
  'failure.js': SCRIPT,
  'fields.js': SCRIPT,
  'filters.js': SCRIPT,
  'form-fields.js': SCRIPT,
  'gathering.js': SCRIPT,
  'heading.js': SCRIPT,
  'history.js': SCRIPT,
  'kept-list.js': SCRIPT,
  'labels.js': SCRIPT,
  'leaving.js': SCRIPT,
  'list-page.js': SCRIPT,
  'main.js': SCRIPT,
  'next-review.js': SCRIPT,
  'paging.js': SCRIPT,
  'parts.js': SCRIPT,
  'person.js': SCRIPT,
  'place.js': SCRIPT,
  'press.js': SCRIPT,
  'product-address.js': SCRIPT,
  'product-choice.js': SCRIPT,
  'product-orders.js': SCRIPT,
  'reference.js': SCRIPT,
  'rejection.js': SCRIPT,
  'request-page.js': SCRIPT,
  'rewording.js': SCRIPT,
  'rounds.js': SCRIPT,
  'sent-text.js': SCRIPT,
  'session.js': SCRIPT,
  'snapshot.js': SCRIPT,
  'suspensions-page.js': SCRIPT,
  'trouble.js': SCRIPT,
  'unfolding.js': SCRIPT,
  'watch.js': SCRIPT,
  'webhook-address.js': SCRIPT,
  'webhook-endpoint.js': SCRIPT,
  'webhook-events.js': SCRIPT,
  'webhooks-page.js': SCRIPT,
};

const ofConsole = (name: string) => keptFile(path.join(__dirname, '..', '..', 'console', name));
const files = new Map(Object.entries(types).map(([name, type]) => [name, { type, read: ofConsole(name) }]));

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
