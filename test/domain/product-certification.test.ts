import {
  certifiedMarketplaces,
  decidingIn,
  decidingProjects,
  isCertifiedIn,
  outlookIn,
  partReasons,
  reasonsOfLosses,
  seeCertification,
  selectableMarketplaces,
  standingIn,
  verdictFor,
  type Asked,
  type ProductProject,
} from '../../domain/product-certification';
import { makeReason } from '../../domain/reasons';
import { project } from './product-project';

const approved = { status: 'COMPLETE', result: 'APPROVED', wasApproved: true } as const;
const revoked = { status: 'COMPLETE', result: 'REVOKED', wasApproved: true } as const;
const rejected = { status: 'COMPLETE', result: 'REJECTED' } as const;
const cancelled = { status: 'CANCELLED' } as const;
const open = { status: 'UNDER_TEST' } as const;
type Said = Partial<ProductProject>;

const america = (said: Said) => project({ projectId: 'cert_america', marketplaces: ['US', 'CA'], ...said });
const europe = (said: Said) => project({ projectId: 'cert_europe', marketplaces: ['DE', 'FR'], ...said });
/** Of the same marketplaces, before america's. */
const before = (said: Said) => project({ projectId: 'cert_before', marketplaces: ['US', 'CA'], ...said });

describe('a product that is certified by a project for each region', () => {
  const projects = [europe(open), america(approved)];

  test('is certified where its own project is approved', () => {
    expect(certifiedMarketplaces(projects)).toEqual(['US', 'CA']);
    expect(isCertifiedIn(projects, 'DE')).toBe(false);
    expect(isCertifiedIn(projects, 'JP')).toBe(false);
  });

  test('offers what is approved or under way', () => {
    expect(selectableMarketplaces(projects)).toEqual(['DE', 'FR', 'US', 'CA']);
    expect(selectableMarketplaces([europe(rejected), america(approved)])).toEqual(['US', 'CA']);
    expect(selectableMarketplaces([america(rejected), before(approved)])).toEqual([]);
  });

  test('says where nobody names a marketplace that no approval covers it, or what the newest says', () => {
    expect(decidingIn(projects, 'JP')?.projectId).toBe('cert_america');
    expect(decidingIn([europe(open), america(cancelled)], 'JP')?.projectId).toBe('cert_europe');
    expect(decidingIn([], 'JP')).toBeNull();
  });

  test('names the projects that decide about a request, with what is theirs', () => {
    const named = (codes: Asked['marketplaces']) =>
      decidingProjects(projects, codes).map((each) => [each.project.projectId, each.marketplaces]);
    expect(named(['US', 'DE'])).toEqual([
      ['cert_europe', ['DE']],
      ['cert_america', ['US']],
    ]);
    expect(named(['CA', 'US'])).toEqual([['cert_america', ['CA', 'US']]]);
    expect(named([])).toEqual([['cert_europe', []]]);
  });

  test('is seen by what is waited for, or else by the newest', () => {
    const see = (badges: Asked['marketplaces'], seen = projects) => {
      const { project: shown, awaited } = seeCertification(seen, { marketplaces: ['US', 'DE'], badges });
      return [shown?.projectId, awaited];
    };
    expect(see([])).toEqual(['cert_europe', ['DE']]);
    expect(see(['DE'])).toEqual(['cert_europe', []]);
    expect(see(['DE'], [europe(open), america(open)])).toEqual(['cert_america', ['US']]);
  });

  test('is seen on hold where it is waited for, or else wherever it is', () => {
    const held = [europe({ status: 'ON_HOLD' }), america(open)];
    const see = (badges: Asked['marketplaces']) =>
      seeCertification(held, { marketplaces: ['US', 'DE'], badges }).onHold;
    expect([see([]), see(['DE']), see(['US', 'DE'])]).toEqual([['DE'], [], ['DE']]);
  });
});

/** Approved at first, and rejected then. */
const unsaid: Said = { ...rejected, wasApproved: true };

test.each<[string, ProductProject[], string | null, boolean]>([
  ['the newest that was ever approved and names it', [america(approved), before(revoked)], 'APPROVED', true],
  ['not one under way', [america(open), before(revoked)], 'REVOKED', true],
  [
    'not one that is under way again',
    [america({ ...open, wasApproved: true }), before(approved)],
    'APPROVED',
    true,
  ],
  ['not one that was rejected', [america(rejected), before(approved)], 'APPROVED', true],
  ['not one that was rejected after its approval', [america(unsaid), before(approved)], 'APPROVED', true],
  [
    'an approval that was taken back by a rejection, where there is none besides',
    [america(unsaid)],
    'REVOKED',
    true,
  ],
  ['what covers it not, rather than a rejection', [europe(approved), america(unsaid)], 'APPROVED', false],
  [
    'its own rejection, rather than what is revoked elsewhere',
    [europe(revoked), america(unsaid)],
    'REVOKED',
    true,
  ],
  [
    'one on hold that was approved, which says nothing',
    [america({ status: 'ON_HOLD', wasApproved: true })],
    null,
    true,
  ],
  ['not that of another region', [europe(revoked), america(approved)], 'APPROVED', true],
  [
    'the newest approval that leaves it out',
    [europe(approved), america({ ...approved, marketplaces: ['CA'] })],
    'APPROVED',
    false,
  ],
  [
    'an approval rather than what is revoked elsewhere',
    [europe(revoked), america({ ...approved, marketplaces: ['CA'] })],
    'APPROVED',
    false,
  ],
  ['what is revoked, where nothing is approved', [europe(revoked)], 'REVOKED', false],
])('an enabled badge stands by %s', (_name, projects, verdict, covers) => {
  expect(standingIn(projects, 'US')).toMatchObject({ verdict, covers });
});

test('an enabled badge stands by nothing where no project was ever approved', () => {
  expect(standingIn([europe(open), america(rejected)], 'US')).toBeNull();
});

const staged = (marketplace: 'US' | 'CA' | 'DE', isEffective = false) => ({ marketplace, isEffective });
test.each<[string, ProductProject[], ReturnType<typeof staged>[], string, string | null]>([
  ['approved', [america(approved)], [], 'CERTIFIED', null],
  ['under way', [america(open)], [], 'AWAITED', null],
  ['under way again, its badge staged', [america(open), before(approved)], [staged('US')], 'STAGED', null],
  ['rejected', [america(rejected)], [], 'LOST', 'CERTIFICATION_REJECTED'],
  [
    'rejected, by the approval before it live',
    [america(rejected), before(approved)],
    [staged('US', true)],
    'KEPT',
    'CERTIFICATION_REJECTED',
  ],
  [
    'rejected, by the approval before it to come',
    [america(rejected), before(approved)],
    [staged('US')],
    'LOST',
    'CERTIFICATION_REJECTED',
  ],
  [
    'rejected, that before it revoked',
    [america(rejected), before(revoked)],
    [staged('US', true)],
    'LOST',
    'CERTIFICATION_REJECTED',
  ],
  ['under way, that before it revoked', [america(open), before(revoked)], [], 'AWAITED', null],
  [
    'under way, that before it revoked by which a badge stands',
    [america(open), before(revoked)],
    [staged('CA')],
    'LOST',
    'CERTIFICATION_REVOKED',
  ],
  [
    'under way, one before it revoked by which no badge stands',
    [america(open), europe(approved), before(revoked)],
    [staged('DE')],
    'AWAITED',
    null,
  ],
  ['named by nobody, another approved', [europe(approved)], [], 'LOST', 'MARKETPLACE_NOT_CERTIFIED'],
  ['named by nobody, another under way', [europe(open)], [], 'AWAITED', null],
])('a marketplace that is %s', (_name, projects, badges, kind, code) => {
  const outlook = outlookIn(projects, 'US', badges);
  expect([outlook.kind, 'loss' in outlook ? outlook.loss.code : null]).toEqual([kind, code]);
});

test.each<[string, ProductProject[], Partial<Asked>, string]>([
  ['all certified', [america(approved)], {}, 'APPROVED'],
  [
    'some certified, others under way',
    [europe(open), america(approved)],
    { marketplaces: ['US', 'DE'] },
    'APPROVED',
  ],
  ['all under way', [europe(open), america(open)], { marketplaces: ['US', 'DE'] }, 'OPEN'],
  [
    'some lost, others under way',
    [europe(open), america(rejected)],
    { marketplaces: ['US', 'DE'] },
    'APPROVED',
  ],
  [
    'some lost before, others under way',
    [europe(open), america(rejected)],
    { marketplaces: ['DE'], dropped: ['US'] },
    'OPEN',
  ],
  [
    'what was lost certified',
    [europe(open), america(approved)],
    { marketplaces: ['DE'], dropped: ['US'] },
    'APPROVED',
  ],
  ['all lost', [europe(rejected), america(cancelled)], { marketplaces: ['US', 'DE'] }, 'REFUSED'],
  [
    'all lost, some by a withdrawal',
    [europe(rejected), america(revoked)],
    { marketplaces: ['US', 'DE'] },
    'REVOKED',
  ],
  ['all not covered', [america({ ...approved, marketplaces: ['MX'] })], {}, 'APPROVED'],
  ['all staged, and under way anew', [america(open), before(approved)], { badges: [staged('US')] }, 'OPEN'],
  ['all kept', [america(rejected), before(approved)], { badges: [staged('US', true)] }, 'REFUSED'],
])('a request with %s', (_name, projects, asked, verdict) => {
  expect(verdictFor(projects, { marketplaces: ['US'], ...asked })).toBe(verdict);
});

describe('the reasons of what is lost', () => {
  const lossIn = (projects: ProductProject[], code: 'US' | 'CA' | 'DE') => {
    const outlook = outlookIn(projects, code);
    if (!('loss' in outlook)) throw new Error(`${code} is not lost.`);
    return [code, outlook.loss] as const;
  };

  test('are one, about all of it, where one project takes everything', () => {
    const projects = [america({ ...rejected, reason: 'It hums.' })];
    const reasons = reasonsOfLosses([lossIn(projects, 'US'), lossIn(projects, 'CA')], ['US', 'CA']);
    expect(reasons).toEqual([
      makeReason('CERTIFICATION_REJECTED', { found: 'Complete (Rejected)', text: 'It hums.' }),
    ]);
    expect(reasonsOfLosses([], ['US'])).toEqual([]);
  });

  test('name the marketplace where several do, and where none covers it', () => {
    const projects = [europe(cancelled), america(rejected)];
    const said = reasonsOfLosses([lossIn(projects, 'US'), lossIn(projects, 'DE')], ['US', 'DE']);
    expect(said.map(({ code, marketplace }) => [code, marketplace])).toEqual([
      ['CERTIFICATION_REJECTED', 'US'],
      ['CERTIFICATION_CANCELLED', 'DE'],
    ]);
    const uncovered = lossIn([europe(approved)], 'US');
    expect(reasonsOfLosses([uncovered], ['US'])).toEqual([
      makeReason('MARKETPLACE_NOT_CERTIFIED', { marketplace: 'US', found: 'US', expected: 'DE, FR' }),
    ]);
  });

  test('are told from those of a listing, which a certification does not bring back', () => {
    const all = [
      makeReason('LISTING_NOT_LIVE_IN_TIME', { marketplace: 'JP' }),
      makeReason('MARKETPLACE_NOT_CERTIFIED', { marketplace: 'CA' }),
      makeReason('CERTIFICATION_REVOKED', { marketplace: 'US' }),
      makeReason('CERTIFICATION_REJECTED'),
    ];
    const parts = partReasons(all);
    expect(parts.dropped).toEqual(['CA', 'US']);
    expect([parts.ofLosses, parts.others]).toEqual([all.slice(1, 3), [all[0], all[3]]]);
  });
});
