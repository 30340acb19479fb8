import { renderMail } from '../../../activities/mail/templates';
import { makeReason, type ReasonCode } from '../../../domain/reasons';
import { reasons, request } from './mail-facts';

describe('what each mail tells', () => {
  test('a rejection: every reason with what was found, what was expected and what to do', () => {
    const { text } = renderMail('rejected', { ...request, reasons });
    expect(text).toContain('United States: The brand of the listing is not the certified brand');
    expect(text).toContain('  Found: Acne\n  Expected: Acme\n');
    expect(text).toContain('  Comment: The manual\n  names another model.\n');
    for (const reason of reasons) expect(text).toContain(`What to do: ${reason.action}`);
    expect(text).toContain('submit the same request again');
    expect(text).not.toContain('not shown any more');
  });

  test('a rejection of what was live in some marketplaces: where the badge is not shown any more', () => {
    const { text } = renderMail('rejected', { ...request, reasons, taken: ['JP', 'US'] });
    expect(text).toContain('The badge is not shown any more in: Japan, United States.');
  });

  test('a rejection for a variation parent: which ASINs to use instead', () => {
    const action = 'Use one of the child ASINs: B0NLSTRP01, B0NLSTRP02; then submit again.';
    const found = 'VARIATION_PARENT of B0NLSTRP01, B0NLSTRP02';
    const parent = makeReason('ASIN_NOT_BUYABLE', { marketplace: 'US', found, action });
    const { text } = renderMail('rejected', { ...request, reasons: [parent] });
    expect(text).toContain(`Found: ${found}\n`);
    expect(text).toContain(`What to do: ${action}`);
  });

  test('enabled, but not shown in some marketplaces: where it is, and why it is not where it is not', () => {
    const since = '2027-01-15T08:00:00.000Z';
    const badges = (['US', 'CA', 'MX', 'JP'] as const).map((marketplace) => ({ marketplace, since }));
    const held = { causes: ['PROGRAM_SUSPENSION'], suspension: 'Too many\noutages.' } as const;
    const notShown = [
      { marketplace: 'US', ...held },
      { marketplace: 'CA', ...held },
      { marketplace: 'MX', causes: [], suspension: null },
      { marketplace: 'DE', causes: [], suspension: null },
    ] as const;
    const { subject, text } = renderMail('enabled', { ...request, badges, notShown });
    expect(subject).toContain(': Enabled');
    expect(text).toContain(
      'on the product’s detail pages:\n\n- Japan: since 2027-01-15 08:00 UTC\n\nNot shown',
    );
    expect(text).toContain(
      'Not shown in: United States, Canada\n  An operator has suspended all of your organization’s badges of this programme in',
    );
    expect(text).toContain('\n  Reason: Too many\n  outages.\n  What to do: ');
    expect(text).toContain('Not shown in: Mexico\n  The badge is removed there.');
    expect(text).not.toContain('nothing left to do');
    expect(text).not.toContain('Germany');
  });

  test('enabled with what was live when its certification ended: where it is not to come, and what to do', () => {
    const badges = [{ marketplace: 'US', since: '2027-01-15T08:00:00.000Z' }] as const;
    const reasons = [makeReason('CERTIFICATION_CANCELLED', { found: 'Cancelled' })];
    const about = { ...request, badges, uncertified: ['JP'], reasons } as const;
    const { text } = renderMail('enabled', about);
    expect(text).toContain('No badge goes live from this request in: Japan. What is live stays');
    expect(text).toContain('ask for the badge where it is not live yet with a new request');
    expect(text).not.toMatch(/nothing left to do|not shown any more/);
    expect(renderMail('enabled', { ...about, taken: ['JP'] }).text).toContain(
      'not shown any more in: Japan.',
    );
    const notShown = [{ marketplace: 'US', causes: ['OPERATOR'], suspension: null }] as const;
    expect(renderMail('enabled', { ...about, notShown }).text).toContain(
      'Nothing more goes live from this request, and the badge is not shown in any marketplace:',
    );
  });

  test('pending at its instant, for another time: that the mail before it does not hold', () => {
    const about = { ...request, awaitsCertification: false, goLiveDate: '2027-01-16' };
    const said = 'a mail that it is enabled has left, and does not hold';
    expect(renderMail('pending', { ...about, toldEnabled: true }).text).toContain(said);
    expect(renderMail('pending', about).text).not.toContain(said);
  });

  test('withdrawn at its instant: that the mail before it does not hold', () => {
    const said = 'a mail that it is enabled has left, and does not hold';
    expect(renderMail('withdrawn', { ...request, toldEnabled: true }).text).toContain(said);
    expect(renderMail('withdrawn', request).text).not.toContain(said);
  });

  test('enabled with what was live at a withdrawal: where the request was taken back', () => {
    const badges = [{ marketplace: 'US', since: '2027-01-15T08:00:00.000Z' }] as const;
    const about = { ...request, badges };
    expect(renderMail('enabled', { ...about, withdrawn: ['JP', 'DE'] }).text).toContain(
      'The request was withdrawn for: Japan, Germany. No badge goes live there from it',
    );
    expect(renderMail('enabled', about).text).not.toContain('withdrawn');
    const notShown = [{ marketplace: 'US', causes: ['OPERATOR'], suspension: null }] as const;
    const { text } = renderMail('enabled', { ...about, notShown, withdrawn: ['JP'] });
    expect(text).toContain(
      'What was still to come is withdrawn, and the badge is not shown in any marketplace:',
    );
    expect(text).not.toContain('has come');
  });

  test('under review: by when a decision is due', () => {
    expect(
      renderMail('under-review', { ...request, reviewDueAt: '2026-11-24T10:00:00.000Z' }).text,
    ).toContain('due by 2026-11-24 10:00 UTC');
    expect(renderMail('under-review', { ...request, reviewDueAt: null }).text).not.toContain('due by');
  });

  test.each([
    [true, 'The listing and the Alexa skill are'],
    [false, 'The listing is'],
  ])('under review, with a skill %s: what is checked', (hasSkill, words) => {
    expect(renderMail('under-review', { ...request, reviewDueAt: null, hasSkill }).text).toContain(words);
  });

  test.each<[boolean, string | null, string]>([
    [true, null, 'waits for the product’s certification and goes live as soon as'],
    [false, null, 'goes live as soon as the listing has been checked'],
    [true, '2027-01-15', 'or, when the certification comes later, as soon as that is approved'],
    [false, '2027-01-15', 'The product is certified: the badge goes live on 2027-01-15'],
  ])('pending, certification awaited %s, date %s: %s', (awaitsCertification, goLiveDate, words) => {
    const { text } = renderMail('pending', { ...request, awaitsCertification, goLiveDate });
    expect(text).toContain(words);
    expect(text.includes('2027-01-15')).toBe(goLiveDate !== null);
  });

  test('enabled: where, and since when in each marketplace', () => {
    const { text } = renderMail('enabled', {
      ...request,
      badges: [
        { marketplace: 'JP', since: '2027-01-14T15:00:00.000Z' },
        { marketplace: 'US', since: '2027-01-15T08:00:00.000Z' },
      ],
    });
    expect(text).toContain(
      '- Japan: since 2027-01-14 15:00 UTC\n- United States: since 2027-01-15 08:00 UTC',
    );
  });

  test('a listing that is not live: where, and until when it is checked again', () => {
    const { text } = renderMail('listing-not-live', {
      ...request,
      marketplaces: ['US', 'JP'],
      triedUntil: '2027-02-14T15:00:00.000Z',
    });
    expect(text).toContain('in United States, Japan');
    expect(text).toContain('every day until 2027-02-14 15:00 UTC');
    expect(text).toContain('Make the listing available for sale.');
    expect(text).not.toContain('Amazon did not say');
  });

  test('a listing of which Amazon says nothing is not said to be not live', () => {
    const about = { ...request, triedUntil: '2027-02-14T15:00:00.000Z' };
    const some = renderMail('listing-not-live', { ...about, marketplaces: ['US', 'JP'], unknown: ['JP'] });
    expect(some.text).toContain('cannot go live in United States, because the listing is not live there');
    expect(some.text).toContain('in Japan: Amazon did not say whether the listing is live there');
    const none = renderMail('listing-not-live', { ...about, marketplaces: ['JP'], unknown: ['JP'] });
    expect(none.subject).toContain('Listing could not be checked');
    expect(none.text).not.toContain('is not live');
    expect(none.text).toContain('See that the listing is available for sale.');
  });

  test.each<[ReasonCode, string]>([
    ['LISTING_NOT_LIVE_IN_TIME', 'Japan: The listing did not become live in time'],
    ['MARKETPLACE_NOT_CERTIFIED', 'Japan: The certification does not cover this marketplace'],
  ])(
    'a marketplace dropped for %s: the reason, and what to do where nothing is submitted again',
    (code, title) => {
      const reason = makeReason(code, { marketplace: 'JP' });
      const { text } = renderMail('marketplace-dropped', { ...request, reasons: [reason] });
      expect(text).toContain(title);
      expect(text).toContain('once this request is Enabled, ask for the badge there with a new one.');
      expect(text).not.toContain('submit again');
    },
  );

  test('a marketplace that is dropped where the badge was removed: that it does not come back', () => {
    const reasons = (['US', 'JP'] as const).map((marketplace) =>
      makeReason('CERTIFICATION_REVOKED', { marketplace }),
    );
    const { text } = renderMail('marketplace-dropped', { ...request, reasons, removed: ['JP'] });
    const [, unitedStates, japan] = /United States:(.+)Japan:(.+)/s.exec(text) ?? [];
    expect(unitedStates).toContain('brings the marketplace back by itself');
    expect(japan).toContain('no certification brings it back');
    expect(japan).not.toContain('by itself');
  });

  test('a marketplace that comes back: which, and that nothing is left to do', () => {
    const { text } = renderMail('marketplace-restored', { ...request, marketplaces: ['JP'] });
    expect(text).toContain('covers again: Japan.');
    expect(text).toContain('nothing for you to do');
  });

  test.each<['review-overdue' | 'review-escalated', string]>([
    ['review-overdue', 'because you review Works with Alexa badge requests'],
    ['review-escalated', 'because you look after the Works with Alexa badge service'],
  ])('%s: when the review was due, and why its reader gets it', (name, why) => {
    const { text } = renderMail(name, { ...request, reviewDueAt: '2026-11-24T10:00:00.000Z' });
    expect(text).toContain('was due on 2026-11-24 10:00 UTC');
    expect(text).toContain(why);
    expect(text).not.toContain('for your organization');
  });

  test.each([
    ['MAKER', 'maker', 'because you review Works with Alexa badge requests or have taken part'],
    ['REVIEWER', 'reviewer', 'because you look after this Works with Alexa badge request'],
    ['OPERATOR', 'operator', 'because you look after this Works with Alexa badge request'],
    ['VIEWER', 'viewer', 'because you review Works with Alexa badge requests or have taken part'],
  ] as const)('a comment of a %s: who wrote it, line by line, and why it is told', (role, word, why) => {
    const body = 'The picture\n\nshows a lamp.';
    const { text } = renderMail('comment', {
      ...request,
      comments: [{ author: { name: 'Grace', role }, body }],
    });
    expect(text).toContain(`Grace (${word}) wrote:\n  The picture\n  shows a lamp.\n`);
    expect(text).toContain(why);
  });

  test('comments that are told together come in their order, and those it has no room for are counted', () => {
    const author = { name: 'Grace', role: 'REVIEWER' } as const;
    const comments = [
      { author, body: 'The picture shows a lamp.' },
      { author: { name: 'Linus', role: 'OPERATOR' }, body: 'The check is repeated.' },
    ] as const;
    const { subject, text } = renderMail('comment', { ...request, comments, further: 7 });
    expect(subject).toMatch(/: 9 new comments$/);
    expect(text).toContain(
      'Grace (reviewer) wrote:\n  The picture shows a lamp.\n\nLinus (operator) wrote:\n  The check is repeated.\n\n' +
        'And 7 more, to be read in the request.',
    );
  });

  test('a draft that names neither programme nor product nor ASIN is written about all the same', () => {
    const empty = { ...request, programLabel: '', productName: '', asin: '' };
    const { subject, text } = renderMail('comment', {
      ...empty,
      comments: [{ author: { name: 'Grace', role: 'REVIEWER' }, body: 'Which product is it?' }],
    });
    expect(subject).toBe('badge for a product to be chosen: New comment');
    expect(text).not.toMatch(/^(Product|ASIN):/m);
    expect(text).toContain('look after this badge request');
  });

  test('someone without a name is greeted all the same', () => {
    expect(renderMail('discarded', { ...request, recipientName: ' ' }).text).toMatch(/^Hello,\n/);
  });
});
