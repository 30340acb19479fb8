import { ApplicationFailure } from '@temporalio/activity';
import { marketplaceByCode, type MarketplaceCode } from '../../domain/marketplaces';
import { isAsin } from '../../domain/asin';
import { type Finding, type FindingSummary, type ReviewSubject, skillOf } from '../../domain/review';
import { type CatalogAnswer, judgeListing } from '../../domain/review-listing';
import { judgeSkill, type SkillAnswer } from '../../domain/review-skill';
import type { ReviewSubjectRef } from '../../workflows/contract';
import { askAll, type Question } from './asking';
import type { Catalog, CatalogLookup } from './catalog';
import type { SkillLookup, SkillStore } from './skills';

/** The type of the failure, not to be repeated, when there is nothing (any more) to check. */
export const REVIEW_SUBJECT_GONE = 'REVIEW_SUBJECT_GONE';

export interface CheckInput {
  readonly subject: ReviewSubjectRef;
  readonly marketplaces: readonly MarketplaceCode[];
  /** How long to wait for Amazon since the activity was first scheduled, in milliseconds; else as configured. */
  readonly patienceMs?: number;
}

export interface CheckDependencies {
  readonly catalog: Catalog;
  readonly skills: SkillStore;
  /** What to hold Amazon's answers against; null when it is not there. */
  loadSubject(subject: ReviewSubjectRef): Promise<ReviewSubject | null>;
  /** Keeps findings, one for each check and marketplace of the subject; repeated, it replaces them. */
  saveFindings(subject: ReviewSubjectRef, findings: readonly Finding[]): Promise<void>;
  /** How long a check waits for Amazon before it answers UNKNOWN, in milliseconds. */
  readonly patienceMs: number;
}

/**
 * The activities of a review, all safe to run twice. They need a heartbeat timeout of 5 s or more and a
 * retry policy without a limit of attempts: how long they go on is the patience's business.
 */
export function createCheckActivities(deps: CheckDependencies) {
  const load = async (ref: ReviewSubjectRef): Promise<ReviewSubject> => {
    const subject = await deps.loadSubject(ref);
    if (subject !== null) return subject;
    throw ApplicationFailure.nonRetryable('There is nothing to check any more.', REVIEW_SUBJECT_GONE);
  };
  const patienceOf = (input: CheckInput) => input.patienceMs ?? deps.patienceMs;
  const saving = (input: CheckInput) => ({
    patienceMs: patienceOf(input),
    save: (findings: readonly Finding[]) => deps.saveFindings(input.subject, findings),
  });

  return {
    /** ASIN_LIVE and LISTING_MATCHES in each marketplace, one call for each, all of one region. */
    checkListings: async (input: CheckInput): Promise<FindingSummary[]> => {
      const subject = await load(input.subject);
      const questions = input.marketplaces.map((code) => listingQuestion(deps.catalog, subject, code));
      return askAll(questions, saving(input));
    },

    /** SKILL_PUBLISHED in each marketplace, from one look at the skill; empty for a product without one. */
    checkSkill: async (input: CheckInput): Promise<FindingSummary[]> => {
      const subject = await load(input.subject);
      const skill = skillOf(subject.product.integration);
      if (skill === null || input.marketplaces.length === 0) return [];
      return askAll([skillQuestion(deps.skills, skill, input.marketplaces)], saving(input));
    },

    /** ASIN_LIVE alone, for the moment before a badge is staged; nothing is kept. */
    checkLiveness: async (input: CheckInput): Promise<FindingSummary[]> => {
      const subject = await load(input.subject);
      const questions = input.marketplaces.map((code) =>
        onlyLiveness(listingQuestion(deps.catalog, subject, code)),
      );
      return askAll(questions, { patienceMs: patienceOf(input), save: async () => undefined });
    },
  };
}

/** What workflows see of them. */
export type CheckActivities = ReturnType<typeof createCheckActivities>;

const now = () => new Date().toISOString();

function listingQuestion(catalog: Catalog, subject: ReviewSubject, code: MarketplaceCode): Question {
  const evidence = { source: 'getCatalogItem' };
  const judge = (answer: CatalogAnswer) => judgeListing(subject, code, answer, now());
  return {
    about: [
      { check: 'ASIN_LIVE', marketplace: code },
      { check: 'LISTING_MATCHES', marketplace: code },
    ],
    ask: async (signal) => {
      if (!isAsin(subject.asin))
        return judge({ kind: 'undecided', why: 'There is no valid ASIN to ask for.', evidence });
      return judge(answerOfCatalog(await catalog.lookUp(subject.asin, marketplaceByCode(code), signal)));
    },
    giveUp: (why) => judge({ kind: 'undecided', why, evidence }),
  };
}

function answerOfCatalog(lookup: CatalogLookup): CatalogAnswer {
  const evidence = { source: 'getCatalogItem', requestId: lookup.requestId };
  switch (lookup.kind) {
    case 'item':
      return { kind: 'listed', listing: lookup.listing, evidence };
    case 'notFound':
      return { kind: 'notFound', evidence: { ...evidence, status: 404 } };
    case 'refused': {
      const why = `Amazon’s catalogue refused the question (${lookup.status}).`;
      return { kind: 'undecided', why, evidence: { ...evidence, status: lookup.status } };
    }
  }
}

const isLiveness = ({ check }: { check: Finding['check'] }) => check === 'ASIN_LIVE';
const onlyLiveness = (question: Question): Question => ({
  about: question.about.filter(isLiveness),
  ask: async (signal) => (await question.ask(signal)).filter(isLiveness),
  giveUp: (why) => question.giveUp(why).filter(isLiveness),
});

function skillQuestion(
  skills: SkillStore,
  skill: { skillId: string; vendorId: string },
  codes: readonly MarketplaceCode[],
): Question {
  const evidence = { source: 'listSkillsForVendor' };
  const judge = (answer: SkillAnswer) =>
    codes.map((code) => judgeSkill(skill, marketplaceByCode(code), answer, now()));
  return {
    about: codes.map((marketplace) => ({ check: 'SKILL_PUBLISHED', marketplace })),
    ask: async (signal) => judge(answerOfStore(await skills.lookUp(skill, signal))),
    giveUp: (why) => judge({ kind: 'undecided', why, evidence }),
  };
}

function answerOfStore(lookup: SkillLookup): SkillAnswer {
  const evidence = { source: 'listSkillsForVendor', requestId: lookup.requestId };
  if (lookup.kind === 'skill') {
    const { live, distribution } = lookup;
    return { kind: 'known', live, distribution, evidence };
  }
  const { status } = lookup;
  const why =
    status === 401 || status === 403 || status === 404
      ? `Our account may not read this skill (${status}): it may be a third party’s.`
      : `The skill store refused the question (${status}).`;
  return { kind: 'undecided', why, evidence: { ...evidence, status } };
}
