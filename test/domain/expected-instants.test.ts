/** Instants of days, held against a table that another program made of other zone data (expected_instants.py). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { goLiveInstant, goLiveInstants } from '../../domain/go-live';
import { isMarketplaceCode, MARKETPLACE_CODES, marketplaceByCode } from '../../domain/marketplaces';

const text = readFileSync(path.join(__dirname, 'expected-instants.tsv'), 'utf8');
const rows = text
  .trim()
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .map((line) => {
    const [code = '', timeZone = '', date = '', instant = ''] = line.split('\t');
    return { code, timeZone, date, instant };
  });
const zones = [...new Set(rows.map(({ timeZone }) => timeZone))];

test('the table says what it is made with', () => {
  expect(text).toMatch(/^# Made by .* the IANA time zone database 20\d\d[a-z]\.\n/);
});

test.each(zones)('every day of the table begins in %s when the table says', (zone) => {
  const expected = rows.filter(({ timeZone }) => timeZone === zone);
  const found = expected.map((row) => ({ ...row, instant: goLiveInstant(row.date, zone) }));
  expect(found).toEqual(expected);
});

test.each(MARKETPLACE_CODES)('%s has its zone there, seven years and 29 February 2028', (code) => {
  const own = rows.filter((row) => row.code === code);
  expect(new Set(own.map(({ timeZone }) => timeZone))).toEqual(new Set([marketplaceByCode(code).timeZone]));
  expect(new Set(own.map(({ date }) => date.slice(0, 4))).size).toBeGreaterThanOrEqual(7);
  const leap = own.find(({ date }) => date === '2028-02-29');
  expect(goLiveInstants({ kind: 'ON_DATE', date: '2028-02-29' }, [code])).toEqual({ [code]: leap?.instant });
});

test('nothing of the table is about a marketplace that there is not', () => {
  const codes = new Set(rows.map(({ code }) => code).filter((code) => code !== '-'));
  expect([...codes].filter((code) => !isMarketplaceCode(code))).toEqual([]);
});

test('it has midnights that do not exist, and midnights that come twice', () => {
  const localTime = (instant: string, timeZone: string) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }).format(Date.parse(instant));
  const skipped = rows.filter(({ instant, timeZone }) => localTime(instant, timeZone) !== '00:00');
  expect(new Set(skipped.map(({ timeZone }) => timeZone)).size).toBeGreaterThanOrEqual(4);
  const twice = rows.filter(
    ({ instant, timeZone }) =>
      localTime(instant, timeZone) === '00:00' &&
      localTime(new Date(Date.parse(instant) + 3_600_000).toISOString(), timeZone) === '00:00',
  );
  expect(twice.length).toBeGreaterThan(0);
});
