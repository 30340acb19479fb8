/** What the skill store says of a skill, as far as it is known. */
import type { Evidence } from './review';

/**
 * What the skill store says of a skill's live stage: its publication status there; NONE when it states that
 * there is no live stage; UNCLEAR when it says nothing usable.
 */
export type LiveStage = 'PUBLISHED' | 'HIDDEN' | 'REMOVED' | 'NONE' | 'UNCLEAR';

/** Where a live skill is distributed; null is what its manifest does not say. */
export interface Distribution {
  readonly worldwide: boolean | null;
  /** ISO 3166 country codes. */
  readonly countries: readonly string[] | null;
  readonly mode: string | null;
}

/** What came of asking the skill store for one skill. */
export type SkillAnswer =
  | {
      readonly kind: 'known';
      readonly live: LiveStage;
      /** Null when the manifest of the live stage was not needed or could not be read. */
      readonly distribution: Distribution | null;
      readonly evidence: Evidence;
    }
  | { readonly kind: 'undecided'; readonly why: string; readonly evidence: Evidence };
