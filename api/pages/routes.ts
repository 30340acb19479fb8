/** The start page, the API reference, and a page for each error code. */
import path from 'node:path';
import { z } from 'zod';
import { notFound } from '../problem';
import { defineRoute, type Answer, type Route } from '../route';
import { consoleFile, readConsolePage } from './console';
import { codeOfPage, errorIndex, errorPage } from './error-pages';
import { pageStyle } from './html';
import { keptFile } from './kept-file';
import { startPage } from './start-page';

const HTML = 'text/html; charset=utf-8';
const show = (content: string | Buffer): Answer => ({
  status: 200,
  page: { type: HTML, content },
  headers: { 'Cache-Control': 'no-cache' },
});

const definePage = (address: string, operationId: string, content: () => string | Promise<Buffer>): Route =>
  defineRoute({
    method: 'get',
    path: address,
    access: 'PUBLIC',
    isPage: true,
    operationId,
    summary: 'A page',
    tag: 'Pages',
    answers: { 200: { description: 'HTML' } },
    handle: async () => show(await content()),
  });

const reference = () => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API reference – Badge requests</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" href="/docs/assets/favicon-32x32.png">
</head>
<body>
<div id="reference"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/reference.js"></script>
</body>
</html>
`;

const referenceScript = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis],
});
`;

const packaged = (name: string) =>
  keptFile(path.join(path.dirname(require.resolve('swagger-ui-dist/package.json')), name));

/** A closed list: nothing else of any folder can be asked for. */
const assets: Readonly<Record<string, { type: string; read: () => Promise<string | Buffer> }>> = {
  'page.css': { type: 'text/css; charset=utf-8', read: async () => pageStyle },
  'reference.js': { type: 'text/javascript; charset=utf-8', read: async () => referenceScript },
  'swagger-ui.css': { type: 'text/css; charset=utf-8', read: packaged('swagger-ui.css') },
  'swagger-ui-bundle.js': { type: 'text/javascript; charset=utf-8', read: packaged('swagger-ui-bundle.js') },
  'favicon-32x32.png': { type: 'image/png', read: packaged('favicon-32x32.png') },
};

const asset = defineRoute({
  method: 'get',
  path: '/docs/assets/{file}',
  access: 'PUBLIC',
  isPage: true,
  isUncounted: true,
  operationId: 'getAsset',
  summary: 'A file of a page',
  tag: 'Pages',
  params: z.object({ file: z.string() }),
  answers: { 200: { description: 'The file' } },
  handle: async ({ params }) => {
    const found = Object.hasOwn(assets, params.file) ? assets[params.file] : undefined;
    if (found === undefined) throw notFound();
    const { type, read } = found;
    return {
      status: 200,
      page: { type, content: await read() },
      headers: { 'Cache-Control': 'public, max-age=3600' },
    };
  },
});

const error = defineRoute({
  method: 'get',
  path: '/docs/errors/{code}',
  access: 'PUBLIC',
  isPage: true,
  operationId: 'getErrorPage',
  summary: 'What an error code means',
  tag: 'Pages',
  params: z.object({ code: z.string() }),
  answers: { 200: { description: 'HTML' } },
  handle: async ({ params }) => {
    const code = codeOfPage(params.code);
    if (code === undefined) throw notFound('There is no such error code.');
    return show(errorPage(code));
  },
});

export const pageRoutes: readonly Route[] = [
  definePage('/', 'getStartPage', startPage),
  definePage('/badge-requests', 'getListPage', readConsolePage),
  definePage('/badge-requests/{id}', 'getRequestPage', readConsolePage),
  definePage('/badge-requests/{id}/edit', 'getDraftPage', readConsolePage),
  definePage('/calendar', 'getCalendarPage', readConsolePage),
  definePage('/program-suspensions', 'getSuspensionsPage', readConsolePage),
  definePage('/webhooks', 'getWebhooksPage', readConsolePage),
  consoleFile,
  definePage('/docs', 'getReference', reference),
  definePage('/docs/errors', 'getErrorIndex', errorIndex),
  error,
  asset,
];
