import { createWorld, PROJECT, type World } from '../setup/request-world';

describe('a programme that approves by itself', () => {
  let own: World;
  beforeAll(async () => {
    own = await createWorld({ programs: { WWA: { buyability: 'LISTED', autoApprove: true } } });
  });
  afterAll(() => own.close());

  it('goes on to Pending with nobody deciding, and live once certified', async () => {
    const request = await own.create();
    await request.submit();
    await request.until((row) => row.stage === 'AWAITING_CERTIFICATION');
    await own.certify(PROJECT, { status: 'COMPLETE', result: 'APPROVED' });
    await request.handle.result();
    expect(await request.row()).toMatchObject({ status: 'ENABLED' });
    expect((await request.history()).map((entry) => entry.action)).not.toContain('passChecks');
  });

  it('asks a reviewer where a check is unknown', async () => {
    own.outside.check = (check) => (check === 'LISTING_MATCHES' ? 'UNKNOWN' : 'YES');
    const request = await own.create();
    await request.submit();
    await request.until((row) => row.stage === 'AWAITING_REVIEWER');
  });
});
