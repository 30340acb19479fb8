// A page that cannot be shown: what it is, and where to go on.
import { draw, link } from './draw.js';

const isAway = ({ status }) => status === undefined || status === 0 || status === 429 || status >= 500;

const toList = () => draw('p', {}, link('/badge-requests', 'To the badge requests'));

export const drawNotFound = () => ({
  title: 'Page not found',
  parts: [
    draw('p', {}, 'There is nothing at this address, or it belongs to another organization.'),
    toList(),
  ],
});

/** @param again is called to try once more */
export function drawFailure(error, again) {
  if (error.status === 404) return drawNotFound();
  if (!isAway(error)) return { title: 'This page cannot be shown', parts: [toList()] };
  return {
    title: 'The service does not answer',
    parts: [draw('p', {}, draw('button', { type: 'button', click: again }, 'Try again'))],
  };
}
