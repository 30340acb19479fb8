import { lookUpBadges, type BadgeLookup, type BadgePlace } from './badge-lookup';
import type { Queryable } from './pool';

/** How many places one statement asks for at most. */
const STATEMENT_PLACES = 500;
/** How many statements run at a time: while one is read, the next one runs. */
const STATEMENTS = 2;

interface Waiting {
  readonly place: BadgePlace;
  readonly resolve: (lookup: BadgeLookup) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Looks up single places, those that are asked for side by side in one statement: sending a statement costs
 * more than looking. None is answered by a statement that began before it was asked for.
 */
export function createLookupGatherer(db: Queryable): (place: BadgePlace) => Promise<BadgeLookup> {
  let waiting: Waiting[] = [];
  let running = 0;
  let isDue = false;

  const ask = () => {
    isDue = false;
    while (waiting.length > 0 && running < STATEMENTS) {
      const asked = waiting.slice(0, STATEMENT_PLACES);
      waiting = waiting.slice(STATEMENT_PLACES);
      running += 1;
      lookUpBadges(
        db,
        asked.map(({ place }) => place),
      )
        .then(
          (lookups) => lookups.forEach((lookup, index) => asked[index]?.resolve(lookup)),
          (error: unknown) => asked.forEach(({ reject }) => reject(error)),
        )
        .finally(() => {
          running -= 1;
          askSoon();
        });
    }
  };
  /** Once all calls that have arrived by now are read. */
  const askSoon = () => {
    if (isDue || waiting.length === 0 || running === STATEMENTS) return;
    isDue = true;
    setImmediate(ask);
  };
  return (place) =>
    new Promise((resolve, reject) => {
      waiting.push({ place, resolve, reject });
      askSoon();
    });
}
