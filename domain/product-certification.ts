/**
 * What a product is certified for. Amazon certifies by region ("one certification request per region"), and anew where a
 * product changes: so a product has several projects, and each of its marketplaces its own one that decides about it.
 */
import {
  certificationLabel,
  certificationReasonCode,
  certificationVerdict,
  isOrWasApproved,
  isSelectable,
  UNAPPROVED_STATUSES,
  type CertificationProject,
  type CertificationVerdict,
} from './certification';
import type { MarketplaceCode } from './marketplaces';
import { makeReason, type Reason, type ReasonCode } from './reasons';

/** A project of a product, as its newest event describes it. */
export interface ProductProject extends Pick<
  CertificationProject,
  'projectId' | 'version' | 'status' | 'result' | 'reason' | 'marketplaces'
> {
  /** Whether it has ever been approved, whatever it says now. */
  readonly wasApproved: boolean;
}

/** All projects of a product, the newest first: their ids sort by time. */
export type ProductProjects = readonly ProductProject[];

const names = (project: ProductProject, code: MarketplaceCode) => project.marketplaces.includes(code);
const isApproved = (project: ProductProject) => certificationVerdict(project) === 'APPROVED';

/**
 * The project that decides about a marketplace before its badge is enabled: the newest that names it. Where none does any
 * more, the newest approved one says that it is not covered; without any, the newest of all says what becomes of it.
 * @returns null for a product without projects
 */
export function decidingIn(projects: ProductProjects, code: MarketplaceCode): ProductProject | null {
  return projects.find((each) => names(each, code)) ?? projects.find(isApproved) ?? projects[0] ?? null;
}

/** Whether a marketplace is certified now: approved by the newest project that names it. */
export function isCertifiedIn(projects: ProductProjects, code: MarketplaceCode): boolean {
  const project = decidingIn(projects, code);
  return project !== null && names(project, code) && isApproved(project);
}

/** The marketplaces that are named by projects of a product, in the order of the newest that names each. */
export const namedIn = (projects: ProductProjects): MarketplaceCode[] => [
  ...new Set(projects.flatMap(({ marketplaces }) => marketplaces)),
];

/** The marketplaces that are certified now. */
export const certifiedMarketplaces = (projects: ProductProjects): MarketplaceCode[] =>
  namedIn(projects).filter((code) => isCertifiedIn(projects, code));

/** The marketplaces that a request can ask for: their certification is approved or under way. */
export const selectableMarketplaces = (projects: ProductProjects): MarketplaceCode[] =>
  namedIn(projects).filter((code) => {
    const project = decidingIn(projects, code);
    return project !== null && isSelectable(project);
  });

/** What a badge stands or falls by, once it is enabled. */
export interface CertificationStanding {
  readonly project: ProductProject;
  /** Whether it names the marketplace. */
  readonly covers: boolean;
  /**
   * REVOKED: it was approved and is no longer, whatever took its place. Null: it is on hold or cancelled since, which changes
   * nothing.
   */
  readonly verdict: 'APPROVED' | 'REVOKED' | null;
}

/**
 * The newest project that names a marketplace and has ever been approved: one that is still under way, or has ended without
 * an approval, takes nothing from the one before it, and gives it nothing. Where none names it any more, the newest approved
 * one says that it is not covered. Where there is none of either, one that was approved first and rejected then has taken its
 * own approval back. `standingOf` of db/standing-certification.ts says the same. A function of what the
 * projects say alone, so that the order of events does not matter.
 * @returns null where no project of the product was ever approved
 */
export function standingIn(projects: ProductProjects, code: MarketplaceCode): CertificationStanding | null {
  const ever = projects.filter(wasEverApproved);
  const standing = ever.filter((each) => !isRejected(each));
  const project =
    standing.find((each) => names(each, code)) ??
    standing.find(isApproved) ??
    ever.find((each) => isRejected(each) && names(each, code)) ??
    standing[0];
  if (project === undefined) return null;
  return { project, covers: names(project, code), verdict: verdictOf(project) };
}

function verdictOf({ status, result }: ProductProject): CertificationStanding['verdict'] {
  if (status !== 'COMPLETE') return null;
  return result === 'REJECTED' ? 'REVOKED' : result;
}

const wasEverApproved = (project: ProductProject): boolean =>
  !UNAPPROVED_STATUSES.includes(project.status) && (project.wasApproved || isOrWasApproved(project));

const isRejected = ({ status, result }: ProductProject) => status === 'COMPLETE' && result === 'REJECTED';

/** Why a marketplace is lost to a request. */
export interface Loss {
  readonly code: ReasonCode;
  readonly projectId: string;
  readonly found: string | null;
  readonly expected: string | null;
  /** The pipeline's own words. */
  readonly text: string | null;
}

/**
 * What a marketplace's certification is to a request in Pending: CERTIFIED lets its badge go live; AWAITED is under way; STAGED is
 * under way, too, and its badge stays as it is; KEPT has ended without an approval, and its badge, which is effective, stands by the
 * approval before it; LOST takes it from the request.
 */
export type Outlook =
  | { readonly kind: 'CERTIFIED' | 'AWAITED' | 'STAGED' }
  | { readonly kind: 'KEPT' | 'LOST'; readonly loss: Loss };

/** A badge of a request that goes live. */
export interface BadgeToCome {
  readonly marketplace: MarketplaceCode;
  readonly isEffective: boolean;
}

/**
 * @param badges all that the request has, staged or effective
 * @returns LOST for a product without projects
 */
export function outlookIn(
  projects: ProductProjects,
  code: MarketplaceCode,
  badges: readonly BadgeToCome[] = [],
): Outlook {
  const project = decidingIn(projects, code);
  const badge = badges.find(({ marketplace }) => marketplace === code);
  const verdict = project === null ? 'APPROVED' : certificationVerdict(project);
  if (project === null || (verdict === 'APPROVED' && !names(project, code)))
    return { kind: 'LOST', loss: uncovered(projects, code, project) };
  if (verdict === 'APPROVED') return { kind: 'CERTIFIED' };
  // As after Enabled: a project that is under way keeps no approval from being withdrawn, and one that has ended without
  // an approval takes nothing from the approval before it.
  const standing = standingIn(projects, code);
  if (verdict === 'OPEN') {
    const isBegun = badges.some(
      (each) => standingIn(projects, each.marketplace)?.project === standing?.project,
    );
    if (isBegun && standing?.covers && standing.verdict === 'REVOKED')
      return { kind: 'LOST', loss: lossBy(standing.project) };
    return { kind: badge === undefined ? 'AWAITED' : 'STAGED' };
  }
  const isSpared = badge?.isEffective === true && standing?.covers === true && standing.verdict !== 'REVOKED';
  return { kind: isSpared ? 'KEPT' : 'LOST', loss: lossBy(project) };
}

function uncovered(projects: ProductProjects, code: MarketplaceCode, project: ProductProject | null): Loss {
  return {
    code: 'MARKETPLACE_NOT_CERTIFIED',
    projectId: project?.projectId ?? '',
    found: code,
    // An approval may cover none at all.
    expected: certifiedMarketplaces(projects).join(', ') || null,
    text: null,
  };
}

const lossBy = (project: ProductProject): Loss => ({
  code: certificationReasonCode(project) ?? 'CERTIFICATION_REVOKED',
  projectId: project.projectId,
  found: certificationLabel(project),
  expected: null,
  text: project.reason,
});

/** What a request in Pending asks for, and has. */
export interface Asked {
  readonly marketplaces: readonly MarketplaceCode[];
  /** Those that it has lost to a certification, and gets back once they are certified. */
  readonly dropped?: readonly MarketplaceCode[];
  readonly badges?: readonly BadgeToCome[];
}

/**
 * What a product's certification is to a request in Pending as a whole: OPEN is waited for; APPROVED changes what goes live, by
 * marketplaces that are certified, lost while others remain, or back; REFUSED and REVOKED leave none that could still go live.
 */
export function verdictFor(
  projects: ProductProjects,
  { marketplaces, dropped = [], badges = [] }: Asked,
): CertificationVerdict {
  if (dropped.some((code) => isCertifiedIn(projects, code))) return 'APPROVED';
  const outlooks = marketplaces.map((code) => outlookIn(projects, code, badges));
  const losses = outlooks.flatMap((outlook) => ('loss' in outlook ? [outlook.loss] : []));
  if (outlooks.some(({ kind }) => kind === 'CERTIFIED')) return 'APPROVED';
  if (losses.length === 0) return 'OPEN';
  if (losses.length < outlooks.length || losses.every(isUncovered)) return 'APPROVED';
  return losses.some(({ code }) => code === 'CERTIFICATION_REVOKED') ? 'REVOKED' : 'REFUSED';
}

const isUncovered = ({ code }: Loss) => code === 'MARKETPLACE_NOT_CERTIFIED';

/** The reason of a marketplace that is lost to a request which goes on without it. */
export const reasonOfLoss = (code: MarketplaceCode, { projectId: _, ...loss }: Loss): Reason =>
  makeReason(loss.code, { ...loss, marketplace: code });

/**
 * The reasons of a request that has lost what it waited for: one, about all of it, where one project's word takes everything.
 * @param asked all that it asks for; a certification of some of it may be under way again
 */
export function reasonsOfLosses(
  losses: readonly (readonly [MarketplaceCode, Loss])[],
  asked: readonly MarketplaceCode[],
): Reason[] {
  const [first] = losses;
  if (first === undefined) return [];
  const [, loss] = first;
  const isAll = losses.length === asked.length;
  const isOne =
    isAll && !isUncovered(loss) && losses.every(([, { projectId }]) => projectId === loss.projectId);
  if (isOne) return [makeReason(loss.code, { ...loss, marketplace: null })];
  return losses.map(([code, each]) => reasonOfLoss(code, each));
}

/** Whether a reason is of a marketplace that was lost to a certification; it comes back with one. */
const isOfLoss = ({ code, marketplace }: Reason): boolean =>
  marketplace !== null && (code === 'MARKETPLACE_NOT_CERTIFIED' || code.startsWith('CERTIFICATION_'));

/** Parts the reasons of a request in Pending: of what it has lost to certifications, and all others. */
export function partReasons(reasons: readonly Reason[]): {
  readonly ofLosses: readonly Reason[];
  readonly others: readonly Reason[];
  readonly dropped: readonly MarketplaceCode[];
} {
  const ofLosses = reasons.filter(isOfLoss);
  return {
    ofLosses,
    others: reasons.filter((reason) => !isOfLoss(reason)),
    dropped: ofLosses.flatMap(({ marketplace }) => marketplace ?? []),
  };
}

/**
 * The projects that decide about marketplaces of a request, the newest first, each with those that it decides about. Without
 * marketplaces, the product's newest project.
 */
export function decidingProjects(
  projects: ProductProjects,
  marketplaces: readonly MarketplaceCode[],
): readonly { readonly project: ProductProject; readonly marketplaces: readonly MarketplaceCode[] }[] {
  if (marketplaces.length === 0)
    return projects.slice(0, 1).map((project) => ({ project, marketplaces: [] }));
  return projects
    .map((project) => ({
      project,
      marketplaces: marketplaces.filter((code) => decidingIn(projects, code) === project),
    }))
    .filter((each) => each.marketplaces.length > 0);
}

/** What a request's certification is to whoever reads it. */
export interface CertificationSeen {
  /** The project that it waits for, or else the newest that decides about it; null without a product. */
  readonly project: ProductProject | null;
  /** Marketplaces without a badge that are not certified now. */
  readonly awaited: readonly MarketplaceCode[];
  /** Of those, or where there are none of all, the ones whose project is on hold. */
  readonly onHold: readonly MarketplaceCode[];
}

/** @param badges where the request has one, staged or effective */
export function seeCertification(
  projects: ProductProjects,
  { marketplaces, badges }: { marketplaces: readonly MarketplaceCode[]; badges: readonly MarketplaceCode[] },
): CertificationSeen {
  const awaited = marketplaces.filter((code) => !badges.includes(code) && !isCertifiedIn(projects, code));
  const about = awaited.length > 0 ? awaited : marketplaces;
  const [deciding] = decidingProjects(projects, about);
  const onHold = about.filter((code) => decidingIn(projects, code)?.status === 'ON_HOLD');
  return { project: deciding?.project ?? null, awaited, onHold };
}
