// One request: where it stands, what may be done, what was found, who said what.
import { drawActions } from './actions.js';
import { drawComments } from './comments.js';
import { draw, link, section, show, table, when, words } from './draw.js';
import { drawFindings, drawReasons } from './evidence.js';
import { drawNewestChanges, drawRounds } from './rounds.js';
import { read } from './session.js';

const drawStanding = (request) => [
  draw('p', {}, draw('span', { class: 'status' }, request.statusLabel), ` ${request.nextStep}`),
  ...(request.attention === null ? [] : [draw('p', { class: 'problem' }, request.attention)]),
  ...(request.suspendedElsewhere ?? []).map(({ marketplace, requestId, causes }) =>
    draw(
      'p',
      { class: 'problem' },
      `The badge of this ASIN is suspended in ${marketplace} (${causes.map(words).join(', ')}): approving shows it there again. See `,
      link(`/badge-requests/${requestId}`, 'the request that has it'),
      '.',
    ),
  ),
  ...(request.claim
    ? [draw('p', { class: 'aside' }, `Claimed by ${request.claim.by.name} until `, when(request.claim.until))]
    : []),
];

const showGoLive = (goLive) =>
  goLive &&
  (goLive.kind === 'ON_DATE'
    ? (goLive.date ?? 'on a date that is still to be given')
    : 'as soon as possible');

const drawForm = (request) =>
  table(
    ['', ''],
    [
      ['Organization', request.organization.name],
      [
        'Product',
        request.product && `${request.product.name} (${request.product.brand} ${request.product.model})`,
      ],
      ['Retail identifier', show(request.retailIdentifier)],
      ['ASIN', request.asin],
      ['Variant', request.variant],
      ['Bundle includes', show(request.bundleDevices)],
      ['Go live', showGoLive(request.goLive)],
      [
        'Certification',
        request.certification && words(request.certification.result ?? request.certification.status),
      ],
      ['Review due', when(request.reviewDueAt)],
    ],
  );

const drawBadges = (request) =>
  table(
    ['Marketplace', 'Badge', 'From'],
    request.marketplaces.map((code) => {
      const badge = request.badges.find(({ marketplace }) => marketplace === code);
      return [code, words(badge?.status ?? null), badge === undefined ? '–' : when(badge.effectiveAt)];
    }),
  );

/** @param again draws the page anew */
export async function drawRequestPage(id, again) {
  const path = `/v1/badge-requests/${encodeURIComponent(id)}`;
  const [request, history, comments, rounds] = await Promise.all([
    read(path),
    read(`${path}/history?limit=100`),
    read(`${path}/comments?limit=100`),
    read(`${path}/rounds`),
  ]);
  return {
    title: `${request.product?.name ?? 'Badge request'} (${request.asin ?? 'no ASIN yet'})`,
    parts: [
      ...drawStanding(request),
      ...drawActions(request, again),
      section('Marketplaces', drawBadges(request)),
      section('Reasons', ...(request.reasons.length === 0 ? [] : [drawReasons(request.reasons)])),
      section('Changed since the round before', ...drawNewestChanges(rounds)),
      section('Checks', ...drawFindings(request.findings)),
      section('The request', drawForm(request)),
      section('Comments', ...drawComments(id, comments, again)),
      section('Rounds', ...drawRounds(rounds)),
      section(
        'History',
        table(
          ['When', 'Who', 'What'],
          history.data.map((entry) => [when(entry.at), entry.actor.name, words(entry.action)]),
        ),
      ),
    ],
  };
}
