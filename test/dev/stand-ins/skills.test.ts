import { skillClient } from '../../../dev/stand-ins/credentials';
import { benchmarkSkillId, demoSkillIds, thirdPartyVendor } from '../../../dev/stand-ins/skill-shelf';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';

let standIns: StandIns;
let authorization: string;
beforeEach(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, answerAtOnce: true });
  const answer = await fetch(`${standIns.skills.url}/auth/O2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: skillClient.clientId,
      client_secret: skillClient.clientSecret,
      refresh_token: skillClient.refreshToken,
    }),
  });
  authorization = `Bearer ${((await answer.json()) as { access_token: string }).access_token}`;
});
afterEach(() => standIns.close());

const get = (path: string, headers: Record<string, string> = { authorization }) =>
  fetch(`${standIns.skills.url}${path}`, { headers });

test('lists the stages of a vendor’s skill', async () => {
  const answer = await get(`/v1/skills?vendorId=MNORTHLIGHT001&skillId=${demoSkillIds.lights}`);
  expect(await answer.json()).toMatchObject({
    skills: [
      { stage: 'development', publicationStatus: 'DEVELOPMENT' },
      { stage: 'live', publicationStatus: 'PUBLISHED' },
    ],
  });
});

test('shows the manifest of a live stage', async () => {
  const answer = await get(`/v1/skills/${benchmarkSkillId}/stages/live/manifest`);
  expect(await answer.json()).toMatchObject({
    manifest: { publishingInformation: { isAvailableWorldwide: true, distributionMode: 'PUBLIC' } },
  });
});

test.each([
  ['no vendor', '/v1/skills', 400],
  ['more than ten skills', `/v1/skills?vendorId=MNORTHLIGHT001${'&skillId=x'.repeat(11)}`, 400],
  ['a third party’s vendor', `/v1/skills?vendorId=${thirdPartyVendor}`, 403],
  ['a third party’s skill', `/v1/skills/${demoSkillIds.cameras}/stages/live/manifest`, 403],
  ['a skill that was never live', `/v1/skills/${demoSkillIds.switches}/stages/live/manifest`, 404],
  ['a skill that nobody has', '/v1/skills/amzn1.ask.skill.none/stages/live/manifest', 404],
])('%s is refused with a message', async (_name, path, status) => {
  const answer = await get(path);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ message: expect.any(String) as string });
});

test.each([{}, { authorization: 'Bearer Atza|x' }])('a call with %j is not let in', async (headers) => {
  expect((await get('/v1/skills?vendorId=MNORTHLIGHT001', headers as Record<string, string>)).status).toBe(
    401,
  );
});

test('a skill can be changed while it runs', async () => {
  const path = `/_skills/${demoSkillIds.switches}`;
  const put = (body: object) =>
    fetch(`${standIns.skills.url}${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await put({ vendorId: 'MNORTHLIGHT001', stages: { live: 'PUBLISHED' } })).status).toBe(200);
  expect((await put({ stages: {} })).status).toBe(422);
  expect((await get(`/v1/skills/${demoSkillIds.switches}/stages/live/manifest`)).status).toBe(200);
});
