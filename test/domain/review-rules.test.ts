/** Every rule of every check, with what makes it say yes, no and unknown. */
import { reasons, type ReasonCode } from '../../domain/reasons';
import { checkNames, type ReviewSubject } from '../../domain/review';
import type { CatalogAnswer, Listing, OffersAnswer } from '../../domain/listing-answers';
import { applyRules, type Rules } from '../../domain/review-rule';
import {
  type ListingFacts,
  listingRules,
  reviewRules,
  type SkillFacts,
  skillRules,
} from '../../domain/review-rules';
import type { Distribution, LiveStage } from '../../domain/skill-answers';
import { listing, subject } from './reviewed-bulb';

const evidence = { source: 'test', requestId: 'r-1' };
const HUB = 'B0HPHUB001';
const away = { kind: 'undecided', why: 'Busy.', evidence } as const;
const notFound: CatalogAnswer = { kind: 'notFound', evidence };
const facts = (over: Partial<ListingFacts>): ListingFacts => ({
  subject,
  catalog: { kind: 'listed', listing, evidence },
  offers: null,
  hub: null,
  ...over,
});
const listed = (over: Partial<Listing> = {}, more: Partial<ListingFacts> = {}): ListingFacts =>
  facts({ catalog: { kind: 'listed', listing: { ...listing, ...over }, evidence }, ...more });
const offered = (status: string | null, total: number | null): ListingFacts =>
  facts({ offers: { kind: 'known', status, total, evidence } satisfies OffersAnswer });
const about = (over: Partial<ReviewSubject>, more: Partial<Listing> = {}): ListingFacts =>
  listed(more, { subject: { ...subject, ...over } });
const bundled = { bundleDevices: ['ECHO_DOT'] };
const withHub = (over: Partial<Listing>, hub: CatalogAnswer | null, hubAsin = HUB): ListingFacts =>
  listed(over, {
    subject: { ...subject, product: { ...subject.product, integration: { kind: 'HUB', hubAsin } } },
    hub,
  });
const hubListed: CatalogAnswer = { kind: 'listed', listing: { ...listing, asin: HUB }, evidence };

interface Cases<Facts> {
  readonly yes: readonly Facts[];
  readonly no: Readonly<Partial<Record<ReasonCode, readonly Facts[]>>>;
  readonly unknown: readonly Facts[];
  /** What the rule is not about, and so says nothing of. */
  readonly silent: readonly Facts[];
}
const ofListings: Record<keyof typeof listingRules, Cases<ListingFacts>> = {
  listed: {
    yes: [listed(), listed({ brand: null, classification: null })],
    no: { ASIN_NOT_FOUND: [facts({ catalog: notFound })] },
    unknown: [facts({ catalog: away })],
    silent: [],
  },
  classification: {
    yes: [listed(), listed({ classification: 'OTHER' }), listed({ classification: 'PRODUCT_BUNDLE' })],
    no: {
      ASIN_NOT_BUYABLE: [
        listed({ classification: 'VARIATION_PARENT' }),
        listed({ classification: 'VARIATION_PARENT' }, { offers: away }),
      ],
    },
    unknown: [listed({ classification: null }), facts({ catalog: away })],
    silent: [
      facts({ catalog: notFound }),
      { ...offered('Success', 1), catalog: listed({ classification: null }).catalog },
    ],
  },
  offers: {
    yes: [offered('Success', 1), offered('Success', 40)],
    no: {
      ASIN_NOT_BUYABLE: [
        offered('Success', 0),
        offered('NoBuyableOffers', 0),
        offered('NoBuyableOffers', null),
      ],
    },
    unknown: [
      offered('ActiveButTooSoonForProcessing', 0),
      offered('NoOfferDueToMissingShippingCharge', 0),
      offered('NoBuyableOffers', 2),
      offered('Success', null),
      offered(null, 0),
      offered(null, 3),
      facts({ offers: away }),
    ],
    silent: [facts({ offers: null }), facts({ catalog: notFound, offers: away })],
  },
  brand: {
    yes: [
      listed(),
      listed({ brand: ' NORTH-LIGHT™ ' }),
      listed({ brand: 'Ｎｏｒｔｈｌｉｇｈｔ' }),
      about({ product: { ...subject.product, brand: 'Northlight Pro' } }, { brand: 'Northlight (Pro)' }),
    ],
    no: {
      BRAND_MISMATCH: [
        listed({ brand: 'Sunforge' }),
        listed({ brand: 'サンフォージ(Sunforge)' }),
        listed({ brand: 'Sunforge for (Northlight) lamps' }),
      ],
    },
    unknown: [
      listed({ brand: null }),
      listed({ brand: 'ノースライト(NORTHLIGHT)' }),
      listed({ brand: 'Northlight（ノースライト）' }),
      listed({ brand: '---' }),
      about({ product: { ...subject.product, brand: '' } }),
      facts({ catalog: away }),
    ],
    silent: [facts({ catalog: notFound })],
  },
  model: {
    yes: [listed(), listed({ model: 'nl a19/2' })],
    no: { MODEL_MISMATCH: [listed({ model: 'NL-A19-3' }), listed({ model: 'NL-A19-2+' })] },
    unknown: [listed({ model: null }), listed({ model: '™' }), facts({ catalog: away })],
    silent: [facts({ catalog: notFound })],
  },
  retailIdentifier: {
    yes: [
      listed(),
      listed({ retailIdentifiers: ['0860001200102'] }),
      listed({ retailIdentifiers: ['860001200119', '00860001200102'] }),
    ],
    no: { RETAIL_IDENTIFIER_MISMATCH: [listed({ retailIdentifiers: ['860001200119'] })] },
    unknown: [
      listed({ retailIdentifiers: [] }),
      listed({ retailIdentifiers: ['n/a', '000000000000'] }),
      about({ gtin14: '' }),
      facts({ catalog: away }),
    ],
    silent: [facts({ catalog: notFound })],
  },
  bundle: {
    yes: [listed(), about(bundled, { classification: 'PRODUCT_BUNDLE' })],
    no: { BUNDLE_MISMATCH: [listed({ classification: 'PRODUCT_BUNDLE' }), about(bundled)] },
    unknown: [
      listed({ classification: 'OTHER' }),
      listed({ classification: 'VARIATION_PARENT' }),
      listed({ classification: null }),
      about(bundled, { classification: null }),
      facts({ catalog: away }),
    ],
    silent: [facts({ catalog: notFound })],
  },
  hub: {
    yes: [
      withHub({ packageAsins: ['B0OTHER001', HUB] }, hubListed),
      withHub({ packageAsins: [HUB] }, null, ' b0hphub001 '),
      withHub({}, hubListed, listing.asin),
    ],
    no: { HUB_MISMATCH: [withHub({}, notFound), withHub({ packageAsins: ['B0OTHER001'] }, notFound)] },
    unknown: [
      withHub({}, hubListed),
      withHub({ packageAsins: ['B0OTHER001'] }, hubListed),
      withHub({}, away),
      withHub({}, null),
      { ...withHub({}, notFound), catalog: away },
    ],
    silent: [listed(), facts({ catalog: away }), { ...withHub({}, notFound), catalog: notFound }],
  },
};

const skillFacts = (live: LiveStage, distribution: Distribution | null = null): SkillFacts => ({
  skill: { kind: 'known', live, distribution, evidence },
  country: 'GB',
});
const spread = (worldwide: boolean | null, countries: string[] | null, mode: string | null = 'PUBLIC') =>
  skillFacts('PUBLISHED', { worldwide, countries, mode });
const unreadable: SkillFacts = { skill: away, country: 'GB' };
const ofSkills: Record<keyof typeof skillRules, Cases<SkillFacts>> = {
  liveStage: {
    yes: [skillFacts('PUBLISHED')],
    no: {
      SKILL_NOT_PUBLISHED: [skillFacts('NONE')],
      SKILL_HIDDEN: [skillFacts('HIDDEN')],
      SKILL_REMOVED: [skillFacts('REMOVED')],
    },
    unknown: [skillFacts('UNCLEAR'), unreadable],
    silent: [],
  },
  distribution: {
    yes: [spread(true, []), spread(true, null, null), spread(false, ['US', 'gb'])],
    no: { SKILL_NOT_IN_MARKETPLACE: [spread(false, ['US', 'UK'])] },
    unknown: [
      spread(false, []),
      spread(false, null),
      spread(null, ['US']),
      spread(true, [], 'PRIVATE'),
      skillFacts('PUBLISHED'),
      skillFacts('UNCLEAR'),
      unreadable,
    ],
    silent: [skillFacts('HIDDEN'), skillFacts('NONE'), skillFacts('REMOVED')],
  },
};

function walk<Facts>(rules: Rules<Facts>, cases: Readonly<Record<string, Cases<Facts>>>): void {
  describe.each(Object.entries(cases))('%s', (name, { yes, no, unknown, silent }) => {
    const rule = rules[name];
    if (rule === undefined) throw new Error(`There is no rule ${name}.`);
    const verdicts = (all: readonly Facts[]) => all.map((each) => rule.judge(each));

    test('says yes', () => expect(verdicts(yes)).toEqual(yes.map(() => 'YES')));
    test('says no with the codes of its row, each of them', () => {
      expect(Object.keys(no).sort()).toEqual(Object.keys(rule.no).sort());
      for (const [code, all] of Object.entries(no)) expect(verdicts(all)).toEqual(all.map(() => code));
    });
    test('says unknown when it is not told', () => {
      expect(unknown).not.toEqual([]);
      expect(verdicts(unknown)).toEqual(unknown.map(() => 'UNKNOWN'));
    });
    test('says nothing of what it is not about', () =>
      expect(verdicts(silent)).toEqual(silent.map(() => null)));
    test('names as undecided what it could have said', () => {
      for (const each of unknown) {
        const { answer, unknown: names, undecided, codes } = applyRules(rules, rule.check, each);
        expect(names).toContain(name);
        expect(answer).not.toBe('YES');
        for (const code of Object.keys(rule.no))
          expect([...undecided, ...codes]).toContain(code as ReasonCode);
      }
    });
  });
}
walk(listingRules, ofListings);
walk(skillRules, ofSkills);

test('every check has rules, every row says everything, every code is about single marketplaces', () => {
  const rows = Object.values(reviewRules);
  expect(new Set(rows.map(({ check }) => check))).toEqual(new Set(checkNames));
  for (const { reads, against, yes, no, unknown, missing } of rows) {
    for (const text of [reads, against, yes, unknown, missing, ...Object.values(no)])
      expect(text).not.toBe('');
    expect(missing).toMatch(/^[A-Z].*\.$/);
    for (const code of Object.keys(no) as ReasonCode[]) expect(reasons[code].perMarketplace).toBe(true);
  }
});
