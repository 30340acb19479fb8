// From one review on to the next, in the order of what is due.
import { draw, link } from './draw.js';
import { askedParameters } from './paging.js';
import { read } from './session.js';

const PATH = '/badge-requests/next-review';
const QUEUE = 'order=reviewDue';

/** Leads on from a request, also once it is decided; undefined for whoever reviews nothing. */
export const drawNextReview = ({ pages }, { id, reviewDueAt }) =>
  pages.some(({ path }) => path === PATH)
    ? link(`${PATH}?${new URLSearchParams({ id, due: reviewDueAt ?? '' })}`, 'Next review')
    : undefined;

/** The first that one may decide on and that is due after another, or else the first at all; undefined: none is left. */
async function findNext(other) {
  const isLater = ({ reviewDueAt, id }) =>
    reviewDueAt > other.due || (reviewDueAt === other.due && id > other.id);
  let first;
  for (let cursor = ''; cursor !== null;) {
    const query = `${QUEUE}&stage=AWAITING_REVIEWER&limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { data, next } = await read(`/v1/badge-requests?${query}`);
    const open = data.filter(
      ({ id, allowedActions }) => id !== other.id && allowedActions.includes('approve'),
    );
    first ??= open[0];
    const later = open.find(isLater);
    if (later !== undefined) return later;
    cursor = next;
  }
  return first;
}

/** Goes on to the next review; where there is none, says so. */
export async function drawNextReviewPage() {
  const asked = askedParameters();
  const next = await findNext({ id: asked.get('id') ?? '', due: asked.get('due') ?? '' });
  if (next !== undefined) {
    // Going back leads to where one came from, not here.
    location.replace(`/badge-requests/${next.id}#standing`);
    return new Promise(() => undefined);
  }
  return {
    title: 'Next review',
    parts: [
      draw('p', {}, 'Nothing else is left for you to review.'),
      draw('p', {}, link(`/badge-requests?${QUEUE}`, 'To what is under review')),
    ],
  };
}
