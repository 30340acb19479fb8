/**
 * Loaded into the product's own programs before their own code (`node --require`): every go-live date begins at
 * the instant that a file names. Nobody can wait for a real midnight, and every program must see the same one.
 */
import { readFileSync } from 'node:fs';
import * as goLiveRules from '../domain/go-live';
import { preloading } from './preload';

/** Names the file; what is in it is an instant, RFC 3339. */
const MIDNIGHT_FILE = 'MOVED_MIDNIGHT_FILE';

/** The environment that has a Node program move its midnights. */
export function movingMidnights(file: string): Record<string, string> {
  return { [MIDNIGHT_FILE]: file, ...preloading(__filename) };
}

const file = process.env[MIDNIGHT_FILE];
if (file !== undefined) {
  const moved: typeof goLiveRules.goLiveInstants = (goLive, codes) =>
    goLive?.kind !== 'ON_DATE'
      ? {}
      : Object.fromEntries(codes.map((code) => [code, readFileSync(file, 'utf8')]));
  Object.assign(goLiveRules, { goLiveInstants: moved });
}
