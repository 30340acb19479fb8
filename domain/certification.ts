/**
 * The certification a request waits for. Statuses and their order are those of the Alexa Certification
 * Console ("Track the status of your certification request"); `result` tells how a complete one ended.
 */
import type { MarketplaceCode } from './marketplaces';
import type { ReasonCode } from './reasons';

/** What becomes of a request that waits in a status; a complete project's is told by its result. */
type Outlook = 'GOES_ON' | 'DECIDED' | 'REFUSED';

const statuses = {
  SUBMITTED: { label: 'Submitted', outlook: 'GOES_ON' },
  INTAKE_REVIEW: { label: 'Intake Review', outlook: 'GOES_ON' },
  PENDING_QUOTE: { label: 'Pending Quote', outlook: 'GOES_ON' },
  QUOTE_APPROVAL_REQUIRED: { label: 'Quote Approval Required', outlook: 'GOES_ON' },
  PENDING_DEVICE_DELIVERY: { label: 'Pending Device Delivery', outlook: 'GOES_ON' },
  UNDER_TEST: { label: 'Under Test', outlook: 'GOES_ON' },
  RESULTS_UNDER_REVIEW: { label: 'Results Under Review', outlook: 'GOES_ON' },
  COMPLETE: { label: 'Complete', outlook: 'DECIDED' },
  ON_HOLD: { label: 'On Hold', outlook: 'GOES_ON' },
  CANCELLED: { label: 'Cancelled', outlook: 'REFUSED' },
  INTAKE_REJECTED: { label: 'Intake Rejected', outlook: 'REFUSED' },
} as const satisfies Record<string, { label: string; outlook: Outlook }>;

const results = {
  APPROVED: { label: 'Approved' },
  REJECTED: { label: 'Rejected' },
  REVOKED: { label: 'Revoked' },
} as const satisfies Record<string, { label: string }>;

export type CertificationStatus = keyof typeof statuses;
export type CertificationResult = keyof typeof results;

/** All statuses, in the pipeline's order; those that can come at any time are last. */
export const CERTIFICATION_STATUSES = Object.keys(statuses) as CertificationStatus[];
/** In these a project is not approved, whatever it was before. One that is on hold or cancelled stands as it was. */
export const UNAPPROVED_STATUSES = CERTIFICATION_STATUSES.filter(
  (status) =>
    status === 'INTAKE_REJECTED' || (statuses[status].outlook === 'GOES_ON' && status !== 'ON_HOLD'),
);
export const CERTIFICATION_RESULTS = Object.keys(results) as CertificationResult[];

/** How a product reaches Alexa; only a skill of the maker's own can be looked up in the store. */
export type Integration =
  | { kind: 'SKILL'; skillId: string; vendorId: string }
  | { kind: 'ADD_ON' }
  | { kind: 'HUB'; hubAsin: string }
  | { kind: 'NONE' };

/** What was tested: a listing is held against it. */
export interface CertifiedProduct {
  id: string;
  name: string;
  brand: string;
  model: string;
  deviceType: string;
  integration: Integration;
}

/** A certification project as its newest event describes it. */
export interface CertificationProject {
  projectId: string;
  /** Only grows; of two states the one with the higher version is the newer. */
  version: number;
  organizationId: string;
  product: CertifiedProduct;
  marketplaces: MarketplaceCode[];
  status: CertificationStatus;
  /** Null unless the status is COMPLETE. */
  result: CertificationResult | null;
  /** The pipeline's own words on a refusal. */
  reason: string | null;
}

/** As much of a project as decides. */
export type CertificationState = Pick<CertificationProject, 'status' | 'result'>;

/** What a project means to the requests that wait for it. */
export type CertificationVerdict = 'OPEN' | 'APPROVED' | 'REFUSED' | 'REVOKED';

/**
 * OPEN goes on or is on hold; APPROVED lets a request go on; REFUSED ended without approval; REVOKED was
 * approved and is no longer. A complete project without a result has decided nothing yet, so it is OPEN; a
 * result beside another status counts for nothing.
 */
export function certificationVerdict({ status, result }: CertificationState): CertificationVerdict {
  if (statuses[status].outlook === 'GOES_ON') return 'OPEN';
  if (statuses[status].outlook === 'REFUSED') return 'REFUSED';
  if (result === null) return 'OPEN';
  return result === 'REJECTED' ? 'REFUSED' : result;
}

/** Whether a project is approved, or was until it was revoked. */
export const isOrWasApproved = (project: CertificationState): boolean =>
  ['APPROVED', 'REVOKED'].includes(certificationVerdict(project));

/**
 * The reason code that a refused or revoked project gives its requests; null for one that is open or
 * approved.
 */
export function certificationReasonCode({ status, result }: CertificationState): ReasonCode | null {
  if (status === 'CANCELLED') return 'CERTIFICATION_CANCELLED';
  if (status === 'INTAKE_REJECTED') return 'CERTIFICATION_INTAKE_REJECTED';
  if (status !== 'COMPLETE') return null;
  if (result === 'REJECTED') return 'CERTIFICATION_REJECTED';
  return result === 'REVOKED' ? 'CERTIFICATION_REVOKED' : null;
}

/** Whether a request may be made for the project's product: its certification is approved or submitted. */
export function isSelectable(project: CertificationState): boolean {
  const verdict = certificationVerdict(project);
  return verdict === 'OPEN' || verdict === 'APPROVED';
}

/** For people: the console's own spelling, and how a complete one ended, e.g. "Complete (Approved)". */
export function certificationLabel({ status, result }: CertificationState): string {
  const { label } = statuses[status];
  return status === 'COMPLETE' && result !== null ? `${label} (${results[result].label})` : label;
}
