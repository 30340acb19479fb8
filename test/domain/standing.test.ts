import fc from 'fast-check';
import { standingAt, type RecordedStanding } from '../../domain/badge-request';
import { STAGES, STATUSES, type Standing } from '../../domain/lifecycle';

const NOW = '2027-01-15T08:00:00.000Z';
const moments = {
  none: null,
  past: '2027-01-15T07:59:59.999Z',
  now: NOW,
  future: '2027-01-15T08:00:00.001Z',
} as const;
type Moment = keyof typeof moments;
const MOMENTS = Object.keys(moments) as Moment[];

const at = (standing: Standing, first: Moment, enabled: Moment): Standing =>
  standingAt({ ...standing, firstEffectiveAt: moments[first], enabledAt: moments[enabled], badges: [] }, NOW);

describe('where a request stands', () => {
  // A row: the first badge's instant; a column: the last one's.
  test.each<[Moment, Record<Moment, 'STAYS' | 'GOING_LIVE' | 'ENABLED'>]>([
    ['none', { none: 'STAYS', past: 'ENABLED', now: 'ENABLED', future: 'STAYS' }],
    ['past', { none: 'GOING_LIVE', past: 'ENABLED', now: 'ENABLED', future: 'GOING_LIVE' }],
    ['now', { none: 'GOING_LIVE', past: 'ENABLED', now: 'ENABLED', future: 'GOING_LIVE' }],
    ['future', { none: 'STAYS', past: 'ENABLED', now: 'ENABLED', future: 'STAYS' }],
  ])('follows from its instants while it is pending (first: %s)', (first, row) => {
    for (const enabled of MOMENTS)
      for (const stage of [null, ...STAGES]) {
        const kept: Standing = { status: 'PENDING', stage };
        const expected: Standing = {
          STAYS: kept,
          // What needs an operator goes on needing one while badges go live.
          GOING_LIVE:
            stage === 'NEEDS_ATTENTION' ? kept : ({ status: 'PENDING', stage: 'GOING_LIVE' } as const),
          ENABLED: { status: 'ENABLED', stage: null } as const,
        }[row[enabled]];
        expect([enabled, stage, at(kept, first, enabled)]).toEqual([enabled, stage, expected]);
      }
  });

  test.each(STATUSES.filter((status) => status !== 'PENDING'))(
    'is what is recorded when that is %s, whatever the clock says',
    (status) => {
      for (const stage of [null, ...STAGES])
        for (const first of MOMENTS)
          for (const enabled of MOMENTS)
            expect(at({ status, stage }, first, enabled)).toEqual({ status, stage });
    },
  );

  test('an instant counts in whatever offset it is written', () => {
    const recorded: RecordedStanding = {
      status: 'PENDING',
      stage: 'SCHEDULED',
      firstEffectiveAt: '2027-01-15T00:00:00-08:00',
      enabledAt: '2027-01-15T17:00:00+09:00',
      badges: [],
    };
    expect(standingAt(recorded, '2027-01-15T07:59:59Z').status).toBe('PENDING');
    expect(standingAt(recorded, '2027-01-15T08:00:00Z').status).toBe('ENABLED');
  });

  test('a staged request only ever goes on, from scheduled to going live to enabled', () => {
    const order = ['PENDING SCHEDULED', 'PENDING GOING_LIVE', 'ENABLED -'];
    const start = Date.parse(NOW);
    const iso = (offset: number) => new Date(start + offset).toISOString();
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.nat(1000),
        fc.array(fc.integer({ min: -500, max: 2500 }), { minLength: 2, maxLength: 40 }),
        (first, span, times) => {
          const recorded: RecordedStanding = {
            status: 'PENDING',
            stage: 'SCHEDULED',
            firstEffectiveAt: iso(first),
            enabledAt: iso(first + span),
            badges: [],
          };
          const seen = [...times]
            .sort((one, other) => one - other)
            .map((time) => {
              const { status, stage } = standingAt(recorded, iso(time));
              return order.indexOf(`${status} ${stage ?? '-'}`);
            });
          expect(seen).not.toContain(-1);
          expect(seen).toEqual([...seen].sort());
          expect(standingAt(recorded, iso(first + span)).status).toBe('ENABLED');
          expect(standingAt(recorded, iso(first - 1))).toEqual({ status: 'PENDING', stage: 'SCHEDULED' });
          if (span > 0) expect(standingAt(recorded, iso(first)).stage).toBe('GOING_LIVE');
          if (span > 0) expect(standingAt(recorded, iso(first + span - 1)).stage).toBe('GOING_LIVE');
        },
      ),
    );
  });
});
