/** A product that is certified by a project for each region, as Amazon does it. */
import fc from 'fast-check';
import { receiveEvent } from '../../db/certification-inbox';
import { listConcerned, listUnheardProjects, markHeard } from '../../db/certification-news';
import { readProductOfProject } from '../../db/certified-product';
import { listSelectableProducts } from '../../db/products';
import { requestTables, STAGE_NOW } from '../../db/request-view';
import { standingOf } from '../../db/standing-certification';
import {
  CERTIFICATION_RESULTS,
  CERTIFICATION_STATUSES,
  type CertificationProject,
} from '../../domain/certification';
import { isSelectable } from '../../domain/certification';
import type { MarketplaceCode } from '../../domain/marketplaces';
import {
  seeCertification,
  selectableMarketplaces,
  standingIn,
  type ProductProject,
} from '../../domain/product-certification';
import { eventAbout } from './certification-event';
import { seen as seenAfterwards, useEnabledScene, type EnabledScene } from './enabled-scene';
import { AMERICA, EVE, JAPAN, seen, useStagingScene, type StagingScene } from './staging-scene';
import { people, type Scene, type SceneRequest } from './transition-scene';

let at: StagingScene;
let afterwards: EnabledScene;
let scene: Scene;
useStagingScene(EVE, (made) => {
  at = made;
  scene = made.scene;
});
useEnabledScene((made) => {
  afterwards = made;
});

type Said = Partial<CertificationProject> & Pick<CertificationProject, 'status'>;
const approved = { status: 'COMPLETE', result: 'APPROVED' } as const;
const rejected = { status: 'COMPLETE', result: 'REJECTED', reason: 'It hums.' } as const;
const revoked = { status: 'COMPLETE', result: 'REVOKED' } as const;
let versions = 10;
const idOf = ({ projectId }: SceneRequest, region: 'america' | 'japan') =>
  region === 'america' ? projectId : `${projectId}_japan`;
/** What the project of a region says from now on: the product's first one is America's. */
async function say(request: SceneRequest, region: 'america' | 'japan', said: Said, pool = scene.pool) {
  const marketplaces: MarketplaceCode[] = region === 'america' ? ['US'] : ['JP'];
  const project = { projectId: idOf(request, region), version: (versions += 1), marketplaces, ...said };
  expect(await receiveEvent(pool, eventAbout(request, project))).toBe('APPLIED');
}
const refuse = (request: SceneRequest) =>
  request.record((ref) => scene.activities.recordCertificationRefusal(ref));

/** Approved while America's project is certified and Japan's under way. */
async function halfCertified(): Promise<SceneRequest> {
  const request = await at.certified();
  await say(request, 'america', approved);
  await say(request, 'japan', { status: 'UNDER_TEST' });
  return request;
}

test('goes live where it is certified, and waits for its certification elsewhere', async () => {
  const request = await halfCertified();
  expect(await at.stage(request, {})).toMatchObject({
    stage: 'AWAITING_CERTIFICATION',
    open: ['US'],
    certification: { verdict: 'APPROVED' },
  });
  expect(await at.stage(request, { US: 'YES' })).toMatchObject({ open: [], enabledAt: null });
  expect(await seen(request)).toMatchObject({
    standing: 'PENDING AWAITING_CERTIFICATION',
    first: AMERICA,
    last: null,
    marketplaces: ['US', 'JP'],
    badges: [`US ${AMERICA}`],
  });
  // Its date is over by then.
  scene.now = AMERICA;
  await say(request, 'japan', approved);
  expect(await at.stage(request, {})).toMatchObject({ stage: 'SCHEDULED', open: ['JP'] });
  expect(await at.stage(request, { JP: 'YES' })).toMatchObject({ status: 'ENABLED', enabledAt: AMERICA });
});

/** A request is approved while its projects say this. */
async function approvedWhile(america: Said, japan: Said) {
  const request = await scene.create({ marketplaces: ['US', 'JP'] });
  await request.record(scene.activities.recordSubmission, people.maker);
  await request.find();
  await request.record(scene.activities.recordChecks);
  await say(request, 'america', america);
  await say(request, 'japan', japan);
  const outcome = await request.record((ref) => scene.activities.recordApproval(ref, 1), people.reviewer);
  const { mails } = await request.traces();
  return { outcome, told: mails.find(({ template }) => template === 'pending')?.props };
}

test('is told when it is approved where it waits', async () => {
  const { outcome, told } = await approvedWhile(approved, { status: 'UNDER_TEST' });
  expect(outcome).toMatchObject({ stage: 'AWAITING_CERTIFICATION', certification: { verdict: 'APPROVED' } });
  expect(told).toMatchObject({ awaitsCertification: false, awaitedIn: ['JP'] });
});

test('is not told that it is certified where one project refuses it and the other is under way', async () => {
  const { told } = await approvedWhile(rejected, { status: 'UNDER_TEST' });
  expect(told).toMatchObject({ awaitsCertification: true });
  expect(told).not.toHaveProperty('awaitedIn');
});

test('has what is not covered any more looked at once it is enabled, where a newer project kept it so far', async () => {
  const request = await halfCertified();
  await at.stage(request, { US: 'YES' });
  scene.now = AMERICA;
  await say(request, 'america', { status: 'UNDER_TEST', projectId: `${request.projectId}_newer` });
  await say(request, 'america', { ...approved, marketplaces: ['CA'] });
  await say(request, 'japan', approved);
  await at.stage(request, {});
  await scene.pool.query('delete from certification_news');
  expect(await at.stage(request, { JP: 'YES' })).toMatchObject({ status: 'ENABLED' });
  const { rows } = await scene.pool.query('select project_id from certification_news');
  expect(rows).toEqual([{ project_id: idOf(request, 'japan') }]);
});

test('loses what its own project refuses, with the reason, and goes on without it', async () => {
  const request = await halfCertified();
  await at.stage(request, { US: 'YES' });
  await say(request, 'japan', rejected);
  expect(await at.stage(request, {})).toMatchObject({ open: [], enabledAt: AMERICA });
  expect(await seen(request)).toMatchObject({
    standing: 'PENDING SCHEDULED',
    last: AMERICA,
    marketplaces: ['US'],
    codes: ['CERTIFICATION_REJECTED'],
    mails: [`marketplace-dropped ${EVE}`, `enabled ${AMERICA}`],
  });
  const { row } = await request.traces();
  expect(row['reasons']).toMatchObject([{ marketplace: 'JP', text: 'It hums.' }]);
  // Certified anew in time, it comes back.
  await say(request, 'japan', approved);
  expect(await at.stage(request, {})).toMatchObject({ open: ['JP'] });
  expect(await seen(request)).toMatchObject({ marketplaces: ['US', 'JP'], codes: [] });
});

test('an approval that is withdrawn takes what is live by it, and nothing of another region', async () => {
  const request = await at.certified();
  await say(request, 'america', { status: 'UNDER_TEST' });
  await say(request, 'japan', approved);
  scene.now = JAPAN;
  await at.stage(request, { JP: 'YES' });
  await say(request, 'japan', revoked);
  expect(await at.stage(request, {})).toMatchObject({ status: 'PENDING', stage: 'AWAITING_CERTIFICATION' });
  expect(await seen(request)).toMatchObject({
    first: null,
    marketplaces: ['US'],
    codes: ['CERTIFICATION_REVOKED'],
    badges: [],
  });
});

test('is sent back when all its projects have ended, with what each says', async () => {
  const request = await at.certified();
  await say(request, 'japan', rejected);
  await say(request, 'america', { status: 'UNDER_TEST' });
  await at.stage(request, {});
  expect(await seen(request)).toMatchObject({ marketplaces: ['US'], codes: ['CERTIFICATION_REJECTED'] });
  await say(request, 'america', { status: 'CANCELLED' });
  expect(await refuse(request)).toMatchObject({ status: 'REJECTED', certification: { verdict: 'REFUSED' } });
  const { row } = await request.traces();
  expect(row['marketplaces']).toEqual(['US', 'JP']);
  expect(row['reasons']).toMatchObject([
    { code: 'CERTIFICATION_CANCELLED', marketplace: 'US' },
    { code: 'CERTIFICATION_REJECTED', marketplace: 'JP' },
  ]);
});

test('is sent back for what is refused, and not for what is under way again', async () => {
  const request = await at.certified();
  await say(request, 'japan', rejected);
  await say(request, 'america', { status: 'UNDER_TEST' });
  await at.stage(request, {});
  await say(request, 'japan', { status: 'UNDER_TEST' });
  await say(request, 'america', rejected);
  expect(await refuse(request)).toMatchObject({ status: 'REJECTED' });
  const { row } = await request.traces();
  expect(row['reasons']).toMatchObject([{ code: 'CERTIFICATION_REJECTED', marketplace: 'US' }]);
});

test('rescheduled, only what is certified is looked at', async () => {
  const request = await halfCertified();
  const goLive = { kind: 'ON_DATE', date: '2027-02-01' } as const;
  const outcome = await request.record(
    (ref) => scene.activities.recordRescheduling(ref, goLive),
    people.maker,
  );
  expect(outcome).toMatchObject({ stage: 'AWAITING_CERTIFICATION', open: ['US'] });
});

describe('once enabled', () => {
  const enabled = async () => {
    const request = await afterwards.enabled();
    await say(request, 'japan', approved, afterwards.scene.pool);
    await say(request, 'america', approved, afterwards.scene.pool);
    return request;
  };

  test('a badge is lost and comes back by its own project alone', async () => {
    const request = await enabled();
    await say(request, 'america', revoked, afterwards.scene.pool);
    expect(await afterwards.byCertification(request)).toMatchObject({ status: 'ENABLED' });
    expect((await seenAfterwards(request)).badges).toEqual([
      'JP STAGED',
      'US SUSPENDED CERTIFICATION_REVOKED',
    ]);
    await say(request, 'japan', revoked, afterwards.scene.pool);
    await say(request, 'america', approved, afterwards.scene.pool);
    await afterwards.byCertification(request);
    expect((await seenAfterwards(request)).badges).toEqual([
      'JP SUSPENDED CERTIFICATION_REVOKED',
      'US STAGED',
    ]);
    const { history } = await request.traces();
    expect(history.slice(-2).map(({ action, details }) => [action, details['marketplaces']])).toEqual([
      ['suspend', ['JP']],
      ['reinstate', ['US']],
    ]);
  });

  test('what an operator has reinstated in one region is left when another one’s project speaks', async () => {
    const request = await enabled();
    const { pool } = afterwards.scene;
    await say(request, 'america', revoked, pool);
    await afterwards.byCertification(request);
    await afterwards.order(request, 'reinstate', { marketplaces: ['US'] });
    // By the scene's clock that is to come, as far as the database's is concerned.
    await pool.query(
      `update badge_request_history set at = clock_timestamp() where request_id = $1 and action = 'reinstate'`,
      [request.id],
    );
    await say(request, 'japan', revoked, pool);
    await afterwards.byCertification(request);
    expect((await seenAfterwards(request)).badges).toEqual([
      'JP SUSPENDED CERTIFICATION_REVOKED',
      'US STAGED',
    ]);
  });
});

describe('news of a project', () => {
  const concerned = async (request: SceneRequest, region: 'america' | 'japan') => {
    const product = await readProductOfProject(scene.pool, idOf(request, region));
    if (product === null) throw new Error('There is such a project.');
    const all = await listConcerned(scene.pool, idOf(request, region), product, { limit: 10 });
    await markHeard(scene.pool, all, product);
    return all.map(({ id, news }) => [id, news?.verdict]);
  };
  const unheard = () => listUnheardProjects(scene.pool, { limit: 1000 });

  test('concerns the requests for its own marketplaces', async () => {
    const request = await at.certified({ marketplaces: ['US'] });
    await say(request, 'america', approved);
    expect(await concerned(request, 'america')).toEqual([[request.id, 'APPROVED']]);
    await say(request, 'japan', { status: 'UNDER_TEST' });
    expect(await unheard()).not.toContain(idOf(request, 'japan'));
    expect(await concerned(request, 'japan')).toEqual([]);
  });

  test('concerns those whose marketplace it does not name any more', async () => {
    const request = await at.certified({ marketplaces: ['US'] });
    await say(request, 'japan', { ...approved, marketplaces: ['JP', 'US'] });
    await concerned(request, 'japan');
    await say(request, 'japan', { ...approved, marketplaces: ['JP'] });
    expect(await unheard()).toContain(idOf(request, 'japan'));
    expect(await concerned(request, 'japan')).toEqual([[request.id, 'APPROVED']]);
    // Named by an older version that comes late.
    await scene.pool.query(
      'update certification_projects set named_marketplaces = marketplaces where id = $1',
      [idOf(request, 'japan')],
    );
    const older = {
      projectId: idOf(request, 'japan'),
      version: 1,
      ...approved,
      marketplaces: ['US' as const],
    };
    expect(await receiveEvent(scene.pool, eventAbout(request, older))).toBe('OLDER');
    await say(request, 'japan', { status: 'CANCELLED' });
    expect(await concerned(request, 'japan')).toEqual([[request.id, 'APPROVED']]);
  });

  test('concerns those that ask for what nobody names', async () => {
    const request = await at.certified({ marketplaces: ['US', 'DE'] });
    await say(request, 'america', approved);
    await concerned(request, 'america');
    await say(request, 'japan', { status: 'UNDER_TEST' });
    expect(await concerned(request, 'japan')).toEqual([[request.id, 'APPROVED']]);
  });

  test('is told where what was lost before is certified', async () => {
    const request = await halfCertified();
    await say(request, 'japan', rejected);
    await at.stage(request, {});
    await say(request, 'japan', approved);
    expect(await concerned(request, 'japan')).toEqual([[request.id, 'APPROVED']]);
  });
});

const codes = ['US', 'JP', 'DE'] as const;
const some = fc.subarray([...codes], { minLength: 0 });
const projectsOf = fc.array(
  fc.record({
    status: fc.constantFrom(...CERTIFICATION_STATUSES, 'COMPLETE' as const, 'COMPLETE' as const),
    result: fc.constantFrom(null, ...CERTIFICATION_RESULTS),
    marketplaces: some,
    wasApproved: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

test('the domain and the database say the same of any projects', async () => {
  const request = await scene.create({ marketplaces: codes });
  const { pool } = scene;
  await pool.query("update badge_requests set status = 'PENDING', stage = 'SCHEDULED' where id = $1", [
    request.id,
  ]);
  await fc.assert(
    fc.asyncProperty(projectsOf, some, async (saids, staged) => {
      const projects = saids.map((said, index): ProductProject => ({
        ...{ projectId: `${request.projectId}_${9 - index}`, version: 1, reason: null },
        ...said,
      }));
      await pool.query('delete from badges where request_id = $1', [request.id]);
      await pool.query('update products set project_id = $1', [request.projectId]);
      await pool.query('delete from certification_news');
      await pool.query('delete from certification_projects where id <> $1', [request.projectId]);
      for (const { projectId, status, result, marketplaces, wasApproved } of projects)
        await pool.query(
          `insert into certification_projects
             (id, organization_id, product_id, version, status, result, marketplaces, was_approved)
           values ($1, 'org_one', $2, 1, $3, $4, $5, $6)`,
          [projectId, `prod_${request.id}`, status, result, marketplaces, wasApproved],
        );
      // The one that every scene's product begins with is of no other product than this.
      await pool.query('update products set project_id = $1', [projects[0]?.projectId]);
      await pool.query('update certification_projects set product_id = $2 where id = $1', [
        request.projectId,
        'prod_none',
      ]);
      for (const code of staged)
        await pool.query(
          `insert into badges (request_id, marketplace, program, asin, effective_at) values ($1, $2, 'WWA', 'B0', now())`,
          [request.id, code],
        );
      const { rows } = await pool.query<{ stage: string; standings: unknown[] }>(
        `select ${STAGE_NOW} as stage, (
           select json_agg(json_build_array(s.id, s.covers, s.verdict) order by m.place)
             from unnest($2::text[]) with ordinality as m(code, place)
               left join ${standingOf('s.product_id', 'm.code')} s on true) as standings
           from ${requestTables} where s.id = $1`,
        [request.id, codes],
      );
      const { awaited } = seeCertification(projects, { marketplaces: codes, badges: staged });
      const expected = codes.map((code) => {
        const standing = standingIn(projects, code);
        return [standing?.project.projectId ?? null, standing?.covers ?? null, standing?.verdict ?? null];
      });
      expect(rows).toEqual([
        { stage: awaited.length === 0 ? 'SCHEDULED' : 'AWAITING_CERTIFICATION', standings: expected },
      ]);
      const [newest] = projects;
      const { products } = await listSelectableProducts(pool, {
        organizationId: null,
        limit: 100,
        after: null,
      });
      expect(products.some(({ id }) => id === `prod_${request.id}`)).toBe(
        (newest !== undefined && isSelectable(newest)) || selectableMarketplaces(projects).length > 0,
      );
    }),
    { numRuns: 150 },
  );
});
