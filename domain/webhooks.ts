/** What a maker's own programs are told of its requests, and how often it is tried. Signed as Standard Webhooks 1.0.0. */
import { detailsFor } from './entry-details';
import type { Role, Status } from './lifecycle';
import type { ProgramCode } from './programs';

export const WEBHOOK_EVENT_TYPES = [
  'badge_request.status_changed',
  'badge_request.updated',
  'badge_request.commented',
  'webhook_endpoint.tested',
] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** What has happened to a request, with what that is about. */
interface Told {
  readonly requestId: string;
  readonly program: ProgramCode | null;
  readonly productId: string | null;
  readonly asin: string | null;
  readonly variant: string | null;
  /** RFC 3339. */
  readonly at: string;
  /** Whose doing it is. */
  readonly role: Role;
}

/** An entry of a request's history. */
export interface ToldEntry extends Told {
  readonly commentId: null;
  readonly seq: number;
  readonly action: string;
  readonly from: Status | null;
  readonly to: Status;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Who reads of it has to ask what it says: it is for people of the organization, as it is by then. */
export interface ToldComment extends Told {
  readonly commentId: string;
}

export interface WebhookEvent {
  readonly type: WebhookEventType;
  /** When it happened; RFC 3339. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The type of what is told; without a request somebody tries the endpoint. */
export const typeOf = (told: {
  readonly requestId: string | null;
  readonly commentId: string | null;
  readonly from?: Status | null;
  readonly to?: Status | null;
}): WebhookEventType => {
  if (told.requestId === null) return 'webhook_endpoint.tested';
  if (told.commentId !== null) return 'badge_request.commented';
  return told.from === told.to ? 'badge_request.updated' : 'badge_request.status_changed';
};

/** What an entry of the history or a comment is to those who are told of it. */
export function eventOf(told: ToldEntry | ToldComment): WebhookEvent {
  const { requestId: id, program, productId, asin, variant, at, role } = told;
  const badgeRequest = { id, program, productId, asin, variant };
  const type = typeOf(told);
  if (told.commentId !== null)
    return { type, timestamp: at, data: { badgeRequest, comment: { id: told.commentId }, actor: { role } } };
  const { seq, action, from, to } = told;
  const details = detailsFor('MAKER', told.details);
  return { type, timestamp: at, data: { badgeRequest, seq, action, actor: { role }, from, to, details } };
}

/** What somebody who tries an endpoint has it told. */
export const testEvent = (endpointId: string, at: string): WebhookEvent => ({
  type: 'webhook_endpoint.tested',
  timestamp: at,
  data: { endpointId },
});

const MINUTE = 60;
const HOUR = 3_600;
/** Seconds until the next try after each that failed: Standard Webhooks 1.0.0, "Deliverability and reliability". */
const RETRY_AFTER_SECONDS = [
  ...[5, 5 * MINUTE, 30 * MINUTE],
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR),
] as const;
export const MOST_ATTEMPTS = RETRY_AFTER_SECONDS.length + 1;

/**
 * When a delivery is tried again.
 * @param attempts how many have failed
 * @param spread from 0 to 1: whoever was away is not asked everything at once
 * @returns seconds, up to a tenth more than the schedule says; null: it is given up
 */
export function retryAfterSeconds(attempts: number, spread: number): number | null {
  const seconds = RETRY_AFTER_SECONDS[attempts - 1];
  return seconds === undefined ? null : seconds * (1 + spread / 10);
}

/** The receiver says that nobody listens there any more (RFC 9110 15.5.11): the endpoint is disabled. */
export const GONE = 410;
export const isTaken = (status: number): boolean => status >= 200 && status < 300;

/** Of a secret that was replaced: both sign, so that a receiver changes over when it likes. */
export const EARLIER_SECRET_HOURS = 24;
export const MOST_ENDPOINTS = 5;
