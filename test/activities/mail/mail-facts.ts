/** What mails are about, where it does not matter what. */
import type { MailProps, RequestMailProps } from '../../../activities/mail/templates';
import { makeReason } from '../../../domain/reasons';
import type { TroubleReport } from '../../../domain/remedy';

export const request: RequestMailProps = {
  requestId: 'br_1',
  productName: 'Lamp',
  asin: 'B07N4M94X4',
  programLabel: 'Works with Alexa',
  url: 'https://badges.example/requests/br_1',
  recipientName: 'Ada',
};

export const troubleReport: TroubleReport = {
  marketplace: 'US',
  reasons: [{ check: 'LISTING_MATCHES', code: 'BRAND_MISMATCH', found: 'Acne', expected: 'Acme' }],
};

export const reasons = [
  makeReason('BRAND_MISMATCH', { marketplace: 'US', found: 'Acne', expected: 'Acme' }),
  makeReason('OTHER', { text: 'The manual\r\nnames another model.' }),
];

/** One of each, made of the given request. */
export const everyMail = (about: RequestMailProps): MailProps[] => [
  { name: 'under-review', props: { ...about, reviewDueAt: '2026-11-24T10:00:00.000Z' } },
  { name: 'rejected', props: { ...about, reasons } },
  { name: 'pending', props: { ...about, awaitsCertification: true, goLiveDate: '2027-01-15' } },
  {
    name: 'enabled',
    props: { ...about, badges: [{ marketplace: 'US', since: '2027-01-15T08:00:00.000Z' }] },
  },
  { name: 'withdrawn', props: about },
  { name: 'discarded', props: about },
  {
    name: 'listing-not-live',
    props: { ...about, marketplaces: ['US', 'JP'], triedUntil: '2027-02-14T15:00:00.000Z' },
  },
  {
    name: 'marketplace-dropped',
    props: { ...about, reasons: [makeReason('LISTING_NOT_LIVE_IN_TIME', { marketplace: 'JP' })] },
  },
  { name: 'marketplace-restored', props: { ...about, marketplaces: ['US', 'JP'] } },
  { name: 'review-overdue', props: { ...about, reviewDueAt: '2026-11-24T10:00:00.000Z' } },
  { name: 'review-escalated', props: { ...about, reviewDueAt: '2026-11-24T10:00:00.000Z' } },
  {
    name: 'comment',
    props: {
      ...about,
      comments: [{ author: { name: 'Grace', role: 'REVIEWER' }, body: 'The picture\r\n\nshows a lamp.' }],
    },
  },
  {
    name: 'badge-suspended',
    props: { ...about, marketplaces: ['US', 'JP'], cause: 'OPERATOR', reason: 'Recalled.\nIt overheats.' },
  },
  { name: 'badge-reinstated', props: { ...about, marketplaces: ['US'], reason: 'Repaired.' } },
  {
    name: 'badge-removed',
    props: { ...about, marketplaces: ['JP'], cause: 'OPERATOR', reason: 'Recalled for good.' },
  },
  {
    name: 'badge-in-trouble',
    props: { ...about, reports: [troubleReport], suspendAt: '2027-01-22T08:00:00.000Z' },
  },
  { name: 'badge-recovered', props: { ...about, marketplaces: ['US'] } },
];
