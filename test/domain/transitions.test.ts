import fc from 'fast-check';
import { isNewer, type CertificationNews } from '../../domain/transitions';

// Few projects and versions, so that equal ones meet; `cert_10` sorts before `cert_9`, as the database has it.
const anyNews: fc.Arbitrary<CertificationNews> = fc.record({
  projectId: fc.constantFrom('cert_9', 'cert_10', 'cert_A', 'cert_a', 'cert_'),
  version: fc.integer({ min: 1, max: 4 }),
  verdict: fc.constantFrom('OPEN', 'APPROVED', 'REFUSED', 'REVOKED'),
});
const isSame = (one: CertificationNews, other: CertificationNews) =>
  one.projectId === other.projectId && one.version === other.version;

describe('the order of certification news', () => {
  const news = (projectId: string, version: number): CertificationNews => ({
    projectId,
    version,
    verdict: 'OPEN',
  });

  test.each<[string, CertificationNews, CertificationNews | null, boolean]>([
    ['anything is newer than nothing', news('cert_1', 1), null, true],
    ['a higher version is newer', news('cert_1', 2), news('cert_1', 1), true],
    ['a lower version is not', news('cert_1', 1), news('cert_1', 2), false],
    ['versions are numbers, not texts', news('cert_1', 10), news('cert_1', 9), true],
    ['the same version is not', news('cert_1', 1), news('cert_1', 1), false],
    ['a later project is newer, whatever its version', news('cert_2', 1), news('cert_1', 9), true],
    ['an earlier project is not', news('cert_1', 9), news('cert_2', 1), false],
    ['projects sort byte by byte', news('cert_a', 1), news('cert_B', 1), true],
    [
      'a higher revision is newer, of whichever project',
      { ...news('cert_1', 1), revision: 2 },
      { ...news('cert_2', 9), revision: 1 },
      true,
    ],
    [
      'a lower revision is not',
      { ...news('cert_2', 9), revision: 1 },
      { ...news('cert_1', 1), revision: 2 },
      false,
    ],
    [
      'the same revision is not',
      { ...news('cert_1', 2), revision: 1 },
      { ...news('cert_1', 1), revision: 1 },
      false,
    ],
    [
      'one with a revision is newer than one without',
      { ...news('cert_1', 1), revision: 1 },
      news('cert_1', 1),
      true,
    ],
    ['one without is newer by its version', news('cert_1', 2), { ...news('cert_1', 1), revision: 9 }, true],
    ['one without is not newer otherwise', news('cert_1', 1), { ...news('cert_1', 1), revision: 1 }, false],
  ])('%s', (_name, one, other, expected) => {
    expect(isNewer(one, other)).toBe(expected);
  });

  test('of two different pieces exactly one is newer, of two equal ones none', () => {
    fc.assert(
      fc.property(anyNews, anyNews, (one, other) => {
        const newer = [isNewer(one, other), isNewer(other, one)];
        expect(newer.filter(Boolean)).toHaveLength(isSame(one, other) ? 0 : 1);
      }),
    );
  });

  test('what is newer than something newer is newer', () => {
    fc.assert(
      fc.property(anyNews, anyNews, anyNews, (one, two, three) => {
        fc.pre(isNewer(three, two) && isNewer(two, one));
        expect(isNewer(three, one)).toBe(true);
      }),
    );
  });

  test('the verdict has no part in it', () => {
    fc.assert(
      fc.property(anyNews, anyNews, anyNews, (one, other, { verdict }) => {
        expect(isNewer({ ...one, verdict }, other)).toBe(isNewer(one, other));
      }),
    );
  });

  test('the newest that was heard is the same in whatever order it came', () => {
    const newest = (heard: readonly CertificationNews[]) =>
      heard.reduce<CertificationNews | null>((best, next) => (isNewer(next, best) ? next : best), null);
    fc.assert(
      fc.property(fc.array(anyNews, { minLength: 1, maxLength: 12 }), (heard) => {
        const forward = newest(heard);
        const backward = newest([...heard].reverse());
        expect(forward !== null && backward !== null && isSame(forward, backward)).toBe(true);
      }),
    );
  });
});
