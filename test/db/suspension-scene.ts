/** Programme suspensions of a maker with badges in Japan and the United States, and what is seen of them. */
import { lookUpBadges } from '../../db/badge-lookup';
import { spreadNext } from '../../db/program-suspension-news';
import { endSuspension, listSuspensions, openSuspension } from '../../db/program-suspensions';
import { createScene, people, type Scene, type SceneRequest } from './transition-scene';

export const PLACES = ['JP', 'US'] as const;
export type Place = (typeof PLACES)[number];
export const regionOf = { US: 'na', JP: 'fe' } as const satisfies Record<Place, string>;
export type SuspendedRegion = (typeof regionOf)[Place];

export interface SuspensionScene {
  readonly scene: Scene;
  /** Sets the scene's clock to the database's: what is to be told goes by that. */
  present(): Promise<void>;
  suspend(region: SuspendedRegion, organizationId?: string): Promise<void>;
  end(region: SuspendedRegion): Promise<void>;
  /** Where it holds. */
  holding(): Promise<SuspendedRegion[]>;
  spreadAll(): Promise<void>;
  /** What the workflow of the badges does once it is told. */
  follow(request: SceneRequest): Promise<void>;
  /** Approved and certified; at a date in a month, or as soon as possible. */
  certified(when?: 'on a date'): Promise<SceneRequest>;
  /** @param answers what is said of the listings; absent: that all are live */
  stage(request: SceneRequest, answers?: Partial<Record<Place, 'YES' | 'NO'>>): Promise<void>;
  /** The instant of a badge has come, and with the last one that of its request. */
  comeTo(request: SceneRequest, place: Place): Promise<void>;
  /** Where the public lookup says that there is a badge. */
  shown(request: SceneRequest): Promise<Place[]>;
}

export async function createSuspensionScene(): Promise<SuspensionScene> {
  const scene = await createScene();
  const { pool } = scene;
  let ids = 0;
  const present = async () => {
    const { rows } = await pool.query<{ now: Date }>('select clock_timestamp() as now');
    scene.now = rows[0]?.now.toISOString() ?? '';
  };
  const open = async () =>
    (await listSuspensions(pool, { organizationId: 'org_one', limit: 100, after: null })).suspensions.filter(
      ({ endedAt }) => endedAt === null,
    );
  const inAMonth = () => ({
    kind: 'ON_DATE' as const,
    date: new Date(Date.parse(scene.now) + 30 * 86_400_000).toISOString().slice(0, 10),
  });
  return {
    scene,
    present,
    async suspend(region, organizationId = 'org_one') {
      ids += 1;
      await openSuspension(pool, {
        id: `psus_${String(ids).padStart(6, '0')}`,
        reason: `Too many outages in ${region}.`,
        ...{ program: 'WWA', organizationId, region, operatorId: people.operator.id },
      });
    },
    async end(region) {
      const reason = `Well again in ${region}.`;
      for (const { id } of (await open()).filter((each) => each.region === region))
        await endSuspension(pool, { id, commandId: `end-${id}`, operatorId: people.operator.id, reason });
    },
    holding: async () => (await open()).map(({ region }) => region as SuspendedRegion),
    async spreadAll() {
      while (await spreadNext(pool));
    },
    async follow(request) {
      for (;;) {
        await present();
        const outcome = await request.record(scene.badgeActivities.recordProgramSuspension);
        if ('refused' in outcome || !outcome.more) return;
      }
    },
    async certified(when) {
      await present();
      const goLive = when === undefined ? {} : { goLive: inAMonth() };
      const request = await scene.approved({ marketplaces: ['US', 'JP'], ...goLive });
      await request.certify({ status: 'COMPLETE', result: 'APPROVED' });
      return request;
    },
    async stage(request, answers = { US: 'YES', JP: 'YES' }) {
      await present();
      await request.record((ref) => scene.activities.recordStaging(ref, { answers, looks: {} }));
    },
    async comeTo(request, place) {
      await pool.query(
        `update badges set effective_at = date_trunc('milliseconds', now())
          where request_id = $1 and marketplace = $2 and effective_at > now()`,
        [request.id, place],
      );
      await pool.query(
        `update badge_requests r
            set first_effective_at = (select min(effective_at) from badges where request_id = r.id),
                enabled_at = case when enabled_at is not null then
                  (select max(effective_at) from badges where request_id = r.id) end
          where id = $1 and status = 'PENDING'`,
        [request.id],
      );
    },
    async shown(request) {
      const { row } = await request.traces();
      const places = PLACES.map((marketplace) => ({ marketplace, asin: String(row['asin']) }));
      const answers = await lookUpBadges(pool, places);
      return PLACES.filter((_, index) => answers[index]?.badges.length === 1);
    },
  };
}
