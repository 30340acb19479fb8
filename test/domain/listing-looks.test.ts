import { firstLooks, lookedAtUntil, nextLook } from '../../domain/listing-looks';

test('each listing is looked at a day before its own instant, or at once where there is none', () => {
  const instants = { JP: '2027-01-14T15:00:00.000Z', BR: '2027-01-15T03:00:00.000Z' };
  expect(firstLooks(['BR', 'JP', 'US'], instants)).toEqual({
    BR: { at: '2027-01-14T03:00:00.000Z', tries: 0 },
    JP: { at: '2027-01-13T15:00:00.000Z', tries: 0 },
    US: { at: null, tries: 0 },
  });
});

test.each([
  [1, 30, { at: '2027-01-15T12:00:00.000Z', tries: 1 }],
  [30, 30, { at: '2027-01-15T12:00:00.000Z', tries: 30 }],
  [31, 30, null],
  [1, 0, null],
])('after look %i of one and %i more days comes %j', (tries, retryDays, next) => {
  expect(nextLook('2027-01-14T12:00:00.000Z', tries, retryDays)).toEqual(next);
});

test('the maker is told until when a listing is looked at', () => {
  expect(lookedAtUntil('2027-01-14T12:00:00.000Z', 30)).toBe('2027-02-13T12:00:00.000Z');
});
