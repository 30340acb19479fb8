/** Creating and saving requests. */
import { deleteUntouchedDraft, insertDraft, saveDraft, type SaveOutcome } from '../../db/drafts';
import type { Queryable } from '../../db/pool';
import { readProduct } from '../../db/certified-product';
import { decide } from '../../domain/lifecycle';
import { emptyForm, normalizeForm, type BadgeRequestForm } from '../../domain/form';
import type { DraftGoLive } from '../../domain/go-live';
import { showValue } from '../../domain/problem';
import { z } from 'zod';
import { invalid, notFound, ProblemError, type InputProblem } from '../problem';
import { defineRoute, type AlsoWrong } from '../route';
import { startRequest } from '../temporal';
import { parse } from '../validation';
import { readRequest, refuseOtherVersion, refuseUnlessAllowed } from './access';
import { draft, draftPatch } from './form-schemas';
import { badgeRequest, requestId } from './schemas';
import { requestAnswer } from './view';

type Draft = z.output<typeof draft>;
type Patch = z.output<typeof draftPatch>;
/** A form as it is written now, or was stored before. */
type Written = {
  readonly [Field in keyof BadgeRequestForm]?: Draft[Field] | BadgeRequestForm[Field];
};

/** What is left out is empty. */
function toForm(written: Written): BadgeRequestForm {
  const empty = emptyForm();
  return normalizeForm({
    program: written.program ?? empty.program,
    productId: written.productId ?? empty.productId,
    retailIdentifier: written.retailIdentifier
      ? { type: written.retailIdentifier.type ?? null, code: written.retailIdentifier.code ?? '' }
      : empty.retailIdentifier,
    asin: written.asin ?? empty.asin,
    variant: written.variant ?? empty.variant,
    bundleDevices: written.bundleDevices ?? empty.bundleDevices,
    goLive: written.goLive ?? empty.goLive,
    marketplaces: written.marketplaces ?? empty.marketplaces,
  });
}

/** What is wrong with a product that is not the organization's. */
async function foreignProductProblems(
  db: Queryable,
  { productId }: BadgeRequestForm,
  organizationId: string | null,
): Promise<InputProblem[]> {
  if (productId === null) return [];
  const product = await readProduct(db, productId);
  if (product !== null && product.organizationId === organizationId) return [];
  return [
    {
      pointer: '/productId',
      code: 'PRODUCT_NOT_FOUND',
      detail: 'Your organization has no such product.',
      found: showValue(productId),
      expected: 'a product of your organization',
    },
  ];
}

/** @throws {ProblemError} VALIDATION_FAILED for a product that is not the organization's */
async function refuseForeignProduct(
  db: Queryable,
  form: BadgeRequestForm,
  organizationId: string | null,
): Promise<void> {
  const problems = await foreignProductProblems(db, form, organizationId);
  if (problems.length > 0) throw invalid(problems);
}

/** Of a form that its schema refuses, whose product may be one all the same. */
const alsoWrong: AlsoWrong = async (body, deps, caller) => {
  const written = z.object({ productId: draft.shape.productId }).safeParse(body);
  if (!written.success) return [];
  return foreignProductProblems(deps.pool, toForm(written.data), caller?.organizationId ?? null);
};

/** @throws {ProblemError} DUPLICATE_REQUEST */
function refuseDuplicate(saved: SaveOutcome): void {
  if (saved.outcome !== 'DUPLICATE') return;
  throw new ProblemError(
    'DUPLICATE_REQUEST',
    'Your organization has an open request for this programme and ASIN already.',
    { members: { existingRequestId: saved.existingId } },
  );
}

export const createRequest = defineRoute({
  method: 'post',
  path: '/v1/badge-requests',
  access: ['MAKER'],
  operationId: 'createBadgeRequest',
  summary: 'Create a badge request',
  description:
    'As a draft, which may lack anything. An organization may have many thousands that it never submitted, and no more.',
  tag: 'Badge requests',
  creates: 'br',
  body: { schema: draft, mediaTypes: ['application/json'], alsoWrong },
  answers: {
    201: {
      description: 'The draft',
      schema: badgeRequest,
      headers: { Location: 'Where the request is', ETag: 'The version of the request' },
    },
  },
  problems: ['DUPLICATE_REQUEST', 'TOO_MANY_DRAFTS'],
  handle: async ({ deps, caller, body, resourceId: id }) => {
    const form = toForm(body);
    const organizationId = caller.organizationId ?? '';
    await refuseForeignProduct(deps.pool, form, organizationId);
    const { draftsPerOrganization: most } = deps;
    const saved = await insertDraft(deps.pool, { id, organizationId, createdBy: caller, form }, most);
    if (saved.outcome === 'TOO_MANY')
      throw new ProblemError(
        'TOO_MANY_DRAFTS',
        `Your organization has ${most} drafts that were never submitted, which is as many as there may be.`,
      );
    refuseDuplicate(saved);
    try {
      await startRequest(deps, id);
    } catch (error) {
      await deleteUntouchedDraft(deps.pool, id).catch(() => undefined);
      throw error;
    }
    const request = await readRequest(deps, id, caller);
    return requestAnswer(request, caller, { status: 201, headers: { Location: `/v1/badge-requests/${id}` } });
  },
});

export const patchRequest = defineRoute({
  method: 'patch',
  path: '/v1/badge-requests/{id}',
  access: ['MAKER'],
  operationId: 'saveBadgeRequest',
  summary: 'Change a draft',
  description:
    'A JSON merge patch: what is left out stays, null empties a field. In Not Submitted and Rejected.',
  tag: 'Badge requests',
  params: requestId,
  body: { schema: draftPatch, mediaTypes: ['application/merge-patch+json', 'application/json'], alsoWrong },
  requestHeaders: { 'If-Match': 'The `ETag` that the change is based on; another version answers 412' },
  answers: {
    200: {
      description: 'The request as it is now',
      schema: badgeRequest,
      headers: { ETag: 'The version of the request' },
    },
  },
  problems: ['ACTION_NOT_ALLOWED', 'DUPLICATE_REQUEST', 'PRECONDITION_FAILED'],
  handle: async ({ deps, caller, params, body, header }) => {
    const seen = await readRequest(deps, params.id, caller);
    const saved = await saveDraft(deps.pool, {
      id: params.id,
      organizationId: caller.organizationId,
      by: caller,
      edit: async ({ connection, form, status, stage, version }) => {
        refuseOtherVersion(header('if-match'), version);
        // What is locked decides; what was read before makes the refusal's words.
        if (!decide({ status, stage }, 'save', { role: caller.role, ownOrganization: true }).allowed)
          refuseUnlessAllowed(
            { ...seen, ...(status === seen.status ? {} : { status, stage }) },
            caller,
            'save',
          );
        // What is stored already is not judged again: it may be longer than what was written, or name what there is no more.
        const edited = toForm({ ...form, ...parse(draft, changesOf(form, body)) });
        if (edited.productId !== form.productId)
          await refuseForeignProduct(connection, edited, caller.organizationId);
        return edited;
      },
    });
    if (saved === null) throw notFound('There is no such badge request.');
    refuseDuplicate(saved);
    return requestAnswer(await readRequest(deps, params.id, caller), caller);
  },
});

/** What a JSON merge patch (RFC 7396) makes of the fields of a form that it names, whose objects are one level deep. */
function changesOf(form: BadgeRequestForm, patch: Patch): Record<string, unknown> {
  const { retailIdentifier, goLive, ...fields } = patch;
  return {
    ...withoutUndefined(fields),
    ...(retailIdentifier !== undefined && {
      retailIdentifier: merge(form.retailIdentifier, retailIdentifier),
    }),
    ...(goLive !== undefined && { goLive: mergeGoLive(form.goLive, goLive) }),
  };
}

/** Whoever changes to as soon as possible need not take the old date out by hand. */
function mergeGoLive(before: DraftGoLive | null, patch: NonNullable<Patch['goLive']> | null): unknown {
  const merged = merge(before, patch);
  if (merged === null || merged['kind'] !== 'AS_SOON_AS_POSSIBLE' || patch?.date != null) return merged;
  const { date: _, ...rest } = merged;
  return rest;
}

function merge(before: object | null, patch: object | null): Record<string, unknown> | null {
  if (patch === null) return null;
  const merged = Object.entries({ ...before, ...withoutUndefined(patch) });
  return Object.fromEntries(merged.filter(([, value]) => value !== null));
}

const withoutUndefined = (value: object) =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
