import { z } from 'zod';
import type { Distribution, LiveStage } from '../../domain/skill-answers';

/**
 * A vendor's skills: up to three rows of one skill, one for each stage (SMAPI v1, `ListSkillResponse`). One that is
 * truncated has more of them. What else there is passes.
 */
export const skillList = z.object({
  skills: z
    .array(
      z.object({
        skillId: z.string().nullish(),
        stage: z.string().nullish(),
        publicationStatus: z.string().nullish(),
      }),
    )
    .nullish(),
  isTruncated: z.boolean().nullish(),
  nextToken: z.string().nullish(),
});
type SkillRow = NonNullable<z.output<typeof skillList>['skills']>[number];

/** As much of a live manifest as a review reads (SMAPI v1, `SkillManifestEnvelope`). */
export const manifestEnvelope = z.object({
  manifest: z.object({
    publishingInformation: z
      .object({
        isAvailableWorldwide: z.boolean().nullish(),
        distributionCountries: z.array(z.string()).nullish(),
        distributionMode: z.string().nullish(),
      })
      .nullish(),
  }),
});

/**
 * What the rows of one skill say of its live stage: a skill that was never published has rows of its other
 * stages only (SMAPI v1, `ListSkillResponse`).
 * @param more whether there are more rows than these
 */
export function readLiveStage(rows: readonly SkillRow[], more: boolean): LiveStage {
  if (rows.some(({ stage }) => !stage)) return 'UNCLEAR';
  const statuses = new Set(
    rows.filter(({ stage }) => stage === 'live').map(({ publicationStatus }) => publicationStatus),
  );
  if (statuses.size === 0) return more ? 'UNCLEAR' : 'NONE';
  const [status] = statuses;
  if (statuses.size > 1) return 'UNCLEAR';
  return status === 'PUBLISHED' || status === 'HIDDEN' || status === 'REMOVED' ? status : 'UNCLEAR';
}

/** Where a live manifest says that its skill is distributed; null when it does not say. */
export function readDistribution({ manifest }: z.output<typeof manifestEnvelope>): Distribution | null {
  const published = manifest.publishingInformation;
  if (!published) return null;
  return {
    worldwide: published.isAvailableWorldwide ?? null,
    countries: published.distributionCountries ?? null,
    mode: published.distributionMode ?? null,
  };
}
