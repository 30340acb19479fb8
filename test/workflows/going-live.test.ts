/** From approval to the badges: what the certification says, where the listing is live, when. */
import { createWorld, PROJECT, type RequestForm, type World } from '../setup/request-world';
import {
  approved,
  beginAnew,
  JAPAN_PROJECT,
  partByRegion,
  pending,
  reviewed,
  templates,
} from './request-steps';

const DAY_MS = 86_400_000;
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(() => beginAnew(world));

describe('a pending request', () => {
  it('goes on at once when the certification came before the approval', async () => {
    await world.pool.query(
      "update certification_projects set status = 'COMPLETE', result = 'APPROVED', version = version + 1",
    );
    const request = await pending(world);
    await request.handle.result();
    expect(await request.row()).toMatchObject({ status: 'ENABLED' });
  });

  it.each([
    [{ status: 'COMPLETE', result: 'REJECTED' }, 'CERTIFICATION_REJECTED'],
    [{ status: 'CANCELLED' }, 'CERTIFICATION_CANCELLED'],
    [{ status: 'INTAKE_REJECTED' }, 'CERTIFICATION_INTAKE_REJECTED'],
  ])('is sent back when certification ends as %j', async (change, code) => {
    const request = await pending(world);
    await world.certify(PROJECT, change);
    expect((await request.until(({ status }) => status === 'REJECTED')).reasons).toMatchObject([{ code }]);
  });

  it('stays pending while certification is on hold', async () => {
    const request = await pending(world);
    await world.certify(PROJECT, { status: 'ON_HOLD' });
    await world.certify(PROJECT, approved);
    await request.handle.result();
    expect((await request.history()).map(({ to_status }) => to_status)).not.toContain('REJECTED');
  });

  it('ignores news that is repeated or older', async () => {
    const request = await pending(world, { goLive: { kind: 'ON_DATE', date: '2027-06-01' } });
    const news = (version: number, verdict: 'APPROVED' | 'REFUSED') =>
      request.handle.signal('certificationChanged', { projectId: PROJECT, version, verdict });
    await world.certify(PROJECT, approved);
    await news(0, 'REFUSED');
    await news(1, 'REFUSED');
    await request.withdraw();
    expect(await request.row()).toMatchObject({ status: 'NOT_SUBMITTED' });
    expect((await request.history()).map(({ action }) => action)).not.toContain('refuseCertification');
  });

  it.each([
    [approved, ['JP', 'US'], null],
    [{ status: 'COMPLETE', result: 'REJECTED' }, ['US'], 'CERTIFICATION_REJECTED'],
  ])(
    'is live where one project is approved while another one is under way, and ends once that says %j',
    async (said, live, code) => {
      await partByRegion(world);
      try {
        const request = await pending(world, { marketplaces: ['US', 'JP'] });
        await world.certify(PROJECT, approved);
        await request.until(({ first_effective_at: first }) => first !== null);
        expect(await request.badges()).toMatchObject([{ marketplace: 'US' }]);
        expect(await request.row()).toMatchObject({ status: 'PENDING', stage: 'AWAITING_CERTIFICATION' });
        await world.certify(JAPAN_PROJECT, said);
        await request.handle.result();
        const row = await request.row();
        expect(row).toMatchObject({ status: 'ENABLED', reasons: code === null ? [] : [{ code }] });
        expect((await request.badges()).map(({ marketplace }) => marketplace).sort()).toEqual(live);
      } finally {
        await world.pool.query('delete from certification_projects where id = $1', [JAPAN_PROJECT]);
      }
    },
  );

  it('drops marketplaces that the final certification does not cover', async () => {
    const request = await pending(world, { marketplaces: ['US', 'JP'] });
    await world.certify(PROJECT, { ...approved, marketplaces: ['US'] });
    await request.handle.result();
    const row = await request.row();
    expect(row).toMatchObject({ status: 'ENABLED', marketplaces: ['US'] });
    expect(row.reasons).toMatchObject([{ code: 'MARKETPLACE_NOT_CERTIFIED', marketplace: 'JP' }]);
    expect(await request.badges()).toMatchObject([{ marketplace: 'US' }]);
  });

  describe('with a date that is far away', () => {
    const form: RequestForm = {
      goLive: { kind: 'ON_DATE', date: new Date(Date.now() + 90 * DAY_MS).toISOString().slice(0, 10) },
      marketplaces: ['US', 'JP'],
    };
    const cover = (...marketplaces: string[]) => world.certify(PROJECT, { ...approved, marketplaces });

    it('drops what the certification does not cover when it comes, and asks for no listing yet', async () => {
      let asked = 0;
      world.outside.beforeLiveness = async () => void (asked += 1);
      const request = await pending(world, form);
      await cover('US');
      const row = await request.until(({ marketplaces }) => marketplaces.length === 1);
      expect(row).toMatchObject({ status: 'PENDING', stage: 'SCHEDULED', marketplaces: ['US'] });
      expect(row.reasons).toMatchObject([{ code: 'MARKETPLACE_NOT_CERTIFIED', marketplace: 'JP' }]);
      expect(await templates(request)).toEqual(['under-review', 'pending', 'marketplace-dropped']);
      expect(asked).toBe(0);
      await request.withdraw();
    });

    it('is sent back at once where its certification covers none of its marketplaces', async () => {
      const request = await pending(world, form);
      await cover('DE');
      const { reasons } = await request.until(({ status }) => status === 'REJECTED');
      expect(reasons.map(({ marketplace }) => marketplace)).toEqual(['US', 'JP']);
    });

    it('has it judged when it is approved after its certification', async () => {
      const request = await world.create(form);
      await reviewed(request);
      await cover('US');
      await request.approve();
      await request.until(({ marketplaces }) => marketplaces.length === 1);
      await request.withdraw();
    });
  });

  it('stages what is live and tells the maker about the rest, once', async () => {
    world.outside.live = (marketplace) => (marketplace === 'JP' ? 'NO' : 'YES');
    const request = await pending(world, { marketplaces: ['US', 'JP'] });
    await world.certify(PROJECT, approved);
    await request.until(({ transition_seq }) => transition_seq >= 4);
    expect(await request.badges()).toMatchObject([{ marketplace: 'US' }]);
    expect(await templates(request)).toEqual(['under-review', 'pending', 'listing-not-live']);
    expect(await request.withdraw()).toMatchObject({ status: 'ENABLED' });
    await request.handle.result();
    expect(await request.row()).toMatchObject({ marketplaces: ['US'] });
  });

  it('ends with what is live where a newer certification ends without an approval', async () => {
    world.outside.live = (marketplace) => (marketplace === 'JP' ? 'NO' : 'YES');
    const request = await pending(world, { marketplaces: ['US', 'JP'] });
    await world.certify(PROJECT, approved);
    await request.until(({ transition_seq }) => transition_seq >= 4);
    await world.pool.query(
      `with newer as (
         insert into certification_projects (id, organization_id, product_id, version, status, marketplaces)
         select 'cert_two', organization_id, product_id, 1, 'CANCELLED', marketplaces from certification_projects
         returning id)
       update products set project_id = newer.id from newer`,
    );
    await request.handle.signal('certificationChanged', {
      ...{ projectId: 'cert_two', version: 1, verdict: 'REFUSED' },
    });
    await request.handle.result();
    await world.pool.query('update products set project_id = $1', [PROJECT]);
    await world.pool.query("delete from certification_projects where id = 'cert_two'");
    expect(await request.row()).toMatchObject({ status: 'ENABLED', marketplaces: ['US'] });
    expect((await templates(request)).slice(-2)).toEqual(['listing-not-live', 'enabled']);
  });

  it('takes back what was written ahead when it is rescheduled or withdrawn', async () => {
    // The midnight that begins tomorrow's day in Sydney is ahead and less than a day away.
    const date = new Intl.DateTimeFormat('en-CA', { timeZone: 'Australia/Sydney' }).format(
      Date.now() + DAY_MS,
    );
    const request = await pending(world, { goLive: { kind: 'ON_DATE', date }, marketplaces: ['AU'] });
    await world.certify(PROJECT, approved);
    const staged = await request.until((row) => row.enabled_at !== null);
    expect(staged).toMatchObject({ status: 'PENDING', stage: 'SCHEDULED' });
    expect(await request.badges()).toMatchObject([{ marketplace: 'AU', effective_at: staged.enabled_at }]);
    const ahead = async () => ({
      mails: (await request.mails()).filter(({ due_at }) => due_at.getTime() > Date.now()).length,
      entries: (await request.history()).filter(({ at }) => at.getTime() > Date.now()).length,
      badges: (await request.badges()).length,
    });
    expect(await ahead()).toEqual({ mails: 1, entries: 1, badges: 1 });
    await request.reschedule({ kind: 'ON_DATE', date: '2027-06-01' });
    expect(await ahead()).toEqual({ mails: 0, entries: 0, badges: 0 });
    await request.reschedule({ kind: 'ON_DATE', date });
    await request.until((row) => row.enabled_at !== null);
    await request.withdraw();
    expect(await ahead()).toEqual({ mails: 0, entries: 0, badges: 0 });
    expect(await request.row()).toMatchObject({ status: 'NOT_SUBMITTED', enabled_at: null });
  });
});
