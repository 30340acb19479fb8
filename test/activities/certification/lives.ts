/** A request's life between a pipeline's events, each delivered once, repeated, late, its news lost or held up. */
import { receiveEvent } from '../../../db/certification-inbox';
import type { CertificationProject } from '../../../domain/certification';
import type { MarketplaceCode } from '../../../domain/marketplaces';
import { eventAbout } from '../../db/certification-event';
import type { Scene, SceneRequest } from '../../db/transition-scene';
import { simulateWorkflow, type Command, type SimulatedRequest } from './simulated-request';

const NOW = '2027-01-10T12:00:00.000Z';
/** After every date that the commands choose. */
const MUCH_LATER = '2028-01-10T12:00:00.000Z';
/** Before a date's first midnight, and late enough to look at every listing. */
const eveOf = (date: string) => new Date(Date.parse(date) - 43_200_000).toISOString();

export type Says = Pick<CertificationProject, 'status' | 'result' | 'reason'> & {
  /** Absent: all that the request is for. */
  readonly marketplaces?: MarketplaceCode[];
  /** Says it of a newer project of the product. */
  readonly isNewer?: true;
};
export const open = (status: Says['status'], ...marketplaces: MarketplaceCode[]): Says => ({
  ...{ status, result: null, reason: null },
  ...(marketplaces.length > 0 && { marketplaces }),
});
export const complete = (result: Says['result'], ...marketplaces: MarketplaceCode[]): Says => ({
  ...{ status: 'COMPLETE', result, reason: null },
  ...(marketplaces.length > 0 && { marketplaces }),
});

/** An event, by its place in the course, and what becomes of its news after it is stored. */
export interface Delivery {
  readonly event: number;
  readonly news: 'TOLD' | 'LOST' | 'HELD_UP';
}
export type Act = { readonly delivery: Delivery } | { readonly command: Command };

export interface Life {
  /** A pipeline's whole course. */
  readonly course: readonly Says[];
  /** What happens while the certification goes on, in this order. */
  readonly meanwhile: readonly Act[];
  /** Where the clock is when that is over: its badges may be staged or enabled by then; absent: where it was. */
  readonly clock?: 'EVE' | 'ENABLED';
  /** What arrives then: the last word, and whatever is late. */
  readonly atLast: readonly Delivery[];
}

interface Parts {
  readonly scene: Scene;
  readonly request: SceneRequest;
  readonly workflow: SimulatedRequest;
  readonly course: readonly Says[];
  /** News that comes when all else is over, the newest first. */
  readonly heldUp: (() => Promise<void>)[];
}
async function deliver(
  { scene, request, workflow, course, heldUp }: Parts,
  { event, news }: Delivery,
): Promise<void> {
  const said = course[event];
  if (said === undefined) throw new Error('There is no such event.');
  const { isNewer, ...says } = said;
  const projectId = isNewer ? `${request.projectId}_newer` : request.projectId;
  await receiveEvent(scene.pool, eventAbout(request, { projectId, version: event + 2, ...says }));
  if (news === 'LOST') return;
  const bring = await workflow.prepareNews(projectId);
  if (news === 'TOLD') await bring();
  else heldUp.unshift(bring);
}

/** Moves the clock, and everything happens that is due by then. */
async function moveOn({ scene, request, workflow }: Parts, clock: NonNullable<Life['clock']>): Promise<void> {
  const { row } = await request.traces();
  scene.now = clock === 'EVE' ? eveOf(String(row['go_live_date'])) : MUCH_LATER;
  // Once to stage, once to end.
  for (let turn = 1; turn <= 2; turn += 1) await workflow.settle();
}

/** @returns what is left of a life in the end, its mails and all that is stored of it */
export async function liveThrough(
  scene: Scene,
  { course, meanwhile, clock, atLast }: Life,
  reconciles = true,
) {
  scene.now = NOW;
  const goLive = { kind: 'ON_DATE', date: '2027-05-01' } as const;
  const request = await scene.create({ goLive, marketplaces: ['US', 'JP'] });
  const workflow = simulateWorkflow(scene, request);
  const parts: Parts = { scene, request, workflow, course, heldUp: [] };
  for (const act of meanwhile)
    if ('command' in act) await workflow.obey(act.command);
    else await deliver(parts, act.delivery);
  if (clock !== undefined) await moveOn(parts, clock);
  for (const delivery of atLast) await deliver(parts, delivery);
  for (const bring of parts.heldUp) await bring();
  if (reconciles) for (let run = 1; run <= 2; run += 1) await workflow.reconcile();
  await moveOn(parts, 'ENABLED');
  const { row, mails, badges } = await request.traces();
  const { status, round, reasons, marketplaces, go_live_date, enabled_at } = row;
  return {
    known: workflow.state.status === (status === 'SUSPENDED' ? 'ENABLED' : status),
    stage: row.stage === 'SCHEDULED' ? 'AWAITING_CERTIFICATION' : row.stage,
    ...{ status, round, reasons, marketplaces, go_live_date, enabled_at },
    mails: mails.map(({ template }) => template),
    badges: badges.map(({ marketplace, effective_at, status, causes }) => ({
      ...{ marketplace, effective_at, status, causes },
    })),
  };
}
