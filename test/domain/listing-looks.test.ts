import { firstLooks, lookedAtUntil, nextLook, type Look } from '../../domain/listing-looks';

test('each listing is looked at a day before its own instant, or at once where there is none', () => {
  const instants = { JP: '2027-01-14T15:00:00.000Z', BR: '2027-01-15T03:00:00.000Z' };
  expect(firstLooks(['BR', 'JP', 'US'], instants)).toEqual({
    BR: { at: '2027-01-14T03:00:00.000Z' },
    JP: { at: '2027-01-13T15:00:00.000Z' },
    US: { at: null },
  });
});

describe('after a look that did not find the listing live', () => {
  const AT = '2027-01-14T12:00:00.000Z';
  const UNTIL = '2027-02-13T12:00:00.000Z';
  const tomorrow = { at: '2027-01-15T12:00:00.000Z', tries: 1, until: UNTIL };

  test.each([undefined, '2027-01-14T11:00:00.000Z', '2027-01-20T00:00:00.000Z'])(
    'it is looked at a day later, where its instant is %s',
    (instant) => {
      expect(nextLook(AT, undefined, 30, instant)).toEqual(tomorrow);
    },
  );

  test('it is looked at an hour before its instant, and at it, as soon as those are less than a day away', () => {
    const instant = '2027-01-15T08:00:00.000Z';
    const looks = [AT];
    let look: Look | null = null;
    for (let at: string | null | undefined = AT; looks.length < 5; looks.push(at ?? 'none')) {
      look = nextLook(at ?? '', look ?? undefined, 30, instant);
      at = look?.at;
    }
    expect(looks).toEqual([
      AT,
      '2027-01-15T07:00:00.000Z',
      '2027-01-15T08:00:00.000Z',
      '2027-01-16T08:00:00.000Z',
      '2027-01-17T08:00:00.000Z',
    ]);
    expect(look).toMatchObject({ tries: 4, until: UNTIL });
  });

  test('the last one is when its days are over, however often it was looked at', () => {
    const look = { at: null, tries: 40, until: UNTIL };
    expect(nextLook('2027-02-12T20:00:00.000Z', look, 30, undefined)).toEqual({
      ...look,
      at: UNTIL,
      tries: 41,
    });
    expect(nextLook(UNTIL, look, 30, undefined)).toBeNull();
    expect(nextLook(AT, undefined, 0, undefined)).toBeNull();
  });

  test.each([
    [29, { at: '2027-01-15T12:00:00.000Z', tries: 30 }],
    [30, null],
  ])('one recorded before its end was kept, after %i others, is followed by %j', (tries, next) => {
    expect(nextLook(AT, { at: null, tries }, 30, undefined)).toEqual(next);
  });
});

test('the maker is told until when a listing is looked at', () => {
  expect(lookedAtUntil('2027-01-14T12:00:00.000Z', 30)).toBe('2027-02-13T12:00:00.000Z');
});
