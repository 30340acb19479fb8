import fc from 'fast-check';
import {
  actOnBadges,
  BADGE_ACTIONS,
  BADGE_STATUSES,
  badgeStatusAt,
  canActOn,
  nextChangeOf,
  possibleBadgeActions,
  presentBadge,
  statusOfBadges,
  SUSPENSION_CAUSES,
  type BadgeAction,
  type BadgeStatus,
  type RecordedBadge,
  type SuspensionCause,
} from '../../domain/badges';
import { decide } from '../../domain/lifecycle';
import type { MarketplaceCode } from '../../domain/marketplaces';
import { badge, BEFORE, heldBack, LATER, NOW, order, removed, suspended } from './recorded-badges';

/** Whether it can be done: by the operator, for a cause that holds already, for one that does not. */
test.each<[BadgeAction, BadgeStatus, boolean, boolean, boolean]>([
  ['suspend', 'STAGED', false, false, false],
  ['suspend', 'ENABLED', true, true, true],
  ['suspend', 'SUSPENDED', true, false, true],
  ['suspend', 'REMOVED', false, false, false],
  ['reinstate', 'STAGED', false, false, false],
  ['reinstate', 'ENABLED', false, false, false],
  ['reinstate', 'SUSPENDED', true, true, false],
  ['reinstate', 'REMOVED', false, false, false],
  ['remove', 'STAGED', false, false, false],
  ['remove', 'ENABLED', true, false, false],
  ['remove', 'SUSPENDED', true, true, false],
  ['remove', 'REMOVED', false, false, false],
])('%s where the badge is %s', (action, status, operator, sameCause, otherCause) => {
  const causes: SuspensionCause[] = status === 'SUSPENDED' ? ['LISTING'] : [];
  const present = { marketplace: 'US', status, causes, planned: null } as const;
  expect([
    canActOn(present, { action, cause: 'OPERATOR' }, false),
    canActOn(present, { action, cause: 'LISTING' }, false),
    canActOn(present, { action, cause: 'CERTIFICATION_REVOKED' }, false),
  ]).toEqual([operator, sameCause, otherCause]);
});

describe('acting on badges', () => {
  const act = (badges: RecordedBadge[], ...[action, changes]: Parameters<typeof order>) =>
    actOnBadges(badges, order(action, changes), NOW);

  test('reaches the marketplaces that are named, or all', () => {
    const badges = [badge(), badge({ marketplace: 'JP' })];
    const some = act(badges, 'suspend', { marketplaces: ['JP'] });
    expect(some).toMatchObject({ changed: ['JP'], status: 'ENABLED' });
    expect(some?.badges.map(({ status }) => status)).toEqual(['STAGED', 'SUSPENDED']);
    expect(act(badges, 'suspend')).toMatchObject({ changed: ['US', 'JP'], status: 'SUSPENDED' });
    expect(act(badges, 'remove')).toMatchObject({ changed: ['US', 'JP'], status: 'REMOVED' });
  });

  test('leaves out where it cannot be done, and is refused where it can be done nowhere', () => {
    const badges = [removed, badge({ marketplace: 'JP' })];
    expect(act(badges, 'suspend')).toMatchObject({ changed: ['JP'], status: 'SUSPENDED' });
    expect(act(badges, 'suspend', { marketplaces: ['US'] })).toBeNull();
    expect(act(badges, 'reinstate')).toBeNull();
    expect(act([], 'remove')).toBeNull();
  });

  test('a suspension holds as long as one cause does', () => {
    const both = act([suspended('LISTING')], 'suspend', { cause: 'CERTIFICATION_REVOKED' });
    expect(both?.badges).toMatchObject([{ causes: ['LISTING', 'CERTIFICATION_REVOKED'] }]);
    const one = act([...(both?.badges ?? [])], 'reinstate', { cause: 'CERTIFICATION_REVOKED' });
    expect(one).toMatchObject({ status: 'SUSPENDED', badges: [{ causes: ['LISTING'] }] });
    const none = act([...(one?.badges ?? [])], 'reinstate', { cause: 'LISTING' });
    expect(none).toMatchObject({ status: 'ENABLED', badges: [{ status: 'STAGED', causes: [] }] });
  });

  test('one that is held back is suspended for its programme once, and comes back with it', () => {
    const cause = 'PROGRAM_SUSPENSION';
    const told = act([heldBack()], 'suspend', { cause });
    expect(told).toMatchObject({ status: 'SUSPENDED', badges: [{ status: 'SUSPENDED', causes: [cause] }] });
    expect(act([...(told?.badges ?? [])], 'suspend', { cause })).toBeNull();
    for (const badges of [[heldBack()], [...(told?.badges ?? [])]])
      expect(act(badges, 'reinstate', { cause })).toMatchObject({
        status: 'ENABLED',
        badges: [{ status: 'STAGED', causes: [] }],
      });
    expect(act([heldBack({ effectiveAt: LATER })], 'suspend', { cause })).toBeNull();
  });

  test('an operator lifts every cause but a programme’s', () => {
    for (const held of [suspended('PROGRAM_SUSPENSION'), heldBack()])
      expect(act([held], 'reinstate')).toBeNull();
    expect(act([suspended('OPERATOR', 'PROGRAM_SUSPENSION')], 'reinstate')).toMatchObject({
      status: 'SUSPENDED',
      badges: [{ causes: ['PROGRAM_SUSPENSION'] }],
    });
    expect(act([suspended('LISTING', 'CERTIFICATION_REVOKED')], 'reinstate')).toMatchObject({
      status: 'ENABLED',
      badges: [{ causes: [] }],
    });
    const planned = act([suspended('OPERATOR', 'PROGRAM_SUSPENSION')], 'reinstate', { effectiveAt: LATER });
    expect(presentBadge(planned?.badges[0] ?? badge(), LATER)).toMatchObject({
      status: 'SUSPENDED',
      causes: ['PROGRAM_SUSPENSION'],
    });
  });

  test('an operator takes back what is planned for a badge, and leaves it suspended', () => {
    for (const action of ['reinstate', 'remove'] as const) {
      const [planned = badge()] = act([suspended('OPERATOR')], action, { effectiveAt: LATER })?.badges ?? [];
      expect(act([planned], 'suspend', { effectiveAt: LATER })).toBeNull();
      const again = act([planned], 'suspend');
      expect(again).toMatchObject({ status: 'SUSPENDED', badges: [{ causes: ['OPERATOR'], planned: null }] });
      expect(act([...(again?.badges ?? [])], 'suspend')).toBeNull();
    }
    const [listing = badge()] = act([suspended('LISTING')], 'remove', { effectiveAt: LATER })?.badges ?? [];
    expect(act([listing], 'suspend', { cause: 'LISTING' })).toBeNull();
  });

  test('what is planned changes nothing before its instant', () => {
    const planned = act([badge()], 'suspend', { effectiveAt: LATER });
    expect(planned).toMatchObject({ status: 'ENABLED', badges: [{ status: 'STAGED' }] });
    const [after = badge()] = planned?.badges ?? [];
    expect([NOW, LATER].map((at) => badgeStatusAt(after, at))).toEqual(['ENABLED', 'SUSPENDED']);
    expect(nextChangeOf(planned?.badges ?? [])).toBe(LATER);
  });

  test('a reinstatement that is planned lifts what holds today, and nothing that comes later', () => {
    const planned = act([suspended('OPERATOR', 'LISTING')], 'reinstate', { effectiveAt: LATER });
    const revoked = act([...(planned?.badges ?? [])], 'suspend', { cause: 'CERTIFICATION_REVOKED' });
    const [[held], [untouched]] = [revoked?.badges ?? [], planned?.badges ?? []];
    expect(badgeStatusAt(untouched ?? badge(), LATER)).toBe('ENABLED');
    expect(presentBadge(held ?? badge(), LATER)).toMatchObject({
      status: 'SUSPENDED',
      causes: ['CERTIFICATION_REVOKED'],
    });
    // Once the certification is approved again, nothing is left of it, before the instant or after.
    const approved = [NOW, LATER].map(
      (at) =>
        actOnBadges(revoked?.badges ?? [], order('reinstate', { cause: 'CERTIFICATION_REVOKED' }), at)
          ?.badges[0] ?? badge(),
    );
    expect(approved.map((each) => badgeStatusAt(each, LATER))).toEqual(['ENABLED', 'ENABLED']);
    expect(approved.map((each) => badgeStatusAt(each, NOW))).toEqual(['SUSPENDED', 'ENABLED']);
  });

  test('an instant that has come is now', () => {
    for (const effectiveAt of [BEFORE, NOW])
      expect(act([badge()], 'remove', { effectiveAt })).toMatchObject({
        status: 'REMOVED',
        badges: [{ planned: null }],
      });
  });

  test('an operator’s next word takes the place of the plan, the service’s does not', () => {
    const planned = [badge({ planned: { action: 'remove', at: LATER } })];
    expect(act(planned, 'suspend')?.badges).toMatchObject([{ status: 'SUSPENDED', planned: null }]);
    expect(act(planned, 'suspend', { effectiveAt: LATER })?.badges).toMatchObject([
      { planned: { action: 'suspend' } },
    ]);
    expect(act(planned, 'suspend', { cause: 'LISTING' })?.badges).toMatchObject([
      { status: 'SUSPENDED', planned: { action: 'remove' } },
    ]);
  });

  test('reinstating takes back what is planned, but nothing that is not can be reinstated later', () => {
    const planned = [badge({ planned: { action: 'suspend', at: LATER } })];
    expect(act(planned, 'reinstate')).toMatchObject({ status: 'ENABLED', badges: [{ planned: null }] });
    expect(act(planned, 'reinstate', { effectiveAt: LATER })).toBeNull();
    expect(act(planned, 'reinstate', { cause: 'LISTING' })).toBeNull();
    const held = [{ ...suspended('PROGRAM_SUSPENSION'), planned: { action: 'remove', at: LATER } as const }];
    expect(act(held, 'reinstate')).toMatchObject({
      status: 'SUSPENDED',
      badges: [{ causes: ['PROGRAM_SUSPENSION'], planned: null }],
    });
  });

  test('what was planned for an earlier instant is settled on the way', () => {
    const past = badge({ marketplace: 'JP', planned: { action: 'suspend', at: BEFORE } });
    expect(act([badge(), past], 'remove', { marketplaces: ['US'] })).toMatchObject({
      status: 'SUSPENDED',
      badges: [{ status: 'REMOVED' }, { status: 'SUSPENDED', causes: ['OPERATOR'], planned: null }],
    });
    expect(act([past], 'reinstate')).toMatchObject({ status: 'ENABLED', changed: ['JP'] });
  });
});

describe('whatever is done', () => {
  const codes: MarketplaceCode[] = ['US', 'DE', 'JP'];
  const anyInstant = fc.constantFrom(BEFORE, NOW, LATER);
  const anyOrder = fc.record({
    action: fc.constantFrom(...BADGE_ACTIONS),
    cause: fc.constantFrom(...SUSPENSION_CAUSES),
    marketplaces: fc.option(fc.subarray(codes)),
    effectiveAt: fc.constant(null),
  });
  const anyOperatorOrder = fc.record({
    action: fc.constantFrom(...BADGE_ACTIONS),
    cause: fc.constant('OPERATOR' as const),
    marketplaces: fc.option(fc.subarray(codes)),
    effectiveAt: fc.option(anyInstant),
  });
  const anyLife = fc.array(fc.oneof(anyOrder, anyOperatorOrder), { maxLength: 12 });

  test('a badge is suspended exactly while a cause holds, and a removed one stays removed', () => {
    fc.assert(
      fc.property(anyLife, (orders) => {
        let badges: readonly RecordedBadge[] = codes.map((marketplace) => badge({ marketplace }));
        for (const each of orders) {
          const gone = badges.filter((one) => badgeStatusAt(one, NOW) === 'REMOVED');
          badges = actOnBadges(badges, each, NOW)?.badges ?? badges;
          for (const one of badges) {
            expect(presentBadge(one, NOW).causes.length > 0).toBe(one.status === 'SUSPENDED');
            if (gone.some(({ marketplace }) => marketplace === one.marketplace))
              expect(one.status).toBe('REMOVED');
          }
        }
      }),
    );
  });

  test('what an operator is offered is what is not refused, and the lifecycle’s table allows it', () => {
    fc.assert(
      fc.property(anyLife, fc.constantFrom(...BADGE_ACTIONS), (orders, action) => {
        let badges: readonly RecordedBadge[] = codes.map((marketplace) => badge({ marketplace }));
        for (const each of orders) badges = actOnBadges(badges, each, NOW)?.badges ?? badges;
        const offered = possibleBadgeActions(badges.map((one) => presentBadge(one, NOW)));
        const acted = actOnBadges(badges, order(action), NOW);
        expect(offered.includes(action)).toBe(acted !== null);
        if (acted === null) return;
        const status = statusOfBadges(badges.map((one) => badgeStatusAt(one, NOW))) ?? 'ENABLED';
        const operator = { role: 'OPERATOR', ownOrganization: false } as const;
        expect(decide({ status, stage: null }, action, operator).allowed).toBe(true);
      }),
    );
  });

  test('every status that a badge can have makes a status of its request', () => {
    for (const status of BADGE_STATUSES) expect(statusOfBadges([status])).not.toBeNull();
  });
});
