/** Requests whose badges are enabled in the United States and in Japan, orders about them, and what is seen of it. */
import { saveReason } from '../../db/operator-decisions';
import type { OperatorOrder } from '../../db/transitions/afterwards';
import type { BadgesRecorded, Refused } from '../../domain/transitions';
import { createScene, describeBadges, people, type Scene, type SceneRequest } from './transition-scene';

export const NOW = '2027-02-01T12:00:00.000Z';
export const MORNING = '2027-02-02T08:00:00.000Z';
export const EVENING = '2027-02-02T20:00:00.000Z';
export const REFUSED = { refused: 'ACTION_NOT_ALLOWED' };
const YES = { US: 'YES', JP: 'YES' } as const;

export interface EnabledScene {
  readonly scene: Scene;
  enabled(): Promise<SceneRequest>;
  order(
    request: SceneRequest,
    action: OperatorOrder['action'],
    rest?: Partial<OperatorOrder>,
  ): Promise<BadgesRecorded | Refused>;
  /** What the certification says is acted upon. */
  byCertification(request: SceneRequest): Promise<BadgesRecorded | Refused>;
  standing(request: SceneRequest): Promise<unknown[]>;
}

export async function createEnabledScene(): Promise<EnabledScene> {
  const scene = await createScene();
  return {
    scene,
    async enabled() {
      const request = await scene.approved({ marketplaces: ['US', 'JP'] });
      await request.certify({ status: 'COMPLETE', result: 'APPROVED' });
      await request.record((ref) => scene.activities.recordStaging(ref, { answers: YES, looks: {} }));
      return request;
    },
    order: (request, action, rest = {}) =>
      request.record(async (ref) => {
        await saveReason(scene.pool, {
          commandId: ref.command?.commandId ?? '',
          requestId: request.id,
          operatorId: people.operator.id,
          reason: `To ${action}.`,
        });
        const order = { action, marketplaces: null, effectiveAt: null, ...rest };
        return scene.badgeActivities.recordOperatorOrder(ref, order);
      }, people.operator),
    byCertification: (request) => request.record(scene.badgeActivities.recordCertificationOfBadges),
    async standing(request) {
      const { status, badges } = await scene.badgeActivities.readAfterwards(request.id);
      return [status, badges.length];
    },
  };
}

/**
 * A scene for all tests of a file: made before them, its clock set to NOW before each, closed after them.
 * @param take is given the scene once there is one
 */
export function useEnabledScene(take: (at: EnabledScene) => void): void {
  let at: EnabledScene;
  beforeAll(async () => {
    at = await createEnabledScene();
    take(at);
  });
  afterAll(() => at.scene.close());
  beforeEach(() => {
    at.scene.now = NOW;
  });
}

/** What is left of what happened after Enabled. */
export async function seen(request: SceneRequest) {
  const { row, history, mails, badges } = await request.traces();
  const short = (at: string) => new Date(at).toISOString();
  return {
    status: row.status,
    badges: describeBadges(badges),
    history: history
      .slice(4)
      .map(({ action, from_status, to_status, at }) => `${action} ${from_status} ${to_status} ${short(at)}`),
    mails: mails
      .filter(({ template }) => template.startsWith('badge-'))
      .map(({ template, due_at, props }) => `${template} ${String(props['marketplaces'])} ${short(due_at)}`),
  };
}
