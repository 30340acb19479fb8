/** What a rehearsal has found of the open requests; instants are RFC 3339, dates `YYYY-MM-DD`. */
import type { WaitingOn } from '../domain/badge-request';
import type { Stage, Status } from '../domain/lifecycle';
import type { MarketplaceCode } from '../domain/marketplaces';
import type { ReasonCode } from '../domain/reasons';
import type { TroubleKind } from './workflow-trouble';

/** Beside what goes wrong with a workflow: what a row says, and what should have happened and did not. */
export type StuckKind =
  | TroubleKind
  /** The row is none that the code writes. */
  | 'UNREADABLE'
  /** A step outlasted its retries, and waits for an operator. */
  | 'NEEDS_ATTENTION'
  /** It is under way without a product, whose certification never comes. */
  | 'NO_PRODUCT'
  /** Something should have been done by now in the service itself, and was not. */
  | 'OVERDUE'
  /** Its workflow ends although the request is not at its end. */
  | 'ENDED_EARLY'
  /** Its time has come, and it does not go live. */
  | 'NOT_LIVE'
  /** A step goes on that waits for nobody outside. */
  | 'STILL_WORKING';

export interface Stuck {
  readonly requestId: string;
  readonly kind: StuckKind;
  /** For people. */
  readonly why: string;
}

export interface GoingLive {
  /** The marketplace's own day. */
  readonly day: string;
  readonly marketplace: MarketplaceCode;
  readonly requestId: string;
  readonly effectiveAt: string;
}

export interface Waiting {
  readonly requestId: string;
  readonly on: WaitingOn;
  readonly status: Status;
  readonly stage: Stage | null;
  readonly reviewDueAt: string | null;
  /** As people call it; null where it does not wait for it. */
  readonly certification: string | null;
  readonly goLiveDate: string | null;
  /** Whether its date is over everywhere while it waits. */
  readonly datePasses: boolean;
}

export interface Findings {
  /** When the product's database was read. */
  readonly readAt: string;
  /** The last day that was rehearsed. */
  readonly until: string;
  readonly requests: number;
  /** By instant, marketplace and request. */
  readonly goingLive: readonly GoingLive[];
  /** What would, were its programme not suspended there; in the same order. */
  readonly heldBack: readonly GoingLive[];
  readonly sentBack: readonly { readonly requestId: string; readonly codes: readonly ReasonCode[] }[];
  readonly dropped: readonly {
    readonly requestId: string;
    readonly marketplace: MarketplaceCode;
    readonly code: ReasonCode | null;
  }[];
  readonly waiting: readonly Waiting[];
  readonly stuck: readonly Stuck[];
}
