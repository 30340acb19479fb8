// A request with all that belongs to it, as of one moment.
import { read, readAll } from './session.js';

/** What tells that a request has changed: all of it, but how long a claim still lasts, which each look renews. */
const standingOf = ({ claim, ...rest }) => JSON.stringify([claim?.by, rest]);

const MOST_TURNS = 5;

/** Reads again for as long as the request changes meanwhile, so that no status stands beside another's findings. */
export async function readSnapshot(id) {
  const path = pathOf(id);
  let request = await read(path);
  for (let turn = 1; ; turn += 1) {
    const [history, comments, rounds] = await Promise.all([
      readAll(`${path}/history`),
      readAll(`${path}/comments`),
      readAll(`${path}/rounds`),
    ]);
    const after = await read(path);
    if (standingOf(after) === standingOf(request) || turn === MOST_TURNS)
      return { request: after, history, comments, rounds };
    request = after;
  }
}

/**
 * What there is now, reading no more than what can have changed. The browser asks for the request with the `ETag` of
 * what it has, and gets nothing where that is the present one.
 * @returns it, and whether anything of it is new
 */
export async function renewSnapshot(before) {
  const path = pathOf(before.request.id);
  const [request, comments] = await Promise.all([read(path), readAll(`${path}/comments`)]);
  if (standingOf(request) !== standingOf(before.request))
    return { snapshot: await readSnapshot(request.id), isNew: true };
  const isNew = JSON.stringify(comments) !== JSON.stringify(before.comments);
  return { snapshot: { ...before, request, comments }, isNew };
}

const pathOf = (id) => `/v1/badge-requests/${encodeURIComponent(id)}`;
