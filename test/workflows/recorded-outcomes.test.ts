import fc from 'fast-check';
import type { Status } from '../../domain/lifecycle';
import type { CertificationNews, GoingLive } from '../../domain/transitions';
import { newState } from '../../workflows/contract';
import { applyOutcome, hear } from '../../workflows/state';
import { approvedWith, DAY_MS, forever, iso, news, pendingWith, stepOf } from './state-scene';

describe('what was recorded is taken over', () => {
  const goingLive: GoingLive = {
    status: 'PENDING',
    stage: 'SCHEDULED',
    round: 2,
    certification: news('APPROVED', 3),
    open: ['JP'],
    looks: { JP: { at: iso(0) } },
    enabledAt: null,
  };

  test('a submission brings the round, its marketplaces and whether there is a skill', () => {
    const state = newState();
    const outcome = {
      status: 'UNDER_REVIEW',
      stage: 'CHECKING',
      round: 1,
      marketplaces: ['US', 'JP'],
      hasSkill: true,
    } as const;
    applyOutcome(state, { ...outcome, marketplaces: [...outcome.marketplaces] });
    expect(state).toEqual({
      ...newState(),
      status: 'UNDER_REVIEW',
      stage: 'CHECKING',
      round: 1,
      open: ['US', 'JP'],
      hasSkill: true,
    });
  });

  test('news of the product of the round before is not heard, however new it is', () => {
    const state = newState();
    const submitted = { status: 'UNDER_REVIEW', stage: 'CHECKING', round: 2, hasSkill: true } as const;
    applyOutcome(state, { ...submitted, marketplaces: ['US'], productId: 'prod_a' });
    const late = { projectId: 'cert_z', version: 9, verdict: 'REFUSED' } as const;
    expect(hear(state, { ...late, productId: 'prod_b' })).toBe(false);
    expect(hear(state, { ...late, productId: 'prod_a' })).toBe(true);
    expect(state.certification).toMatchObject({ projectId: 'cert_z' });
    // Where nobody says whose it is, it is heard as it was.
    expect(hear(state, { ...late, version: 10 })).toBe(true);
  });

  test('what is left to go live replaces what was, and staging starts from the beginning', () => {
    const state = approvedWith({
      instants: { US: iso(9 * DAY_MS) },
      enabledAt: iso(9 * DAY_MS),
      nextStagingAt: iso(DAY_MS),
      stagingTries: 7,
    });
    applyOutcome(state, goingLive);
    expect(state).toEqual(
      pendingWith({
        round: 2,
        open: ['JP'],
        looks: { JP: { at: iso(0) } },
        certification: news('APPROVED', 3),
        nextStagingAt: null,
        stagingTries: 0,
        enabledAt: null,
      }),
    );
  });

  test('what was recorded before there were looks has local midnights', () => {
    const state = approvedWith({});
    const { looks: _, ...before } = goingLive;
    applyOutcome(state, { ...before, instants: { JP: iso(DAY_MS) } });
    expect(state.instants).toEqual({ JP: iso(DAY_MS) });
    applyOutcome(state, goingLive);
    expect(state).not.toHaveProperty('instants');
  });

  test('a certification that is recorded does not undo newer news', () => {
    const state = pendingWith({ certification: news('REFUSED', 4) });
    applyOutcome(state, goingLive);
    expect(state.certification).toEqual(news('REFUSED', 4));
    expect(stepOf(state)).toEqual({ take: 'refuseCertification' });
  });

  test.each<Status>(['NOT_SUBMITTED', 'REJECTED', 'DISCARDED', 'ENABLED'])(
    'a request that goes from pending to %s forgets when it would have gone live',
    (status) => {
      const state = approvedWith({ instants: { US: iso(DAY_MS) }, enabledAt: iso(DAY_MS) });
      applyOutcome(state, { status, stage: null, round: 1 });
      expect(state).toMatchObject({ status, stage: null, enabledAt: null });
      expect(state).not.toHaveProperty('instants');
    },
  );

  test('what was judged stays until it is to be judged anew, or the request is not pending any more', () => {
    const state = approvedWith({});
    applyOutcome(state, { ...goingLive, judged: true });
    applyOutcome(state, goingLive);
    expect(state.judged).toEqual(goingLive.certification);
    applyOutcome(state, { ...goingLive, judged: false });
    expect(state.judged).toBeNull();
    applyOutcome(state, { status: 'NOT_SUBMITTED', stage: null, round: 2 });
    expect(state).not.toHaveProperty('judged');
  });

  test('whose the first minute is and who asks the outside is what was recorded last', () => {
    const state = approvedWith({});
    const facts = { mailsFirst: true, asksHere: true } as const;
    for (const outcome of [goingLive, { status: 'REJECTED', stage: null, round: 2 } as const]) {
      applyOutcome(state, { ...goingLive, ...facts });
      expect(state).toMatchObject(facts);
      applyOutcome(state, outcome);
      for (const fact of Object.keys(facts)) expect(state).not.toHaveProperty(fact);
    }
  });

  test('that an approval was withdrawn is news until it is acted upon, whatever is known of a newer project', () => {
    const newer = news('OPEN', 1, 'cert_2');
    const state = pendingWith({ certification: newer });
    for (const outcome of [
      { ...goingLive, certification: newer, approvalRead: true } as const,
      { status: 'REJECTED', stage: null, round: 2 } as const,
    ]) {
      expect(hear(state, { ...newer, withdrawn: true })).toBe(true);
      applyOutcome(state, { ...goingLive, certification: newer });
      expect(stepOf(state)).toEqual({ take: 'refuseCertification' });
      applyOutcome(state, outcome);
      expect(state).not.toHaveProperty('approvalWithdrawn');
    }
  });

  test('a resubmission for another product goes by the certification of that one', () => {
    const state = pendingWith({ certification: news('REFUSED', 5, 'cert_2') });
    applyOutcome(state, { status: 'REJECTED', stage: null, round: 1 });
    applyOutcome(state, {
      status: 'UNDER_REVIEW',
      stage: 'CHECKING',
      round: 2,
      marketplaces: ['US'],
      hasSkill: false,
    });
    applyOutcome(state, { ...goingLive, certification: news('APPROVED', 1, 'cert_1') });
    expect(state.certification).toEqual(news('APPROVED', 1, 'cert_1'));
    expect(stepOf(state)).toEqual({ take: 'stage' });
  });

  test('a failed step remembers the stage it failed in, and what it was waiting for', () => {
    const state = approvedWith({ instants: { US: iso(DAY_MS) }, stagingTries: 2 });
    const before = { ...state };
    applyOutcome(state, { status: 'PENDING', stage: 'NEEDS_ATTENTION', round: 1 });
    expect(state).toEqual({ ...before, stage: 'NEEDS_ATTENTION', interruptedStage: 'SCHEDULED' });
    applyOutcome(state, { ...goingLive, stage: 'NEEDS_ATTENTION' });
    expect(state.interruptedStage).toBe('SCHEDULED');
    expect(stepOf(state)).toEqual(forever);
  });
});

describe('news of the certification', () => {
  test('is taken over once, and never undone by older news', () => {
    const state = newState();
    expect(hear(state, news('OPEN', 2))).toBe(true);
    expect(hear(state, news('OPEN', 2))).toBe(false);
    expect(hear(state, news('APPROVED', 1))).toBe(false);
    expect(state.certification).toEqual(news('OPEN', 2));
    expect(hear(state, news('APPROVED', 3))).toBe(true);
    expect(state.certification).toEqual(news('APPROVED', 3));
  });

  test('what is newer by its revision alone is asked about, as a worker of before has ignored it', () => {
    const revised = { ...news('APPROVED', 2), revision: 7 };
    for (const heard of [news('OPEN', 2), { ...news('OPEN', 2), revision: 6 }]) {
      const state = pendingWith({ certification: heard });
      expect(hear(state, revised, () => false)).toBe(false);
      expect(state.certification).toEqual(heard);
      expect(hear(state, revised, () => true)).toBe(true);
      expect(state.certification).toEqual(revised);
    }
    const ask = jest.fn();
    expect(
      hear(pendingWith({ certification: news('OPEN', 2) }), { ...news('OPEN', 3), revision: 8 }, ask),
    ).toBe(true);
    expect(ask).not.toHaveBeenCalled();
  });

  test('comes to the same end in any order and any number of times', () => {
    const versions: CertificationNews[] = [
      news('OPEN', 1),
      news('OPEN', 2),
      news('REFUSED', 3),
      news('APPROVED', 4),
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...versions), { maxLength: 12 }), (heard) => {
        const state = pendingWith({});
        for (const one of [...heard, ...versions.slice(3), ...heard]) hear(state, one);
        expect(state.certification).toEqual(news('APPROVED', 4));
      }),
    );
  });
});
