import { type runtime, services } from 'ask-smapi-model';
import { z } from 'zod';
import type { Distribution, LiveStage } from '../../domain/skill-answers';
import { failCall, parseJson, requestBounded } from './bounded-request';
import { refuseBusy, UnreadableAnswerError } from './call-later';
import { type AccessTokens, callWithToken, createAccessTokens } from './lwa-token';
import { manifestEnvelope, readDistribution, readLiveStage, skillList } from './skill-answer';
import { unlessAborted } from './unless-aborted';

export const SERVICE = 'The skill store';
type ServiceClient = services.skillManagement.SkillManagementServiceClient;

/** How the store answered for the live manifest. */
export interface ManifestLookup {
  readonly status: number;
  readonly requestId: string | null;
}

/** What the skill store says of one skill. */
export type SkillLookup =
  | {
      readonly kind: 'skill';
      readonly live: LiveStage;
      /** Null when the skill is not live, or its manifest was refused. */
      readonly distribution: Distribution | null;
      /** Of the list of skills. */
      readonly requestId: string | null;
      /** Null when the live manifest was not asked for. */
      readonly manifest: ManifestLookup | null;
    }
  /** Our account may not read it, or another attempt would be refused as well. */
  | {
      readonly kind: 'refused';
      readonly operation: 'listSkillsForVendor' | 'getSkillManifest';
      readonly status: number;
      readonly requestId: string | null;
    };

/** The store of Alexa skills. */
export interface SkillStore {
  /**
   * Asks for a skill's live stage and, where that decides, its distribution: two calls at most (one more
   * for each that was refused because of its token). Lookups of one skill at the same time share them, whoever
   * gives up meanwhile.
   * @throws {CallLaterError} when it cannot be answered now
   * @throws {UnreadableAnswerError} when the answer decides nothing
   */
  lookUp(skill: { skillId: string; vendorId: string }, signal?: AbortSignal): Promise<SkillLookup>;
}

interface StoreAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly requestId: string | null;
}
type Operation = (client: ServiceClient) => Promise<runtime.ApiResponse>;
type Ask = (operation: Operation) => Promise<StoreAnswer>;

/**
 * The skill store behind the Skill Management API (SMAPI) v1. `getSkillStatus` is of no use here, it tells
 * about builds; publication is in the list of a vendor's skills, distribution in the live manifest.
 * @param options.callTimeoutMs longest that one call may take, in milliseconds
 */
export function createSkillStore(options: {
  endpoint: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  refreshToken: string;
  callTimeoutMs: number;
}): SkillStore {
  const tokens = createAccessTokens(options);
  /** Lookups under way. Requests of one product are often submitted together, and the store throttles calls. */
  const underWay = new Map<string, Promise<SkillLookup>>();
  return {
    lookUp(skill, signal) {
      const key = JSON.stringify([skill.vendorId, skill.skillId]);
      const shared = underWay.get(key) ?? lookUpAlone(skill).finally(() => underWay.delete(key));
      underWay.set(key, shared);
      return signal === undefined ? shared : unlessAborted(shared, signal);
    },
  };

  async function lookUpAlone(skill: { skillId: string; vendorId: string }): Promise<SkillLookup> {
    const ask: Ask = (operation) => askWithToken(tokens, options, operation);
    const list = await ask((client) =>
      client.callListSkillsForVendorV1(skill.vendorId, undefined, undefined, [skill.skillId]),
    );
    if (list.status !== 200) return refused('listSkillsForVendor', list);
    const stages = skillList.safeParse(list.body);
    if (!stages.success) throw new UnreadableAnswerError(`${SERVICE} answered in an unknown form.`);
    const rows = stages.data.skills ?? [];
    const own = rows.filter((row) => row.skillId === skill.skillId);
    if (own.length === 0 && rows.length > 0)
      throw new UnreadableAnswerError(`${SERVICE} answered about another skill.`);
    const { requestId } = list;
    if (own.length === 0) return lookUpElsewhere(ask, skill.skillId, requestId);
    const live = readLiveStage(own, Boolean(stages.data.isTruncated || stages.data.nextToken));
    if (live !== 'PUBLISHED') return { kind: 'skill', live, distribution: null, requestId, manifest: null };
    return { kind: 'skill', live, requestId, ...(await lookUpDistribution(ask, skill.skillId)) };
  }
}

const liveManifest =
  (skillId: string): Operation =>
  (client) =>
    client.callGetSkillManifestV1(skillId, 'live');

/**
 * A vendor's list without the skill does not say that the skill is not live: it may be another vendor's.
 * That there is no live stage is stated by the manifest's own 404 only.
 */
async function lookUpElsewhere(ask: Ask, skillId: string, requestId: string | null): Promise<SkillLookup> {
  const answer = await ask(liveManifest(skillId));
  if (answer.status !== 200 && answer.status !== 404) return refused('getSkillManifest', answer);
  const live = answer.status === 404 ? 'NONE' : 'UNCLEAR';
  return { kind: 'skill', live, distribution: null, requestId, manifest: heard(answer) };
}

async function lookUpDistribution(
  ask: Ask,
  skillId: string,
): Promise<{ distribution: Distribution | null; manifest: ManifestLookup }> {
  const answer = await ask(liveManifest(skillId));
  if (answer.status !== 200) return { distribution: null, manifest: heard(answer) };
  const envelope = manifestEnvelope.safeParse(answer.body);
  if (!envelope.success) throw new UnreadableAnswerError(`${SERVICE} answered in an unknown form.`);
  return { distribution: readDistribution(envelope.data), manifest: heard(answer) };
}

const heard = ({ status, requestId }: StoreAnswer): ManifestLookup => ({ status, requestId });

function refused(
  operation: Extract<SkillLookup, { kind: 'refused' }>['operation'],
  { status, requestId }: StoreAnswer,
): SkillLookup {
  if (status >= 400) return { kind: 'refused', operation, status, requestId };
  throw new UnreadableAnswerError(`${SERVICE} answered ${status}.`);
}

async function askWithToken(
  tokens: AccessTokens,
  options: { endpoint: string; clientId: string; clientSecret: string; callTimeoutMs: number },
  operation: Operation,
): Promise<StoreAnswer> {
  const call = (accessToken: string) => {
    const failure: Failure = {};
    const client = new services.skillManagement.SkillManagementServiceClient(
      {
        apiClient: createApiClient(options.callTimeoutMs, failure),
        apiEndpoint: options.endpoint,
        authorizationValue: '',
      },
      // A client that is given an access token asks for none itself.
      { clientId: options.clientId, clientSecret: options.clientSecret, accessToken },
    );
    return callOperation(operation(client), failure);
  };
  return callWithToken(tokens, call);
}

const headers = z.array(z.object({ key: z.string(), value: z.string() }));
/** How the client tells of every status but 2xx. */
const serviceError = z.object({
  name: z.literal('ServiceError'),
  statusCode: z.number(),
  headers,
  response: z.unknown(),
});

const readRequestId = (list: z.output<typeof headers>) =>
  list.find(({ key }) => /^x-amzn?-request-?id$/i.test(key))?.value.slice(0, 64) ?? null;

/** What broke a call: the client rewrites the messages of errors that pass through it, so they go beside it. */
interface Failure {
  error?: unknown;
}

async function callOperation(
  operation: Promise<runtime.ApiResponse>,
  failure: Failure,
): Promise<StoreAnswer> {
  try {
    const answer = await operation;
    return {
      status: answer.statusCode,
      body: answer.body as unknown,
      requestId: readRequestId(answer.headers),
    };
  } catch (error) {
    const refusal = serviceError.safeParse(error);
    if (!refusal.success) return failCall(SERVICE, failure.error ?? error);
    const { statusCode: status, headers: list, response: body } = refusal.data;
    return { status, body, requestId: readRequestId(list) };
  }
}

/** What the client calls with in place of its own, which knows no bounds: neither of time nor of size. */
const createApiClient = (timeoutMs: number, failure: Failure): runtime.ApiClient => ({
  async invoke(request) {
    try {
      return await callStore(request, timeoutMs);
    } catch (error) {
      failure.error = error;
      throw new Error('No answer of the skill store.', { cause: error });
    }
  },
});

async function callStore(
  request: runtime.ApiClientRequest,
  timeoutMs: number,
): Promise<runtime.ApiClientResponse> {
  const { status, header, body } = await requestBounded(SERVICE, request.url, {
    method: 'GET',
    headers: Object.fromEntries(request.headers.map(({ key, value }) => [key, value])),
    timeoutMs,
  });
  refuseBusy(SERVICE, status, header);
  // These are about the token or the account, whatever a gateway puts into their bodies.
  const isRefusal = status === 401 || status === 403;
  // Parsed once more by the client, whose own complaint would carry the whole body.
  if (!isRefusal) parseJson(SERVICE, body);
  const requestId = header('x-amzn-requestid') ?? header('x-amz-request-id');
  return {
    statusCode: status,
    headers: requestId === undefined ? [] : [{ key: 'x-amzn-requestid', value: requestId }],
    body: isRefusal ? '' : body,
  };
}
