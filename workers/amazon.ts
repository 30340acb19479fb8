/** Amazon, as one worker process asks it: what asks side by side shares calls. */
import { createCallLimiter } from '../activities/amazon/call-limiter';
import { createCatalog, type Catalog } from '../activities/amazon/catalog';
import type { CatalogOptions } from '../activities/amazon/catalog-connection';
import { createCatalogSearch, type CatalogSearch } from '../activities/amazon/catalog-search';
import { createCheckActivities } from '../activities/amazon/checks';
import { createOffers, type Offers } from '../activities/amazon/offers';
import { createSkillStore, type SkillStore } from '../activities/amazon/skills';
import { createSuggestionActivities } from '../activities/amazon/suggestions';
import type { Config } from '../config';
import { readSuggestionQuestion, saveSuggestions } from '../db/asin-suggestions';
import { readSubject, saveFindings } from '../db/findings';
import type { Pool } from '../db/pool';
import { noteWait } from '../db/review-waits';

export interface Amazon {
  readonly catalog: Catalog;
  readonly search: CatalogSearch;
  readonly offers: Offers;
  readonly skills: SkillStore;
}

interface AmazonDependencies {
  readonly config: Config<'worker'>;
  readonly pool: Pool;
  readonly onError: (part: string, error: unknown) => void;
}

export function connectAmazon(deps: AmazonDependencies): Amazon {
  const { config } = deps;
  const options = catalogOptions(deps);
  return {
    catalog: createCatalog(options),
    search: createCatalogSearch(options),
    offers: createOffers(options),
    skills: createSkillStore({
      endpoint: config.SMAPI_ENDPOINT,
      tokenUrl: config.SMAPI_TOKEN_URL,
      clientId: config.SMAPI_CLIENT_ID,
      clientSecret: config.SMAPI_CLIENT_SECRET,
      refreshToken: config.SMAPI_REFRESH_TOKEN,
      callTimeoutMs: config.CALL_TIMEOUT_MS,
    }),
  };
}

const catalogOptions = ({ config, pool, onError }: AmazonDependencies): CatalogOptions => ({
  regions: {
    na: { endpoint: config.SP_API_ENDPOINT_NA, refreshToken: config.SP_API_REFRESH_TOKEN_NA },
    eu: { endpoint: config.SP_API_ENDPOINT_EU, refreshToken: config.SP_API_REFRESH_TOKEN_EU },
    fe: { endpoint: config.SP_API_ENDPOINT_FE, refreshToken: config.SP_API_REFRESH_TOKEN_FE },
  },
  tokenUrl: config.SP_API_TOKEN_URL,
  clientId: config.SP_API_CLIENT_ID,
  clientSecret: config.SP_API_CLIENT_SECRET,
  limiter: createCallLimiter({
    pool,
    rates: {
      catalog: {
        na: config.SP_API_CALLS_PER_SECOND_NA,
        eu: config.SP_API_CALLS_PER_SECOND_EU,
        fe: config.SP_API_CALLS_PER_SECOND_FE,
      },
      offers: {
        na: config.SP_API_OFFERS_PER_SECOND_NA,
        eu: config.SP_API_OFFERS_PER_SECOND_EU,
        fe: config.SP_API_OFFERS_PER_SECOND_FE,
      },
    },
    onError: (error) => onError('call limiter', error),
  }),
  callTimeoutMs: config.CALL_TIMEOUT_MS,
});

interface AskingDependencies {
  readonly amazon: Amazon;
  readonly config: Config<'worker'>;
  readonly pool: Pool;
}

/** The activities that look ASINs up for makers. */
export const createSuggestions = ({ amazon, pool }: AskingDependencies) =>
  createSuggestionActivities({
    search: amazon.search,
    loadQuestion: (id) => readSuggestionQuestion(pool, id),
    saveAnswer: (id, answer, lasting) => saveSuggestions(pool, id, answer, lasting),
  });

/** The activities that ask Amazon for reviews, drafts and badges in trouble. */
export const createChecks = ({ amazon, config, pool }: AskingDependencies) =>
  createCheckActivities({
    ...{ catalog: amazon.catalog, offers: amazon.offers, skills: amazon.skills },
    loadSubject: (subject, isShown) => readSubject(pool, subject, isShown),
    saveFindings: (subject, findings, by) => saveFindings(pool, subject, findings, by),
    noteWait: (part, wait) => noteWait(pool, part, wait),
    patienceMs: config.CHECK_PATIENCE_SECONDS * 1000,
    programs: config.PROGRAM_SETTINGS,
  });
