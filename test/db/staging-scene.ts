/** Requests with badges to stage in Japan and the United States, and what is seen of them. */
import type { Staging } from '../../db/transitions/going-live';
import type { GoingLive, Refused } from '../../domain/transitions';
import { createScene, type RequestOptions, type Scene, type SceneRequest } from './transition-scene';

export const DATE = { kind: 'ON_DATE', date: '2027-01-15' } as const;
/** Midnight at the start of that day. */
export const JAPAN = '2027-01-14T15:00:00.000Z';
export const AMERICA = '2027-01-15T08:00:00.000Z';
/** Before both, by less than a day. */
export const EVE = '2027-01-14T12:00:00.000Z';

export interface StagingScene {
  readonly scene: Scene;
  stage(
    request: SceneRequest,
    answers?: Staging['answers'],
    looks?: Staging['looks'],
  ): Promise<GoingLive | Refused>;
  certified(options?: RequestOptions): Promise<SceneRequest>;
  staged(): Promise<SceneRequest>;
}

export async function createStagingScene(): Promise<StagingScene> {
  const scene = await createScene();
  const made: StagingScene = {
    scene,
    stage: (request, answers = { US: 'YES', JP: 'YES' }, looks = {}) =>
      request.record((ref) => scene.activities.recordStaging(ref, { answers, looks })),
    async certified(options = {}) {
      const request = await scene.approved({ goLive: DATE, marketplaces: ['US', 'JP'], ...options });
      await request.certify({ status: 'COMPLETE', result: 'APPROVED' });
      return request;
    },
    async staged() {
      const request = await made.certified();
      await made.stage(request);
      return request;
    },
  };
  return made;
}

/**
 * A scene for all tests of a file: made before them, its clock set before each, closed after them.
 * @param now what its clock says at the beginning of each
 * @param take is given the scene once there is one
 */
export function useStagingScene(now: string, take: (made: StagingScene) => void): void {
  let made: StagingScene;
  beforeAll(async () => {
    made = await createStagingScene();
    take(made);
  });
  afterAll(() => made.scene.close());
  beforeEach(() => {
    made.scene.now = now;
  });
}

/** What of a request is seen at which instant. */
export async function seen(request: SceneRequest) {
  const { row, history, mails, badges } = await request.traces();
  const instant = (at: unknown) => (typeof at === 'string' ? new Date(at).toISOString() : null);
  return {
    standing: `${row.status} ${row.stage ?? '-'}`,
    first: instant(row['first_effective_at']),
    last: instant(row['enabled_at']),
    marketplaces: row['marketplaces'],
    codes: (row['reasons'] as { code: string }[]).map(({ code }) => code),
    history: history.slice(3).map(({ action, to_status, at }) => `${action} ${to_status} ${instant(at)}`),
    mails: mails.slice(2).map(({ template, due_at }) => `${template} ${instant(due_at)}`),
    badges: badges.map(({ marketplace, effective_at }) => `${marketplace} ${instant(effective_at)}`),
  };
}
