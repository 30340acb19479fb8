/** The bare program's calls to the stand-ins and its rows, with no more care than a first version has. */
import type pg from 'pg';
import { Pool } from 'undici';
import { z } from 'zod';
import { marketplaces } from '../../domain/marketplaces';
import { retailClient, skillClient } from '../../dev/stand-ins/credentials';
import { benchmarkProduct } from '../../dev/stand-ins/generated-listing';

const item = z.object({
  summaries: z.array(z.object({ brand: z.string(), modelNumber: z.string() })),
  identifiers: z.array(z.object({ identifiers: z.array(z.object({ identifier: z.string() })) })).optional(),
});
const skillList = z.object({
  skills: z.array(z.object({ stage: z.string(), publicationStatus: z.string() })),
});
const manifest = z.object({ manifest: z.object({ publishingInformation: z.object({}) }) });
const token = z.object({ access_token: z.string() });

export interface BareDependencies {
  readonly database: pg.Pool;
  /** Where the stand-ins are. */
  readonly retailUrl: string;
  readonly skillsUrl: string;
}

export function createBareActivities({ database, retailUrl, skillsUrl }: BareDependencies) {
  const retail = new Pool(retailUrl);
  const skills = new Pool(skillsUrl);
  const fetchToken = async (http: Pool, path: string, client: object) => {
    const answer = await http.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'refresh_token', ...client }),
    });
    return token.parse(await answer.body.json()).access_token;
  };
  const tokens = {
    retail: once(() =>
      fetchToken(retail, '/auth/o2/token', {
        client_id: retailClient.clientId,
        client_secret: retailClient.clientSecret,
        refresh_token: retailClient.refreshTokens.na,
      }),
    ),
    skills: once(() =>
      fetchToken(skills, '/auth/O2/token', {
        client_id: skillClient.clientId,
        client_secret: skillClient.clientSecret,
        refresh_token: skillClient.refreshToken,
      }),
    ),
  };
  const get = async (http: Pool, path: string, headers: Record<string, string>) => {
    const answer = await http.request({ method: 'GET', path, headers });
    return { status: answer.statusCode, body: await answer.body.json() };
  };
  const getItem = async (asin: string, includedData: string) => {
    const query = `marketplaceIds=${marketplaces.US.id}&includedData=${includedData}`;
    const headers = { 'x-amz-access-token': await tokens.retail() };
    return get(retail, `/catalog/2022-04-01/items/${asin}?${query}`, headers);
  };
  const checkMatch = async (asin: string) => {
    const { body } = await getItem(asin, 'summaries,identifiers');
    const { summaries, identifiers = [] } = item.parse(body);
    return (
      summaries.every(
        ({ brand, modelNumber }) =>
          brand === benchmarkProduct.brand && modelNumber === benchmarkProduct.model,
      ) && identifiers.length > 0
    );
  };

  return {
    checkLive: async (asin: string) => (await getItem(asin, 'summaries')).status === 200,
    checkMatch,
    /** Both in one call, as an item that is not there matches nothing. */
    checkListing: checkMatch,
    async checkSkill() {
      const headers = { authorization: `Bearer ${await tokens.skills()}` };
      const { skillId, vendorId } = benchmarkProduct.integration;
      const list = await get(skills, `/v1/skills?vendorId=${vendorId}&skillId=${skillId}`, headers);
      const live = skillList.parse(list.body).skills.find(({ stage }) => stage === 'live');
      const found = await get(skills, `/v1/skills/${skillId}/stages/live/manifest`, headers);
      manifest.parse(found.body);
      return live?.publicationStatus === 'PUBLISHED';
    },
    async enableBadge(id: string) {
      await database.query('insert into badges (id) values ($1) on conflict do nothing', [id]);
    },
    async writeRow(id: string, seq: number, stage: string) {
      await database.query('insert into transitions values ($1, $2, $3) on conflict do nothing', [
        id,
        seq,
        stage,
      ]);
    },
  };
}
export type BareActivities = ReturnType<typeof createBareActivities>;

/** Keeps the first answer; one that failed is asked for again. */
function once<Result>(get: () => Promise<Result>): () => Promise<Result> {
  let kept: Promise<Result> | undefined;
  return () => {
    const asked = (kept ??= get());
    asked.catch(() => (kept = undefined));
    return asked;
  };
}
