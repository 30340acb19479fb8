import { ApplicationFailure, Context } from '@temporalio/activity';
import { marketplaceByCode, type MarketplaceCode } from '../../domain/marketplaces';
import type { Finder } from '../../db/findings';
import type { ReviewWait, WaitingPart } from '../../db/review-waits';
import { defaultProgramSettings, type SettingsByProgram } from '../../domain/program-settings';
import {
  type Finding,
  type FindingSummary,
  type ReviewSubject,
  type ReviewSubjectRef,
  skillOf,
  summarize,
  summarizeWithCodes,
} from '../../domain/review';
import type { SkillAnswer } from '../../domain/skill-answers';
import { judgeSkill } from '../../domain/review-skill';
import { askAll, deadlineOf, type Question } from './asking';
import type { CallPriority } from './call-line';
import { SERVICE as CATALOG } from './catalog-connection';
import { type ListingInquiry, listingChecks, type ListingSources, listingQuestion } from './listing-question';
import { type SkillLookup, SERVICE as SKILLS, type SkillStore } from './skills';

/** The type of the failure, not to be repeated, when there is nothing (any more) to check. */
export const REVIEW_SUBJECT_GONE = 'REVIEW_SUBJECT_GONE';

export interface CheckInput {
  readonly subject: ReviewSubjectRef;
  readonly marketplaces: readonly MarketplaceCode[];
  /** How long to wait for Amazon since the activity was first scheduled, in milliseconds; else as configured. */
  readonly patienceMs?: number;
}

export interface CheckDependencies extends ListingSources {
  readonly skills: SkillStore;
  /** What to hold Amazon's answers against, those about a badge that is shown or others; null when it is not there. */
  loadSubject(subject: ReviewSubjectRef, isShown: boolean): Promise<ReviewSubject | null>;
  /**
   * Keeps findings, one for each check and marketplace of the subject; repeated, it replaces them, but not those of a
   * later attempt.
   */
  saveFindings(subject: ReviewSubjectRef, findings: readonly Finding[], by: Finder): Promise<void>;
  /** Keeps what a part of a round's checks waits for; null: it waits no more. */
  noteWait(part: WaitingPart, wait: ReviewWait | null): Promise<void>;
  /** How long a check waits for Amazon before it answers UNKNOWN, in milliseconds. */
  readonly patienceMs: number;
  /** Absent: as by default. */
  readonly programs?: SettingsByProgram;
}

/**
 * The activities of a review, all safe to run twice. They need a heartbeat timeout of 5 s or more and a
 * retry policy without a limit of attempts: how long they go on is the patience's business.
 */
export function createCheckActivities(deps: CheckDependencies) {
  const load = async (ref: ReviewSubjectRef, isShown = false): Promise<ReviewSubject> => {
    const subject = await deps.loadSubject(ref, isShown);
    if (subject !== null) return subject;
    throw ApplicationFailure.nonRetryable('There is nothing to check any more.', REVIEW_SUBJECT_GONE);
  };
  const patienceOf = (input: CheckInput) => input.patienceMs ?? deps.patienceMs;
  const inquire = (
    { program }: ReviewSubject,
    checks: ListingInquiry['checks'],
    priority: CallPriority,
  ): ListingInquiry => ({
    checks,
    buyability: program === null ? 'LISTED' : (deps.programs ?? defaultProgramSettings)[program].buyability,
    priority,
  });
  const saving = (input: CheckInput, service: string, part: string) => ({
    patienceMs: patienceOf(input),
    service,
    save: (findings: readonly Finding[]) => {
      const { scheduledTimestampMs: scheduledAt, attempt } = Context.current().info;
      return deps.saveFindings(input.subject, findings, { scheduledAt, attempt });
    },
    note: async (wait: ReviewWait | null) => {
      // Whoever checks a draft waits for the answer itself.
      if ('checkId' in input.subject) return;
      await deps.noteWait({ ...input.subject, service: part }, wait);
    },
    summarize,
  });

  const keepingNothing = (input: CheckInput) => ({
    patienceMs: patienceOf(input),
    service: CATALOG,
    save: async () => undefined,
    note: async () => undefined,
    summarize,
  });

  return {
    /** ASIN_LIVE and LISTING_MATCHES in each marketplace, all of one region; what is found is kept, and not answered. */
    checkListings: async (input: CheckInput): Promise<void> => {
      const subject = await load(input.subject);
      const inquiry = inquire(subject, listingChecks, 'interactive');
      const questions = input.marketplaces.map((code) => listingQuestion(deps, subject, code, inquiry));
      const [first] = input.marketplaces;
      const part = first === undefined ? 'catalog' : `catalog/${marketplaceByCode(first).region}`;
      await askAll(questions, saving(input, CATALOG, part));
    },

    /** SKILL_PUBLISHED in each marketplace, from one look at the skill, if the product has one; likewise. */
    checkSkill: async (input: CheckInput): Promise<void> => {
      const subject = await load(input.subject);
      const skill = skillOf(subject.product.integration);
      if (skill === null || input.marketplaces.length === 0) return;
      const question = skillQuestion(deps.skills, skill, input.marketplaces);
      await askAll([question], saving(input, SKILLS, 'skills'));
    },

    /** ASIN_LIVE and LISTING_MATCHES again, of a badge in trouble, giving way to whoever waits; nothing is kept. */
    lookAtListings: async (input: CheckInput): Promise<FindingSummary[]> => {
      const subject = await load(input.subject, true);
      // As an audit asks: what no badge is warned for keeps none from being well again.
      const inquiry = { checks: listingChecks, buyability: 'LISTED', priority: 'background' } as const;
      const questions = input.marketplaces.map((code) => listingQuestion(deps, subject, code, inquiry));
      return askAll(questions, { ...keepingNothing(input), summarize: summarizeWithCodes });
    },

    /**
     * ASIN_LIVE alone, for the moment before a badge is staged; nothing is kept. Thousands may be due at once, and
     * nobody waits for them, so they give way to who does, for half of the patience: then they go like everybody else,
     * so that none is taken for unknown because others came.
     */
    checkLiveness: async (input: CheckInput): Promise<FindingSummary[]> => {
      const subject = await load(input.subject);
      const urgentAt = deadlineOf(Context.current().info, patienceOf(input) / 2);
      const inquiry = { ...inquire(subject, ['ASIN_LIVE'], 'timely'), urgentAt };
      const questions = input.marketplaces.map((code) => listingQuestion(deps, subject, code, inquiry));
      return askAll(questions, keepingNothing(input));
    },
  };
}

/** What workflows see of them. */
export type CheckActivities = ReturnType<typeof createCheckActivities>;

const now = () => new Date().toISOString();

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
    const { live, distribution, manifest } = lookup;
    if (manifest === null) return { kind: 'known', live, distribution, evidence };
    const both = {
      source: 'listSkillsForVendor, getSkillManifest',
      requestId: lookup.requestId,
      manifestRequestId: manifest.requestId,
      manifestStatus: manifest.status,
    };
    return { kind: 'known', live, distribution, evidence: both };
  }
  const { status, operation } = lookup;
  const why =
    status === 401 || status === 403 || status === 404
      ? `Our account may not read this skill (${status}): it may be a third party’s.`
      : `The skill store refused the question (${status}).`;
  return { kind: 'undecided', why, evidence: { ...evidence, source: operation, status } };
}
