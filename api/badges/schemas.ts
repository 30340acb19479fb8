import { z } from 'zod';
import { asinProblems, normalizeAsin } from '../../domain/asin';
import { textWith } from '../validation';
import { instant, marketplaceCode } from '../values';

/** For the description: what more is taken is what pasting leaves around it. */
const asinOfDevice = {
  description: 'In any case',
  example: 'B07N4M94X4',
  pattern: '^\\s*[Bb][0-9A-Za-z]{9}\\s*$',
};

/** How many places one call may ask for. */
export const MAXIMUM_PLACES = 500;

export const badgePath = z.object({
  marketplace: z.string().meta({ description: 'Code of a marketplace', example: 'US' }),
  asin: z.string().meta(asinOfDevice),
});

const place = z.strictObject({
  marketplace: marketplaceCode,
  asin: textWith((asin) => asinProblems(normalizeAsin(asin)))
    .transform(normalizeAsin)
    .meta(asinOfDevice),
});
export const wantedBadges = z
  .strictObject({ badges: z.array(place).min(1).max(MAXIMUM_PLACES) })
  .meta({ id: 'WantedBadges', example: { badges: [{ marketplace: 'US', asin: 'B07N4M94X4' }] } });

const found = {
  marketplace: marketplaceCode,
  asin: z.string(),
  badges: z.array(z.strictObject({ program: z.string(), since: instant })),
};
const asOf = instant.meta({ description: 'The instant that the answer is about' });

export const badgeLookup = z.strictObject({ ...found, asOf }).meta({ id: 'BadgeLookup' });
export const badgeLookups = z
  .strictObject({ data: z.array(z.strictObject(found)), asOf })
  .meta({ id: 'BadgeLookups' });
