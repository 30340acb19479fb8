/** What recording a transition answers: small facts that a workflow goes on with, as plain JSON. */
import type { RecordedBadge } from './badges';
import type { CertificationVerdict } from './certification';
import type { Stage, Status } from './lifecycle';
import type { Looks } from './listing-looks';
import type { MarketplaceCode } from './marketplaces';

/** Why a command is refused; the type of the failure that an update answers with. */
export const refusals = {
  actionNotAllowed: 'ACTION_NOT_ALLOWED',
  roundOutdated: 'ROUND_OUTDATED',
  formInvalid: 'FORM_INVALID',
  duplicateRequest: 'DUPLICATE_REQUEST',
} as const;
export type RefusalType = (typeof refusals)[keyof typeof refusals];

/** Nothing was recorded. */
export interface Refused {
  readonly refused: RefusalType;
}

/** Where the request stands, once recorded. */
export interface Recorded {
  readonly status: Status;
  readonly stage: Stage | null;
  readonly round: number;
  /** Whether the worker that has recorded it asks the outside systems, too; absent: others do. */
  readonly asksHere?: true;
}

export interface Submitted extends Recorded {
  readonly marketplaces: MarketplaceCode[];
  /** Whether the product has a skill whose publication is checked. */
  readonly hasSkill: boolean;
  /** Whose certification it is about; absent in what was recorded before it was kept. */
  readonly productId?: string;
}

/** What a product's certification is to a request that waits for it. */
export interface CertificationNews {
  /** The product's newest project, and its version. */
  readonly projectId: string;
  readonly version: number;
  /** Grows with whatever any of the product's projects says; absent in what was told before each marketplace had its own. */
  readonly revision?: number;
  readonly verdict: CertificationVerdict;
  /**
   * In what was told before there were revisions: the approval that badges to come stand by was withdrawn, while another project
   * is under way.
   */
  readonly withdrawn?: true;
  /** Of the product that it is about; absent in what was told before it was said. */
  readonly productId?: string;
}

/** What is left to do until every badge is effective. */
export interface GoingLive extends Recorded {
  readonly certification: CertificationNews;
  /** Marketplaces that are wanted and not staged yet. */
  readonly open: MarketplaceCode[];
  /** When the listings of the open ones are looked at; absent in what was recorded before there were looks. */
  readonly looks?: Looks;
  /** In what was recorded before there were looks: local midnights of the open ones; empty for as soon as possible. */
  readonly instants?: Partial<Record<MarketplaceCode, string>>;
  /**
   * Whether what is wanted was held against this certification; false where that is to be done as soon as it is approved;
   * absent where it is as it was, and in what was recorded before.
   */
  readonly judged?: boolean;
  /** Nothing had changed, so nothing was recorded. */
  readonly unchanged?: true;
  /** Whether the approval that badges stand by was read, and takes none of them. */
  readonly approvalRead?: true;
  /** When the last badge becomes effective; set once nothing is open. */
  readonly enabledAt: string | null;
  /** Whether the first minute after that is the mails'; absent in what was recorded before they had it. */
  readonly mailsFirst?: true;
}

/** After Enabled: where the request and its badges stand. */
export interface BadgesRecorded extends Recorded {
  readonly badges: readonly RecordedBadge[];
  /** Nothing was recorded under a number: all of it was so already, or the request's own workflow still gives them. */
  readonly unchanged?: true;
}

/** The same, and the number of the last transition. */
export interface RemedyStart extends BadgesRecorded {
  readonly seq: number;
}

/** Whether one piece of news is of a newer project than another, or of a newer version of it; `null` is older than any. */
export function isOfNewerVersion(news: CertificationNews, than: CertificationNews | null): boolean {
  if (than === null || news.projectId > than.projectId) return true;
  return news.projectId === than.projectId && news.version > than.version;
}

/** Whether one piece of news is newer than another. One without a revision is only by its version. */
export function isNewer(news: CertificationNews, than: CertificationNews | null): boolean {
  if (than?.revision !== undefined && news.revision !== undefined) return news.revision > than.revision;
  return isOfNewerVersion(news, than) || news.revision !== undefined;
}
