import { page } from './html';

/** By who looks for them: each place with what is there. */
const places = {
  'For device makers': [
    [
      '/badge-requests/new',
      'New badge request',
      'The form: save it as it is, have it checked, and submit it once it is whole.',
    ],
    ['/calendar', 'Calendar', 'Which badge goes live when, and in which marketplace.'],
    ['/webhooks', 'Webhooks', 'Where your own programs are told of what happens, as it happens.'],
  ],
  'For programs': [
    ['/docs', 'API reference', 'Every call, to be read and tried.'],
    ['/openapi.json', 'OpenAPI description', 'The same for tools.'],
    ['/docs/errors/', 'Error codes', 'What each means, and what to do about it.'],
    ['/readyz', 'Whether the service is ready', 'The same answer that load balancers get.'],
  ],
} as const;

const list = (entries: readonly (readonly [string, string, string])[]) =>
  `<dl>
${entries.map(([address, name, what]) => `<dt><a href="${address}">${name}</a></dt><dd>${what}</dd>`).join('\n')}
</dl>`;

/** What somebody sees who types no more than the host's name: the console's head, and where to go. */
export const startPage = () =>
  page(
    'Badge requests',
    `<h1>Badge requests</h1>
<p>Requests for the “Works with Alexa” badge: one for each ASIN, from the first draft to the badge on the product’s page.</p>
<p><a class="button" href="/badge-requests">To the badge requests</a></p>
<p>Sign in there: where each request stands, what it waits for, and what you can do now.</p>
${Object.entries(places)
  .map(([heading, entries]) => `<section><h2>${heading}</h2>\n${list(entries)}</section>`)
  .join('\n')}`,
    {
      styles: ['/docs/assets/page.css', '/console/console.css'],
      header: `<header><nav aria-label="Pages">
<a href="/badge-requests">Badge requests</a>
<a href="/calendar">Calendar</a>
<a href="/docs">API reference</a>
</nav></header>
`,
    },
  );
