/** The calendar as text of RFC 5545. */
import type { CalendarEntry } from '../../db/calendar';
import { marketplaceByCode } from '../../domain/marketplaces';

/** Octets of a line, its end apart (RFC 5545, 3.1). */
const LINE_OCTETS = 75;
const NOT_WHOLE =
  'There is more than a feed can show: this is what goes live next. The calendar of the API has all of it.';

/** A calendar has one component at least (RFC 5545, 3.6): this one stands where there is no event, and says nothing. */
const NOTHING = [
  'BEGIN:VTIMEZONE',
  'TZID:UTC',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0000',
  'END:STANDARD',
  'END:VTIMEZONE',
];

/**
 * One event for each request and marketplace, at its instant, without a length. Names only what is sold and
 * where, no person.
 * @param options.publicUrl where people reach the pages of requests
 * @param options.isWhole whether it shows all that there is; else it says that it does not
 */
export function writeCalendar(
  entries: readonly CalendarEntry[],
  { publicUrl, isWhole }: { publicUrl: string; isWhole: boolean },
): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Badge requests//Calendar//EN',
    'CALSCALE:GREGORIAN',
    'NAME:Badges going live',
    'X-WR-CALNAME:Badges going live',
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
    ...(isWhole ? [] : ['DESCRIPTION', 'X-WR-CALDESC'].map((name) => `${name}:${escapeText(NOT_WHOLE)}`)),
    ...(entries.length === 0 ? NOTHING : entries.flatMap((entry) => eventLines(entry, publicUrl))),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${foldLine(line)}\r\n`).join('');
}

function eventLines(entry: CalendarEntry, publicUrl: string): string[] {
  const { name } = marketplaceByCode(entry.marketplace);
  const variant = entry.variant === null ? '' : ` (${entry.variant})`;
  return [
    'BEGIN:VEVENT',
    // The same for as long as request and marketplace are, so that a new date moves the event.
    `UID:${entry.requestId}.${entry.marketplace}@badge-requests`,
    `DTSTAMP:${utc(entry.changedAt)}`,
    `DTSTART:${utc(entry.effectiveAt)}`,
    `SUMMARY:${escapeText(`Badge live in ${name}: ${entry.product.name}${variant}, ${entry.asin}`)}`,
    `URL:${publicUrl}/badge-requests/${entry.requestId}`,
    `STATUS:${entry.status === 'PLANNED' ? 'TENTATIVE' : 'CONFIRMED'}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
}

/** `20270115T080000Z`; an iCalendar knows no milliseconds. */
const utc = (instant: string) => `${instant.slice(0, 19).replace(/[-:]/g, '')}Z`;

/** A text value (3.3.11); control characters, which it cannot have, become spaces. */
function escapeText(text: string): string {
  return text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ');
}

/** Folds a line between characters, so that none of its parts is longer than allowed. */
function foldLine(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LINE_OCTETS) {
      parts.push(part);
      // What goes on begins with a space, which counts.
      part = ' ';
      octets = 1;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join('\r\n');
}
