/**
 * Working time in whole days. Workflow code takes only the types of this file, never its values: zone data
 * differs between machines, so instants are computed in activities and kept as rows.
 */
import { Temporal as Calendar } from 'temporal-polyfill';

/** As ISO 8601 orders them: Monday is the first. */
export const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** On which days people work, and where their days begin. */
export interface WorkingCalendar {
  /** An IANA name. */
  readonly zone: string;
  /** At least one. */
  readonly weekdays: readonly Weekday[];
  /** Dates `YYYY-MM-DD` on which nobody works. */
  readonly holidays: readonly string[];
}

/** Whether a value names a time zone of the IANA database that this machine knows. */
export function isTimeZone(value: string): boolean {
  // An offset such as +01:00 is a zone to the calendar, but knows no change of clocks.
  if (!/^[A-Za-z]/.test(value)) return false;
  try {
    Calendar.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant that lies a number of working days after another: the same time of the day, that many working
 * days later. What begins on a day on which nobody works counts from the start of the next working day.
 * @param at an instant, RFC 3339
 * @param days whole working days; 0 is the instant itself, whatever the day
 * @returns an instant in UTC with milliseconds; from one day on it lies on a working day
 * @throws {RangeError} for an unknown zone or a calendar without working days
 */
export function addWorkingDays(at: string, days: number, calendar: WorkingCalendar): string {
  if (days === 0) return new Date(at).toISOString();
  if (calendar.weekdays.length === 0) throw new RangeError('A calendar has at least one working day.');
  const begins = Calendar.Instant.from(at).toZonedDateTimeISO(calendar.zone);
  const isWorking = worksOn(calendar);
  const isCut = !isWorking(begins.toPlainDate());
  const time = isCut ? new Calendar.PlainTime() : begins.toPlainTime();
  let date = begins.toPlainDate();
  const toNextWorkingDay = () => {
    do date = date.add({ days: 1 });
    while (!isWorking(date));
  };
  if (isCut) toNextWorkingDay();
  for (let counted = 0; counted < days; counted += 1) toNextWorkingDay();
  return onTheDay(date.toPlainDateTime(time), calendar.zone);
}

function worksOn({ weekdays, holidays }: WorkingCalendar): (date: Calendar.PlainDate) => boolean {
  const numbers = new Set(weekdays.map((weekday) => WEEKDAYS.indexOf(weekday) + 1));
  const free = new Set(holidays);
  return (date) => numbers.has(date.dayOfWeek) && !free.has(date.toString());
}

/** A time of day that a change of clocks skips is taken later, or earlier where later is another day. */
function onTheDay(local: Calendar.PlainDateTime, zone: string): string {
  const later = local.toZonedDateTime(zone, { disambiguation: 'compatible' });
  const isOnTheDay = later.toPlainDate().equals(local.toPlainDate());
  const zoned = isOnTheDay ? later : local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  return new Date(zoned.epochMilliseconds).toISOString();
}
