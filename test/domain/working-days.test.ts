import fc from 'fast-check';
import { Temporal as Calendar } from 'temporal-polyfill';
import { addWorkingDays, isTimeZone, WEEKDAYS, type WorkingCalendar } from '../../domain/working-days';

const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI'] as const;
const utc: WorkingCalendar = { zone: 'UTC', weekdays, holidays: [] };
const berlin = { ...utc, zone: 'Europe/Berlin' };
const seattle = { ...utc, zone: 'America/Los_Angeles' };

test.each<[string, string, number, WorkingCalendar, string]>([
  ['on a Monday', '2026-11-23T10:30:00.000Z', 2, utc, '2026-11-25T10:30:00.000Z'],
  ['over a weekend', '2026-11-26T10:30:00.000Z', 2, utc, '2026-11-30T10:30:00.000Z'],
  ['on a Friday, a moment before midnight', '2026-11-27T23:59:59.999Z', 1, utc, '2026-11-30T23:59:59.999Z'],
  ['on a Saturday, from the start of Monday', '2026-11-28T10:30:00.000Z', 2, utc, '2026-12-02T00:00:00.000Z'],
  ['on a Sunday', '2026-11-29T23:00:00.000Z', 1, utc, '2026-12-01T00:00:00.000Z'],
  [
    'over a holiday',
    '2026-12-23T08:00:00.000Z',
    2,
    { ...utc, holidays: ['2026-12-25', '2026-12-28'] },
    '2026-12-29T08:00:00.000Z',
  ],
  [
    'on a holiday',
    '2026-12-25T08:00:00.000Z',
    1,
    { ...utc, holidays: ['2026-12-25'] },
    '2026-12-29T00:00:00.000Z',
  ],
  [
    'where the week is another',
    '2026-11-26T08:00:00.000Z',
    1,
    { ...utc, weekdays: ['SUN', 'MON', 'TUE', 'WED', 'THU'] },
    '2026-11-29T08:00:00.000Z',
  ],
  [
    'on one day of the week only',
    '2026-11-23T08:00:00.000Z',
    2,
    { ...utc, weekdays: ['MON'] },
    '2026-12-07T08:00:00.000Z',
  ],
  ['by the day of the zone', '2026-11-27T23:30:00.000Z', 1, berlin, '2026-11-30T23:00:00.000Z'],
  ['by the day of a zone behind', '2026-11-28T01:00:00.000Z', 1, seattle, '2026-12-01T01:00:00.000Z'],
  ['over the start of summer time', '2027-03-26T10:00:00.000Z', 1, berlin, '2027-03-29T09:00:00.000Z'],
  ['over its end', '2026-10-30T17:00:00.000Z', 1, seattle, '2026-11-02T18:00:00.000Z'],
  [
    'at a time that the change of clocks skips',
    '2027-03-27T01:30:00.000Z',
    1,
    { ...berlin, weekdays: ['SAT', 'SUN'] },
    '2027-03-28T01:30:00.000Z',
  ],
  [
    'at one whose later reading is the next day',
    '2027-03-26T01:30:00.000Z',
    1,
    { ...utc, zone: 'America/Nuuk', weekdays: ['THU', 'SAT'] },
    '2027-03-28T00:30:00.000Z',
  ],
  ['none', '2026-11-28T10:30:00.000Z', 0, utc, '2026-11-28T10:30:00.000Z'],
])('working days: %s', (_name, at, days, calendar, expected) => {
  expect(addWorkingDays(at, days, calendar)).toBe(expected);
});

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/Los_Angeles',
  'America/Nuuk',
  'Africa/Cairo',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'America/Santiago',
];
const day = fc
  .integer({ min: 0, max: 1500 })
  .map((days) => Calendar.PlainDate.from('2026-01-01').add({ days }).toString());
const calendars: fc.Arbitrary<WorkingCalendar> = fc.record({
  zone: fc.constantFrom(...zones),
  weekdays: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
  holidays: fc.array(day, { maxLength: 20 }),
});
const instants = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const counts = fc.integer({ min: 1, max: 12 });
const localOf = (at: string, { zone }: WorkingCalendar) => Calendar.Instant.from(at).toZonedDateTimeISO(zone);

test('is never on a day on which nobody works', () => {
  fc.assert(
    fc.property(instants, counts, calendars, (at, days, calendar) => {
      const due = localOf(addWorkingDays(at, days, calendar), calendar);
      expect(calendar.weekdays).toContain(WEEKDAYS[due.dayOfWeek - 1]);
      expect(calendar.holidays).not.toContain(due.toPlainDate().toString());
    }),
  );
});

test('is later for more days, and after the beginning', () => {
  fc.assert(
    fc.property(instants, counts, calendars, (at, days, calendar) => {
      const [fewer, more] = [days, days + 1].map((each) => addWorkingDays(at, each, calendar));
      expect(Date.parse(fewer ?? '')).toBeGreaterThan(Date.parse(at));
      expect(Date.parse(more ?? '')).toBeGreaterThan(Date.parse(fewer ?? ''));
    }),
  );
});

test('does not come earlier for what begins later, but for the hour that a change of clocks repeats or skips', () => {
  fc.assert(
    fc.property(instants, instants, counts, calendars, (one, other, days, calendar) => {
      const [earlier, later] = [one, other].sort((a, b) => Date.parse(a) - Date.parse(b)) as [string, string];
      const due = (at: string) => Date.parse(addWorkingDays(at, days, calendar));
      expect(due(later)).toBeGreaterThanOrEqual(due(earlier) - 3_600_000);
    }),
  );
});

test('keeps the time of day of what begins on a working day, where the clocks have it', () => {
  fc.assert(
    fc.property(instants, counts, calendars, (at, days, calendar) => {
      const begins = localOf(at, calendar);
      const isWorking =
        calendar.weekdays.includes(WEEKDAYS[begins.dayOfWeek - 1] ?? 'MON') &&
        !calendar.holidays.includes(begins.toPlainDate().toString());
      const due = localOf(addWorkingDays(at, days, calendar), calendar);
      const wanted = due.toPlainDate().toPlainDateTime(isWorking ? begins.toPlainTime() : undefined);
      const isThere = wanted.toZonedDateTime(calendar.zone).toPlainDateTime().equals(wanted);
      if (isThere) expect(due.toPlainTime().toString()).toBe(wanted.toPlainTime().toString());
    }),
  );
});

test('a calendar without working days is refused', () => {
  expect(() => addWorkingDays('2026-11-23T10:30:00.000Z', 1, { ...utc, weekdays: [] })).toThrow(RangeError);
});

test.each([
  ['UTC', true],
  ['Europe/Berlin', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Berlin', false],
  ['+01:00', false],
  ['Z', false],
  ['', false],
  ['2026-01-01T00:00Z[UTC]', false],
])('%j is a time zone: %s', (value, expected) => {
  expect(isTimeZone(value)).toBe(expected);
});
