import { z } from 'zod';
import { GO_LIVE_STATUSES } from '../../domain/calendar';
import { isRealDate } from '../../domain/go-live';
import { requestId } from '../badge-requests/schemas';
import { instant, marketplaceCode, organization, pageQuery } from '../values';

/** How many days `to` may be after `from`. */
export const LONGEST_DAYS = 366;
/** How many days `to` is after `from` where it is not given. */
export const DEFAULT_DAYS = 31;
/** How many badges one answer has at most. */
const MAXIMUM_ENTRIES = 1000;

/** Within what instants and PostgreSQL can say, whatever is added. */
const isCalendarDate = (date: string) => isRealDate(date) && date >= '1970-01-01' && date <= '2999-12-31';
const day = z.iso
  .date({ error: 'INVALID_DATE' })
  .refine(isCalendarDate, 'INVALID_DATE')
  .optional()
  .meta({ example: '2027-01-15' });

export const calendarQuery = z.strictObject({
  from: day.meta({ description: 'The first day; today (UTC) unless given' }),
  to: day.meta({
    description: `The last day, at most ${LONGEST_DAYS} days later; ${DEFAULT_DAYS} days later unless given`,
  }),
  limit: z
    .int()
    .min(1)
    .max(MAXIMUM_ENTRIES)
    .default(MAXIMUM_ENTRIES)
    .meta({ description: 'How many badges at most' }),
  cursor: pageQuery.cursor,
});

const goLiveEntry = z.strictObject({
  requestId: z.string(),
  asin: z.string(),
  variant: z.string().nullable(),
  product: z.strictObject({ id: z.string(), name: z.string() }),
  organization,
  effectiveAt: instant,
  status: z.enum(GO_LIVE_STATUSES).meta({
    description:
      'ENABLED: live by now. STAGED: will be, by itself. PLANNED: has this date, but is under review, or waits for its certification or the last look at its listing, a day before',
  }),
});

export const calendar = z
  .strictObject({
    from: z.iso.date(),
    to: z.iso.date(),
    days: z.array(
      z.strictObject({
        date: z.iso.date().meta({ description: 'The day that it is in the marketplace' }),
        marketplaces: z.array(
          z.strictObject({ marketplace: marketplaceCode, goLives: z.array(goLiveEntry) }),
        ),
      }),
    ),
    truncated: z.boolean().meta({
      description: 'Whether there are more badges than are shown: `next` leads to them',
    }),
    next: z.string().nullable().meta({
      description:
        'Cursor of the next page, which begins after the last badge shown, by instant, request and marketplace; null on the last one',
    }),
  })
  .meta({ id: 'Calendar' });

/** After which badge a page begins. */
export const calendarPosition = z.strictObject({
  // PostgreSQL has no year 0.
  effectiveAt: z.iso.datetime({ precision: 3 }).regex(/^[1-3]/),
  requestId: requestId.shape.id,
  marketplace: marketplaceCode,
});

const feedFields = { id: z.string(), createdAt: instant };
export const calendarFeed = z.strictObject(feedFields).meta({ id: 'CalendarFeed' });
export const newCalendarFeed = z
  .strictObject({
    ...feedFields,
    url: z
      .string()
      .meta({ description: 'The secret address, shown this once; whoever has it reads the calendar' }),
  })
  .meta({ id: 'NewCalendarFeed' });
export const feedId = z.object({
  id: z
    .string()
    .regex(/^feed_[0-9a-z]{26}$/)
    .meta({ description: 'Id of a calendar feed', example: 'feed_01kadm0v1wfb5s5t8k3v7q2m9x' }),
});
export const feedSecret = z.object({
  secret: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .meta({ description: 'The secret of the address' }),
});
