import type { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ReviewWait } from '../../../db/review-waits';
import type { Catalog } from '../../../activities/amazon/catalog';
import { type CheckInput, createCheckActivities } from '../../../activities/amazon/checks';
import { projects } from '../../../dev/stand-ins/examples';
import type { StandIns } from '../../../dev/stand-ins/start';
import type { BadgeRequestForm } from '../../../domain/form';
import type { MarketplaceCode } from '../../../domain/marketplaces';
import { defaultProgramSettings, type SettingsByProgram } from '../../../domain/program-settings';
import { toGtin14 } from '../../../domain/retail-identifier';
import { summarize, type Finding, type FindingSummary, type ReviewSubject } from '../../../domain/review';
import type { SkillStore } from '../../../activities/amazon/skills';
import { catalogOf, offersOf, skillsOf } from './stand-in-clients';

export const PATIENCE_MS = 60_000;
const subject = { requestId: 'br_1', round: 1 };

/** What a review of an example's form is about. */
export function subjectOf(form: BadgeRequestForm): ReviewSubject {
  const project = projects.find(({ product }) => product.id === form.productId);
  if (!project || !form.asin || !form.retailIdentifier) throw new Error('The example is incomplete.');
  const gtin14 = toGtin14(form.retailIdentifier.code);
  return {
    program: 'WWA',
    asin: form.asin,
    gtin14,
    bundleDevices: form.bundleDevices,
    product: project.product,
  };
}

/**
 * The activities over the stand-ins, and what they have saved, by check and marketplace. A `review`'s answer nothing: here
 * they answer what is saved then.
 */
export function activitiesFor(
  standIns: StandIns,
  form: BadgeRequestForm | null,
  {
    catalog = catalogOf(standIns),
    skills = skillsOf(standIns),
    programs = defaultProgramSettings,
    presentNames,
  }: {
    catalog?: Catalog;
    skills?: SkillStore;
    programs?: SettingsByProgram;
    /** Of the product of a badge that is shown. */
    presentNames?: ReviewSubject['presentNames'];
  } = {},
) {
  const saved = new Map<string, Finding>();
  const waits: (Partial<ReviewWait> & { service: string })[] = [];
  let saves = 0;
  const activities = createCheckActivities({
    catalog,
    offers: offersOf(standIns),
    skills,
    programs,
    loadSubject: async (_, isShown) =>
      form && { ...subjectOf(form), ...(isShown && presentNames && { presentNames }) },
    saveFindings: async (_subject, findings) => {
      saves += 1;
      for (const finding of findings) saved.set(`${finding.check} ${finding.marketplace}`, finding);
    },
    noteWait: async (part, wait) => void waits.push({ ...part, ...wait }),
    patienceMs: PATIENCE_MS,
  });
  const answeringSaved =
    (activity: (input: CheckInput) => Promise<void>) =>
    async (input: CheckInput): Promise<FindingSummary[]> => {
      await activity(input);
      const isAsked = ({ marketplace }: Finding) => input.marketplaces.includes(marketplace);
      return [...saved.values()].filter(isAsked).map(summarize);
    };
  return {
    ...activities,
    review: activities,
    checkListings: answeringSaved(activities.checkListings),
    checkSkill: answeringSaved(activities.checkSkill),
    ...{ saved, saves: () => saves, waits },
  };
}

/** What an attempt leaves that has asked and heard nothing. */
const NOTHING_HEARD = { answered: [], unreadable: {} };

/** One attempt of an activity that was scheduled some time ago, and has asked since. */
export function attempt(
  options: { heartbeatDetails?: unknown; scheduledMsAgo?: number; attempt?: number } = {},
) {
  const info = {
    scheduledTimestampMs: Date.now() - (options.scheduledMsAgo ?? 0),
    currentAttemptScheduledTimestampMs: Date.now(),
    heartbeatDetails: options.heartbeatDetails ?? (options.scheduledMsAgo ? NOTHING_HEARD : undefined),
    attempt: options.attempt ?? 1,
  };
  const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
  const beats: unknown[] = [];
  environment.on('heartbeat', (details) => beats.push(structuredClone(details)));
  const run = <Result>(
    activity: (input: CheckInput) => Promise<Result>,
    ...marketplaces: MarketplaceCode[]
  ) => environment.run<[CheckInput], Result, typeof activity>(activity, { subject, marketplaces });
  return { run, beats, environment };
}

/** The failure of what must fail. */
export const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('It did not fail.');
    },
    (error: unknown) => error as ApplicationFailure,
  );
/** Summaries, short enough to be compared. */
export const brief = (summaries: readonly FindingSummary[]) =>
  summaries.map(({ check, marketplace, answer }) => `${check} ${marketplace} ${answer}`);
