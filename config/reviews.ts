/** What reviews rest on, and when they are due. */
import { z } from 'zod';
import { isRealDate } from '../domain/go-live';
import { parseProgramSettings } from '../domain/program-settings';
import { isTimeZone, WEEKDAYS } from '../domain/working-days';
import { list, wholeNumber, type Variable } from './rules';

const programSettings = z.string().transform((json, context) => {
  const { settings, problems } = parseProgramSettings(json);
  for (const message of problems) context.addIssue({ code: 'custom', message });
  return settings;
});

export const reviewVariables = {
  PROGRAM_SETTINGS: {
    rule: programSettings.prefault('{}'),
    for: ['worker', 'rehearse'],
    about:
      'JSON by programme: `buyability` is `LISTED` or, where somebody must offer the product, `OFFERS`; `autoApprove` approves when every check is *yes*',
  },
  REVIEW_DUE_WORKING_DAYS: {
    rule: wholeNumber(0, 250).prefault('2'),
    for: ['worker'],
    about: 'When a review is due after it was submitted, in working days; 0: at once',
  },
  REVIEW_ESCALATE_WORKING_DAYS: {
    rule: wholeNumber(0, 250).prefault('1'),
    for: ['worker'],
    about:
      'When operators are told of an overdue review after the reviewers were, in working days; 0: at once',
  },
  REVIEW_CALENDAR_ZONE: {
    rule: z
      .string()
      .refine(isTimeZone, 'must be a time zone of the IANA database, for example Europe/Berlin')
      .default('UTC'),
    for: ['worker'],
    about: 'Time zone in which the reviewers’ days begin and end',
  },
  REVIEW_WORKING_DAYS: {
    rule: list(z.enum(WEEKDAYS, `must be a list of ${WEEKDAYS.join(', ')}`)).prefault('MON,TUE,WED,THU,FRI'),
    for: ['worker'],
    about: 'Days of the week on which reviewers work, comma-separated',
  },
  REVIEW_HOLIDAYS: {
    rule: list(z.string().refine(isRealDate, 'must be a list of dates as YYYY-MM-DD')).default([]),
    for: ['worker'],
    about: 'Dates on which reviewers do not work, comma-separated, for example 2026-12-25,2027-01-01',
  },
  REVIEW_CLAIM_MINUTES: {
    rule: wholeNumber(1, 1440).prefault('30'),
    for: ['api'],
    about: 'How long a reviewer’s claim lasts after they last did something with the request',
  },
  CHECKS_PER_MINUTE: {
    rule: wholeNumber(1, 10000).prefault('30'),
    for: ['api'],
    about: 'Checks of drafts that an organization may begin in any minute; more answer 429',
  },
  DRAFTS_PER_ORGANIZATION: {
    rule: wholeNumber(1, 1_000_000).prefault('10000'),
    for: ['api'],
    about:
      'Drafts that an organization may have and never submitted; one that is discarded counts until a day after it was created',
  },
  SUGGESTIONS_PER_MINUTE: {
    rule: wholeNumber(1, 10000).prefault('20'),
    for: ['api'],
    about: 'How often the makers of an organization may have ASINs looked up',
  },
} as const satisfies Record<string, Variable>;
