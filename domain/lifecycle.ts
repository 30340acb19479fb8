/**
 * The lifecycle of a badge request: who may do what, from which status, to which. The workflow refuses
 * by this table, the API presents by it, the console draws what the API presents.
 */

export const STATUSES = [
  'NOT_SUBMITTED',
  'UNDER_REVIEW',
  'PENDING',
  'ENABLED',
  'REJECTED',
  'DISCARDED',
  'SUSPENDED',
  'REMOVED',
] as const;
export type Status = (typeof STATUSES)[number];

/** What is waited for inside a status. */
export const STAGES = [
  'CHECKING',
  'AWAITING_REVIEWER',
  'AWAITING_CERTIFICATION',
  'SCHEDULED',
  'GOING_LIVE',
  'NEEDS_ATTENTION',
] as const;
export type Stage = (typeof STAGES)[number];

const HAVE_STAGES: readonly Status[] = ['UNDER_REVIEW', 'PENDING'];

/** People's roles, and the service itself. */
export const ROLES = ['MAKER', 'REVIEWER', 'OPERATOR', 'VIEWER', 'SERVICE'] as const;
export type Role = (typeof ROLES)[number];

/** The statuses as the programme's page spells them, and ours beyond the page. */
export const statusLabels = {
  NOT_SUBMITTED: 'Not Submitted',
  UNDER_REVIEW: 'Under Review',
  PENDING: 'Pending',
  ENABLED: 'Enabled',
  REJECTED: 'Rejected',
  DISCARDED: 'Discarded',
  SUSPENDED: 'Suspended',
  REMOVED: 'Removed',
} as const satisfies Record<Status, string>;

interface Rule {
  readonly from: readonly Status[];
  /** From a status that has stages only in these; absent: in every stage. */
  readonly stages?: readonly Stage[];
  /** `null`: the status stays. */
  readonly to: Status | null;
  /** From these the status stays as well. */
  readonly keeps?: readonly Status[];
  readonly by: readonly Role[];
}

/** Of a pending request, from the first badge that is effective on. */
const withBadges: readonly Stage[] = ['GOING_LIVE', 'NEEDS_ATTENTION'];
const aboutListings = { stages: withBadges, to: null, by: ['SERVICE'] } as const satisfies Partial<Rule>;
const aboutBadges = {
  from: ['PENDING', 'ENABLED', 'SUSPENDED'],
  stages: withBadges,
  keeps: ['PENDING'],
  by: ['OPERATOR', 'SERVICE'],
} as const satisfies Omit<Rule, 'to'>;

export const lifecycle = {
  save: { from: ['NOT_SUBMITTED', 'REJECTED'], to: null, by: ['MAKER'] },
  submit: { from: ['NOT_SUBMITTED', 'REJECTED'], to: 'UNDER_REVIEW', by: ['MAKER'] },
  failChecks: { from: ['UNDER_REVIEW'], stages: ['CHECKING'], to: 'REJECTED', by: ['SERVICE'] },
  passChecks: { from: ['UNDER_REVIEW'], stages: ['CHECKING'], to: null, by: ['SERVICE'] },
  approve: {
    from: ['UNDER_REVIEW'],
    stages: ['AWAITING_REVIEWER'],
    to: 'PENDING',
    by: ['REVIEWER'],
  },
  reject: { from: ['UNDER_REVIEW'], to: 'REJECTED', by: ['REVIEWER'] },
  recheck: {
    from: ['UNDER_REVIEW'],
    stages: ['AWAITING_REVIEWER'],
    to: null,
    by: ['REVIEWER', 'OPERATOR'],
  },
  claim: { from: ['UNDER_REVIEW'], to: null, by: ['REVIEWER'] },
  release: { from: ['UNDER_REVIEW'], to: null, by: ['REVIEWER'] },
  reschedule: { from: ['UNDER_REVIEW', 'PENDING'], to: null, by: ['MAKER'] },
  withdraw: { from: ['UNDER_REVIEW', 'PENDING'], to: 'NOT_SUBMITTED', by: ['MAKER'] },
  discard: { from: ['NOT_SUBMITTED', 'REJECTED'], to: 'DISCARDED', by: ['MAKER'] },
  refuseCertification: { from: ['PENDING'], to: 'REJECTED', by: ['SERVICE'] },
  stage: { from: ['PENDING'], to: null, by: ['SERVICE'] },
  exhaustMarketplaces: { from: ['PENDING'], to: 'REJECTED', by: ['SERVICE'] },
  enable: { from: ['PENDING'], to: 'ENABLED', by: ['SERVICE'] },
  needAttention: { from: ['UNDER_REVIEW', 'PENDING'], to: null, by: ['SERVICE'] },
  retry: {
    from: ['UNDER_REVIEW', 'PENDING'],
    stages: ['NEEDS_ATTENTION'],
    to: null,
    by: ['OPERATOR'],
  },
  warn: { ...aboutListings, from: ['PENDING', 'ENABLED'] },
  clear: { ...aboutListings, from: ['PENDING', 'ENABLED', 'SUSPENDED'] },
  // These are about single badges: what follows is the status when it is done to all of them, else it is what
  // `statusOfBadges` says; whether a badge allows it, `canActOn` says. While others are still to come the request waits on.
  suspend: { ...aboutBadges, to: 'SUSPENDED' },
  reinstate: { ...aboutBadges, to: 'ENABLED' },
  remove: { ...aboutBadges, to: 'REMOVED' },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof lifecycle;
export const ACTIONS = Object.keys(lifecycle) as Action[];

/** What an entry of the history can be of. Who reviews changes nothing of a request, and is not in it. */
export type EntryAction = 'create' | Exclude<Action, 'claim' | 'release'>;
export const ENTRY_ACTIONS = ['create', ...ACTIONS].filter(
  (action): action is EntryAction => action !== 'claim' && action !== 'release',
);

/** Where a request stands, as far as the table asks. */
export interface Standing {
  readonly status: Status;
  readonly stage: Stage | null;
}

/** Who acts; `ownOrganization`: whether the request belongs to an organization that they belong to. */
export interface Actor {
  readonly role: Role;
  readonly ownOrganization: boolean;
}

export type Refusal = 'ROLE' | 'ORGANIZATION' | 'STATUS';
export type Decision = { allowed: true; to: Status } | { allowed: false; because: Refusal };

/**
 * May this be done now?
 * @returns the status that follows, or why not: the role may never (`ROLE`), not this person on this
 * request (`ORGANIZATION`), or not in this status or stage (`STATUS`)
 */
export function decide(standing: Standing, action: Action, actor: Actor): Decision {
  const rule: Rule = lifecycle[action];
  if (!rule.by.includes(actor.role)) return { allowed: false, because: 'ROLE' };
  // A maker acts for their own organization, a reviewer never on their own.
  if (actor.role === 'MAKER' && !actor.ownOrganization) return { allowed: false, because: 'ORGANIZATION' };
  if (actor.role === 'REVIEWER' && actor.ownOrganization) return { allowed: false, because: 'ORGANIZATION' };
  if (!follows(standing, action)) return { allowed: false, because: 'STATUS' };
  const stays = rule.to === null || rule.keeps?.includes(standing.status) === true;
  return { allowed: true, to: stays ? standing.status : rule.to };
}

/** Whether the table allows an action where a request stands, whoever asks. */
export function follows(standing: Standing, action: Action): boolean {
  const rule: Rule = lifecycle[action];
  const { status, stage } = standing;
  if (!rule.from.includes(status)) return false;
  if (rule.stages === undefined || !HAVE_STAGES.includes(status)) return true;
  return stage !== null && rule.stages.includes(stage);
}

/** What this person may do now, in the table's order. */
export function allowedActions(standing: Standing, actor: Actor): Action[] {
  return ACTIONS.filter((action) => decide(standing, action, actor).allowed);
}

const SINCE_ENABLED: readonly Status[] = ['ENABLED', 'SUSPENDED', 'REMOVED'];
/** Whether a request has been Enabled: from then on its badges have a workflow of their own. */
export const isSinceEnabled = (status: Status): boolean => SINCE_ENABLED.includes(status);

/** Statuses in which a request is over: nothing of it can go on. */
export const isOver = (status: Status): boolean => status === 'DISCARDED' || status === 'REMOVED';
