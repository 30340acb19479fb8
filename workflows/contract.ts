/**
 * The contract with the workflows: names, messages and payloads, for everyone who talks to them.
 * What crosses it is plain JSON of ids, small facts and instants (RFC 3339 strings); no personal data.
 */
import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { MarketplaceCode } from '../domain/marketplaces';
import type { Role, Stage, Status } from '../domain/lifecycle';
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
  draftCheck: 'draftCheck',
  certificationFanout: 'certificationFanout',
} as const;

export const workflowIds = {
  badgeRequest: (requestId: string) => `badge-request/${requestId}`,
  draftCheck: (checkId: string) => `draft-check/${checkId}`,
  certificationFanout: (projectId: string) => `certification-fanout/${projectId}`,
} as const;

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
/** A reviewer's decision names the round it decides; a rejection's reasons lie under the command's id. */
export interface DecideCommand extends Command {
  readonly round: number;
}
export interface RescheduleCommand extends Command {
  readonly goLive: GoLive;
}

export const submitUpdate = defineUpdate<Recorded, [Command]>('submit');
export const approveUpdate = defineUpdate<Recorded, [DecideCommand]>('approve');
export const rejectUpdate = defineUpdate<Recorded, [DecideCommand]>('reject');
export const rescheduleUpdate = defineUpdate<Recorded, [RescheduleCommand]>('reschedule');
export const withdrawUpdate = defineUpdate<Recorded, [Command]>('withdraw');
export const discardUpdate = defineUpdate<Recorded, [Command]>('discard');
export const retryUpdate = defineUpdate<Recorded, [Command]>('retry');

export const certificationChangedSignal = defineSignal<[CertificationNews]>('certificationChanged');

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
  /** Local midnights of the open marketplaces; empty means as soon as possible. */
  instants: Partial<Record<MarketplaceCode, string>>;
  certification: CertificationNews | null;
  /** When the listing is looked at again before staging; `null`: when staging is due. */
  nextStagingAt: string | null;
  /** Looks at the listing so far in this wait. */
  stagingTries: number;
  /** When the last staged badge becomes effective; set once nothing is open. */
  enabledAt: string | null;
}

export interface BadgeRequestInput {
  readonly requestId: string;
  readonly state?: BadgeRequestState;
}

/** Whose review an activity works for: a submitted round, or a check of a draft. */
export type ReviewSubjectRef =
  { readonly requestId: string; readonly round: number } | { readonly checkId: string };

export interface DraftCheckInput {
  readonly checkId: string;
  readonly marketplaces: readonly MarketplaceCode[];
  readonly hasSkill: boolean;
  readonly patienceMs: number;
}

export interface FanoutInput {
  readonly projectId: string;
}
