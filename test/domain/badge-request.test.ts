import {
  nextStep,
  waitingOn,
  withCertification,
  type NextStepFacts,
  type Staged,
  type WaitingOn,
} from '../../domain/badge-request';
import { NO_OBSTACLES, type Obstacles } from '../../domain/obstacles';
import { STAGES, STATUSES, type Stage, type Status } from '../../domain/lifecycle';

describe('what stands in the way is told', () => {
  const facts: NextStepFacts = {
    status: 'ENABLED',
    stage: null,
    certification: 'APPROVED',
    staged: 'SOME',
    goLiveDate: null,
    reviewDueAt: null,
  };
  const step = (change: Partial<NextStepFacts>, obstacles: Partial<Obstacles>) =>
    nextStep({ ...facts, ...change, obstacles: { ...NO_OBSTACLES, ...obstacles } });

  test('of an enabled badge: what is to be corrected by when, and where it is not shown', () => {
    const warned = [{ marketplace: 'JP', suspendAt: '2027-02-08T12:00:00.000Z' }] as const;
    const said = step({}, { warned, held: ['US'], suspended: ['US'] });
    expect(said).toContain('Correct the listing in Japan by 2027-02-08, or the badge is suspended there');
    expect(said).toContain('The badge is not shown for now in United States');
    expect(said).not.toContain('Nothing is left to do');
    const isOver = [{ marketplace: 'JP', suspendAt: null }] as const;
    expect(step({}, { warned: isOver })).toBe(
      'Correct the listing in Japan at once, or the badge is suspended there as soon as Amazon says that it is wrong still; the history says what was found.',
    );
  });

  test('of an enabled badge that a suspended programme holds: that, which the history may not tell yet', () => {
    expect(step({}, { held: ['JP'] })).toBe(
      'The badge is not shown in Japan as long as the programme is suspended there.',
    );
    expect(step({}, { held: ['JP', 'US'], suspended: ['US'] })).toBe(
      'The badge is not shown for now in United States; the history says why. The badge is not shown in Japan as long as the programme is suspended there.',
    );
  });

  test('of an enabled badge that an operator has planned to take away: what, where and when', () => {
    const at = '2027-02-08T12:00:00.000Z';
    const planned = [
      { marketplace: 'JP', action: 'suspend', at },
      { marketplace: 'US', action: 'suspend', at },
      { marketplace: 'DE', action: 'remove', at },
    ] as const;
    expect(step({}, { planned })).toBe(
      'An operator has planned that the badge is suspended on 2027-02-08 in Japan, United States; the history says why. ' +
        'An operator has planned that the badge is removed for good on 2027-02-08 in Germany; the history says why.',
    );
  });

  test('of a badge that was removed somewhere: where, and how to ask for it again', () => {
    const said =
      'The badge was removed for good in Japan; the history says why. Create a new request to ask for it there again.';
    expect(step({}, { removed: ['JP'] })).toBe(said);
    expect(step({}, { held: ['US'], suspended: ['US'], removed: ['JP'] })).toBe(
      `The badge is not shown for now in United States; the history says why. ${said}`,
    );
    expect(step({ status: 'SUSPENDED' }, { held: ['US'], removed: ['JP'] })).toBe(
      `The badge is not shown for now. What is said of each marketplace tells why, and what to do. ${said}`,
    );
  });

  test('of an enabled badge that was left out somewhere: where, and how to ask for it there', () => {
    const anew = 'the reasons say why. Once that is put right, create a new request to ask for it there.';
    expect(step({}, { dropped: ['JP', 'DE'] })).toBe(`The badge was left out in Japan, Germany; ${anew}`);
    expect(step({}, { dropped: null })).toBe(`The badge was left out where it was not live yet; ${anew}`);
    expect(step({}, { removed: ['US'], dropped: ['JP'] })).toMatch(
      /^The badge was removed for good in United States; .* The badge was left out in Japan; /,
    );
  });

  test('of a suspended badge: that it is planned to come back, or to go for good', () => {
    const at = '2027-02-08T12:00:00.000Z';
    const planned = [
      { marketplace: 'JP', action: 'reinstate', at },
      { marketplace: 'DE', action: 'remove', at },
    ] as const;
    const said =
      'An operator has planned that the badge is shown again on 2027-02-08 in Japan; the history says why. ' +
      'An operator has planned that the badge is removed for good on 2027-02-08 in Germany; the history says why.';
    expect(step({ status: 'SUSPENDED' }, { planned })).toBe(
      `The badge is not shown for now. What is said of each marketplace tells why, and what to do. ${said}`,
    );
    expect(step({}, { held: ['JP', 'DE'], suspended: ['JP', 'DE'], planned })).toBe(
      `The badge is not shown for now in Japan, Germany; the history says why. ${said}`,
    );
  });

  test('of one that goes live: where the listing is not live, and where the programme is suspended', () => {
    const scheduled = { status: 'PENDING', stage: 'SCHEDULED' } as const;
    const notLive = step(scheduled, { notLive: ['JP'] });
    expect(notLive).toMatch(/^The badge is approved\. In Japan the listing was not found live/);
    expect(notLive).not.toContain('once more');
    const dated = step({ ...scheduled, goLiveDate: '2027-02-01' }, { notLive: ['JP'], held: ['US'] });
    expect(dated).toMatch(/^The badge goes live on 2027-02-01.* In Japan .* In United States .*held back/);
    for (const goLiveDate of [null, '2027-02-01'])
      expect(step({ ...scheduled, goLiveDate }, { held: ['US', 'JP'] })).toBe(
        'The badge is approved. In United States, Japan the badge is held back as long as the programme is suspended there.',
      );
    expect(step({ ...scheduled, goLiveDate: '2027-02-01' }, { held: ['US'], toCome: ['JP'] })).toMatch(
      /^The badge goes live on 2027-02-01.* In United States .*held back/,
    );
    const going = step({ status: 'PENDING', stage: 'GOING_LIVE' }, { notLive: ['JP'] });
    expect(going).toMatch(
      /^The badge is live in some marketplaces\. In Japan the listing was not found live/,
    );
    const held = step({ status: 'PENDING', stage: 'GOING_LIVE' }, { held: ['US'], isShown: false });
    expect(held).toMatch(/^The badge is approved\. In United States the badge is held back/);
    const toCome = { status: 'PENDING', stage: 'GOING_LIVE', goLiveDate: '2027-02-01' } as const;
    expect(step(toCome, { held: ['DE'], toCome: ['US', 'CA'] })).toMatch(
      /^The badge is live in some marketplaces and goes live in United States, Canada on 2027-02-01\. In Germany the badge is held back/,
    );
    expect(step(toCome, { held: ['DE'], toCome: ['US'], isShown: false })).toMatch(
      /^The badge is approved and goes live in United States on 2027-02-01\. In Germany/,
    );
  });

  test('of one that waits for its certification: what is in the way in marketplaces that are certified', () => {
    const awaiting = {
      status: 'PENDING',
      stage: 'AWAITING_CERTIFICATION',
      certification: 'AWAITED',
    } as const;
    const others = { ...awaiting, staged: 'NONE', awaitedIn: ['DE'] } as const;
    const notLive = step(others, { notLive: ['US'] });
    expect(notLive).toMatch(
      /^The badge is approved\. In Germany it waits for the product’s certification\. In United States the listing was not found live/,
    );
    expect(step({ ...others, goLiveDate: '2027-02-01' }, { notLive: ['US'] })).toMatch(
      /^The badge goes live on 2027-02-01.* In Germany it waits .* In United States the listing was not found live/,
    );
    expect(step({ ...awaiting, staged: 'NONE' }, { held: ['JP'] })).toMatch(
      /waits for the product’s certification\. In Japan the badge is held back as long as the programme is suspended/,
    );
    expect(step({ ...awaiting, staged: 'SOME' }, { notLive: ['US'] })).toMatch(
      /^The badge goes live in some marketplaces\. The others wait .* In United States the listing was not found live/,
    );
  });

  test('of one that goes live: where a badge was suspended or removed meanwhile', () => {
    const going = { status: 'PENDING', stage: 'GOING_LIVE', goLiveDate: null } as const;
    const taken = { held: ['JP', 'DE'], suspended: ['JP'], removed: ['CA'], toCome: ['US'] } as const;
    expect(step(going, { ...taken, isShown: false })).toBe(
      'The badge is approved and goes live in United States. ' +
        'In Germany the badge is held back as long as the programme is suspended there. ' +
        'In Japan the badge is suspended; the history says why. ' +
        'In Canada the badge was removed for good; the history says why.',
    );
    const waits = { ...going, staged: 'SOME', certification: 'AWAITED' } as const;
    expect(step(waits, { removed: ['CA'], isShown: false })).toMatch(
      /^The badge is approved\. The others wait for the product’s certification\. In Canada/,
    );
  });
});

/** Every status with each stage that it can have, on whom it waits and what people are told. */
const everywhere: [Status, Stage | null, WaitingOn | null, RegExp][] = [
  ['NOT_SUBMITTED', null, 'MAKER', /complete the form and submit/i],
  ['UNDER_REVIEW', 'CHECKING', 'SERVICE', /are being checked; a reviewer decides next/],
  ['UNDER_REVIEW', 'AWAITING_REVIEWER', 'REVIEWER', /^A reviewer decides by 2027-01-17 \d\d:\d\d UTC\.$/],
  ['UNDER_REVIEW', 'NEEDS_ATTENTION', 'OPERATOR', /An operator looks into it/],
  ['PENDING', 'AWAITING_CERTIFICATION', 'CERTIFICATION', /waits for the product’s certification/],
  ['PENDING', 'SCHEDULED', 'DATE', /goes live on 2027-02-01, at the start of the day in each marketplace/],
  ['PENDING', 'GOING_LIVE', 'DATE', /live in some marketplaces and follows in the others/],
  ['PENDING', 'NEEDS_ATTENTION', 'OPERATOR', /An operator looks into it/],
  ['ENABLED', null, null, /on the product’s detail pages/],
  ['REJECTED', null, 'MAKER', /correct what the reasons name and submit the request again/i],
  ['DISCARDED', null, null, /given up/],
  ['SUSPENDED', null, null, /not shown for now/],
  ['REMOVED', null, null, /taken away/],
];

describe.each(everywhere)('a request that is %s (stage: %s)', (status, stage, waits, sentence) => {
  const facts: NextStepFacts = {
    status,
    stage,
    certification: 'APPROVED',
    staged: 'NONE',
    goLiveDate: '2027-02-01',
    reviewDueAt: '2027-01-17T08:00:00.000Z',
  };

  test(`waits on ${waits ?? 'nobody'}`, () => {
    expect(waitingOn({ status, stage })).toBe(waits);
  });

  test('says in a sentence what is next', () => {
    expect(nextStep(facts)).toMatch(sentence);
    expect(nextStep(facts)).toMatch(/^[A-Z].*\.$/);
  });

  test('says nothing of what it does not know', () => {
    expect(nextStep({ ...facts, goLiveDate: null, reviewDueAt: null })).not.toMatch(/null|\d/);
  });
});

test('every status and stage is told what is next', () => {
  const told = new Set(everywhere.flatMap(([status, stage]) => [status, ...(stage === null ? [] : [stage])]));
  expect([...told].sort()).toEqual([...STATUSES, ...STAGES].sort());
});

test.each<[string, Partial<NextStepFacts>, RegExp]>([
  ['no review date', { status: 'UNDER_REVIEW', stage: 'AWAITING_REVIEWER' }, /^A reviewer decides\.$/],
  ['as soon as possible', { stage: 'SCHEDULED' }, /listing is checked once more, then the badge goes live/],
  ['no stage', { stage: null }, /being worked on/],
])('with %s the sentence says so', (_name, given, sentence) => {
  const rest = { status: 'PENDING', stage: null, certification: 'APPROVED', staged: 'NONE' } as const;
  expect(nextStep({ ...rest, goLiveDate: null, reviewDueAt: null, ...given })).toMatch(sentence);
});

describe('while the certification is', () => {
  const DATE = '2027-02-01';
  const about = { status: 'PENDING', goLiveDate: DATE, reviewDueAt: null } as const;
  type Outlook = NextStepFacts['certification'];

  // Without an approval the date of what is not staged is the earliest, what is staged keeps its own.
  test.each<[Outlook, Staged, Stage, boolean]>([
    ['APPROVED', 'NONE', 'SCHEDULED', false],
    ['APPROVED', 'SOME', 'SCHEDULED', false],
    ['APPROVED', 'ALL', 'SCHEDULED', false],
    ['AWAITED', 'NONE', 'AWAITING_CERTIFICATION', true],
    ['AWAITED', 'SOME', 'AWAITING_CERTIFICATION', false],
    ['AWAITED', 'ALL', 'SCHEDULED', false],
    ['ON_HOLD', 'NONE', 'AWAITING_CERTIFICATION', true],
    ['ON_HOLD', 'SOME', 'AWAITING_CERTIFICATION', false],
    ['ON_HOLD', 'ALL', 'SCHEDULED', false],
  ])(
    '%s and %s is staged, the stage is %s whatever is recorded',
    (certification, staged, stage, earliest) => {
      const isCertified = certification === 'APPROVED';
      for (const recorded of ['SCHEDULED', 'AWAITING_CERTIFICATION'] as const)
        expect(withCertification({ status: 'PENDING', stage: recorded }, { staged, isCertified })).toEqual({
          status: 'PENDING',
          stage,
        });
      const said = nextStep({ ...about, stage, certification, staged });
      expect(said).toContain(DATE);
      expect(said.includes('at the earliest')).toBe(earliest);
      expect(/on hold/.test(said)).toBe(certification === 'ON_HOLD');
      expect(/the others wait/i.test(said)).toBe(!isCertified && staged === 'SOME');
    },
  );

  test.each<[Outlook, Staged, string]>([
    ['APPROVED', 'SOME', `and follows in the others on ${DATE}.`],
    ['AWAITED', 'ALL', `and follows in the others on ${DATE}.`],
    ['AWAITED', 'SOME', 'The others wait for the product’s certification.'],
    ['ON_HOLD', 'SOME', 'is on hold; the others wait until it goes on.'],
    ['ON_HOLD', 'ALL', 'is on hold, which changes nothing of that.'],
  ])('%s and %s is staged, what is going live ends with “%s”', (certification, staged, end) => {
    const said = nextStep({ ...about, stage: 'GOING_LIVE', certification, staged });
    expect(said.endsWith(end)).toBe(true);
    expect(said).toContain('live in some marketplaces');
  });

  const partly = { ...about, certification: 'ON_HOLD', onHoldIn: ['DE'], goLiveDate: null } as const;
  test.each<[string, Pick<NextStepFacts, 'stage' | 'staged' | 'awaitedIn'>, string]>([
    [
      'all of it is waited for',
      { stage: 'AWAITING_CERTIFICATION', staged: 'NONE' },
      'The badge is approved and waits for the product’s certification, which is on hold in Germany.',
    ],
    [
      'others are certified',
      { stage: 'GOING_LIVE', staged: 'SOME', awaitedIn: ['JP', 'DE'] },
      'In Japan, Germany it waits for the product’s certification, which is on hold in Germany.',
    ],
    [
      'others are staged',
      { stage: 'GOING_LIVE', staged: 'SOME' },
      'The others wait for the product’s certification, which is on hold in Germany.',
    ],
    [
      'all of it is staged',
      { stage: 'GOING_LIVE', staged: 'ALL' },
      'The product’s certification is on hold in Germany, which changes nothing of that.',
    ],
  ])('on hold in some marketplaces while %s, the sentence names them', (_name, given, end) => {
    expect(nextStep({ ...partly, ...given }).endsWith(end)).toBe(true);
  });

  test('on hold, nothing but a pending request on its way speaks of it', () => {
    for (const [status, stage] of everywhere) {
      const [held, free] = (['ON_HOLD', 'AWAITED'] as const).map((certification) =>
        nextStep({ ...about, status, stage, certification, staged: 'NONE' }),
      );
      const isOnItsWay = ['AWAITING_CERTIFICATION', 'SCHEDULED', 'GOING_LIVE'].includes(stage ?? '');
      expect([status, stage, held !== free]).toEqual([status, stage, isOnItsWay]);
    }
  });

  test('whatever it is, other stages are what they are', () => {
    for (const [status, stage] of everywhere)
      if (stage !== 'SCHEDULED' && stage !== 'AWAITING_CERTIFICATION')
        expect(withCertification({ status, stage }, { staged: 'NONE', isCertified: false })).toEqual({
          status,
          stage,
        });
  });
});

describe('while the checks wait for Amazon', () => {
  const facts = { certification: 'AWAITED', staged: 'NONE', goLiveDate: null, reviewDueAt: null } as const;
  const wait = {
    why: 'Amazon’s catalogue answered 429.',
    retryAt: '2027-01-15T12:04:59.000Z',
    notedAt: '2027-01-15T12:03:00.000Z',
  };
  const checking = { ...facts, status: 'UNDER_REVIEW', stage: 'CHECKING' } as const;

  test.each([
    ['why and until when', wait, 'Amazon’s catalogue answered 429; it is asked again at 12:04 UTC.'],
    [
      'the day, when it is another one',
      { ...wait, retryAt: '2027-01-16T00:10:00.000Z' },
      'Amazon’s catalogue answered 429; it is asked again on 2027-01-16 at 00:10 UTC.',
    ],
    [
      'why alone, when nobody knows until when',
      { ...wait, retryAt: null },
      'Amazon’s catalogue answered 429.',
    ],
  ])('the sentence says %s', (_name, given, sentence) => {
    expect(nextStep({ ...checking, wait: given })).toBe(sentence);
  });

  test('no other stage speaks of it', () => {
    for (const [status, stage] of everywhere)
      if (stage !== 'CHECKING') expect(nextStep({ ...facts, status, stage, wait })).not.toContain('429');
  });
});
