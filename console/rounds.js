// Every submission as it was, and what changed since the one before.
import { draw, show, table, when, words } from './draw.js';
import { drawFindings, drawReasons } from './evidence.js';

const drawRound = (round) =>
  draw(
    'details',
    { 'data-key': round.round },
    draw(
      'summary',
      {},
      `Round ${round.round}, submitted by ${round.submittedBy?.name ?? '–'} `,
      when(round.submittedAt),
      `: ${words(round.decision) ?? 'open'}`,
      ...(round.decidedAt === null
        ? []
        : [` by ${round.decidedBy?.name ?? 'the checks'} `, when(round.decidedAt)]),
    ),
    ...(round.changes.length === 0
      ? []
      : [draw('h3', {}, 'Changed since the round before'), drawChanges(round.changes)]),
    draw('h3', {}, 'As submitted'),
    table(
      ['Field', 'Value'],
      Object.entries(round.form).map(([field, value]) => [field, show(value)]),
    ),
    ...(round.reasons.length === 0 ? [] : [draw('h3', {}, 'Reasons'), drawReasons(round.reasons)]),
    ...drawFindings(round.findings),
    ...(round.earlierFindings.length === 0
      ? []
      : [draw('h3', {}, 'Found by earlier runs of the checks'), ...drawFindings(round.earlierFindings)]),
  );

const drawChanges = (changes) =>
  table(
    ['Field', 'Before', 'Now'],
    changes.map(({ pointer, from, to }) => [pointer, show(from), show(to)]),
  );

/** What the newest round changed, then all rounds. */
export const drawRounds = ({ data }) => data.map(drawRound);

/** For whoever decides: what is different from the round before; nothing on the first. */
export const drawNewestChanges = ({ data: [newest] }) =>
  newest === undefined || newest.changes.length === 0 ? [] : [drawChanges(newest.changes)];
