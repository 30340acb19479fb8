/**
 * The contract with the workflows: names, messages and payloads, for everyone who talks to them.
 * What crosses it is plain JSON of ids, small facts and instants (RFC 3339 strings); no personal data.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { BadgeAction, RecordedBadge } from '../domain/badges';
import type { MarketplaceCode } from '../domain/marketplaces';
import type { ReasonCode } from '../domain/reasons';
import type { ListingCheck, TroubleReason, TroubleReport } from '../domain/remedy';
import type { Role, Stage, Status } from '../domain/lifecycle';
import type { Looks } from '../domain/listing-looks';
import type { GoLive } from '../domain/go-live';
import type { CertificationNews, Recorded } from '../domain/transitions';

export { refusals, type RefusalType } from '../domain/transitions';

export const taskQueues = {
  badgeRequests: 'badge-requests',
  catalog: 'catalog',
  skills: 'skills',
  certification: 'certification',
} as const;

export const workflowTypes = {
  badgeRequest: 'badgeRequest',
  badgeRemedy: 'badgeRemedy',
  draftCheck: 'draftCheck',
  asinSuggestion: 'asinSuggestion',
  certificationFanout: 'certificationFanout',
  certificationReconcile: 'certificationReconcile',
} as const;

export const workflowIds = {
  badgeRequest: (requestId: string) => `badge-request/${requestId}`,
  badgeRemedy: (requestId: string) => `badge-remedy/${requestId}`,
  draftCheck: (checkId: string) => `draft-check/${checkId}`,
  asinSuggestion: (suggestionId: string) => `asin-suggestion/${suggestionId}`,
  certificationFanout: (projectId: string) => `certification-fanout/${projectId}`,
} as const;

/** Of the Schedule that runs `certificationReconcile`, and of the workflows that it runs. */
export const RECONCILE_SCHEDULE = 'certification-reconcile';

/** A workflow task that a killed worker held is given to another one after this long. */
export const WORKFLOW_TASK_TIMEOUT_MS = 2_000;

/** Who gives a command. The API has already decided the organization; `id` is a person's. */
export interface CommandActor {
  readonly id: string;
  readonly role: Role;
  readonly ownOrganization: boolean;
}

/** What every command carries. `commandId` is unique for a caller's intent: repeating it changes nothing. */
export interface Command {
  readonly commandId: string;
  readonly actor: CommandActor;
}
/** What is decided about a submission names its round; a rejection's reasons lie under the command's id. */
export interface DecideCommand extends Command {
  readonly round: number;
}
export interface RescheduleCommand extends Command {
  readonly goLive: GoLive;
}

/** An operator's order about a request's badges; their words lie under the command's id. */
export interface BadgeOrderCommand extends Command {
  /** Null: wherever it can be done. */
  readonly marketplaces: readonly MarketplaceCode[] | null;
  /** When it is to be true; null: now. */
  readonly effectiveAt: string | null;
}

export const submitUpdate = defineUpdate<Recorded, [Command]>('submit');
export const approveUpdate = defineUpdate<Recorded, [DecideCommand]>('approve');
export const rejectUpdate = defineUpdate<Recorded, [DecideCommand]>('reject');
export const recheckUpdate = defineUpdate<Recorded, [DecideCommand]>('recheck');
export const rescheduleUpdate = defineUpdate<Recorded, [RescheduleCommand]>('reschedule');
export const withdrawUpdate = defineUpdate<Recorded, [Command]>('withdraw');
export const discardUpdate = defineUpdate<Recorded, [Command]>('discard');
export const retryUpdate = defineUpdate<Recorded, [Command]>('retry');

/** Has the workflow of a request take over what is recorded and it does not know; answers with the number of the last of it. */
export const catchUpUpdate = defineUpdate<number>('catchUp');

/** The number of the last transition that the workflow of a request knows to be recorded. */
export const recordedSeqQuery = defineQuery<number>('recordedSeq');

// To the workflow of a request's badges, which is started with them; while others are still to come, to the request's own.
export const badgeOrderUpdates = {
  suspend: defineUpdate<Recorded, [BadgeOrderCommand]>('suspend'),
  reinstate: defineUpdate<Recorded, [BadgeOrderCommand]>('reinstate'),
  remove: defineUpdate<Recorded, [BadgeOrderCommand]>('remove'),
} as const satisfies Record<BadgeAction, unknown>;

export const certificationChangedSignal = defineSignal<[CertificationNews]>('certificationChanged');

/** A programme suspension of the maker's has begun or ended; which one, and where, is read when it is acted upon. */
export const programSuspensionChangedSignal = defineSignal('programSuspensionChanged');

/** What is wrong with listings of a request, found by whoever looks at those of enabled badges. */
export const troubledSignal = defineSignal<[readonly TroubleReport[]]>('troubled');

/** What a request carries over a continue-as-new. */
export interface BadgeRequestState {
  readonly format: 1;
  /** Of the last recorded transition. */
  seq: number;
  status: Status;
  stage: Stage | null;
  /** The stage to go back to when an operator has a failed step repeated. */
  interruptedStage: Stage | null;
  round: number;
  /** Wanted and not staged yet. */
  open: MarketplaceCode[];
  /** Whether the product has a skill to check. */
  hasSkill: boolean;
  certification: CertificationNews | null;
  /** Whether the approval that what is staged stands by was withdrawn, which is still to be acted upon; absent: no. */
  approvalWithdrawn?: true;
  /** Whose certification that is; absent until a submission has told it. */
  productId?: string;
  /** The approval that what is wanted was held against last; null: none yet; absent: not before the first look. */
  judged?: CertificationNews | null;
  /** The looks at the listings of the open marketplaces; absent until a transition has told them. */
  looks?: Looks;
  /** Without `looks`: local midnights of the open marketplaces; absent or empty: as soon as possible. */
  instants?: Partial<Record<MarketplaceCode, string>>;
  /** Without `looks`, all are looked at together: then when again; `null`: a day before the first instant, */
  nextStagingAt: string | null;
  /** and how often so far. */
  stagingTries: number;
  /** When the last staged badge becomes effective; set once nothing is open. */
  enabledAt: string | null;
  /** Whether the first minute after that is the mails'. */
  mailsFirst?: true;
  /** Whether workers of the requests ask the outside systems, too; absent: only those of their queues. */
  asksHere?: true;
}

/** What the workflow of a new request begins with; one that is started anew takes over what its row knows. */
export const newState = (): BadgeRequestState => ({
  format: 1,
  seq: 0,
  status: 'NOT_SUBMITTED',
  stage: null,
  interruptedStage: null,
  round: 0,
  open: [],
  hasSkill: false,
  certification: null,
  nextStagingAt: null,
  stagingTries: 0,
  enabledAt: null,
});

export interface BadgeRequestInput {
  readonly requestId: string;
  readonly state?: BadgeRequestState;
  /** Whether it begins with all that is recorded of the request: the workflow before it is lost; absent: no. */
  readonly isLost?: true;
}

/**
 * What another workflow of a request begins with: what one carries while it waits for the maker; else all that is recorded.
 * @returns null where its own workflow has nothing to do any more
 */
export function inputAnew(
  requestId: string,
  { seq, status, round }: Pick<BadgeRequestState, 'seq' | 'status' | 'round'>,
): BadgeRequestInput | null {
  if (seq === 0) return { requestId };
  if (status === 'NOT_SUBMITTED' || status === 'REJECTED')
    return { requestId, state: { ...newState(), seq, status, round } };
  return status === 'UNDER_REVIEW' || status === 'PENDING' ? { requestId, isLost: true } : null;
}

/** Longer than anybody keeps a draft; then its workflow sets its handlers and goes on waiting. */
const UNTIL_FIRST_MESSAGE = '3650 days';

/**
 * How the workflow of a request starts. That of one that waits for its maker has nothing to do before its first message, so its
 * first workflow task waits for that: a draft is one event, and its submission has a task less.
 */
export const requestStart = (input: BadgeRequestInput, taskQueue: string) => ({
  workflowId: workflowIds.badgeRequest(input.requestId),
  taskQueue,
  workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
  ...(input.isLost ? {} : { startDelay: UNTIL_FIRST_MESSAGE }),
  args: [input] as [BadgeRequestInput],
});

/** A badge in trouble. */
export interface Trouble {
  readonly marketplace: MarketplaceCode;
  /** What was found wrong, */
  checks: ListingCheck[];
  /** and how; absent in what began before it was remembered. */
  codes?: ReasonCode[];
  /** Its maker is to be warned, has time to correct it, or has lost it until it is corrected. */
  stage: 'REPORTED' | 'GRACE' | 'SUSPENDED';
  /** What the maker is warned of; empty once they are. */
  reasons: readonly TroubleReason[];
  /** When it is suspended or removed unless the listing is right by then; RFC 3339. */
  dueAt: string | null;
}

/** What the workflow of a request's badges carries over a continue-as-new. */
export interface BadgeRemedyState {
  readonly format: 1;
  /** Whether the rows have been read. */
  known: boolean;
  /** Of the last recorded transition. */
  seq: number;
  status: Status;
  round: number;
  badges: readonly RecordedBadge[];
  /** Whether the pipeline has reported something that is still to be acted upon. */
  certificationChanged: boolean;
  /** Whether a programme suspension is still to be acted upon; absent: no. */
  programSuspensionChanged?: boolean;
  troubles: Trouble[];
  /** When the listings were looked at last; RFC 3339. */
  lookedAt: string | null;
}

/** What the workflow of a request's badges begins with; one that is started anew takes over what the rows know. */
export const newRemedyState = (): BadgeRemedyState => ({
  format: 1,
  known: false,
  seq: 0,
  status: 'ENABLED',
  round: 0,
  badges: [],
  certificationChanged: false,
  troubles: [],
  lookedAt: null,
});

export interface BadgeRemedyInput {
  readonly requestId: string;
  readonly state?: BadgeRemedyState;
}

/** How the workflow of a request's badges starts, by whatever comes first. */
export const remedyStart = (input: BadgeRemedyInput, taskQueue: string) => ({
  workflowId: workflowIds.badgeRemedy(input.requestId),
  taskQueue,
  workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
  args: [input] as [BadgeRemedyInput],
});

export interface DraftCheckInput {
  readonly checkId: string;
  readonly marketplaces: readonly MarketplaceCode[];
  readonly hasSkill: boolean;
  readonly patienceMs: number;
}

/** A question whose rows say the rest. */
export interface AsinSuggestionInput {
  readonly suggestionId: string;
  /** How long Amazon may take, in milliseconds. */
  readonly patienceMs: number;
}

export interface FanoutInput {
  readonly projectId: string;
}
