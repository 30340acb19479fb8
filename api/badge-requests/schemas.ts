/** What readers see of a badge request, what reviewers send, how lists are asked for. */
import { z } from 'zod';
import { WAITING_ON } from '../../domain/badge-request';
import { BADGE_ACTIONS, BADGE_STATUSES, SUSPENSION_CAUSES } from '../../domain/badges';
import { ACTIONS, ENTRY_ACTIONS, ROLES, STAGES, STATUSES, statusLabels } from '../../domain/lifecycle';
import { RETAIL_IDENTIFIER_TYPES } from '../../domain/retail-identifier';
import { mayReviewerPick, MOST_REASONS, reasonCodes, reasons, type ReasonCode } from '../../domain/reasons';
import { answers, checkNames } from '../../domain/review';
import { saysSomething } from '../../domain/words';
import { text, textOfBytes, words } from '../validation';
import {
  certificationResult,
  certificationStatus,
  idOf,
  inputProblem,
  instant,
  marketplaceCode,
  operatorsWords,
  organization,
  pageQuery,
  programCode,
} from '../values';
import { draftGoLive } from './form-schemas';

export const requestId = z.object({ id: idOf('br', 'br_01kadm0v1wfb5s5t8k3v7q2m9x') });

export const commentId = requestId.extend({ commentId: idOf('cmt', 'cmt_01kadm0v1wfb5s5t8k3v7q2m9x') });

export const status = z.enum(STATUSES).meta({ id: 'Status' });
export const stage = z.enum(STAGES).meta({ id: 'Stage' });
const waitingOn = z.enum(WAITING_ON).meta({ id: 'WaitingOn' });
const evidence = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
);
const ALL_REASON_CODES = reasonCodes.map(({ code }) => code);
const reasonCode = z.enum(ALL_REASON_CODES).meta({ id: 'ReasonCode' });

export const finding = z
  .strictObject({
    check: z.enum(checkNames),
    marketplace: marketplaceCode,
    answer: z.enum(answers),
    codes: z
      .array(z.string())
      .meta({ description: 'Everything definitely wrong; empty unless the answer is NO' }),
    undecided: z.array(z.string()).meta({ description: 'What could be wrong and could not be decided' }),
    found: evidence,
    expected: evidence,
    checkedAt: instant,
  })
  .meta({ id: 'Finding' });

export const reason = z
  .strictObject({
    code: reasonCode,
    field: z.string().meta({ description: 'JSON pointer into the form; empty: all of it' }),
    marketplace: marketplaceCode.nullable().meta({ description: 'Null: all of the request’s' }),
    found: z.string().nullable(),
    expected: z.string().nullable(),
    action: z.string().meta({ description: 'What to do, a sentence' }),
    text: z.string().nullable().meta({ description: 'A reviewer’s own words, or the certification’s' }),
  })
  .meta({ id: 'Reason' });

const suggestedReason = z
  .strictObject({
    code: reasonCode,
    marketplace: marketplaceCode.nullable().meta({ description: 'Null: all of the request’s' }),
    text: z.string().nullable().meta({ description: 'What was found, or why it could not be' }),
  })
  .meta({ id: 'SuggestedReason' });

const certificationWords = {
  projectId: z.string(),
  status: certificationStatus,
  result: certificationResult.nullable(),
};

export const badgeRequest = z
  .strictObject({
    id: z.string(),
    program: programCode.nullable(),
    organization,
    product: z
      .strictObject({ id: z.string(), name: z.string(), brand: z.string(), model: z.string() })
      .nullable(),
    retailIdentifier: z
      .strictObject({ type: z.enum(RETAIL_IDENTIFIER_TYPES).nullable(), code: z.string() })
      .nullable(),
    asin: z.string().nullable(),
    variant: z.string().nullable(),
    bundleDevices: z.array(z.string()),
    goLive: draftGoLive.nullable(),
    marketplaces: z.array(marketplaceCode),
    status,
    statusLabel: z.enum(Object.values(statusLabels)),
    stage: stage.nullable().meta({ description: 'What is being waited for inside the status' }),
    waitingOn: waitingOn.nullable(),
    nextStep: z.string().meta({ description: 'One sentence for people' }),
    attention: z.string().nullable().meta({ description: 'Why an operator is needed; for operators' }),
    round: z.int().meta({ description: 'Which submission this is: 1, 2, …; 0 before the first' }),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
    submittedAt: instant.nullable(),
    reviewDueAt: instant.nullable(),
    reviewOverdue: z.boolean().meta({ description: 'Whether `reviewDueAt` has passed, undecided' }),
    claim: z
      .strictObject({
        by: z.strictObject({ name: z.string() }),
        mine: z.boolean(),
        until: instant.meta({ description: 'It lapses then, unless they do something with the request' }),
      })
      .nullable()
      .meta({ description: 'Which reviewer works on it; for reviewers and operators' }),
    suspendedElsewhere: z
      .array(
        z.strictObject({
          marketplace: marketplaceCode,
          requestId: requestId.shape.id,
          causes: z.array(z.enum(SUSPENSION_CAUSES)),
        }),
      )
      .nullable()
      .meta({
        description:
          'Under review: suspended badges of the same ASIN that other requests have, or that a request lost with its certification while an operator had suspended them, maybe this one; approving shows the badge there again. For reviewers and operators',
      }),
    badges: z.array(
      z.strictObject({
        marketplace: marketplaceCode,
        status: z.enum(BADGE_STATUSES),
        effectiveAt: instant,
        causes: z
          .array(z.enum(SUSPENSION_CAUSES))
          .meta({ description: 'Why it is suspended; it stays so as long as one of them holds' }),
        planned: z
          .strictObject({ action: z.enum(BADGE_ACTIONS), at: instant })
          .nullable()
          .meta({ description: 'What an operator has planned for a later instant' }),
        allowedActions: z
          .array(z.enum(BADGE_ACTIONS))
          .meta({ description: 'What you may do to this badge now, of the request’s `allowedActions`' }),
      }),
    ),
    findings: z.array(finding).meta({ description: 'Of the current round' }),
    reasons: z.array(reason).meta({ description: 'Why it was rejected, or a marketplace dropped' }),
    suggestedReasons: z.array(suggestedReason).nullable().meta({
      description:
        'What a rejection’s form is prefilled with, made of the findings; null unless you may reject now',
    }),
    certification: z
      .strictObject(certificationWords)
      .nullable()
      .meta({ description: 'The one that is waited for, or else the newest' }),
    certifications: z
      .array(z.strictObject({ ...certificationWords, marketplaces: z.array(marketplaceCode) }))
      .meta({
        description:
          'The certification projects that decide about the request’s marketplaces, newest first, each with those that are its own',
      }),
    allowedActions: z.array(z.enum(ACTIONS)).meta({ description: 'What you may do now' }),
  })
  .meta({ id: 'BadgeRequest' });

export const listQuery = z.strictObject({
  ...pageQuery,
  status: z.array(status).max(20).optional().meta({ description: 'Any of these; repeat the parameter' }),
  stage: stage.optional(),
  product: text(100).optional().meta({ description: 'Id of a product' }),
  asin: text(100).optional(),
  marketplace: marketplaceCode.optional().meta({ description: 'Asked for in this marketplace' }),
  waitingOn: waitingOn.optional(),
  claim: z.enum(['mine', 'unclaimed']).optional().meta({
    description: 'Under review and claimed by you, or claimed by nobody; for reviewers and operators',
  }),
  q: text(100)
    .optional()
    .meta({ description: 'Part of an id, ASIN, variant, retail identifier, or product’s name or model' }),
  order: z
    .enum(['newest', 'reviewDue'])
    .default('newest')
    .meta({ description: '`reviewDue`: what is under review, by what is due; for reviewers and operators' }),
});

/** Where a list of requests goes on. */
export const listPosition = z.discriminatedUnion('order', [
  z.strictObject({ order: z.literal('newest'), id: requestId.shape.id }),
  z.strictObject({
    order: z.literal('reviewDue'),
    id: requestId.shape.id,
    dueAt: z.iso.datetime({ precision: 6 }).regex(/^2/),
  }),
]);

const round = z.int().min(1).max(1_000_000).meta({ description: 'The round that you saw' });
export const approval = z.strictObject({ round }).meta({ id: 'Approval', example: { round: 1 } });

export const rechecking = z.strictObject({ round }).meta({ id: 'Rechecking', example: { round: 1 } });

const PICKABLE = ALL_REASON_CODES.filter(mayReviewerPick) as [ReasonCode, ...ReasonCode[]];
/** As much of a reason as tells whether words are missing. */
const judged = z.object({ code: z.enum(PICKABLE), text: z.string().nullish() });
const pickedReason = z
  .strictObject({
    code: z.enum(PICKABLE, { error: 'UNKNOWN_REASON' }),
    marketplace: marketplaceCode.nullish().meta({ description: 'Of the request; absent: all of them' }),
    text: text(2000).nullish().meta({ description: 'Your own words; OTHER needs them' }),
  })
  .refine(({ code, text: words }) => !reasons[code].needsText || saysSomething(words ?? ''), {
    path: ['text'],
    error: 'REQUIRED',
    // Beside what else is wrong: a reviewer hears of everything at once.
    when: ({ value }) => judged.safeParse(value).success,
  });
export const rejection = z
  .strictObject({ round, reasons: z.array(pickedReason).min(1).max(MOST_REASONS) })
  .meta({
    id: 'Rejection',
    example: {
      round: 1,
      reasons: [{ code: 'IMAGE_MISMATCH', marketplace: 'US', text: 'The picture shows a lamp.' }],
    },
  });

export const badgeOrder = z
  .strictObject({
    marketplaces: z
      .array(marketplaceCode)
      .min(1)
      .max(50)
      .optional()
      .meta({ description: 'Of the request’s badges; absent: all that allow it' }),
    reason: operatorsWords,
    at: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: 'An instant to come, RFC 3339; absent: now', example: '2027-01-15T08:00:00Z' }),
  })
  .meta({ id: 'BadgeOrder', example: { marketplaces: ['US'], reason: 'The device is recalled.' } });

export const nothing = z
  .strictObject({})
  .meta({ id: 'Nothing', description: 'No fields; the body may be left out' });

export const checkResult = z
  .strictObject({ problems: z.array(inputProblem), findings: z.array(finding) })
  .meta({ id: 'CheckResult' });

export const entryAction = z.enum(ENTRY_ACTIONS).meta({
  id: 'EntryAction',
  description: 'As in `allowedActions`, `create`, or one of the service’s own; more may be added',
});

export const historyEntry = z
  .strictObject({
    seq: z.int(),
    at: instant,
    actor: z.strictObject({ role: z.enum(ROLES), name: z.string() }),
    action: entryAction,
    from: status.nullable(),
    to: status,
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'HistoryEntry' });

export const comment = z
  .strictObject({
    id: z.string(),
    author: z.strictObject({ name: z.string(), role: z.enum(ROLES) }),
    mine: z.boolean().meta({ description: 'Whether the caller wrote it: only then may they edit it' }),
    body: z.string(),
    createdAt: instant,
    editedAt: instant.nullable().meta({ description: 'Null: it says what it said at first' }),
    earlier: z
      .array(z.strictObject({ body: z.string(), writtenAt: instant }))
      .meta({ description: 'What it said before each edit, oldest first' }),
  })
  .meta({
    id: 'Comment',
    example: {
      id: 'cmt_01kadm0v1wfb5s5t8k3v7q2m9x',
      author: { name: 'Ada Lovelace', role: 'MAKER' },
      mine: true,
      body: 'The listing is corrected.',
      createdAt: '2026-11-22T10:00:00.000Z',
      editedAt: '2026-11-22T10:05:00.000Z',
      earlier: [{ body: 'The listing is corected.', writtenAt: '2026-11-22T10:00:00.000Z' }],
    },
  });
const COMMENT_BYTES = 4096;
export const newComment = z
  .strictObject({
    body: words(textOfBytes(COMMENT_BYTES)).meta({ description: 'At most 4,096 bytes of UTF-8' }),
  })
  .meta({ id: 'NewComment', example: { body: 'The listing is corrected.' } });
