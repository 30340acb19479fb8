/** The state with which the workflow of an open request would go on, as after a continue-as-new. */
import { goLiveInstants } from '../domain/go-live';
import { verdictFor } from '../domain/product-certification';
import { newState, type BadgeRequestState } from '../workflows/contract';
import { repeatTogether } from '../workflows/state';
import type { OpenRequest } from './open-requests';

/**
 * @throws {RangeError | TypeError} for a row that no code of ours writes, such as an unknown marketplace with a date
 */
export function carriedState(request: OpenRequest): BadgeRequestState {
  const { status, stage, round } = request;
  const common = { ...newState(), seq: request.transitionSeq, status, stage, round };
  if (status === 'UNDER_REVIEW')
    return {
      ...common,
      interruptedStage: stage === 'NEEDS_ATTENTION' ? 'CHECKING' : null,
      open: [...request.marketplaces],
      hasSkill: request.hasSkill,
    };
  if (status !== 'PENDING') return common;
  const { looks } = request;
  const open = request.marketplaces.filter(
    (code) =>
      !request.badges.some(({ marketplace }) => marketplace === code) &&
      // Of one whose certification is awaited while others are certified no look is due.
      (looks === null || looks[code] !== undefined),
  );
  const state: BadgeRequestState = {
    ...common,
    interruptedStage: stage === 'NEEDS_ATTENTION' ? 'SCHEDULED' : null,
    open,
    certification: certificationOf(request),
    enabledAt: request.enabledAt,
    ...(looks === null ? { instants: goLiveInstants(request.goLive, open) } : { looks }),
  };
  lookTogetherAgain(state, request);
  return state;
}

/** As it is when it begins; whatever changes it is read with the first transition. */
function certificationOf({
  projects,
  marketplaces,
  badges,
}: OpenRequest): BadgeRequestState['certification'] {
  const [newest] = projects;
  if (newest === undefined) return null;
  const has = badges.map(({ marketplace }) => ({ marketplace, isEffective: false }));
  const verdict = verdictFor(projects, { marketplaces, badges: has });
  return { projectId: newest.projectId, version: newest.version, verdict };
}

/** Where the workflow was not told when to look again, it has decided so itself. */
function lookTogetherAgain(
  state: BadgeRequestState,
  { looks, stagingTries: tries, lastTryAt }: OpenRequest,
): void {
  const { open, certification } = state;
  if (looks !== null || lastTryAt === null || certification === null) return;
  repeatTogether(state, { open, certification }, { lookedAt: Date.parse(lastTryAt), tries });
}
