import { corrections, examples } from '../../../dev/stand-ins/examples';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import type { BadgeRequestForm } from '../../../domain/form';
import { regionsOf } from '../../../domain/marketplaces';
import { activitiesFor, attempt } from './check-runs';

let standIns: StandIns;
beforeEach(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
});
afterEach(() => standIns.close());

describe('every example is found to be what its name says', () => {
  const hubYes = { live: 'YES', match: 'YES', skill: undefined };
  const yes = { live: 'YES', match: 'YES', skill: 'YES' };
  test.each<[string, BadgeRequestForm, Record<string, string | undefined>]>([
    ['ready', examples.ready, yes],
    ['twoMarketplaces', examples.twoMarketplaces, yes],
    ['asinNotLive', examples.asinNotLive, { ...yes, live: 'NO ASIN_NOT_FOUND', match: 'UNKNOWN' }],
    ['brandMismatch', examples.brandMismatch, { ...yes, match: 'NO BRAND_MISMATCH' }],
    ['identifierMismatch', examples.identifierMismatch, { ...yes, match: 'NO RETAIL_IDENTIFIER_MISMATCH' }],
    ['skillNotPublished', examples.skillNotPublished, { ...yes, skill: 'NO SKILL_NOT_PUBLISHED' }],
    ['skillUnreadable', examples.skillUnreadable, { ...yes, skill: 'UNKNOWN' }],
    ['bundle', examples.bundle, yes],
    ['hub', examples.hub, hubYes],
    ['hubUnnamed', examples.hubUnnamed, { ...hubYes, match: 'UNKNOWN' }],
    ['hubMismatch', examples.hubMismatch, { ...hubYes, match: 'NO HUB_MISMATCH' }],
    ['asinNotLive, corrected', { ...examples.asinNotLive, ...corrections.asinNotLive }, yes],
    ['brandMismatch, corrected', { ...examples.brandMismatch, ...corrections.brandMismatch }, yes],
    [
      'identifierMismatch, corrected',
      { ...examples.identifierMismatch, ...corrections.identifierMismatch },
      yes,
    ],
  ])('%s', async (_name, form, expected) => {
    const { checkListings, checkSkill, saved } = activitiesFor(standIns, form);
    for (const marketplaces of Object.values(regionsOf(form.marketplaces)))
      await attempt().run(checkListings, ...marketplaces);
    await attempt().run(checkSkill, ...form.marketplaces);
    const say = (check: string, code: string) => {
      const finding = saved.get(`${check} ${code}`);
      return finding && [finding.answer, ...finding.codes].join(' ');
    };
    for (const code of form.marketplaces)
      expect({
        live: say('ASIN_LIVE', code),
        match: say('LISTING_MATCHES', code),
        skill: say('SKILL_PUBLISHED', code),
      }).toEqual(expected);
  });
});
