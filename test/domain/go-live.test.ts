import fc from 'fast-check';
import { goLiveInstant, goLiveInstants, goLiveProblems, isRealDate } from '../../domain/go-live';
import { MARKETPLACE_CODES, marketplaceByCode, type MarketplaceCode } from '../../domain/marketplaces';

const DAY = 86_400_000;
const tableZones = [...new Set(MARKETPLACE_CODES.map((code) => marketplaceByCode(code).timeZone))];
/** Zones that change their clocks at midnight, ahead or back, and one by half an hour. */
const midnightZones = [
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Beirut',
  'America/Havana',
  'America/Asuncion',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
];

/**
 * The local date of an instant by the machine's own calendar, which the code under test does not use like
 * this.
 */
function localDate(instant: number, timeZone: string): string {
  const formatter = (formatters[timeZone] ??= new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
  }));
  return formatter.format(instant);
}
const formatters: Record<string, Intl.DateTimeFormat> = {};

function expectFirstInstantOfDay(date: string, timeZone: string) {
  const instant = goLiveInstant(date, timeZone);
  expect(instant).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
  const at = Date.parse(instant);
  const before = localDate(at - 1, timeZone);
  expect([timeZone, localDate(at, timeZone), before < date]).toEqual([timeZone, date, true]);
}

describe('the start of a day', () => {
  test.each<[string, string, string]>([
    ['2027-01-15', 'America/Los_Angeles', '2027-01-15T08:00:00.000Z'],
    ['2027-07-15', 'America/Los_Angeles', '2027-07-15T07:00:00.000Z'],
    ['2027-03-14', 'America/Los_Angeles', '2027-03-14T08:00:00.000Z'],
    ['2027-03-15', 'America/Los_Angeles', '2027-03-15T07:00:00.000Z'],
    ['2027-11-07', 'America/Los_Angeles', '2027-11-07T07:00:00.000Z'],
    ['2027-11-08', 'America/Los_Angeles', '2027-11-08T08:00:00.000Z'],
    ['2028-02-29', 'America/Los_Angeles', '2028-02-29T08:00:00.000Z'],
    ['2027-01-15', 'America/Sao_Paulo', '2027-01-15T03:00:00.000Z'],
    ['2027-01-15', 'Europe/London', '2027-01-15T00:00:00.000Z'],
    ['2027-07-01', 'Europe/London', '2027-06-30T23:00:00.000Z'],
    ['2027-07-01', 'Europe/Dublin', '2027-06-30T23:00:00.000Z'],
    ['2027-03-28', 'Europe/Berlin', '2027-03-27T23:00:00.000Z'],
    ['2027-03-29', 'Europe/Berlin', '2027-03-28T22:00:00.000Z'],
    ['2027-01-15', 'Asia/Kolkata', '2027-01-14T18:30:00.000Z'],
    ['2027-01-15', 'Asia/Riyadh', '2027-01-14T21:00:00.000Z'],
    ['2027-01-15', 'Asia/Dubai', '2027-01-14T20:00:00.000Z'],
    ['2027-04-04', 'Australia/Sydney', '2027-04-03T13:00:00.000Z'],
    ['2027-04-05', 'Australia/Sydney', '2027-04-04T14:00:00.000Z'],
    ['2027-01-15', 'Asia/Tokyo', '2027-01-14T15:00:00.000Z'],
    // Midnight does not exist: the day begins at one.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
    ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
    ['2026-03-29', 'Asia/Beirut', '2026-03-28T22:00:00.000Z'],
    // Midnight comes twice: the first of the two.
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'],
    // Clocks go back from midnight into the day before.
    ['2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
  ])('%s in %s is %s', (date, timeZone, instant) => {
    expect(goLiveInstant(date, timeZone)).toBe(instant);
    expectFirstInstantOfDay(date, timeZone);
  });

  test.each([...tableZones, ...midnightZones])(
    'every day of 2026 to 2028 begins at its first instant in %s',
    (zone) => {
      for (let day = Date.UTC(2026, 0, 1); day < Date.UTC(2029, 0, 1); day += DAY)
        expectFirstInstantOfDay(new Date(day).toISOString().slice(0, 10), zone);
    },
  );

  test('so does any other day', () => {
    const days = fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(days, fc.constantFrom(...tableZones, ...midnightZones), (day, zone) => {
        expectFirstInstantOfDay(day.toISOString().slice(0, 10), zone);
      }),
    );
  });

  test.each(['2027-02-29', '2027-13-01', 'tomorrow', ''])('%j has none', (date) => {
    expect(() => goLiveInstant(date, 'Asia/Tokyo')).toThrow(RangeError);
  });

  test('an unknown zone has none', () => {
    expect(() => goLiveInstant('2027-01-15', 'Europe/Atlantis')).toThrow(RangeError);
  });
});

describe('the instants of a request', () => {
  test('a date is another instant in each marketplace, Japan before the United States', () => {
    expect(goLiveInstants({ kind: 'ON_DATE', date: '2027-01-15' }, ['US', 'JP', 'UK'])).toEqual({
      US: '2027-01-15T08:00:00.000Z',
      JP: '2027-01-14T15:00:00.000Z',
      UK: '2027-01-15T00:00:00.000Z',
    });
  });

  test('as soon as possible has no instant of its own', () => {
    expect(goLiveInstants({ kind: 'AS_SOON_AS_POSSIBLE' }, ['US'])).toEqual({});
  });
});

test.each<[string, boolean]>([
  ['2027-01-15', true],
  ['2028-02-29', true],
  ['9999-12-31', true],
  ['0001-01-01', true],
  ['0000-01-01', false],
  ['2027-02-29', false],
  ['2100-02-29', false],
  ['2027-04-31', false],
  ['2027-00-10', false],
  ['2027-1-5', false],
  ['20270115', false],
  ['2027-01-15T00:00:00Z', false],
  ['2027-01-15[u-ca=hebrew]', false],
  ['+002027-01-15', false],
  [' 2027-01-15', false],
  ['2027-01-15\n', false],
  ['', false],
])('%j is a real date: %s', (date, real) => {
  expect(isRealDate(date)).toBe(real);
});

describe('which dates may be chosen', () => {
  const codesAt = (date: string, codes: MarketplaceCode[], at: string) =>
    goLiveProblems({ kind: 'ON_DATE', date }, codes, at).map(({ code }) => code);
  // In Tokyo it is already the 23rd, in Los Angeles still the 22nd.
  const at = '2026-11-22T16:00:00.000Z';

  test.each<[string, MarketplaceCode[], string[]]>([
    ['2026-11-22', ['US'], []],
    ['2026-11-21', ['US'], ['DATE_IN_THE_PAST']],
    ['2026-11-22', ['JP'], ['DATE_IN_THE_PAST']],
    ['2026-11-23', ['JP'], []],
    ['2026-11-22', ['JP', 'US'], []],
    ['2026-11-21', ['JP', 'US'], ['DATE_IN_THE_PAST']],
    ['2028-11-22', ['US'], []],
    ['2028-11-23', ['US'], ['DATE_TOO_FAR_AHEAD']],
    ['2028-11-23', ['US', 'JP'], []],
    ['2028-11-24', ['US', 'JP'], ['DATE_TOO_FAR_AHEAD']],
    ['2026-11-22', [], []],
    ['2027-02-29', ['US'], ['INVALID_DATE']],
  ])('%s in %j: %j', (date, codes, problems) => {
    expect(codesAt(date, codes, at)).toEqual(problems);
  });

  test('two years after 29 February is 28 February', () => {
    expect(codesAt('2030-02-28', ['UK'], '2028-02-29T12:00:00.000Z')).toEqual([]);
    expect(codesAt('2030-03-01', ['UK'], '2028-02-29T12:00:00.000Z')).toEqual(['DATE_TOO_FAR_AHEAD']);
  });

  test('the answer says which dates may be chosen', () => {
    expect(goLiveProblems({ kind: 'ON_DATE', date: '2020-01-01' }, ['US'], at)).toEqual([
      {
        pointer: '/goLive/date',
        code: 'DATE_IN_THE_PAST',
        detail: expect.stringContaining('2026-11-22 or later') as string,
        found: '2020-01-01',
        expected: 'from 2026-11-22 to 2028-11-22',
      },
    ]);
  });

  test('as soon as possible is always right', () => {
    expect(goLiveProblems({ kind: 'AS_SOON_AS_POSSIBLE' }, ['US'], at)).toEqual([]);
  });
});
