import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { SuggestionQuestion } from '../../db/asin-suggestions';
import {
  type AsinSuggestions,
  carries,
  type FamilyListing,
  ofBrands,
  presentSuggestions,
} from '../../domain/asin-suggestion';
import { isAsin } from '../../domain/asin';
import { marketplaceByCode } from '../../domain/marketplaces';
import { type RetailIdentifier, toGtin14 } from '../../domain/retail-identifier';
import type { AsinSuggestionInput } from '../../workflows/contract';
import { deadlineOf } from './asking';
import { CallLaterError, UnreadableAnswerError } from './call-later';
import { SEARCHED_AT_ONCE } from './catalog-connection';
import type { CatalogHits, CatalogSearch, SearchedType } from './catalog-search';

export interface SuggestionDependencies {
  readonly search: CatalogSearch;
  /** Null when it is not there any more. */
  loadQuestion(id: string): Promise<SuggestionQuestion | null>;
  /**
   * Keeps the answer; the first one kept stays.
   * @param lasting false where asking again at once may bring more
   */
  saveAnswer(id: string, answer: AsinSuggestions, lasting: boolean): Promise<void>;
}

/** The activity behind the offer of ASINs, safe to run twice: it reads, and its answer is kept once. */
export function createSuggestionActivities(deps: SuggestionDependencies) {
  return {
    /** Looks the question's ASINs up and keeps them under its id; what Amazon does not tell is said in the answer. */
    async suggestAsins({ suggestionId, patienceMs }: AsinSuggestionInput): Promise<void> {
      const question = await deps.loadQuestion(suggestionId);
      if (question === null) return;
      const { cancellationSignal, info } = Context.current();
      const deadline = deadlineOf(info, patienceMs);
      const outOfPatience = AbortSignal.timeout(Math.max(0, deadline - Date.now()));
      const signal = AbortSignal.any([cancellationSignal, outOfPatience]);
      const marketplace = marketplaceByCode(question.marketplace);
      const ask: Ask = async (type, identifiers) => {
        try {
          return await askUntil(deadline, signal, () =>
            deps.search.search({ type, identifiers, marketplace }, signal),
          );
        } catch (error) {
          if (!outOfPatience.aborted || cancellationSignal.aborted) throw error;
          throw new UnreadableAnswerError('Amazon did not answer in time.');
        }
      };
      const { answer, lasting } = await findSuggestions(question, ask);
      await deps.saveAnswer(suggestionId, answer, lasting);
    },
  };
}

/** What workflows see of it. */
export type SuggestionActivities = ReturnType<typeof createSuggestionActivities>;

type Ask = (type: SearchedType, identifiers: readonly string[]) => Promise<CatalogHits>;

/** Asks again as late as the other side wishes, where that is before the deadline; milliseconds since the epoch. */
async function askUntil<Result>(
  deadline: number,
  signal: AbortSignal,
  ask: () => Promise<Result>,
): Promise<Result> {
  for (;;)
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CallLaterError) || Date.now() + error.retryAfterMs >= deadline) throw error;
      await sleep(error.retryAfterMs, undefined, { signal });
    }
}

/**
 * The calls that look a number up, each worth it only when the one before found nothing. Amazon's index holds
 * GTINs, but the same number may be held under another type and with fewer zeros in front.
 */
export function searchesFor({
  type,
  code,
}: RetailIdentifier): readonly (readonly [SearchedType, readonly string[]])[] {
  const gtin14 = toGtin14(code);
  const forms = [14, 13, 12]
    .filter((digits) => gtin14.startsWith('0'.repeat(14 - digits)))
    .map((digits) => gtin14.slice(14 - digits));
  if (type !== 'GTIN_14')
    return [
      [type, [code]],
      ['GTIN', forms],
    ];
  const shortest = forms.at(-1) ?? gtin14;
  const held = ({ 12: 'UPC', 13: 'EAN' } as const)[shortest.length];
  return [['GTIN', forms], ...(held === undefined ? [] : [[held, [shortest]] as const])];
}

const nothing: CatalogHits = { listings: [], more: false, unreadable: false };

/** @returns lasting: whether Amazon answered all that it was asked, in a form that can be read */
async function findSuggestions(
  { identifier, brands }: SuggestionQuestion,
  ask: Ask,
): Promise<{ answer: AsinSuggestions; lasting: boolean }> {
  if (brands.length === 0) {
    const why = 'Your organization has no product yet; only ASINs of its products’ brands are offered.';
    return { answer: { data: [], complete: true, why }, lasting: false };
  }
  const gaps = new Set<string>();
  let answered = true;
  let readable = true;
  /** After one call that came to nothing no other is made. */
  const askFor: Ask = async (type, identifiers) => {
    if (!answered || identifiers.length === 0) return nothing;
    try {
      const hits = await ask(type, identifiers);
      if (!hits.unreadable) return hits;
      readable = false;
      gaps.add('A listing that Amazon says nothing of in this marketplace is left out.');
      return hits;
    } catch (error) {
      if (!(error instanceof CallLaterError || error instanceof UnreadableAnswerError)) throw error;
      answered = false;
      gaps.add(error.message);
      return nothing;
    }
  };
  /** As many ASINs as one call takes. */
  const askForAsins = async (asins: readonly string[], what: string) => {
    const wanted = [...new Set(asins)].filter(isAsin);
    if (wanted.length > SEARCHED_AT_ONCE)
      gaps.add(`Only ${SEARCHED_AT_ONCE} of ${wanted.length} further ${what} were looked at.`);
    return (await askFor('ASIN', wanted.slice(0, SEARCHED_AT_ONCE))).listings;
  };

  const gtin14 = toGtin14(identifier.code);
  let hits = nothing;
  for (const [type, identifiers] of searchesFor(identifier)) {
    hits = await askFor(type, identifiers);
    if (hits.listings.some((listing) => carries(listing, gtin14))) break;
  }
  if (hits.more) gaps.add(`Only the first ${SEARCHED_AT_ONCE} listings of this number were looked at.`);
  if (hits.listings.some(saysNothing))
    gaps.add('A listing that does not say which identifiers it has is left out.');
  const found = ofBrands(
    hits.listings.filter((listing) => carries(listing, gtin14)),
    brands,
  );

  const isFound = (asin: string) => found.some((listing) => listing.asin === asin);
  const known = [...found, ...hits.listings.filter(({ childAsins }) => childAsins.some(isFound))];
  const isKnown = (asin: string) => known.some((listing) => listing.asin === asin);
  const named = found.flatMap(({ parentAsins }) => parentAsins).filter((asin) => !isKnown(asin));
  const related = [...known, ...(await askForAsins(named, 'variation parents'))];
  const parents = ofBrands(related, brands).filter(({ childAsins }) => childAsins.length > 0);
  const missing = parents.flatMap(({ childAsins }) => childAsins).filter((asin) => !isFound(asin));
  const variants = ofBrands(await askForAsins(missing, 'variants'), brands);

  const data = presentSuggestions(found, parents, variants);
  const complete = gaps.size === 0;
  const answer = { data, complete, why: complete ? null : [...gaps].join(' ') };
  return { answer, lasting: answered && readable };
}

/** Neither a number that could be ours nor the parent of something that has one. */
const saysNothing = ({ retailIdentifiers, childAsins }: FamilyListing) =>
  retailIdentifiers.length === 0 && childAsins.length === 0;
