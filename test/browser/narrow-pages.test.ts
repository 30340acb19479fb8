/** The console on a phone, and in a window at 200 %: nothing scrolls sideways or runs together. */
import type { Page } from 'playwright-core';
import { saveFindings } from '../../db/findings';
import { saveEndpoint } from '../../db/webhook-endpoints';
import { pageOf, PROBLEM_CODES } from '../../api/problem-codes';
import type { PersonName } from '../api/api-server';
import { placeRequest } from '../api/calendar-scene';
import { clockedScene } from './clocked-scene';

const views = [
  ['a phone', { width: 390, height: 844 }],
  ['a window at 200 %', { width: 640, height: 500 }],
] as const;
const longCode = 'amzn1.ask.skill.0123456789-0123456789-0123456789-0123456789-0123456789';

const LONGEST_CODE = PROBLEM_CODES.map(pageOf).sort((one, other) => other.length - one.length)[0];

const scene = clockedScene();
let rejected: string;
let waiting: string;
beforeAll(async () => {
  const { requests, world } = scene;
  await saveEndpoint(world.pool, {
    ...{ id: 'wep_1', organizationId: 'org_one', url: `https://hooks.lumen.example/${longCode}` },
    secret: 'whsec_c2VjcmV0',
  });
  rejected = await requests.underReview();
  const reasons = [{ code: 'IMAGE_MISMATCH', marketplace: 'US', text: longCode }];
  await requests.act('reviewer', rejected, 'reject', { round: 1, reasons });
  waiting = await requests.underReview();
  await scene.api.as('operator')('POST', '/v1/program-suspensions', {
    body: { program: 'WWA', organizationId: 'org_two', region: 'FE', reason: longCode },
  });
  await placeRequest(scene.api, { date: '2999-01-15', marketplaces: ['US', 'JP'] });
  await saveFindings(world.pool, { requestId: waiting, round: 1 }, [
    {
      check: 'SKILL_PUBLISHED',
      marketplace: 'JP',
      answer: 'UNKNOWN',
      codes: [],
      undecided: ['SKILL_NOT_IN_MARKETPLACE', 'SKILL_HIDDEN'],
      found: { source: 'getSkillManifest', skillId: longCode, countries: [longCode] },
      expected: { country: 'JP', liveStage: 'PUBLISHED' },
      checkedAt: '2026-11-22T10:00:00.000Z',
    },
  ]);
});

const sidewaysOf = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** Every part of a page that is folded away is looked at, too. */
const unfoldAll = (page: Page) =>
  page.evaluate(`for (const details of document.querySelectorAll('details')) details.open = true;`);

describe.each(views)('%s', (_, viewport) => {
  test.each<[string, PersonName, () => string]>([
    ['the list', 'maker', () => '/badge-requests'],
    ['the queue', 'reviewer', () => '/badge-requests?order=reviewDue'],
    ['the calendar', 'operator', () => '/calendar?from=2999-01-01&to=2999-01-31'],
    ['suspensions of a programme', 'operator', () => '/program-suspensions'],
    ['webhooks', 'maker', () => '/webhooks'],
    ['a rejected request', 'maker', () => `/badge-requests/${rejected}`],
    ['the form to reject, and the rounds', 'reviewer', () => `/badge-requests/${waiting}`],
  ])('%s', async (_name, person, address) => {
    const page = await scene.open(person, address(), viewport);
    await page.locator('main table').first().waitFor();
    await unfoldAll(page);
    expect(await sidewaysOf(page)).toBe(0);
    await page.context().close();
  });

  test('what a field says stands beside its name', async () => {
    const page = await scene.open('maker', `/badge-requests/${rejected}`, viewport);
    const [name, value] = await page
      .locator('[data-part="form"] tr', { hasText: 'ASIN' })
      .locator('td')
      .all();
    const [before, after] = [await name?.boundingBox(), await value?.boundingBox()];
    expect(after?.y).toBe(before?.y);
    await page.context().close();
  });

  test('the links between the pages stand apart', async () => {
    const page = await scene.open('operator', '/badge-requests', viewport);
    const links = await page.locator('header nav a').all();
    const boxes = await Promise.all(links.map((link) => link.boundingBox()));
    const gaps = boxes.flatMap((box, index) => {
      const before = boxes[index - 1];
      return box && before && box.y === before.y ? [box.x - before.x - before.width] : [];
    });
    expect(gaps).not.toEqual([]);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(8);
    await page.context().close();
  });
});

// What WCAG 2.2 asks for (1.4.10), and a page at 400 %.
test('the start and the error codes on the narrowest screen', async () => {
  const page = await scene.open('maker', '/badge-requests', { width: 320, height: 256 });
  for (const address of ['/', '/docs/errors/', `/docs/errors/${LONGEST_CODE}`]) {
    await page.goto(`${scene.api.url}${address}`);
    await page.locator('main h1').waitFor();
    expect([address, await sidewaysOf(page)]).toEqual([address, 0]);
  }
  await page.context().close();
});
