/** What one person is shown of something, and asks for again: by its `ETag` they learn whether it is still the same. */
import { createHash } from 'node:crypto';
import type { Answer } from './route';

/** Browsers may keep it, and ask each time whether it is still what whoever asks now is shown. */
export const personalHeaders = {
  'Cache-Control': 'private, no-cache',
  Vary: 'Authorization, Cookie',
} as const satisfies Answer['headers'];

export type Representation = Answer & { readonly headers: { readonly ETag: string } };

/**
 * An answer that shows something.
 * @param options.version of what is shown, which the `ETag` begins with; absent: it has none
 */
export function represent(
  body: object,
  options: { status?: number; headers?: Record<string, string>; version?: number } = {},
): Representation {
  const { status = 200, headers = {}, version } = options;
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 12);
  const etag = version === undefined ? `"${digest}"` : `"${version}.${digest}"`;
  return { status, body, headers: { ...headers, ETag: etag, ...personalHeaders } };
}

/**
 * The same answer, or 304 without a body where that is what they have.
 * @param ifNoneMatch the header of that name
 */
export function unlessCurrent(answer: Representation, ifNoneMatch: string | undefined): Answer {
  const { ETag: etag } = answer.headers;
  const has = (tag: string) => [etag, `W/${etag}`, '*'].includes(tag.trim());
  return ifNoneMatch?.split(',').some(has) === true ? { status: 304, headers: answer.headers } : answer;
}
