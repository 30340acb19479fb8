import type { MarketplaceCode } from '../../domain/marketplaces';
import type { CheckName, Finding, ReviewSubject } from '../../domain/review';
import { completeFindings } from '../../domain/review-undecided';
import { subject } from './reviewed-bulb';

const AT = '2026-11-22T10:00:00.000Z';
const yes = (check: CheckName, marketplace: MarketplaceCode): Finding => ({
  ...{ check, marketplace, answer: 'YES', codes: [], undecided: [] },
  ...{ found: {}, expected: {}, checkedAt: '2026-11-22T09:59:00.000Z' },
});
const withIntegration = (integration: ReviewSubject['product']['integration']): ReviewSubject => ({
  ...subject,
  product: { ...subject.product, integration },
});
const brief = ({ check, marketplace, answer }: Finding) => `${check} ${marketplace} ${answer}`;

test('what was not answered is UNKNOWN, each check in each marketplace, beside what was', () => {
  const found = [yes('LISTING_MATCHES', 'US'), yes('ASIN_LIVE', 'US'), yes('SKILL_PUBLISHED', 'CA')];
  const skill = { kind: 'SKILL', skillId: 'amzn1.ask.skill.1', vendorId: 'V1' } as const;
  const all = completeFindings(found, withIntegration(skill), { marketplaces: ['US', 'CA'], at: AT });
  expect(all.map(brief)).toEqual([
    'ASIN_LIVE CA UNKNOWN',
    'ASIN_LIVE US YES',
    'LISTING_MATCHES CA UNKNOWN',
    'LISTING_MATCHES US YES',
    'SKILL_PUBLISHED CA YES',
    'SKILL_PUBLISHED US UNKNOWN',
  ]);
  for (const finding of all)
    expect(finding).toMatchObject(
      finding.answer === 'YES'
        ? { checkedAt: '2026-11-22T09:59:00.000Z' }
        : { checkedAt: AT, codes: [], found: { why: expect.stringContaining('did not answer') as string } },
    );
});

test('a skill is no matter of a product without one', () => {
  const all = completeFindings([], withIntegration({ kind: 'NONE' }), { marketplaces: ['US'], at: AT });
  expect(all.map(brief)).toEqual(['ASIN_LIVE US UNKNOWN', 'LISTING_MATCHES US UNKNOWN']);
});
