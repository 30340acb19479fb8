// What people read in place of the API's codes that no list of it names.
import { words } from './draw.js';

const labelled = (labels) => (code) => (code == null ? null : (labels[code] ?? words(code)));

/** The statuses as the programme's page spells them, and ours beyond the page. */
export const statusNames = {
  NOT_SUBMITTED: 'Not Submitted',
  UNDER_REVIEW: 'Under Review',
  PENDING: 'Pending',
  ENABLED: 'Enabled',
  REJECTED: 'Rejected',
  DISCARDED: 'Discarded',
  SUSPENDED: 'Suspended',
  REMOVED: 'Removed',
};
export const statusLabel = labelled(statusNames);

export const checkLabel = labelled({
  ASIN_LIVE: 'The ASIN is for sale',
  LISTING_MATCHES: 'The listing is of the certified product',
  SKILL_PUBLISHED: 'The skill is published',
});

export const answerLabel = labelled({ YES: 'yes', NO: 'no', UNKNOWN: 'not decided' });

export const badgeLabel = labelled({
  STAGED: 'Goes live',
  ENABLED: 'Shown',
  SUSPENDED: 'Suspended',
  REMOVED: 'Removed',
});

export const decisionLabel = labelled({
  APPROVED: 'approved',
  REJECTED: 'rejected',
  CHECKS_FAILED: 'sent back',
  WITHDRAWN: 'withdrawn',
});

/** What becomes of a badge for which it is planned. */
export const orderLabel = labelled({
  suspend: 'suspended',
  reinstate: 'reinstated',
  remove: 'removed',
});

/** Why a badge is suspended or removed. */
export const causeLabel = labelled({
  OPERATOR: 'an operator decided so',
  CERTIFICATION_REVOKED: 'the product’s certification does not hold there any more',
  LISTING: 'the listing is not what was certified',
  PROGRAM_SUSPENSION: 'the programme is suspended there',
});

/** Why one that was suspended for it is shown again. */
export const returnLabel = labelled({
  OPERATOR: 'an operator decided so',
  CERTIFICATION_REVOKED: 'the product’s certification holds there again',
  LISTING: 'the listing is right again',
  PROGRAM_SUSPENSION: 'the programme is not suspended there any more',
});

/** Amazon's regions, in the order in which people are shown them. */
const regionNames = { NA: 'North America', EU: 'Europe', FE: 'Far East' };
export const regions = Object.keys(regionNames);
export const regionLabel = labelled(regionNames);

/** Codes inside a text, as words. */
export const readable = (text) => text && text.replace(/\b[A-Z]+(?:_[A-Z]+)+\b/g, words);
