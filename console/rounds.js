// Every submission as it was, and what changed since the one before.
import { draw, table, when } from './draw.js';
import { drawFindings, drawReasons } from './evidence.js';
import { fieldLabel, fieldValue, productText } from './fields.js';
import { decisionLabel } from './labels.js';

function drawRound(round, about) {
  const submitted = Object.entries(round.form)
    .filter(([field]) => field !== 'productId')
    .map(([field, value]) => [fieldLabel(`/${field}`), fieldValue(`/${field}`, value)]);
  return draw(
    'details',
    { 'data-key': round.round },
    draw(
      'summary',
      {},
      `Round ${round.round}, submitted by ${round.submittedBy?.name ?? '–'} `,
      when(round.submittedAt),
      `: ${decisionLabel(round.decision) ?? 'open'}`,
      ...(round.decidedAt === null
        ? []
        : [` by ${round.decidedBy?.name ?? 'the checks'} `, when(round.decidedAt)]),
    ),
    ...(round.changes.length === 0
      ? []
      : [draw('h3', {}, 'Changed since the round before'), drawChanges(round.changes)]),
    draw('h3', {}, 'As submitted'),
    table(['Field', 'Value'], [['Product', productText(round.product)], ...submitted]),
    ...(round.reasons.length === 0 ? [] : [draw('h3', {}, 'Reasons'), drawReasons(round.reasons)]),
    ...drawFindings(round.findings, about),
    ...(round.earlierFindings.length === 0
      ? []
      : [
          draw('h3', {}, 'Found by earlier runs of the checks'),
          ...drawFindings(round.earlierFindings, about),
        ]),
  );
}

/** Another product is told by its name and what else is different of it. */
function drawChanges(changes) {
  const isNamed = changes.some(({ pointer }) => pointer.startsWith('/product/'));
  return table(
    ['Field', 'Before', 'Now'],
    changes
      .filter(({ pointer }) => pointer !== '/productId' || !isNamed)
      .map(({ pointer, from, to }) => [
        fieldLabel(pointer),
        fieldValue(pointer, from),
        fieldValue(pointer, to),
      ]),
  );
}

/** All rounds, newest first. */
export const drawRounds = (rounds, about) => rounds.map((round) => drawRound(round, about));

/** For whoever decides: what is different from the round before; nothing on the first. */
export const drawNewestChanges = ([newest]) =>
  newest === undefined || newest.changes.length === 0 ? [] : [drawChanges(newest.changes)];
