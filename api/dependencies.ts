import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { BadgeLookup, BadgePlace } from '../db/badge-lookup';
import type { Pool } from '../db/pool';
import type { CallLimit } from './call-limit';
import type { IdentityProvider } from './sign-in/identity-provider';

/** What the API is built of; `main.ts` makes it, tests make their own. */
export interface ApiDependencies {
  readonly pool: Pool;
  /** Which badges one ASIN carries in one marketplace. */
  readonly lookUpBadge: (place: BadgePlace) => Promise<BadgeLookup>;
  readonly temporal: Client;
  /** Where the workflows of requests run. */
  readonly taskQueue: string;
  readonly log: Logger;
  /** What is measured of this process. */
  readonly registry: Registry;
  /** Secrets that may sign certification events, `whsec_…`; two while rotating. */
  readonly webhookSecrets: readonly string[];
  /** Whether makers' endpoints may be on this machine or a private network, and without TLS. */
  readonly webhooksMayBeLocal: boolean;
  /** Where people sign in to the console. */
  readonly identityProvider: IdentityProvider;
  readonly sessions: SessionTerms;
  /** Where callers reach the API, for its description, and the origin of the console's calls. */
  readonly publicUrl: string;
  /** Where detail pages are, with `{asin}` and `{marketplace}` in it; undefined: Amazon's own. */
  readonly detailPageTemplate: string | undefined;
  /** How long a call waits for a worker before it answers 503. */
  readonly answerDeadlineMs: number;
  /** How long the checks of a draft wait for Amazon before they say *unknown*. */
  readonly checkPatienceMs: number;
  /** How long a reviewer's claim lasts without a sign of them. */
  readonly claimMinutes: number;
  /** Counts the calls of each caller; undefined: they may call as often as they like. */
  readonly callLimit: CallLimit | undefined;
  /** Proxies that a call passes before it comes here; undefined: it is not known whose its address is. */
  readonly proxiesInFront: number | undefined;
  /** How many checks of drafts an organization may begin in a minute. */
  readonly checksPerMinute: number;
  /** How many drafts an organization may have that it never submitted. */
  readonly draftsPerOrganization: number;
  /** Questions for ASINs that an organization may ask in a minute. */
  readonly suggestionsPerMinute: number;
  /** The present. */
  readonly now: () => Date;
}

/** How long somebody stays signed in. */
export interface SessionTerms {
  /** At most, whatever they do. */
  readonly hours: number;
  /** Without doing anything. */
  readonly idleMinutes: number;
}
