import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import { ProblemError } from './problem';
import type { Route } from './route';

const MAXIMUM_BYTES = 64 * 1024;
const MAXIMUM_DEPTH = 32;

const readRaw = express.raw({ type: () => true, limit: MAXIMUM_BYTES });

/**
 * The bytes of a body, of a type that the route takes; empty when there is none.
 * @throws {ProblemError} or an error of the reader with its `status`
 */
export async function readBytes(route: Route, request: Request, response: Response): Promise<Buffer> {
  const isEmpty =
    request.headers['transfer-encoding'] === undefined &&
    Number(request.headers['content-length'] ?? 0) === 0;
  if (route.body === undefined || isEmpty) return Buffer.alloc(0);
  const { mediaTypes } = route.body;
  const type = request.headers['content-type'];
  // Without a type, and without a length, as a proxy may send it on, it may still turn out to be empty.
  if (type !== undefined) checkMediaType(type, mediaTypes);
  await new Promise<void>((resolve, reject) => {
    readRaw(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('The body cannot be read.'));
    });
  });
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (bytes.length > 0) checkMediaType(type, mediaTypes);
  return bytes;
}

function checkMediaType(header: string | undefined, accepted: readonly string[]): void {
  const [type = '', ...parameters] = (header ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (accepted.includes(type) && (charset === undefined || charset === 'utf-8' || charset === 'utf8')) return;
  throw new ProblemError('UNSUPPORTED_MEDIA_TYPE', `The body has to be ${accepted.join(' or ')} in UTF-8.`, {
    headers: { Accept: accepted.join(', ') },
  });
}

const malformed = (detail: string) => new ProblemError('MALFORMED_JSON', detail);
const noJson = () => malformed('The body is not JSON in UTF-8.');

/** @throws {ProblemError} MALFORMED_JSON for bytes that are no text in UTF-8 */
export function refuseUnlessText(bytes: Buffer): void {
  if (!isUtf8(bytes)) throw noJson();
}

/**
 * The JSON value of a body.
 * @throws {ProblemError} MALFORMED_JSON
 */
export function parseJson(
  bytes: Buffer,
  { optional = false }: { optional?: boolean | undefined } = {},
): unknown {
  if (bytes.length === 0) {
    if (optional) return {};
    throw malformed('The call needs a body.');
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw noJson();
  }
  if (isDeeperThan(value, MAXIMUM_DEPTH))
    throw malformed(`The body is nested deeper than ${MAXIMUM_DEPTH} levels.`);
  return value;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(member, levels - 1));
}
