/** What mails are about, where it does not matter what. */
import type { RequestMailProps } from '../../../activities/mail/templates';
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
