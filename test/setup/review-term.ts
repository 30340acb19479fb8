import type { ReviewTerm } from '../../db/transitions/review-clock';

/** As the configuration has it when nothing is set. */
export const reviewTerm: ReviewTerm = {
  workingDays: 2,
  calendar: { zone: 'UTC', weekdays: ['MON', 'TUE', 'WED', 'THU', 'FRI'], holidays: [] },
};
