/** What the mails tell of badges that are in trouble, suspended, back or removed. */
import { renderMail } from '../../../activities/mail/templates';
import { SUSPENSION_CAUSES } from '../../../domain/badges';
import { request, troubleReport } from './mail-facts';

test.each(SUSPENSION_CAUSES)('a suspension for %s: where, why and what to do', (cause) => {
  const marketplaces = ['US', 'JP'] as const;
  const { text } = renderMail('badge-suspended', {
    ...request,
    marketplaces,
    cause,
    reason: 'Ask\u2028us.',
  });
  expect(text).toContain('suspended in: United States, Japan. It is not shown there.');
  expect(text).toContain('Reason\n  Ask\n  us.\n');
  expect(text).toContain('What to do: ');
  expect(renderMail('badge-suspended', { ...request, marketplaces, cause, reason: null }).text).not.toContain(
    'Reason',
  );
});

test('a badge in trouble: what was found, and until when', () => {
  const { text } = renderMail('badge-in-trouble', {
    ...request,
    reports: [troubleReport],
    suspendAt: '2027-01-22T08:00:00.000Z',
  });
  expect(text).toContain('United States: The brand of the listing is not the certified brand');
  expect(text).toContain('  Found: Acne\n  Expected: Acme\n');
  expect(text).toContain('correct the listing by 2027-01-22 08:00 UTC');
});

test('a listing that is right again: where the badge stays, and where something else suspends it', () => {
  const about = { ...request, marketplaces: ['US', 'JP'] } as const;
  const left = 'There is nothing left to do there.';
  expect(renderMail('badge-recovered', about).text).toContain(
    `right again in: United States, Japan. The badge stays there.\n\n${left}`,
  );
  const { text } = renderMail('badge-recovered', { ...about, suspended: ['JP'] });
  expect(text).toContain('right again in: United States. The badge stays there.');
  expect(text).toContain('right again in: Japan. The badge stays suspended there');
  expect(text).not.toContain(left);
});

test.each(['badge-recovered', 'badge-reinstated'] as const)(
  '%s: says nothing of other marketplaces',
  (name) => {
    const { text } = renderMail(name, { ...request, marketplaces: ['US'], reason: null });
    expect(text).toContain('in: United States.');
    expect(text).toContain('\n\nThere is nothing left to do there.\n');
  },
);

test.each(['badge-reinstated', 'badge-removed'] as const)(
  '%s by an operator: in their words, if any',
  (name) => {
    const about = { ...request, marketplaces: ['US'], cause: 'OPERATOR' } as const;
    expect(renderMail(name, { ...about, reason: 'Ask\u2028us.' }).text).toContain('Reason\n  Ask\n  us.\n');
    const { text } = renderMail(name, { ...about, reason: null });
    expect(text).not.toContain('Reason');
    expect(text).not.toContain('listing');
  },
);

test('a badge that something else suspends too: where it does not come back by itself', () => {
  const about = {
    ...request,
    marketplaces: ['US', 'JP'],
    cause: 'CERTIFICATION_REVOKED',
    reason: null,
  } as const;
  const words = 'suspends it too in: Japan. It comes back there once that is over as well.';
  expect(renderMail('badge-suspended', about).text).not.toContain('suspends it too');
  expect(renderMail('badge-suspended', { ...about, alsoSuspended: ['JP'] }).text).toContain(words);
});

test('a badge that comes back although its listing was wrong: what is to be seen to', () => {
  const about = { ...request, marketplaces: ['US', 'JP'], reason: 'Repaired.' } as const;
  expect(renderMail('badge-reinstated', about).text).toContain('nothing left to do');
  const { text } = renderMail('badge-reinstated', { ...about, listings: ['JP'] });
  expect(text).toContain('see that the listing is right in: Japan.');
  expect(text).not.toContain('nothing left to do');
});

test('a badge that is removed: when it can be asked for anew', () => {
  const about = { ...request, marketplaces: ['US'], cause: 'OPERATOR', reason: null } as const;
  expect(renderMail('badge-removed', about).text).toContain('once the cause is resolved, create');
  expect(renderMail('badge-removed', { ...about, isPending: true }).text).toContain(
    'once the cause is resolved and this request is Pending no more, create',
  );
});

test('a suspension of the programme: in which region it begins and ends', () => {
  const about = { ...request, marketplaces: ['DE'], cause: 'PROGRAM_SUSPENSION', reason: null } as const;
  const words = 'of your organization’s badges of this programme in Europe';
  expect(renderMail('badge-suspended', { ...about, region: 'eu' }).text).toContain(words);
  expect(renderMail('badge-reinstated', { ...about, region: 'eu' }).text).toContain(`${words} has ended.`);
  expect(renderMail('badge-reinstated', about).text).not.toContain('programme in');
});

test('a suspension or removal for the listing: when it is removed, and why', () => {
  const about = { ...request, marketplaces: ['US'], cause: 'LISTING', reason: null } as const;
  expect(renderMail('badge-suspended', { ...about, removeAt: '2027-04-22T08:00:00.000Z' }).text).toContain(
    'still suspended on 2027-04-22 08:00 UTC is removed',
  );
  expect(renderMail('badge-suspended', about).text).not.toContain('is removed');
  expect(renderMail('badge-removed', about).text).toContain('not corrected in time');
});

test.each(['badge-suspended', 'badge-removed'] as const)(
  '%s for the listing: what is wrong there',
  (name) => {
    const about = { ...request, marketplaces: ['US'], cause: 'LISTING', reason: null } as const;
    const faults = [
      { marketplace: 'US', codes: ['BRAND_MISMATCH', 'MODEL_MISMATCH'] },
      { marketplace: 'JP', codes: ['ASIN_NOT_FOUND'] },
    ] as const;
    const { text } = renderMail(name, { ...about, faults });
    const [found] = /When it was looked at last:[^]*?\n\n[^]*?\n\n/.exec(text) ?? [];
    expect(found).toMatch(/United States: .+\n.*United States: /);
    expect(found).not.toContain('Japan');
    expect(renderMail(name, about).text).not.toContain('looked at last');
  },
);
