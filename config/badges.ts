/** Certifications, going live, and what happens to badges afterwards. */
import { z } from 'zod';
import { DEFAULT_RETRY_DAYS } from '../domain/listing-looks';
import { decimalNumber, list, wholeNumber, type Variable } from './rules';

export const badgeVariables = {
  CERTIFICATION_WEBHOOK_SECRETS: {
    rule: list(
      z.string().regex(/^whsec_[A-Za-z0-9+/=]{24,}$/, 'must be whsec_ and at least 24 base64 characters'),
    ),
    for: ['api'],
    about: 'Secrets that sign certification events, comma-separated; two while rotating',
  },
  CERTIFICATION_SIGNALS_PER_SECOND: {
    rule: decimalNumber(0.1, 1000).prefault('20'),
    for: ['worker'],
    about:
      'Requests told in a second of one certification, or by one worker of suspended programmes; more than can be followed delays everything else',
  },
  STAGING_RETRY_DAYS: {
    rule: wholeNumber(0, 365).prefault(String(DEFAULT_RETRY_DAYS)),
    for: ['worker'],
    about:
      'For how many days a listing that is not live is looked at again before its marketplace is dropped; 0: dropped at once',
  },
  REMEDY_GRACE_DAYS: {
    rule: wholeNumber(1, 365).prefault('7'),
    for: ['worker'],
    about: 'How many days a maker has to correct a listing before its badge is suspended',
  },
  REMEDY_REMOVE_DAYS: {
    rule: wholeNumber(1, 3650).prefault('90'),
    for: ['worker'],
    about: 'After how many days of suspension for its listing a badge is removed',
  },
  RECONCILE_MINUTES: {
    rule: wholeNumber(1, 1440).prefault('5'),
    for: ['worker'],
    about: 'How often it is looked for requests that have not heard what their certification says',
  },
  AUDIT_INTERVAL_HOURS: {
    rule: wholeNumber(0, 8760).prefault('48'),
    for: ['worker'],
    about: 'How often the listing of every enabled badge is looked at again, in hours; 0: never',
  },
} as const satisfies Record<string, Variable>;
