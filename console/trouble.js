// Why a badge is not shown, and what to do about it: at the top of the page, out of the badges and the history.
import { draw, link, when } from './draw.js';
import { gather } from './gathering.js';
import { causeLabel } from './labels.js';
import { marketplaceNames, reasonTitles } from './reference.js';

/** What brings a suspended badge back, by cause. */
const remedies = {
  OPERATOR: 'Do what the words ask for and say so in a comment: an operator reinstates the badge.',
  CERTIFICATION_REVOKED:
    'Have the product certified for it again: the badge comes back by itself, there is no new request to make.',
  LISTING:
    'Correct the listing: it is looked at again every day, and the badge comes back by itself once it is right.',
  PROGRAM_SUSPENSION:
    'Resolve what led to it and say so in a comment: the badge comes back by itself once an operator ends the suspension.',
};

/** The newest thing of a kind that was done in a marketplace; what was only planned was not done. */
const newest = (history, { action, cause, marketplace }) =>
  history.findLast(
    (entry) =>
      entry.action === action &&
      entry.details.effectiveAt === undefined &&
      (cause === undefined || entry.details.cause === cause) &&
      (entry.details.marketplaces ?? []).includes(marketplace),
  );

/** What is wrong with the listing, as its maker was warned. */
const wrongOf = (history, marketplace) =>
  newest(history, { action: 'warn', marketplace })?.details.codes ?? [];

function troublesOf({ badges, history }) {
  return badges.flatMap(({ marketplace, effectiveAt, causes }) => {
    const removal = newest(history, { action: 'remove', marketplace });
    // A request that was sent back since may have another badge there.
    if (removal !== undefined && Date.parse(removal.at) >= Date.parse(effectiveAt))
      return [{ marketplace, entry: removal, cause: removal.details.cause, isRemoved: true, codes: [] }];
    return causes.map((cause) => ({
      marketplace,
      cause,
      entry: newest(history, { action: 'suspend', cause, marketplace }),
      isRemoved: false,
      codes: cause === 'LISTING' ? wrongOf(history, marketplace) : [],
    }));
  });
}

function drawTrouble({ marketplaces, cause, entry, isRemoved, codes }) {
  const { reason, removeAt } = entry?.details ?? {};
  return draw(
    'div',
    { class: 'trouble' },
    draw(
      'p',
      { class: 'problem' },
      `${isRemoved ? 'Removed' : 'Suspended'} in ${marketplaceNames(marketplaces)}`,
      ...(entry === undefined ? [] : [' since ', when(entry.at)]),
      `: ${causeLabel(cause)}.`,
    ),
    codes.length === 0 ? undefined : draw('p', {}, `${reasonTitles(codes)}.`),
    reason ? draw('blockquote', {}, reason) : undefined,
    draw(
      'p',
      {},
      'What to do: ',
      ...(isRemoved
        ? [link('/badge-requests/new', 'create a new request'), ' to ask for the badge again.']
        : [remedies[cause]]),
      ...(removeAt === undefined
        ? []
        : [' A badge that is still suspended on ', when(removeAt), ' is removed.']),
    ),
  );
}

/** Where badges are not shown, since when, why, and what to do; nothing where all are. */
export const drawTroubles = (about) => gather(troublesOf(about)).map(drawTrouble);
