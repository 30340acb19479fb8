/**
 * A request comes to the same end whatever order its project's events arrive in: repeated, late, left out, their
 * news lost or held up on the way, between whatever maker and reviewer do meanwhile.
 */
import fc from 'fast-check';
import { receiveEvent } from '../../../db/certification-inbox';
import type { CertificationProject } from '../../../domain/certification';
import { createScene, type Scene, type SceneRequest } from '../../db/transition-scene';
import { simulateWorkflow, type Command, type SimulatedRequest } from './simulated-request';

const RUNS = 40;
const NOW = '2027-01-10T12:00:00.000Z';
/** After every date that the commands choose. */
const MUCH_LATER = '2028-01-10T12:00:00.000Z';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

type Says = Pick<CertificationProject, 'status' | 'result' | 'reason'>;
const open = (status: Says['status']): Says => ({ status, result: null, reason: null });
const complete = (result: Says['result']): Says => ({ status: 'COMPLETE', result, reason: null });

/** A pipeline's whole course: on the way nothing ends a request, the last word may. */
const courses: readonly (readonly Says[])[] = [
  [open('UNDER_TEST'), open('ON_HOLD'), open('RESULTS_UNDER_REVIEW'), complete('APPROVED')],
  [open('UNDER_TEST'), complete('APPROVED'), complete('APPROVED'), complete('REVOKED')],
  [open('UNDER_TEST'), open('ON_HOLD'), open('UNDER_TEST'), complete('REJECTED')],
  [open('UNDER_TEST'), complete('APPROVED'), open('ON_HOLD'), open('CANCELLED')],
  [open('UNDER_TEST'), open('ON_HOLD'), open('UNDER_TEST'), open('RESULTS_UNDER_REVIEW')],
];

/** An event, by its place in the course, and what becomes of its news after it is stored. */
interface Delivery {
  readonly event: number;
  readonly news: 'TOLD' | 'LOST' | 'HELD_UP';
}
type Act = { readonly delivery: Delivery } | { readonly command: Command };

interface Life {
  readonly course: readonly Says[];
  /** What happens while the certification goes on, in this order. */
  readonly meanwhile: readonly Act[];
  /** What arrives then: the last word, and whatever is late. */
  readonly atLast: readonly Delivery[];
}

const dates = ['2027-06-01', '2027-07-01', '2027-08-01'];
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Command>('submit') },
  { weight: 3, arbitrary: fc.constant<Command>('approve') },
  { weight: 1, arbitrary: fc.constant<Command>('withdraw') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...dates).map((date): Command => ({ goLive: { kind: 'ON_DATE', date } })),
  },
);
const deliveryOf = (event: fc.Arbitrary<number>): fc.Arbitrary<Delivery> =>
  fc.record({ event, news: fc.constantFrom('TOLD', 'LOST', 'HELD_UP') });

const lives: fc.Arbitrary<Life> = fc.constantFrom(...courses).chain((course) => {
  const last = course.length - 1;
  const onTheWay = deliveryOf(fc.nat({ max: last - 1 }));
  return fc.record({
    course: fc.constant(course),
    meanwhile: fc
      .tuple(
        fc.constantFrom<readonly Act[]>([], [{ command: 'submit' }, { command: 'approve' }]),
        fc.array(
          fc.oneof(
            onTheWay.map((delivery): Act => ({ delivery })),
            command.map((given): Act => ({ command: given })),
          ),
          { maxLength: 12 },
        ),
      )
      .map(([begun, rest]) => [...begun, ...rest]),
    atLast: fc
      .tuple(
        fc.array(onTheWay, { maxLength: 4 }),
        fc.array(deliveryOf(fc.constant(last)), { minLength: 1, maxLength: 3 }),
      )
      .chain(([late, lastWord]) => {
        const all = [...late, ...lastWord];
        return fc.shuffledSubarray(all, { minLength: all.length });
      }),
  });
});

/** The same life as the pipeline would have it: every event once, in order, nothing lost. */
function inOrder({ course, meanwhile, atLast }: Life): Life {
  const commands = meanwhile.filter((act) => 'command' in act);
  const events = course.map((_, event): Delivery => ({ event, news: 'TOLD' }));
  const late = atLast.length === 0 ? [] : events.slice(-1);
  return {
    course,
    meanwhile: [...events.slice(0, -1).map((delivery) => ({ delivery })), ...commands],
    atLast: late,
  };
}

let deliveries = 0;
interface Parts {
  readonly request: SceneRequest;
  readonly workflow: SimulatedRequest;
  readonly course: readonly Says[];
  /** News that comes when all else is over, the newest first. */
  readonly heldUp: (() => Promise<void>)[];
}
async function deliver(
  { request, workflow, course, heldUp }: Parts,
  { event, news }: Delivery,
): Promise<void> {
  deliveries += 1;
  const says = course[event];
  if (says === undefined) throw new Error('There is no such event.');
  await receiveEvent(scene.pool, {
    webhookId: `delivery-${deliveries}`,
    type: 'certification_project.updated',
    body: '{}',
    project: {
      projectId: request.projectId,
      version: event + 2,
      organizationId: 'org_one',
      product: {
        id: `prod_${request.id}`,
        name: 'Lamp',
        brand: 'Brand',
        model: 'M-1',
        deviceType: 'LIGHT',
        integration: { kind: 'NONE' },
      },
      marketplaces: ['US', 'JP'],
      ...says,
    },
  });
  if (news === 'LOST') return;
  const bring = await workflow.prepareNews(request.projectId);
  if (news === 'TOLD') await bring();
  else heldUp.unshift(bring);
}

/** @returns what is left of a life in the end, its mails and all that is stored of it */
async function liveThrough({ course, meanwhile, atLast }: Life, reconciles = true) {
  scene.now = NOW;
  const goLive = { kind: 'ON_DATE', date: '2027-05-01' } as const;
  const request = await scene.create({ goLive, marketplaces: ['US', 'JP'] });
  const workflow = simulateWorkflow(scene, request);
  const parts: Parts = { request, workflow, course, heldUp: [] };
  for (const act of meanwhile)
    if ('command' in act) await workflow.obey(act.command);
    else await deliver(parts, act.delivery);
  for (const delivery of atLast) await deliver(parts, delivery);
  for (const bring of parts.heldUp) await bring();
  if (reconciles) for (let run = 1; run <= 2; run += 1) await workflow.reconcile();
  // Once to stage, once to end.
  for (let turn = 1; turn <= 2; turn += 1) {
    scene.now = MUCH_LATER;
    await workflow.settle();
  }
  const { row, mails, badges } = await request.traces();
  const { status, round, reasons, marketplaces, go_live_date, enabled_at } = row;
  return {
    known: workflow.state.status === status,
    stage: row.stage === 'SCHEDULED' ? 'AWAITING_CERTIFICATION' : row.stage,
    ...{ status, round, reasons, marketplaces, go_live_date, enabled_at },
    mails: mails.map(({ template }) => template),
    badges: badges.map(({ marketplace, effective_at }) => ({ marketplace, effective_at })),
  };
}

it('ends as if every event had come once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (life) => {
      const expected = await liveThrough(inOrder(life));
      expect(expected.known).toBe(true);
      expect(await liveThrough(life)).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
});

it.each([
  [0, 'ENABLED'],
  [1, 'REJECTED'],
  [2, 'REJECTED'],
  [3, 'REJECTED'],
  [4, 'PENDING'],
])(
  'a pending request whose news is all lost ends by course %d as %s, once it is reconciled',
  async (course, end) => {
    const life: Life = {
      course: courses[course] ?? [],
      meanwhile: [{ command: 'submit' }, { command: 'approve' }],
      atLast: [3, 1, 3, 0].map((event) => ({ event, news: 'LOST' as const })),
    };
    expect(await liveThrough(life)).toMatchObject({ status: end, known: true });
    expect(await liveThrough(life, false)).toMatchObject({ status: 'PENDING', badges: [] });
  },
);
