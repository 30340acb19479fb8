/** Every kind of error answer: a closed list. The pages under `/docs/errors/` are made of it. */

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What it means, for the page. */
  readonly means: string;
  /** What a caller does about it. */
  readonly remedy: string;
}

export const problemKinds = {
  MALFORMED_CALL: {
    status: 400,
    title: 'The call cannot be read',
    means:
      'What arrived is no call of HTTP/1.1, and the connection was closed; or it has no `Host` or several, or its address is none, or not encoded as addresses are.',
    remedy:
      'Use an HTTP client that encodes addresses in UTF-8 with percent signs; one that was cut off may repeat its call with the same `Idempotency-Key`.',
  },
  MALFORMED_JSON: {
    status: 400,
    title: 'The body is not JSON',
    means: 'The body of the call is missing, cut off, not UTF-8, not JSON, or nested deeper than 32 levels.',
    remedy: 'Send one whole JSON document in UTF-8.',
  },
  INVALID_HEADER: {
    status: 400,
    title: 'A header has a value it cannot have',
    means: 'The detail names the header: `Idempotency-Key` takes 1 to 255 visible ASCII characters.',
    remedy: 'Correct the header and send the call again.',
  },
  UNAUTHENTICATED: {
    status: 401,
    title: 'Who is calling?',
    means:
      'The call has no bearer token, or one that is unknown, expired or revoked; in the console, nobody is signed in any more.',
    remedy: 'Send `Authorization: Bearer <token>` with a token that is valid now; in the console, sign in.',
  },
  SIGNATURE_INVALID: {
    status: 401,
    title: 'The event is not signed as agreed',
    means:
      'The headers of Standard Webhooks are missing, the signature belongs to another body, id or secret, or its timestamp is more than five minutes off.',
    remedy:
      'Sign the exact bytes of the body with a current secret, and send the event with a fresh timestamp.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'Your role may not do this',
    means: 'No request allows this call to somebody of your role.',
    remedy: 'Ask somebody of a role that may; the API reference names the roles of each call.',
  },
  FOREIGN_ORIGIN: {
    status: 403,
    title: 'The call comes from another site',
    means:
      'The call carries the cookie of the console, but a page of another origin has made it, as `Sec-Fetch-Site` or `Origin` says; or neither says that the console has.',
    remedy: 'Use the console at its own address. Programs send a bearer token, and no cookie.',
  },
  OWN_ORGANIZATION: {
    status: 403,
    title: 'Reviewers do not decide for their own organization',
    means: 'The request belongs to an organization that you belong to.',
    remedy: 'Leave the decision to a reviewer of another organization.',
  },
  NOT_THE_AUTHOR: {
    status: 403,
    title: 'Comments are edited by their author',
    means: 'Somebody else wrote the comment.',
    remedy: 'Add a comment of your own.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'There is nothing here',
    means: 'The address is unknown, or names something that does not exist or is not yours to see.',
    remedy: 'Check the address and the id.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'The address does not take this method',
    means: 'The `Allow` header lists the methods that it takes.',
    remedy: 'Use one of the methods listed.',
  },
  CALL_TIMEOUT: {
    status: 408,
    title: 'The call did not arrive in time',
    means: 'A whole call, its body included, has 30 seconds to arrive. Nothing was done.',
    remedy: 'Send the call again, all of it at once.',
  },
  ACTION_NOT_ALLOWED: {
    status: 409,
    title: 'Not while the request stands as it does',
    means:
      'The status or stage of the request does not allow this action. `requestStatus` says where it stands, `allowedActions` what you may do now.',
    remedy: 'Read the request again and choose among its allowed actions.',
  },
  ROUND_OUTDATED: {
    status: 409,
    title: 'The decision is about another submission',
    means:
      'The request was submitted again since the round that the decision names; `currentRound` is the present one.',
    remedy: 'Read the request as it is submitted now, then decide on its round.',
  },
  CLAIMED: {
    status: 409,
    title: 'Another reviewer works on it',
    means:
      'A reviewer has claimed the request. `claim` names them, and when their claim lapses if they do nothing more with it.',
    remedy: 'Leave it to them, or wait until they release it or their claim lapses.',
  },
  DUPLICATE_REQUEST: {
    status: 409,
    title: 'There is a request for this programme and ASIN already',
    means:
      'One request may be open for each programme and ASIN. `existingRequestId` names it when it is your organization’s.',
    remedy: 'Go on with the existing request, or withdraw and discard it first.',
  },
  TOO_MANY_DRAFTS: {
    status: 409,
    title: 'There are as many drafts as an organization may have',
    means:
      'Your organization has begun as many requests as it may without submitting them, 10,000 unless the operator of this service says otherwise. One that is discarded counts until a day after it was created.',
    remedy:
      'Submit drafts, or discard those that are not needed; then send the call with a new `Idempotency-Key`.',
  },
  ALREADY_SUSPENDED: {
    status: 409,
    title: 'The programme is suspended there already',
    means:
      'A suspension of this programme holds for this organization in this region; `existingSuspensionId` names it.',
    remedy: 'Leave it as it is, or end it first to suspend again for another reason.',
  },
  ALREADY_ENDED: {
    status: 409,
    title: 'The programme suspension has ended',
    means: 'Somebody has ended this suspension before.',
    remedy: 'Nothing is left to do. To suspend again, make a new suspension.',
  },
  TOO_MANY_ENDPOINTS: {
    status: 409,
    title: 'There are as many webhook endpoints as there can be',
    means: 'An organization has five at most.',
    remedy: 'Delete one that is not needed any more, or change its address.',
  },
  TOO_MANY_FEEDS: {
    status: 409,
    title: 'There are as many calendar feeds as there can be',
    means: 'A person has a hundred at most that are not revoked.',
    remedy: 'Revoke one that is not needed any more.',
  },
  TOO_MANY_COMMENTS: {
    status: 409,
    title: 'You have written as many comments on this request as one may',
    means: 'A person may write 500 comments on each request.',
    remedy: 'Edit one of your comments.',
  },
  TOO_MANY_EDITS: {
    status: 409,
    title: 'The comment has been edited as often as one may be',
    means: 'A comment may be edited 20 times, and everything that it said before stays to be read.',
    remedy: 'Add a comment.',
  },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 409,
    title: 'A call with this key is still running',
    means: 'The first call with this `Idempotency-Key` has not been answered yet.',
    remedy: 'Wait as long as `Retry-After` says and repeat the call with the same key.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'The request has changed since you read it',
    means: 'The `If-Match` header names another version than the present one.',
    remedy: 'Read the request again, see whether you still want the same, and send it with the new `ETag`.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    title: 'The body is too large',
    means: 'A body may have 64 KiB.',
    remedy: 'Send less.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'The body is of a type that is not taken here',
    means: 'Bodies are JSON in UTF-8; a change may also be sent as a JSON merge patch.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  VALIDATION_FAILED: {
    status: 422,
    title: 'Some of the input cannot be accepted',
    means:
      '`errors` lists everything that is wrong, each with a JSON pointer, what was found and what is expected.',
    remedy: 'Correct all of it and send the call again.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'This key belongs to another call',
    means: 'The `Idempotency-Key` was used before with another body.',
    remedy: 'Use a new key for each new intent; use the same key only to repeat the same call.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many of these in a minute',
    means: 'Your organization has used up what a minute allows of this call. Nothing was done.',
    remedy: 'Send the call again as late as `Retry-After` says; the same `Idempotency-Key` may be used.',
  },
  TOO_MANY_SUBMISSIONS: {
    status: 429,
    title: 'This request was submitted as often as a day allows',
    means: 'A request may be submitted 100 times in 24 hours. Nothing was done.',
    remedy: 'Send the call again as late as `Retry-After` says; the same `Idempotency-Key` may be used.',
  },
  TOO_MANY_CALLS: {
    status: 429,
    title: 'Too many calls in a minute',
    means:
      'You have made as many calls as somebody may make in a minute, with whatever tokens; or, without a valid one, your address has. Nothing was done. `RateLimit` says of each answer how many are left, and for how many seconds.',
    remedy: 'Send the call again as late as `Retry-After` says; the same `Idempotency-Key` may be used.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'The address and the headers are too large',
    means: 'Together they may have 16 KiB.',
    remedy: 'Send less: fewer filters, fewer cookies.',
  },
  INTERNAL: {
    status: 500,
    title: 'Something went wrong on our side',
    means: 'The call met an error that nobody foresaw. It is in our log under the `requestId`.',
    remedy: 'Repeat the call with the same `Idempotency-Key`; if it fails again, tell us the `requestId`.',
  },
  TRY_AGAIN: {
    status: 503,
    title: 'Not possible at this moment',
    means:
      'The call was not applied, or not confirmed in time, because a part of the service is away or slow.',
    remedy: 'Repeat it as late as `Retry-After` says; with the same `Idempotency-Key` that is always safe.',
  },
  NOT_READY: {
    status: 503,
    title: 'A part of the service is away',
    means: '`checks` says which one.',
    remedy: 'Wait; send calls to an instance that is ready.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problemKinds;
export const PROBLEM_CODES = Object.keys(problemKinds) as ProblemCode[];

/** The last part of the page's address: `NOT_FOUND` becomes `not-found`. */
export const pageOf = (code: ProblemCode): string => code.toLowerCase().replaceAll('_', '-');
