/** What the checks found and what has happened, as each reads it on a request's page. */
import { saveFindings } from '../../db/findings';
import { marketplaceByCode } from '../../domain/marketplaces';
import type { Finding } from '../../domain/review';
import { readyForm } from '../api/api-server';
import { clockedScene } from './clocked-scene';

const scene = clockedScene();
beforeEach(() => {
  scene.world.outside.check = () => 'YES';
});

const checkedAt = '2026-11-22T10:00:00.000Z';
const unreadableSkill: Finding = {
  check: 'SKILL_PUBLISHED',
  marketplace: 'JP',
  answer: 'UNKNOWN',
  codes: [],
  undecided: ['SKILL_HIDDEN'],
  found: {
    source: 'getSkillManifest',
    manifestStatus: 403,
    why: 'Our account may not read this skill (403).',
  },
  expected: { liveStage: 'PUBLISHED' },
  checkedAt,
};
const unnamedHub: Finding = {
  check: 'LISTING_MATCHES',
  marketplace: 'US',
  answer: 'UNKNOWN',
  codes: [],
  undecided: ['HUB_MISMATCH'],
  found: {
    source: 'getCatalogItem',
    requestId: 'r-1',
    brand: 'Brand',
    hub: 'Hub One',
    unknown: ['hub'],
    why: 'The listing does not tell which hub it works with.',
  },
  expected: { brand: 'Brand', hubAsin: 'B0HUB00001' },
  checkedAt,
};

/** A request that waits for its reviewer, with findings in place of those of its checks. */
async function found(...findings: Finding[]): Promise<string> {
  const id = await scene.requests.underReview();
  await saveFindings(scene.world.pool, { requestId: id, round: 1 }, findings);
  return id;
}

test('a reviewer reads in one line what is open, sees it first, and only what decides is marked', async () => {
  const page = await scene.open('reviewer', `/badge-requests/${await found(unnamedHub)}`);
  const checks = page.locator('[data-part="findings"]');
  await checks
    .getByText('5 yes, 1 not decided: The listing does not tell which hub it works with (United States).')
    .waitFor();
  expect(await checks.locator('.finding:visible h3').allTextContents()).toEqual([
    'United States – The listing is of the certified product: not decided',
  ]);
  expect(await checks.locator('th:visible').allTextContents()).toEqual([
    'Compared',
    'Found',
    'Certified or asked for',
  ]);
  expect(await checks.locator('.decides:visible td').allTextContents()).toEqual([
    'Hub',
    'Hub One',
    'B0HUB00001',
  ]);
  expect(await checks.getByText('requestId').isVisible()).toBe(false);
  await checks.getByText('How this was asked').first().click();
  expect(await checks.getByText('requestId: r-1').isVisible()).toBe(true);
  await page.context().close();
});

test('a maker reads what could not be decided, and nothing of how it was asked', async () => {
  const page = await scene.open('maker', `/badge-requests/${await found(unreadableSkill, unnamedHub)}`);
  await page
    .locator('.why', { hasText: 'The skill store did not say whether the skill is published.' })
    .first()
    .waitFor();
  const text = (await page.locator('#content').textContent()) ?? '';
  expect(text).not.toMatch(/403|our account|getCatalogItem|getSkillManifest|requestId|How this was asked/i);
  await page.context().close();
});

test('a skill that is published worldwide is said to be so, once for all marketplaces', async () => {
  const worldwide = (['US', 'JP'] as const).map((marketplace): Finding => ({
    ...{ check: 'SKILL_PUBLISHED', marketplace, answer: 'YES', codes: [], undecided: [] },
    found: { liveStage: 'PUBLISHED', worldwide: true, countries: [], distributionMode: 'PUBLIC' },
    expected: { liveStage: 'PUBLISHED', country: marketplaceByCode(marketplace).country },
    checkedAt,
  }));
  const page = await scene.open('maker', `/badge-requests/${await found(...worldwide)}`);
  await page.locator('[data-part="findings"] summary').click();
  const skill = page.locator('[data-part="findings"] .finding', { hasText: 'The skill is published: yes' });
  expect(await skill.count()).toBe(1);
  expect(await skill.getByRole('row').last().locator('td').allTextContents()).toEqual([
    'Countries of the skill',
    'worldwide',
    'the country of the marketplace',
  ]);
  await page.context().close();
});

test('marketplaces that are too many to be read in passing are counted, and named once where they matter', async () => {
  const marketplaces = ['US', 'CA', 'MX', 'DE', 'FR', 'JP'] as const;
  const id = await scene.requests.underReview({ ...readyForm(), marketplaces });
  const unreadable = marketplaces.map((marketplace): Finding => ({
    ...{ ...unreadableSkill, marketplace },
    expected: { liveStage: 'PUBLISHED', country: marketplace },
  }));
  await saveFindings(scene.world.pool, { requestId: id, round: 1 }, unreadable);
  const page = await scene.open('reviewer', `/badge-requests/${id}`);
  const checks = page.locator('[data-part="findings"]');
  expect(await checks.locator('.summary').textContent()).toBe(
    '12 yes, 6 not decided: Our account may not read this skill (403) (6 marketplaces).',
  );
  const skill = checks.locator('.finding:visible');
  expect(await skill.locator('h3').allTextContents()).toEqual([
    '6 marketplaces – The skill is published: not decided',
  ]);
  const names = 'Canada, Germany, France, Japan, Mexico, United States';
  await skill.getByText(names, { exact: true }).waitFor();
  expect(await skill.locator('summary').allTextContents()).toEqual(['How this was asked']);

  await page.goto(`${scene.api.url}/badge-requests?limit=1`);
  const listed = page.getByText('United States, Canada, Mexico, Germany, France, Japan');
  await page.getByText('6 marketplaces').waitFor();
  expect(await listed.isVisible()).toBe(false);
  await page.getByText('6 marketplaces').press('Enter');
  await listed.waitFor();
  await page.context().close();
});

test('reasons, rounds and history are told in words, and marketplaces by their names', async () => {
  scene.world.outside.check = () => 'BRAND_MISMATCH';
  const id = await scene.requests.create();
  await scene.requests.act('maker', id, 'submit');
  await scene.requests.until(id, ({ status }) => (status as unknown) === 'REJECTED');
  const page = await scene.open('maker', `/badge-requests/${id}`);
  const title = 'The brand of the listing is not the certified brand';
  // Once, though it is so in both marketplaces.
  const reasons = page.locator('[data-part="reasons"] td');
  expect(await reasons.count()).toBe(5);
  expect((await reasons.allTextContents()).slice(0, 2)).toEqual([title, 'Japan, United States']);
  expect(await page.locator('[data-part="history"] td:nth-child(3)').allTextContents()).toEqual([
    'Created the request',
    'Submitted it for review, round 1',
    `Ran the checks, which sent it back: ${title}`,
  ]);
  const round = page.getByText(/^Round 1, submitted by/);
  expect(await round.textContent()).toMatch(/: sent back by the checks \d/);
  await round.click();
  const submitted = page.locator('[data-part="rounds"] table').first().locator('tr');
  expect(await submitted.allTextContents()).toEqual([
    'FieldValue',
    'ProductLamp (Brand M-1)',
    'ProgramWorks with Alexa',
    'Retail identifierUPC 036000291452',
    expect.stringMatching(/^ASINB0/),
    'Variant–',
    'Bundle includesnone',
    'Go liveas soon as possible',
    'MarketplacesUnited States, Japan',
  ]);
  const text = (await page.locator('#content').textContent()) ?? '';
  expect(text).not.toMatch(/BRAND_MISMATCH|AS_SOON_AS_POSSIBLE|bundleDevices|prod_|CHECKS_FAILED/);
  await page.context().close();
});
