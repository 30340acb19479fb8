import fc from 'fast-check';
import ICAL from 'ical.js';
import { writeCalendar } from '../../api/calendar/icalendar';
import type { CalendarEntry } from '../../db/calendar';
import { MARKETPLACE_CODES, marketplaceByCode } from '../../domain/marketplaces';

const WHOLE = { publicUrl: 'https://badges.example', isWhole: true };
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({
    unit: fc.constantFrom('\\', ';', ',', ':', '"', '\n', '\r', ' ', 'n', 'é', '😀', 'e\u0301'),
    maxLength: 90,
  }),
);
const instants = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const entries: fc.Arbitrary<CalendarEntry> = fc.record({
  requestId: fc.stringMatching(/^br_[0-9a-z]{26}$/),
  marketplace: fc.constantFrom(...MARKETPLACE_CODES),
  asin: fc.constant('B07N4M94X4'),
  variant: fc.option(anyText),
  product: fc.record({ id: fc.constant('prod_one'), name: anyText }),
  organization: fc.constant({ id: 'org_one', name: 'One' }),
  effectiveAt: instants,
  status: fc.constantFrom('STAGED' as const, 'ENABLED' as const, 'PLANNED' as const),
  changedAt: instants,
});
/** A text as a calendar can hold it. */
const shown = (text: string) => text.replace(/\r\n|\r/g, '\n').replace(/(?!\n)[\p{Cc}\p{Cs}]/gu, ' ');
const second = (instant: string) => `${instant.slice(0, 19)}Z`;

test('a parser reads back what was written, whatever products are called', () => {
  fc.assert(
    fc.property(fc.array(entries, { maxLength: 5 }), (written) => {
      const calendar = new ICAL.Component(ICAL.parse(writeCalendar(written, WHOLE)) as object[]);
      const events = calendar.getAllSubcomponents('vevent');
      expect(events).toHaveLength(written.length);
      written.forEach((entry, index) => {
        const value = (name: string) => String(events[index]?.getFirstPropertyValue(name));
        const variant = entry.variant === null ? '' : ` (${entry.variant})`;
        const where = marketplaceByCode(entry.marketplace).name;
        expect({
          uid: value('uid'),
          summary: value('summary'),
          start: value('dtstart'),
          stamp: value('dtstamp'),
          url: value('url'),
          status: value('status'),
        }).toEqual({
          uid: `${entry.requestId}.${entry.marketplace}@badge-requests`,
          summary: shown(`Badge live in ${where}: ${entry.product.name}${variant}, ${entry.asin}`),
          start: second(entry.effectiveAt),
          stamp: second(entry.changedAt),
          url: `${WHOLE.publicUrl}/badge-requests/${entry.requestId}`,
          status: entry.status === 'PLANNED' ? 'TENTATIVE' : 'CONFIRMED',
        });
      });
    }),
  );
});

test('lines end as the standard says, none is too long, and no character is cut', () => {
  fc.assert(
    fc.property(entries, (entry) => {
      const bytes = Buffer.from(writeCalendar([entry], WHOLE));
      const lines = bytes.toString('latin1').split('\r\n');
      expect(lines.at(-1)).toBe('');
      expect(lines.join('')).not.toMatch(/[\r\n]/);
      for (const line of lines) {
        expect(line.length).toBeLessThanOrEqual(75);
        expect(() =>
          new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(line, 'latin1')),
        ).not.toThrow();
      }
    }),
  );
});

test('a calendar in which nothing is going to happen has a component, as every one must', () => {
  const calendar = new ICAL.Component(ICAL.parse(writeCalendar([], WHOLE)) as object[]);
  expect(calendar.getAllSubcomponents().map(({ name }) => name)).toEqual(['vtimezone']);
  expect(calendar.getFirstSubcomponent('vtimezone')?.getFirstPropertyValue('tzid')).toBe('UTC');
});

test('an event, to the letter', () => {
  const text = writeCalendar(
    [
      {
        requestId: 'br_01kadm0v1wfb5s5t8k3v7q2m9x',
        marketplace: 'UK',
        asin: 'B07N4M94X4',
        variant: 'Black',
        product: { id: 'prod_one', name: 'Lamp; 2, with "switch"' },
        organization: { id: 'org_one', name: 'One' },
        effectiveAt: '2027-01-15T00:00:00.000Z',
        status: 'PLANNED',
        changedAt: '2026-11-22T10:00:00.123Z',
      },
    ],
    WHOLE,
  );
  expect(text.split('\r\n').slice(8, -2)).toEqual([
    'BEGIN:VEVENT',
    'UID:br_01kadm0v1wfb5s5t8k3v7q2m9x.UK@badge-requests',
    'DTSTAMP:20261122T100000Z',
    'DTSTART:20270115T000000Z',
    'SUMMARY:Badge live in United Kingdom: Lamp\\; 2\\, with "switch" (Black)\\, B0',
    ' 7N4M94X4',
    'URL:https://badges.example/badge-requests/br_01kadm0v1wfb5s5t8k3v7q2m9x',
    'STATUS:TENTATIVE',
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ]);
});
