import {
  isMailName,
  mailTemplates,
  renderMail,
  type Mail,
  type MailName,
  type MailProps,
  type RequestMailProps,
} from '../../../activities/mail/templates';
import { makeReason } from '../../../domain/reasons';
import { everyMail, request } from './mail-facts';

const render = <Name extends MailName>(mail: MailProps<Name>): Mail => renderMail(mail.name, mail.props);
/** The words of the HTML form, as a mail program shows them. */
const shown = (mail: Mail) =>
  mail.html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');

test('every template is among those tested here', () => {
  expect(everyMail(request).map(({ name }) => name)).toEqual(Object.keys(mailTemplates));
});

test.each<[MailName, string]>([
  ['under-review', 'Under Review'],
  ['rejected', 'Rejected'],
  ['pending', 'Pending'],
  ['enabled', 'Enabled'],
  ['withdrawn', 'Not Submitted'],
  ['discarded', 'Discarded'],
  ['listing-not-live', 'Listing not live'],
  ['marketplace-dropped', 'Marketplace dropped'],
  ['marketplace-restored', 'Marketplace back in the request'],
  ['review-overdue', 'Review overdue'],
  ['review-escalated', 'Review escalated'],
  ['comment', 'New comment'],
  ['badge-suspended', 'Suspended'],
  ['badge-reinstated', 'Reinstated'],
  ['badge-removed', 'Removed'],
  ['badge-in-trouble', 'Listing to be corrected'],
  ['badge-recovered', 'Listing corrected'],
])('%s has the subject “…: %s”', (name, label) => {
  const mail = everyMail(request).find((each) => each.name === name);
  expect(mail && render(mail).subject).toBe(`Works with Alexa badge for Lamp (B07N4M94X4): ${label}`);
});

describe.each(everyMail(request).map((mail) => [mail.name, mail] as const))('%s', (_name, mail) => {
  test('greets the recipient, names the product and links to the request, in both forms', () => {
    const rendered = render(mail);
    for (const words of ['Hello Ada,', 'Lamp', 'B07N4M94X4', 'br_1']) {
      expect(rendered.text).toContain(words);
      expect(shown(rendered)).toContain(words);
    }
    expect(rendered.text).toContain(`Open the request: ${request.url}`);
    expect(rendered.html).toContain(`<a href="${request.url}">`);
  });

  test('says the same in both forms', () => {
    const rendered = render(mail);
    const sentences = rendered.text
      .split('\n')
      .map((line) => line.replace(/^- /, '').trim())
      .filter((line) => line !== '' && line !== '--' && !line.startsWith('Open the request:'));
    for (const sentence of sentences) expect(shown(rendered)).toContain(sentence);
  });
});

describe('hostile values', () => {
  const hostile = `<img src=x onerror="alert('1')">\r\nBcc: all@example.com\u0000\u2028\u202e\u061c&\ud800`;
  const about: RequestMailProps = {
    requestId: hostile,
    productName: hostile,
    asin: hostile,
    programLabel: hostile,
    url: `https://badges.example/"${hostile}`,
    recipientName: hostile,
  };
  const mails: MailProps[] = [
    ...everyMail(about),
    {
      name: 'rejected',
      props: {
        ...about,
        reasons: [makeReason('OTHER', { found: hostile, expected: hostile, text: hostile })],
      },
    },
    { name: 'pending', props: { ...about, awaitsCertification: false, goLiveDate: hostile } },
    {
      name: 'comment',
      props: { ...about, comments: [{ author: { name: hostile, role: 'MAKER' }, body: hostile }] },
    },
  ];

  test.each(mails.map((mail) => [mail.name, mail] as const))('stay values in %s', (_name, mail) => {
    const { subject, text, html } = render(mail);
    expect(subject).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\p{Bidi_Control}]/u);
    expect(text).not.toMatch(/^Bcc:/m);
    expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cs}\u2028\p{Bidi_Control}]/u);
    expect(html).not.toMatch(/<img|<script|[^\P{Cc}\n]|[\p{Cs}\u2028\p{Bidi_Control}]/iu);
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;');
    expect(html).toContain('href="https://badges.example/&quot;&lt;img');
  });

  test('a very long product name leaves the subject readable', () => {
    const { subject } = renderMail('discarded', { ...request, productName: '🖥'.repeat(5000) });
    expect(Array.from(subject).length).toBeLessThan(200);
    expect(subject).toMatch(/… \(B07N4M94X4\): Discarded$/);
  });
});

test('a stored name is a mail only when it is exactly one', () => {
  expect(isMailName('under-review')).toBe(true);
  for (const value of ['UNDER_REVIEW', 'toString', '', null]) expect(isMailName(value)).toBe(false);
});
