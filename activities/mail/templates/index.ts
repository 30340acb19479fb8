/** Every mail by its name, which is also what the outbox stores. */
import { discardedMail } from './discarded';
import { enabledMail, type EnabledProps } from './enabled';
import { listingNotLiveMail, type ListingNotLiveProps } from './listing-not-live';
import type { Mail, RequestMailProps } from './mail';
import { marketplaceDroppedMail, type MarketplaceDroppedProps } from './marketplace-dropped';
import { pendingMail, type PendingProps } from './pending';
import { rejectedMail, type RejectedProps } from './rejected';
import { underReviewMail, type UnderReviewProps } from './under-review';
import { withdrawnMail } from './withdrawn';

export interface MailPropsByName {
  'under-review': UnderReviewProps;
  rejected: RejectedProps;
  pending: PendingProps;
  enabled: EnabledProps;
  withdrawn: RequestMailProps;
  discarded: RequestMailProps;
  'listing-not-live': ListingNotLiveProps;
  'marketplace-dropped': MarketplaceDroppedProps;
}
export type MailName = keyof MailPropsByName;

/** A mail's name with the props that belong to it. */
export type MailProps<Name extends MailName = MailName> = {
  [Each in Name]: { name: Each; props: MailPropsByName[Each] };
}[Name];

export const mailTemplates: { readonly [Name in MailName]: (props: MailPropsByName[Name]) => Mail } = {
  'under-review': underReviewMail,
  rejected: rejectedMail,
  pending: pendingMail,
  enabled: enabledMail,
  withdrawn: withdrawnMail,
  discarded: discardedMail,
  'listing-not-live': listingNotLiveMail,
  'marketplace-dropped': marketplaceDroppedMail,
};

/** Whether a stored name is that of a mail. */
export function isMailName(value: unknown): value is MailName {
  return typeof value === 'string' && Object.hasOwn(mailTemplates, value);
}

/** The mail of a name, in all its forms. */
export function renderMail<Name extends MailName>(name: Name, props: MailPropsByName[Name]): Mail {
  return mailTemplates[name](props);
}

export type { Mail, RequestMailProps } from './mail';
