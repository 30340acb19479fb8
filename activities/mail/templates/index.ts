/** Every mail by its name, which is also what the outbox stores. */
import { badgeInTroubleMail, type BadgeInTroubleProps } from './badge-in-trouble';
import { badgeRecoveredMail, type BadgeRecoveredProps } from './badge-recovered';
import { badgeReinstatedMail, type BadgeReinstatedProps } from './badge-reinstated';
import { badgeRemovedMail, type BadgeRemovedProps } from './badge-removed';
import { badgeSuspendedMail, type BadgeSuspendedProps } from './badge-suspended';
import { commentMail, type CommentProps } from './comment';
import { discardedMail } from './discarded';
import { enabledMail, type EnabledProps } from './enabled';
import { listingNotLiveMail, type ListingNotLiveProps } from './listing-not-live';
import type { Mail, RequestMailProps } from './mail';
import { marketplaceDroppedMail, type MarketplaceDroppedProps } from './marketplace-dropped';
import { marketplaceRestoredMail, type MarketplaceRestoredProps } from './marketplace-restored';
import { pendingMail, type PendingProps } from './pending';
import { rejectedMail, type RejectedProps } from './rejected';
import { reviewEscalatedMail, type ReviewEscalatedProps } from './review-escalated';
import { reviewOverdueMail, type ReviewOverdueProps } from './review-overdue';
import { underReviewMail, type UnderReviewProps } from './under-review';
import { withdrawnMail, type WithdrawnProps } from './withdrawn';

export interface MailPropsByName {
  'under-review': UnderReviewProps;
  rejected: RejectedProps;
  pending: PendingProps;
  enabled: EnabledProps;
  withdrawn: WithdrawnProps;
  discarded: RequestMailProps;
  'listing-not-live': ListingNotLiveProps;
  'marketplace-dropped': MarketplaceDroppedProps;
  'marketplace-restored': MarketplaceRestoredProps;
  'review-overdue': ReviewOverdueProps;
  'review-escalated': ReviewEscalatedProps;
  comment: CommentProps;
  'badge-suspended': BadgeSuspendedProps;
  'badge-reinstated': BadgeReinstatedProps;
  'badge-removed': BadgeRemovedProps;
  'badge-in-trouble': BadgeInTroubleProps;
  'badge-recovered': BadgeRecoveredProps;
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
  'marketplace-restored': marketplaceRestoredMail,
  'review-overdue': reviewOverdueMail,
  'review-escalated': reviewEscalatedMail,
  comment: commentMail,
  'badge-suspended': badgeSuspendedMail,
  'badge-reinstated': badgeReinstatedMail,
  'badge-removed': badgeRemovedMail,
  'badge-in-trouble': badgeInTroubleMail,
  'badge-recovered': badgeRecoveredMail,
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
