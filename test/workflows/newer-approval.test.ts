/** Approvals that come after the one by which badges are staged. */
import type { CertificationVerdict } from '../../domain/certification';
import type { CertificationNews, GoingLive } from '../../domain/transitions';
import { newState, type BadgeRequestState } from '../../workflows/contract';
import { applyOutcome, hear, nextStep } from '../../workflows/state';
import { createWorld, PROJECT, type RequestInWorld, type World } from '../setup/request-world';
import { approved, beginAnew, pending, templates } from './request-steps';

describe('what a request does next', () => {
  const NOW = Date.parse('2027-01-14T12:00:00.000Z');
  const LATER = '2027-01-16T08:00:00.000Z';
  const news = (version: number, verdict: CertificationVerdict = 'APPROVED'): CertificationNews => ({
    projectId: 'cert_1',
    version,
    verdict,
  });
  const withdrawn = { ...news(2, 'OPEN'), withdrawn: true } as const;
  const outcome: GoingLive = {
    status: 'PENDING',
    stage: 'SCHEDULED',
    round: 1,
    certification: news(2),
    open: [],
    looks: {},
    enabledAt: LATER,
  };
  const farAway: Partial<GoingLive> = {
    looks: { US: { at: LATER, tries: 0 } },
    open: ['US'],
    enabledAt: null,
  };
  function after(recorded: Partial<GoingLive>, ...heard: CertificationNews[]): BadgeRequestState {
    const state = newState();
    applyOutcome(state, { ...outcome, ...recorded });
    for (const each of heard) hear(state, each);
    return state;
  }
  const take = (state: BadgeRequestState, at = NOW) => nextStep(state, at, 'br_1').take;

  test.each<[string, BadgeRequestState, string]>([
    ['nothing new leaves what is staged', after({ judged: true }, news(2), news(1)), 'wait'],
    ['a newer approval has it held against it', after({ judged: true }, news(3)), 'stage'],
    ['so does one that comes back', after({ judged: true }, news(3, 'OPEN'), news(4)), 'stage'],
    ['one that is open again leaves it', after({ judged: true }, news(3, 'OPEN')), 'wait'],
    ['one that is revoked sends back', after({ judged: true }, news(3, 'REVOKED')), 'refuseCertification'],
    [
      'one that is withdrawn beside it, too',
      after({ judged: true }, withdrawn, news(3, 'OPEN')),
      'refuseCertification',
    ],
    ['where nothing was staged it comes in its time', after(farAway, news(3)), 'wait'],
    ['what was recorded without it goes on as it did', after({}, news(3)), 'wait'],
    ['the first approval is judged when it comes', after({ ...farAway, judged: false }, news(3)), 'stage'],
    ['so is one that was there before', after({ ...farAway, judged: false }), 'stage'],
    ['and what is only open waits', after({ ...farAway, judged: false }, news(3, 'OPEN')), 'wait'],
  ])('%s', (_name, state, expected) => {
    expect(take(state)).toBe(expected);
  });

  test('one that is withdrawn beside it is forgotten only once that was read', () => {
    const state = after({ judged: true }, withdrawn);
    // What a lost task had recorded does not know of it.
    applyOutcome(state, { ...outcome, judged: true });
    expect(take(state)).toBe('refuseCertification');
    applyOutcome(state, { ...outcome, approvalRead: true });
    expect(take(state)).toBe('wait');
  });

  test('it is held against each once', () => {
    const state = after({ judged: true }, news(3));
    applyOutcome(state, { ...outcome, certification: news(3), judged: true, unchanged: true });
    expect(take(state)).toBe('wait');
  });

  test('one that is heard while an earlier one is acted upon is not forgotten', () => {
    const state = after({ judged: true }, news(4));
    applyOutcome(state, { ...outcome, certification: news(3), judged: true });
    expect(take(state)).toBe('stage');
  });

  test('a rescheduled one still holds what is left against it', () => {
    const state = after({ judged: true });
    applyOutcome(state, { ...outcome, certification: news(3), enabledAt: null, open: ['US'] });
    expect(take(state)).toBe('stage');
  });

  test('what is effective everywhere is enabled, and the next round begins without it', () => {
    const state = after({ judged: true }, news(3));
    expect(take(state, Date.parse(LATER) + 600_000)).toBe('enable');
    applyOutcome(state, { status: 'NOT_SUBMITTED', stage: null, round: 1 });
    expect(state.judged).toBeUndefined();
  });
});

describe('a request that is staged', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => beginAnew(world));

  const cover = (...marketplaces: string[]) => world.certify(PROJECT, { ...approved, marketplaces });
  /** Tomorrow's midnight in Sydney is ahead and less than a day away; in Los Angeles it is more than an hour later. */
  async function staged(): Promise<RequestInWorld> {
    const sydney = new Intl.DateTimeFormat('en-CA', { timeZone: 'Australia/Sydney' });
    const date = sydney.format(Date.now() + 86_400_000);
    const request = await pending(world, { goLive: { kind: 'ON_DATE', date }, marketplaces: ['AU', 'US'] });
    await cover('AU', 'US');
    await isIn(request, ['AU'], 4);
    return request;
  }
  /** Has badges in these marketplaces at least, after so many transitions. */
  async function isIn(request: RequestInWorld, marketplaces: readonly string[], seq: number): Promise<void> {
    await request.until((row) => row.transition_seq >= seq);
    const badges = (await request.badges()).map(({ marketplace }) => marketplace);
    expect(badges).toEqual(expect.arrayContaining([...marketplaces]));
  }

  it('loses what a newer approval does not cover, and gets it back with one that does', async () => {
    const request = await staged();
    await cover('US');
    const narrowed = await request.until(({ marketplaces }) => marketplaces.length === 1);
    expect(narrowed).toMatchObject({ status: 'PENDING', marketplaces: ['US'] });
    expect(narrowed.reasons).toMatchObject([{ code: 'MARKETPLACE_NOT_CERTIFIED', marketplace: 'AU' }]);
    expect((await request.badges()).map(({ marketplace }) => marketplace)).not.toContain('AU');
    await cover('AU', 'US');
    await request.until(({ marketplaces }) => marketplaces.length === 2);
    await isIn(request, ['AU'], 7);
    expect((await templates(request)).filter((name) => name.startsWith('marketplace-'))).toEqual([
      'marketplace-dropped',
      'marketplace-restored',
    ]);
    await request.withdraw();
  });

  it('is sent back where the newest approval covers none of its marketplaces', async () => {
    const request = await staged();
    await cover('DE');
    const row = await request.until(({ status }) => status === 'REJECTED');
    expect(row.reasons.map(({ marketplace }) => marketplace)).toEqual(['AU', 'US']);
    expect(await request.badges()).toEqual([]);
  });

  it('records nothing where the newest approval covers what it had', async () => {
    const request = await staged();
    const { transition_seq: before } = await request.row();
    await cover('AU', 'US', 'DE');
    await cover('AU', 'US');
    await request.withdraw();
    expect(await request.row()).toMatchObject({ status: 'NOT_SUBMITTED', transition_seq: before + 1 });
  });
});
