/**
 * A request comes to the same end whatever order its project's events arrive in: repeated, late, left out, their
 * news lost or held up on the way, between whatever maker and reviewer do meanwhile.
 */
import fc from 'fast-check';
import { createScene, type Scene } from '../../db/transition-scene';
import { complete, liveThrough, open, type Act, type Delivery, type Life, type Says } from './lives';
import type { Command } from './simulated-request';

const RUNS = 40;
let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

/** A pipeline's whole course: on the way nothing ends a request, the last word may. */
const courses: readonly (readonly Says[])[] = [
  [open('UNDER_TEST'), open('ON_HOLD'), open('RESULTS_UNDER_REVIEW'), complete('APPROVED')],
  [open('UNDER_TEST'), complete('APPROVED'), complete('APPROVED'), complete('REVOKED')],
  [open('UNDER_TEST'), open('ON_HOLD'), open('UNDER_TEST'), complete('REJECTED')],
  [open('UNDER_TEST'), complete('APPROVED'), open('ON_HOLD'), open('CANCELLED')],
  [open('UNDER_TEST'), open('ON_HOLD'), open('UNDER_TEST'), open('RESULTS_UNDER_REVIEW')],
];

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
const FATES = ['TOLD', 'LOST', 'HELD_UP'] as const;
const deliveryOf = (event: fc.Arbitrary<number>): fc.Arbitrary<Delivery> =>
  fc.record({ event, news: fc.constantFrom(...FATES) });

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

it('ends as if every event had come once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (life) => {
      const expected = await liveThrough(scene, inOrder(life));
      expect(expected.known).toBe(true);
      expect(await liveThrough(scene, life)).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
});

const onHold = open('ON_HOLD');
const rejected = complete('REJECTED');
/** What an approval may cover on the way: something always stays. */
const approvals = [complete('APPROVED'), complete('APPROVED', 'US'), complete('APPROVED', 'JP')] as const;
/** The last word may leave nothing. */
const lastWords = [...approvals, complete('APPROVED', 'DE'), complete('REVOKED'), rejected] as const;

/** Lives whose badges are staged, or enabled, by a first approval of everything while others follow that cover less or more. */
const coverages: fc.Arbitrary<Life> = fc
  .record({
    between: fc.array(fc.constantFrom(...approvals, onHold), { minLength: 1, maxLength: 3 }),
    lastWord: fc.constantFrom(...lastWords),
    clock: fc.constantFrom('EVE', 'ENABLED'),
  })
  .chain(({ between, lastWord, clock }) => {
    const last = between.length + 1;
    const delivery = deliveryOf(fc.integer({ min: 0, max: last }));
    return fc.record<Life>({
      course: fc.constant([complete('APPROVED'), ...between, lastWord]),
      meanwhile: fc.constant<Act[]>([
        { command: 'submit' },
        { command: 'approve' },
        { delivery: { event: 0, news: 'TOLD' } },
      ]),
      clock: fc.constant(clock),
      atLast: fc
        .tuple(fc.array(delivery, { maxLength: 6 }), fc.constantFrom(...FATES))
        .chain(([late, news]) => {
          const all = [...late, { event: last, news }];
          return fc.shuffledSubarray(all, { minLength: all.length });
        }),
    });
  });

/** How often a maker is told of what comes and goes depends on what was heard on the way. */
const withoutCourse = ({ mails, ...end }: Awaited<ReturnType<typeof liveThrough>>) => ({
  ...end,
  mails: mails.filter((name) => !name.startsWith('marketplace-') && !name.startsWith('badge-')),
});

/**
 * Lives end as if only some of what they were told at last had come, in that order.
 * @param lastWords the places of those in a life's course
 * @returns in how many ways
 */
async function endAsBy(
  lives: fc.Arbitrary<Life>,
  lastWords: (course: Life['course']) => readonly number[],
): Promise<number> {
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(lives, async (life) => {
      const inTurn = lastWords(life.course).map((event): Delivery => ({ event, news: 'TOLD' }));
      const expected = await liveThrough(scene, { ...life, atLast: inTurn });
      const { marketplaces, status, badges } = expected;
      ends.add([status, marketplaces, ...badges.map((badge) => badge.status)].join(' '));
      expect(expected.known).toBe(true);
      expect(withoutCourse(await liveThrough(scene, life))).toEqual(withoutCourse(expected));
    }),
    { numRuns: RUNS },
  );
  return ends.size;
}

it('ends as if only the last word had come, whatever others covered before it', async () => {
  expect(await endAsBy(coverages, ({ length }) => [length - 1])).toBeGreaterThan(3);
});

const newer = (says: Says): Says => ({ ...says, isNewer: true });
/** What a newer project says in the end, so that one of the two approvals counts, or its loss. */
const newerLastWords = [...lastWords, open('UNDER_TEST'), open('INTAKE_REJECTED')] as const;

/** Lives whose badges are enabled by a first project, and whose product is certified anew by another meanwhile. */
const recertifications: fc.Arbitrary<Life> = fc
  .record({
    between: fc.array(fc.constantFrom(...lastWords, onHold), { maxLength: 2 }),
    lastWord: fc.constantFrom(...lastWords),
    newerBetween: fc.array(fc.constantFrom(...newerLastWords, onHold, open('CANCELLED')), { maxLength: 2 }),
    newerLastWord: fc.constantFrom(...newerLastWords),
  })
  .chain(({ between, lastWord, newerBetween, newerLastWord }) => {
    const older = [complete('APPROVED'), ...between, lastWord];
    const course = [...older, ...[...newerBetween, newerLastWord].map(newer)];
    const last = [older.length - 1, course.length - 1];
    return fc.record<Life>({
      course: fc.constant(course),
      meanwhile: fc.constant<Act[]>([
        { command: 'submit' },
        { command: 'approve' },
        { delivery: { event: 0, news: 'TOLD' } },
      ]),
      clock: fc.constant('ENABLED'),
      atLast: fc
        .tuple(
          fc.array(deliveryOf(fc.nat({ max: course.length - 1 })), { maxLength: 6 }),
          ...last.map((event) => deliveryOf(fc.constant(event))),
        )
        .chain(([late, ...words]) => {
          const all = [...late, ...words];
          return fc.shuffledSubarray(all, { minLength: all.length });
        }),
    });
  });

it('ends as if only the last words of two projects of its product had come, the older one’s first', async () => {
  const lastOfBoth = (course: Life['course']) => [
    course.findLastIndex(({ isNewer }) => isNewer !== true),
    course.length - 1,
  ];
  expect(await endAsBy(recertifications, lastOfBoth)).toBeGreaterThan(2);
});

/** How a region's project may end, or not. */
const regionalEnds = ['APPROVED', 'REJECTED', 'REVOKED'] as const;
const regionalLastWords = (code: 'US' | 'JP') => [
  ...regionalEnds.map((result) => complete(result, code)),
  open('CANCELLED', code),
  open('ON_HOLD', code),
];

/** The last words of both regions' projects, by their places. */
const lastOf = ({ length }: Life['course']) => [length - 2, length - 1];

/** Approvals on the way that take a marketplace from the other region's project, or leave it. */
const moves = [
  complete('APPROVED', 'US'),
  complete('APPROVED', 'US', 'JP'),
  newer(complete('APPROVED', 'JP')),
  newer(complete('APPROVED', 'JP', 'US')),
] as const;

/** Lives of a product with a project for each region, whose events come between each other. */
const regionalLives: fc.Arbitrary<Life> = fc
  .record({
    between: fc.array(fc.constantFrom(...moves), { maxLength: 3 }),
    america: fc.constantFrom(...regionalLastWords('US')),
    japan: fc.constantFrom(...regionalLastWords('JP')),
    clock: fc.constantFrom(undefined, 'EVE' as const),
  })
  .chain(({ between, america, japan, clock }) => {
    // What an approval has staged stays as it is on hold: then the end is not of the last words alone.
    const isHeld = [america, japan].some(({ status }) => status === 'ON_HOLD');
    const onTheWay = isHeld ? [] : between;
    const begun = [open('UNDER_TEST', 'US'), newer(open('UNDER_TEST', 'JP')), ...onTheWay];
    const course = [...begun, america, newer(japan)];
    return fc.record<Life>({
      course: fc.constant(course),
      meanwhile: fc.constant<Act[]>([
        { delivery: { event: 0, news: 'TOLD' } },
        { delivery: { event: 1, news: 'TOLD' } },
        { command: 'submit' },
        { command: 'approve' },
      ]),
      ...(clock !== undefined && { clock: fc.constant(clock) }),
      atLast: fc
        .tuple(
          fc.array(deliveryOf(fc.nat({ max: begun.length - 1 })), { maxLength: 5 }),
          ...lastOf(course).map((event) =>
            fc.array(deliveryOf(fc.constant(event)), { minLength: 1, maxLength: 2 }),
          ),
        )
        .chain((parts) => {
          const all = parts.flat();
          return fc.shuffledSubarray(all, { minLength: all.length });
        }),
    });
  });

it('ends in each region as its own project does, whichever speaks first', async () => {
  expect(await endAsBy(regionalLives, lastOf)).toBeGreaterThan(3);
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
    expect(await liveThrough(scene, life)).toMatchObject({ status: end, known: true });
    expect(await liveThrough(scene, life, false)).toMatchObject({ status: 'PENDING', badges: [] });
  },
);
