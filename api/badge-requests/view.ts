/** A badge request as one person sees it. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Person } from '../../db/people';
import type { RequestView } from '../../db/request-view';
import { nextStep, waitingOn } from '../../domain/badge-request';
import { allowedActions, statusLabels, type Action, type Actor } from '../../domain/lifecycle';
import { isProgramCode } from '../../domain/programs';
import type { Answer } from '../route';
import type { badgeRequest } from './schemas';

export type PresentedRequest = z.output<typeof badgeRequest>;

/** The actions that have a call. */
const CALLABLE: readonly Action[] = [
  'save',
  'submit',
  'approve',
  'reject',
  'reschedule',
  'withdraw',
  'discard',
  'retry',
];

/** How the lifecycle's table sees a person before a request. */
export const actorOf = (person: Person, request: RequestView): Actor => ({
  role: person.role,
  ownOrganization: person.organizationId === request.organization.id,
});

/** What this person may do now by a call. */
export const callableActions = (request: RequestView, person: Person): Action[] =>
  allowedActions(request, actorOf(person, request)).filter((action) => CALLABLE.includes(action));

export function presentRequest(request: RequestView, person: Person): PresentedRequest {
  const { form, status, stage, certification } = request;
  return {
    id: request.id,
    program: isProgramCode(form.program) ? form.program : null,
    organization: request.organization,
    product: request.product,
    retailIdentifier: form.retailIdentifier,
    asin: form.asin,
    variant: form.variant,
    bundleDevices: form.bundleDevices,
    goLive: form.goLive,
    marketplaces: form.marketplaces,
    status,
    statusLabel: statusLabels[status],
    stage,
    waitingOn: waitingOn(request),
    nextStep: nextStep({
      status,
      stage,
      certificationOnHold: certification?.status === 'ON_HOLD',
      goLiveDate: form.goLive?.kind === 'ON_DATE' ? form.goLive.date : null,
      reviewDueAt: request.reviewDueAt,
    }),
    attention: person.role === 'OPERATOR' ? request.attention : null,
    round: request.round,
    version: request.version,
    createdAt: request.createdAt,
    updatedAt: request.updatedAt,
    submittedAt: request.submittedAt,
    reviewDueAt: request.reviewDueAt,
    badges: [...request.badges],
    findings: request.findings.map((finding) => ({
      ...finding,
      codes: [...finding.codes],
      found: withoutReadonly(finding.found),
      expected: withoutReadonly(finding.expected),
    })),
    reasons: [...request.reasons],
    certification,
    allowedActions: callableActions(request, person),
  };
}

type Evidence = PresentedRequest['findings'][number]['found'];
const withoutReadonly = (evidence: RequestView['findings'][number]['found']): Evidence =>
  evidence as Evidence;

/**
 * The answer that shows a request. Its `ETag` names the version, which `If-Match` is about, and what this person
 * sees of it: certification and badges change with no new version.
 */
export function requestAnswer(
  request: RequestView,
  person: Person,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Answer & { headers: { ETag: string } } {
  const body = presentRequest(request, person);
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 12);
  const etag = `"${request.version}.${digest}"`;
  return {
    status,
    body,
    headers: { ...headers, ETag: etag, 'Cache-Control': 'private, no-cache', Vary: 'Authorization' },
  };
}

/** Whether an `If-Match` header names this version of a request. */
export function matches(ifMatch: string, version: number): boolean {
  if (ifMatch.trim() === '*') return true;
  return ifMatch.split(',').some((tag) => new RegExp(`^"${version}(\\.[\\w-]+)?"$`).test(tag.trim()));
}

/** Whether an `If-None-Match` header names this very representation. */
export function isCurrent(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => [etag, `W/${etag}`, '*'].includes(tag.trim()));
}
