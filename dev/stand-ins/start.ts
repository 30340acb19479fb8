import { createRetailApp } from './retail';
import { listen, type Listening, type StandInSettings } from './server';
import { createSkillsApp } from './skills';

export interface StandIns {
  readonly retail: Listening;
  readonly skills: Listening;
  close(): Promise<void>;
}

/**
 * Starts both stand-ins on loopback.
 * @param options.retailPort 0 for any free one, `skillsPort` likewise
 * @param options.badgeLookupUrl where our public API is; null: no page shows a badge
 */
export async function startStandIns(
  options: Partial<StandInSettings> & {
    retailPort: number;
    skillsPort: number;
    badgeLookupUrl?: string | null;
  },
): Promise<StandIns> {
  const { retailPort, skillsPort, badgeLookupUrl = null, rateLimits = true, answerAtOnce = false } = options;
  const settings = { rateLimits, answerAtOnce };
  const retail = await listen(createRetailApp({ ...settings, badgeLookupUrl }), retailPort);
  try {
    const skills = await listen(createSkillsApp(settings), skillsPort);
    const close = async () => {
      await Promise.all([retail.close(), skills.close()]);
    };
    return { retail, skills, close };
  } catch (error) {
    await retail.close();
    throw error;
  }
}
