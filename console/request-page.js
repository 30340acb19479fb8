// One request: where it stands, what may be done, what was found, who said what.
import { actionParts } from './actions.js';
import { announce, withdraw } from './announce.js';
import { drawCommentForm, drawThread } from './comments.js';
import { drawAnother } from './draft-page.js';
import { draw, link, section, table, when, words } from './draw.js';
import { drawFindings, drawReasons } from './evidence.js';
import { fieldLabel, fieldValue, productText, titleOf } from './fields.js';
import { drawHistory } from './history.js';
import { badgeLabel, causeLabel, orderLabel } from './labels.js';
import { askBeforeLeaving, hasTyped } from './leaving.js';
import { drawNextReview } from './next-review.js';
import { createParts } from './parts.js';
import { createNotice } from './press.js';
import { detailPageIn, marketplaceName } from './reference.js';
import { drawNewestChanges, drawRounds } from './rounds.js';
import { readSnapshot, renewSnapshot } from './snapshot.js';
import { drawTroubles } from './trouble.js';
import { createForms } from './unfolding.js';
import { watch } from './watch.js';

const standingOf = ({ id, statusLabel, nextStep, attention, suspendedElsewhere }) => ({
  id,
  statusLabel,
  nextStep,
  attention,
  suspendedElsewhere,
});

const drawStanding = ({ id, statusLabel, nextStep, attention, suspendedElsewhere }) => [
  draw('h2', { id: 'standing', tabindex: '-1' }, draw('span', { class: 'status' }, statusLabel)),
  draw('p', {}, nextStep),
  ...(attention === null ? [] : [draw('p', { class: 'problem' }, attention)]),
  ...(suspendedElsewhere ?? []).map(({ marketplace, requestId, causes }) =>
    draw(
      'p',
      { class: 'problem' },
      `The badge of this ASIN is suspended in ${marketplaceName(marketplace)} (${causes.map(causeLabel).join(', ')}): approving shows it there again. `,
      ...(requestId === id
        ? ['It was this request’s own until its certification was lost; the history says why.']
        : ['See ', link(`/badge-requests/${requestId}`, 'the request that has it, or had it'), '.']),
    ),
  ),
];

/** Who decides, where that is not the one who looks: why there is no button. */
function drawClaim(claim, isOwn) {
  const claimed =
    claim === null
      ? []
      : [
          draw(
            'p',
            { class: 'aside' },
            `Claimed by ${claim.by.name} until `,
            when(claim.until),
            claim.mine
              ? undefined
              : ': the decision is theirs until then, so there is nothing to press here.',
          ),
        ];
  if (!isOwn) return claimed;
  const own = 'You belong to the organization that asks for this badge: another reviewer decides.';
  return [...claimed, draw('p', { class: 'aside' }, own)];
}

const formOf = ({
  product,
  retailIdentifier,
  asin,
  variant,
  bundleDevices,
  goLive,
  certifications,
  reviewDueAt,
}) => [product, retailIdentifier, asin, variant, bundleDevices, goLive, certifications, reviewDueAt];

/** Its name, which leads to all requests for it. */
const drawProduct = (product) =>
  link(`/badge-requests?${new URLSearchParams({ product: product.id })}`, productText(product));

/** What its certification says; where several projects decide, each with its marketplaces. */
function drawCertifications({ certification, certifications }) {
  if (certifications.length <= 1) return certification && words(certification.result ?? certification.status);
  const textOf = ({ result, status, marketplaces }) =>
    `${words(result ?? status)}: ${marketplaces.map(marketplaceName).join(', ')}`;
  return certifications.map(textOf).join('; ');
}

const drawForm = (request) =>
  table(
    ['Field', 'Value'],
    [
      ['Organization', request.organization.name],
      ['Product', request.product && drawProduct(request.product)],
      ...['retailIdentifier', 'asin', 'variant', 'bundleDevices', 'goLive'].map((field) => [
        fieldLabel(`/${field}`),
        fieldValue(`/${field}`, request[field]),
      ]),
      ['Certification', drawCertifications(request)],
      ['Review due', when(request.reviewDueAt)],
    ],
  );

/** Its name, which leads to the product's page there. */
const drawPlace = (code, asin) =>
  draw(
    'a',
    { href: detailPageIn(code, asin), target: '_blank', title: 'The product’s page there' },
    marketplaceName(code),
  );

/** How it stands, and what an operator has planned for it. */
const drawBadge = (badge) =>
  badge?.planned
    ? draw(
        'span',
        {},
        `${badgeLabel(badge.status)}; ${orderLabel(badge.planned.action)} from `,
        when(badge.planned.at),
      )
    : badgeLabel(badge?.status);

const drawBadges = (request) =>
  table(
    ['Marketplace', 'Badge', 'From'],
    request.marketplaces.map((code) => {
      const badge = request.badges.find(({ marketplace }) => marketplace === code);
      return [
        drawPlace(code, request.asin),
        drawBadge(badge),
        badge === undefined ? '–' : when(badge.effectiveAt),
      ];
    }),
  );

/** The parts of the page, in their order, each with what it is drawn from. */
function partsOf(page) {
  const { request, history, comments, rounds } = page.current;
  const part = (name, from, drawIt) => ({ name, from, draw: drawIt });
  const titled = (name, heading, from, drawIt) =>
    part(name, from, () => [section(heading, ...drawIt())].filter((each) => each !== undefined));
  const { claim, findings, reasons } = request;
  const troubled = { badges: request.badges, history };
  // Who is shown what of other requests reviews, or sees to it that others do.
  const isReviewing = request.suspendedElsewhere !== null;
  const about = { showsTechnical: isReviewing };
  const isOwn =
    isReviewing &&
    request.allowedActions.length === 0 &&
    ['REVIEWER', 'SERVICE'].includes(request.waitingOn) &&
    page.me.organization?.id === request.organization.id;
  return [
    part('standing', standingOf(request), () => drawStanding(request)),
    part('trouble', troubled, () => drawTroubles(troubled)),
    part('claim', [claim, isOwn], () => drawClaim(claim, isOwn)),
    ...actionParts(page),
    part('next', null, () => [drawNextReview(page.me, page.seen)].filter(Boolean)),
    titled('badges', 'Marketplaces', [request.marketplaces, request.badges], () => [drawBadges(request)]),
    titled('reasons', 'Reasons', reasons, () => (reasons.length === 0 ? [] : [drawReasons(reasons)])),
    titled('changes', 'Changed since the round before', rounds, () => drawNewestChanges(rounds)),
    titled('findings', 'Checks', findings, () => drawFindings(findings, about)),
    titled('form', 'The request', formOf(request), () => [drawForm(request), drawAnother(page.me, request)]),
    titled('comments', 'Comments', comments, () => [draw('div', {}, ...drawThread(page, comments))]),
    part('comment', null, () => [drawCommentForm(page)]),
    titled('rounds', 'Rounds', rounds, () => drawRounds(rounds, about)),
    titled('history', 'History', history, () => [drawHistory(history)]),
  ];
}

/** What is said of who reviews, where buttons go with it: the own claim has lapsed, or another's is new; empty: neither. */
function describeClaim(before, after) {
  if (after?.mine === true) return '';
  const isOwnOver = before?.mine === true;
  const isAnother = after !== null && after.by.name !== before?.by.name;
  if (!isOwnOver) return isAnother ? `${after.by.name} has claimed the review.` : '';
  return `Your claim has lapsed${after === null ? '' : `, and ${after.by.name} has claimed the review`}.`;
}

/** What is said of a change, after what was done; empty: nothing that people have to know. */
function describeChange(before, after, done = '') {
  const { statusLabel, nextStep, round, version } = after;
  // Another round may have come to the same end meanwhile.
  const isStill = statusLabel === before.statusLabel && round === before.round;
  // What was done has come to the same end again, as a repeated step that has failed once more.
  const isAgain = done !== '' && version !== before.version;
  if (isStill && nextStep === before.nextStep && !isAgain)
    return done || describeClaim(before.claim, after.claim);
  const is = isStill ? 'Still' : 'Now';
  return `${done} ${is} ${statusLabel}: ${nextStep}`.trim();
}

/** @param me who looks */
export async function drawRequestPage(id, me) {
  const focusStanding = () => parts.element.querySelector('#standing')?.focus();
  const parts = createParts(focusStanding);
  const current = await readSnapshot(id);
  // Where it was in the queue is told no more once it is decided.
  const page = {
    ...{ me, current, seen: current.request },
    ...{ notice: createNotice(), forms: createForms(), focusStanding },
  };
  let failure = '';
  const look = async (done) => {
    const { request: before } = page.current;
    const { snapshot, isNew } = await renewSnapshot(page.current);
    page.current = snapshot;
    withdraw(failure);
    const { request } = page.current;
    // A refusal is about what could be pressed then.
    if (String(request.allowedActions) !== String(before.allowedActions)) page.notice.clear();
    parts.show(partsOf(page));
    const said = describeChange(before, request, done);
    if (said !== '') announce(said);
    return isNew;
  };
  page.look = watch(look, {
    isSoon: () => page.current.request.waitingOn === 'SERVICE',
    isClaim: () => page.current.request.claim?.mine === true,
    isOver: () => !parts.element.isConnected,
    failed: (sentence) => {
      failure = sentence;
      announce(sentence);
    },
  });
  parts.show(partsOf(page));
  askBeforeLeaving(parts.element, () => hasTyped(parts.element));
  return { title: titleOf(page.current.request), parts: [parts.element] };
}
