/** Whose work a review is: one reviewer claims it, and the others leave it alone meanwhile. */
import type { Action } from './lifecycle';

/** Who has claimed a review, as one person sees it. */
export const CLAIMANTS = ['NOBODY', 'SELF', 'OTHER'] as const;
export type Claimant = (typeof CLAIMANTS)[number];

/** What is not done, or has nothing to do, under a claim. */
const withheld = {
  NOBODY: ['release'],
  SELF: ['claim'],
  OTHER: ['approve', 'reject', 'recheck', 'claim', 'release'],
} as const satisfies Record<Claimant, readonly Action[]>;

/** Whether an action that the lifecycle allows is not offered because of who has claimed the review. */
export const isWithheld = (action: Action, claimant: Claimant): boolean =>
  (withheld[claimant] as readonly Action[]).includes(action);

/** Whether it is refused: what another one works on. Claiming and releasing once more change nothing. */
export const isRefusedByClaim = (action: Action, claimant: Claimant): boolean =>
  claimant === 'OTHER' && isWithheld(action, claimant);
