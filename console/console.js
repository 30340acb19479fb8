// Draws what the API answers, the list or one request, and decides nothing. Everything is text, never markup.
'use strict';

const KEY = 'token';
const byId = (id) => document.getElementById(id);
const requestId = location.pathname.split('/')[2];

/** An element with text and children. */
function draw(name, ...children) {
  const element = document.createElement(name);
  element.append(...children.map((child) => child ?? '–'));
  return element;
}

function link(href, text) {
  const element = draw('a', text);
  element.href = href;
  return element;
}

function table(heads, rows) {
  const head = draw('thead', draw('tr', ...heads.map((text) => draw('th', text))));
  return draw(
    'table',
    head,
    draw('tbody', ...rows.map((cells) => draw('tr', ...cells.map((cell) => draw('td', cell))))),
  );
}

const when = (instant) => (instant === null ? '–' : new Date(instant).toLocaleString());

async function ask(path) {
  const response = await fetch(path, { headers: { authorization: `Bearer ${sessionStorage.getItem(KEY)}` } });
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(body.detail), { status: response.status });
  return body;
}

function drawList({ data }) {
  const rows = data.map((request) => [
    link(`/badge-requests/${request.id}`, request.product?.name ?? request.id),
    request.asin,
    request.marketplaces.join(', '),
    request.statusLabel,
    when(request.updatedAt),
  ]);
  return data.length === 0
    ? [draw('p', 'There is no request yet.')]
    : [table(['Product', 'ASIN', 'Marketplaces', 'Badge status', 'Changed'], rows)];
}

function drawRequest(request, history) {
  byId('title').textContent =
    `${request.product?.name ?? 'Badge request'} (${request.asin ?? 'no ASIN yet'})`;
  const parts = [
    draw('p', draw('strong', request.statusLabel), ` – ${request.nextStep}`),
    table(
      ['Marketplace', 'Badge', 'From'],
      request.marketplaces.map((code) => {
        const badge = request.badges.find(({ marketplace }) => marketplace === code);
        return [code, badge?.status ?? '–', badge === undefined ? '–' : when(badge.effectiveAt)];
      }),
    ),
  ];
  if (request.reasons.length > 0)
    parts.push(
      draw('h2', 'Reasons'),
      table(
        ['What', 'Where', 'Found', 'Expected', 'What to do'],
        request.reasons.map((reason) => [
          reason.code,
          reason.marketplace,
          reason.found,
          reason.expected,
          reason.text ?? reason.action,
        ]),
      ),
    );
  if (request.findings.length > 0)
    parts.push(
      draw('h2', 'Checks'),
      table(
        ['Check', 'Marketplace', 'Answer'],
        request.findings.map((finding) => [finding.check, finding.marketplace, finding.answer]),
      ),
    );
  parts.push(
    draw('h2', 'History'),
    table(
      ['When', 'Who', 'What'],
      history.data.map((entry) => [when(entry.at), entry.actor.name, entry.action]),
    ),
  );
  return parts;
}

async function show() {
  byId('message').textContent = 'Loading …';
  byId('content').replaceChildren();
  try {
    const path = '/v1/badge-requests';
    const parts =
      requestId === undefined
        ? drawList(await ask(`${path}?limit=100`))
        : drawRequest(
            ...(await Promise.all([ask(`${path}/${requestId}`), ask(`${path}/${requestId}/history`)])),
          );
    byId('message').textContent = '';
    byId('content').replaceChildren(...parts);
  } catch (error) {
    byId('message').textContent = error.message;
    if (error.status === 401) askForToken();
  }
}

function askForToken() {
  sessionStorage.removeItem(KEY);
  byId('sign-in').hidden = false;
  byId('token').focus();
}

byId('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, byId('token').value.trim());
  byId('token').value = '';
  byId('sign-in').hidden = true;
  void show();
});

if (sessionStorage.getItem(KEY) === null) askForToken();
else void show();
