/** What all mails about a request have in common: who and what they are about, and their outer form. */
import { html, markupText, type Markup } from './markup';

/** A finished mail, without its addresses. */
export interface Mail {
  subject: string;
  text: string;
  html: string;
}

/** What every mail says. */
export interface RequestMailProps {
  requestId: string;
  productName: string;
  asin: string;
  /** As people know the programme, e.g. "Works with Alexa". */
  programLabel: string;
  /** Where the request is read and acted on. */
  url: string;
  recipientName: string;
}

/** A part of a mail's body; both forms of the mail are made of the same parts. */
export type MailPart =
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; items: readonly string[] }
  | { kind: 'section'; title: string; lines: readonly string[] };

export const paragraph = (text: string): MailPart => ({ kind: 'paragraph', text });
export const list = (items: readonly string[]): MailPart => ({ kind: 'list', items });
export const section = (title: string, lines: readonly string[]): MailPart => ({
  kind: 'section',
  title,
  lines,
});

const SUBJECT_NAME_CHARACTERS = 80;

/** Why somebody gets a mail, by what they are to the request. */
const footers = {
  maker: (badge: string) =>
    `You get this mail because you look after this ${badge} request for your organization.`,
  reviewer: (badge: string) => `You get this mail because you review ${badge} requests.`,
  operator: (badge: string) => `You get this mail because you look after the ${badge} service.`,
  participant: (badge: string) =>
    `You get this mail because you review ${badge} requests or have taken part in this one.`,
} as const;

/**
 * A mail in its outer form: greeting, parts, the request it is about, a link to it.
 * @param news the end of the subject: the status as people know it, or what happened
 * @param reader what the recipient is to the request
 */
export function composeMail(
  props: RequestMailProps,
  news: string,
  parts: readonly MailPart[],
  reader: keyof typeof footers = 'maker',
): Mail {
  const subject = subjectOf(props, news);
  const recipient = oneLine(props.recipientName);
  const greeting = recipient === '' ? 'Hello,' : `Hello ${recipient},`;
  const about = [
    { label: 'Product', value: oneLine(props.productName) },
    { label: 'ASIN', value: oneLine(props.asin) },
    { label: 'Request', value: oneLine(props.requestId) },
  ].filter(({ value }) => value !== '');
  const url = oneLine(props.url);
  const footer = footers[reader](badgeOf(props));

  const text = [
    greeting,
    ...parts.map(partText),
    about.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    `Open the request: ${url}`,
    `-- \n${footer}\n`,
  ].join('\n\n');

  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${subject}</title>
      </head>
      <body
        style="font-family: sans-serif; line-height: 1.5; color: #1a1a1a; max-width: 40em; margin: 0 auto; padding: 1em"
      >
        <p>${greeting}</p>
        ${parts.map(partMarkup)}
        <p>${about.map(({ label, value }) => html`${label}: <strong>${value}</strong><br />`)}</p>
        <p><a href="${url}">Open the request</a></p>
        <hr />
        <p style="color: #555555; font-size: 0.875em">${footer}</p>
      </body>
    </html> `;
  return { subject, text, html: markupText(page) };
}

/** A draft may lack programme, product and ASIN. */
function subjectOf(props: RequestMailProps, news: string): string {
  const name = shorten(oneLine(props.productName), SUBJECT_NAME_CHARACTERS) || 'a product to be chosen';
  const asin = oneLine(props.asin);
  return oneLine(`${badgeOf(props)} for ${name}${asin === '' ? '' : ` (${asin})`}: ${news}`);
}

const badgeOf = ({ programLabel }: RequestMailProps) => `${oneLine(programLabel)} badge`.trim();

function partText(part: MailPart): string {
  switch (part.kind) {
    case 'paragraph':
      return oneLine(part.text);
    case 'list':
      return part.items.map((item) => `- ${oneLine(item)}`).join('\n');
    case 'section':
      return [oneLine(part.title), ...part.lines.map((line) => `  ${oneLine(line)}`)].join('\n');
  }
}

function partMarkup(part: MailPart): Markup {
  switch (part.kind) {
    case 'paragraph':
      return html`<p>${oneLine(part.text)}</p> `;
    case 'list':
      return html`<ul>
        ${part.items.map((item) => html`<li>${oneLine(item)}</li>`)}
      </ul> `;
    case 'section':
      return html`<h3>${oneLine(part.title)}</h3>
        <p>${part.lines.map((line) => html`${oneLine(line)}<br />`)}</p> `;
  }
}

/**
 * Without line breaks and other control and direction marks: nothing that a value holds adds a header to
 * the mail, a line to its text, or turns the reading direction of what follows.
 */
function oneLine(value: string): string {
  return value
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/\p{Bidi_Control}/gu, '')
    .trim();
}

function shorten(value: string, length: number): string {
  const characters = Array.from(value);
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : value;
}
