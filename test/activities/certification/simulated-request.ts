/** A request whose workflow is its own state functions over recorded transitions: no server, no waiting. */
import {
  listConcerned,
  listUnheardProjects,
  markHeard,
  settleProjects,
} from '../../../db/certification-news';
import { readProductOfProject } from '../../../db/certified-product';
import type { GoLive } from '../../../domain/go-live';
import { decide, type Action } from '../../../domain/lifecycle';
import type { GoingLive, Recorded, Refused, Submitted } from '../../../domain/transitions';
import type { TransitionRef } from '../../../db/transitions/record';
import { newState, type BadgeRequestState } from '../../../workflows/contract';
import { applyOutcome, hear, looksOf, marketplacesDue, nextStep } from '../../../workflows/state';
import { people, type Person, type Scene, type SceneRequest } from '../../db/transition-scene';

/** More steps than any life takes at once. */
const STEPS = 20;
/** More projects than a scene has. */
const EVERYTHING = 10_000;

export type Command = 'submit' | 'approve' | 'withdraw' | { readonly goLive: GoLive };

export interface SimulatedRequest {
  readonly state: BadgeRequestState;
  /** Obeys where the lifecycle allows it, and goes on as far as it can. */
  obey(command: Command): Promise<void>;
  /** Goes on as far as it can at the scene's present. */
  settle(): Promise<void>;
  /** Reads what its project says, as whoever tells it does. @returns what brings it there, now or later */
  prepareNews(projectId: string): Promise<() => Promise<void>>;
  /** What the reconciling activity does. */
  reconcile(): Promise<void>;
}

export function simulateWorkflow(scene: Scene, request: SceneRequest): SimulatedRequest {
  const { activities, pool } = scene;
  const state = newState();
  let commands = 0;

  const write = async (
    by: Person | null,
    record: (ref: TransitionRef) => Promise<Recorded | Submitted | GoingLive | Refused>,
  ): Promise<boolean> => {
    commands += 1;
    const command = by === null ? null : { commandId: `${request.id}-${commands}`, actor: by };
    const outcome = await record({ requestId: request.id, seq: state.seq + 1, command });
    if ('refused' in outcome) return false;
    if (!('unchanged' in outcome)) state.seq += 1;
    applyOutcome(state, outcome);
    return true;
  };
  /** @returns whether there may be more to do */
  const takeStep = async (): Promise<boolean> => {
    const step = nextStep(state, Date.parse(scene.now), request.id);
    switch (step.take) {
      case 'check':
        await request.find();
        return write(null, activities.recordChecks);
      case 'refuseCertification':
        return write(null, activities.recordCertificationRefusal);
      case 'stage':
        return write(null, (ref) =>
          activities.recordStaging(ref, {
            answers: Object.fromEntries(
              marketplacesDue(state, Date.parse(scene.now)).map((code) => [code, 'YES' as const]),
            ),
            looks: looksOf(state),
          }),
        );
      case 'enable':
        if (await activities.recordEnabling(request.id)) state.status = 'ENABLED';
        return true;
      case 'wait':
      case 'end':
        return false;
    }
  };
  const settle = async (): Promise<void> => {
    for (let steps = 0; await takeStep(); steps += 1)
      if (steps > STEPS) throw new Error(`${state.status} ${state.stage ?? ''} does not come to rest`);
  };
  const give = async (action: Action, by: Person, record: Parameters<typeof write>[1]): Promise<void> => {
    const actor = { ...by, ownOrganization: by.role === 'MAKER' };
    if (decide(state, action, actor).allowed) await write(by, record);
    await settle();
  };
  /** What the workflow of its badges does about news. */
  const certifyBadges = async (): Promise<void> => {
    const { seq } = await scene.badgeActivities.readAfterwards(request.id);
    const ref = { requestId: request.id, seq: seq + 1, command: null };
    await scene.badgeActivities.recordCertificationOfBadges(ref);
  };
  const prepareNews = async (projectId: string): Promise<() => Promise<void>> => {
    const product = await readProductOfProject(pool, projectId);
    const concerned = product === null ? [] : await listConcerned(pool, projectId, product, { limit: 10 });
    const [concern] = concerned.filter(({ id }) => id === request.id);
    return async () => {
      if (product === null || concern === undefined) return;
      if (concern.hasBadges) await certifyBadges();
      if (concern.news === null) return;
      hear(state, concern.news);
      await settle();
      await markHeard(pool, [concern], product);
    };
  };
  const isOwn = (projectId: string) => projectId.startsWith(request.projectId);
  return {
    state,
    settle,
    prepareNews,
    async obey(command) {
      if (command === 'submit') return give('submit', people.maker, activities.recordSubmission);
      if (command === 'withdraw') return give('withdraw', people.maker, activities.recordWithdrawal);
      if (command === 'approve')
        return give('approve', people.reviewer, (ref) => activities.recordApproval(ref, state.round));
      return give('reschedule', people.maker, (ref) => activities.recordRescheduling(ref, command.goLive));
    },
    async reconcile() {
      const unheard = await listUnheardProjects(pool, { limit: EVERYTHING });
      for (const projectId of unheard.filter(isOwn)) await (await prepareNews(projectId))();
      const { lost } = await settleProjects(pool, { after: '', limit: EVERYTHING });
      for (const projectId of lost.filter(isOwn)) await (await prepareNews(projectId))();
    },
  };
}
