import { nextMidnight } from '../../bench/one-project';
import { goLiveInstant } from '../../domain/go-live';
import { marketplaceByCode } from '../../domain/marketplaces';

const HOUR_MS = 3_600_000;

// Also around a change of clocks, in North America on 2027-03-14.
test.each(['2026-11-22', '2027-03-13', '2027-03-14'])(
  'at any time of %s there is a midnight that is hours ahead, but less than a day',
  (day) => {
    for (let minutes = 0; minutes < 24 * 60; minutes += 10) {
      const now = Date.parse(`${day}T00:00:00.000Z`) + minutes * 60_000;
      const { marketplace, date } = nextMidnight(now);
      const ahead = Date.parse(goLiveInstant(date, marketplaceByCode(marketplace).timeZone)) - now;
      expect(ahead).toBeGreaterThan(2 * HOUR_MS);
      expect(ahead).toBeLessThan(23 * HOUR_MS);
    }
  },
);
