import { badgeStatusAt, statusOfBadges, type BadgeStatus, type RecordedBadge } from '../../domain/badges';
import { standingAt } from '../../domain/badge-request';
import { badge, BEFORE, heldBack, LATER, NOW, removed, suspended } from './recorded-badges';

describe('a badge’s status at an instant', () => {
  test.each<[string, RecordedBadge, BadgeStatus]>([
    ['its own instant is past', badge(), 'ENABLED'],
    ['its own instant is now', badge({ effectiveAt: NOW }), 'ENABLED'],
    ['its own instant is to come', badge({ effectiveAt: LATER }), 'STAGED'],
    ['it is suspended', suspended('LISTING'), 'SUSPENDED'],
    ['it is removed', removed, 'REMOVED'],
    ['a suspension is planned for now', badge({ planned: { action: 'suspend', at: NOW } }), 'SUSPENDED'],
    ['a suspension is planned for later', badge({ planned: { action: 'suspend', at: LATER } }), 'ENABLED'],
    ['a removal was planned', badge({ planned: { action: 'remove', at: BEFORE } }), 'REMOVED'],
    [
      'it was to be reinstated',
      { ...suspended('OPERATOR', 'LISTING'), planned: { action: 'reinstate', at: NOW } },
      'ENABLED',
    ],
    ['its programme is suspended', heldBack(), 'SUSPENDED'],
    ['its programme is suspended before its instant', heldBack({ effectiveAt: LATER }), 'STAGED'],
    [
      'it was to be reinstated and its programme is suspended',
      { ...suspended('OPERATOR', 'PROGRAM_SUSPENSION'), planned: { action: 'reinstate', at: NOW } },
      'SUSPENDED',
    ],
    [
      'it was to be reinstated before another cause came',
      {
        ...suspended('OPERATOR', 'CERTIFICATION_REVOKED'),
        planned: { action: 'reinstate', at: NOW, lifts: ['OPERATOR'] },
      },
      'SUSPENDED',
    ],
    [
      'it is to be reinstated',
      { ...suspended('OPERATOR'), planned: { action: 'reinstate', at: LATER } },
      'SUSPENDED',
    ],
  ])('when %s', (_name, recorded, status) => {
    expect(badgeStatusAt(recorded, NOW)).toBe(status);
  });
});

test.each<[BadgeStatus[], string | null]>([
  [[], null],
  [['ENABLED'], 'ENABLED'],
  [['SUSPENDED'], 'SUSPENDED'],
  [['REMOVED'], 'REMOVED'],
  [['ENABLED', 'SUSPENDED'], 'ENABLED'],
  [['ENABLED', 'REMOVED'], 'ENABLED'],
  [['SUSPENDED', 'REMOVED'], 'SUSPENDED'],
  [['REMOVED', 'SUSPENDED', 'ENABLED'], 'ENABLED'],
  [['REMOVED', 'REMOVED'], 'REMOVED'],
  [['STAGED', 'SUSPENDED'], 'ENABLED'],
])('a request with badges %j is %s', (statuses, status) => {
  expect(statusOfBadges(statuses)).toBe(status);
});

test('a request whose badges change by the clock stands where they do', () => {
  const recorded = { status: 'ENABLED', stage: null, firstEffectiveAt: BEFORE, enabledAt: BEFORE } as const;
  const badges = [badge({ planned: { action: 'suspend', at: NOW } }), removed];
  expect(standingAt({ ...recorded, badges }, BEFORE).status).toBe('ENABLED');
  expect(standingAt({ ...recorded, badges }, NOW).status).toBe('SUSPENDED');
  expect(standingAt({ ...recorded, badges: [] }, NOW).status).toBe('ENABLED');
});
