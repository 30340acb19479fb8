/** What a certification that changes does to badges after Enabled, as it is recorded. */
import { EVENING, NOW, REFUSED, seen, useEnabledScene, type EnabledScene } from './enabled-scene';
import type { Scene } from './transition-scene';

let at: EnabledScene;
let scene: Scene;
useEnabledScene((made) => {
  at = made;
  scene = made.scene;
});

describe('a certification', () => {
  const revoked = { status: 'COMPLETE', result: 'REVOKED' };
  const approved = { status: 'COMPLETE', result: 'APPROVED' };

  test('that is revoked suspends, and approved again reinstates, only for its own cause', async () => {
    const request = await at.enabled();
    await at.order(request, 'suspend', { marketplaces: ['JP'] });
    await request.certify(revoked);
    expect(await at.byCertification(request)).toMatchObject({ status: 'SUSPENDED' });
    expect(await seen(request)).toMatchObject({
      badges: ['JP SUSPENDED OPERATOR CERTIFICATION_REVOKED', 'US SUSPENDED CERTIFICATION_REVOKED'],
    });
    await request.certify(approved);
    expect(await at.byCertification(request)).toMatchObject({ status: 'ENABLED' });
    expect(await seen(request)).toEqual({
      status: 'ENABLED',
      badges: ['JP SUSPENDED OPERATOR', 'US STAGED'],
      history: [
        `suspend ENABLED ENABLED ${NOW}`,
        `suspend ENABLED SUSPENDED ${NOW}`,
        `reinstate SUSPENDED ENABLED ${NOW}`,
      ],
      mails: [`badge-suspended JP ${NOW}`, `badge-suspended JP,US ${NOW}`, `badge-reinstated US ${NOW}`],
    });
  });

  test('that is revoked is mailed with where the badge does not come back by it alone', async () => {
    const request = await at.enabled();
    await at.order(request, 'suspend', { marketplaces: ['JP'] });
    await request.certify(revoked);
    await at.byCertification(request);
    const told = (await request.traces()).mails.filter(({ template }) => template === 'badge-suspended');
    expect(told.map(({ props }) => props['alsoSuspended'])).toEqual([undefined, ['JP']]);
  });

  test.each([
    ['approved', approved],
    ['open', { status: 'UNDER_TEST' }],
    ['on hold', { status: 'ON_HOLD' }],
    ['cancelled', { status: 'CANCELLED' }],
  ])('that is %s changes nothing of badges that are well', async (_name, change) => {
    const request = await at.enabled();
    await request.certify(change);
    expect(await at.byCertification(request)).toEqual(REFUSED);
    expect(await seen(request)).toMatchObject({ status: 'ENABLED', history: [] });
  });

  test('that is revoked and approved for less reinstates what it covers, and no more', async () => {
    const request = await at.enabled();
    await request.certify(revoked);
    await at.byCertification(request);
    await request.certify({ ...approved, marketplaces: ['US'] });
    await at.byCertification(request);
    expect(await seen(request)).toMatchObject({
      status: 'ENABLED',
      badges: ['JP SUSPENDED CERTIFICATION_REVOKED', 'US STAGED'],
    });
    expect(await at.byCertification(request)).toEqual(REFUSED);
  });

  test('that covers a marketplace no longer suspends its badge, and reinstates it when it does again', async () => {
    const request = await at.enabled();
    await request.certify({ ...approved, marketplaces: ['US', 'CA'] });
    expect(await at.byCertification(request)).toMatchObject({ status: 'ENABLED' });
    const { mails } = await request.traces();
    expect(mails.at(-1)?.props).toEqual({
      marketplaces: ['JP'],
      cause: 'CERTIFICATION_REVOKED',
      reason: 'The certification now covers only: United States, Canada.',
    });
    await request.certify({ ...approved, marketplaces: ['US', 'JP'] });
    await at.byCertification(request);
    expect(await seen(request)).toEqual({
      status: 'ENABLED',
      badges: ['JP STAGED', 'US STAGED'],
      history: [`suspend ENABLED ENABLED ${NOW}`, `reinstate ENABLED ENABLED ${NOW}`],
      mails: [`badge-suspended JP ${NOW}`, `badge-reinstated JP ${NOW}`],
    });
  });

  test('that covers other marketplaces suspends and reinstates in one transition, once however often it is written', async () => {
    const request = await at.enabled();
    await request.certify({ ...approved, marketplaces: ['US'] });
    await at.byCertification(request);
    await at.order(request, 'remove', { marketplaces: ['US'], effectiveAt: EVENING });
    await request.certify({ ...approved, marketplaces: ['JP'] });
    await at.byCertification(request);
    const after = await request.traces();
    await request.steps.at(-1)?.repeat();
    expect(await request.traces()).toEqual(after);
    expect(await seen(request)).toEqual({
      status: 'ENABLED',
      badges: ['JP STAGED', 'US SUSPENDED CERTIFICATION_REVOKED'],
      history: [
        `suspend ENABLED ENABLED ${NOW}`,
        `remove ENABLED ENABLED ${NOW}`,
        `suspend ENABLED ENABLED ${NOW}`,
        `reinstate ENABLED ENABLED ${NOW}`,
        `remove ENABLED ENABLED ${EVENING}`,
      ],
      mails: [
        `badge-suspended JP ${NOW}`,
        `badge-suspended US ${NOW}`,
        `badge-reinstated JP ${NOW}`,
        `badge-removed US ${EVENING}`,
      ],
    });
  });

  test('leaves what an operator has planned', async () => {
    const request = await at.enabled();
    await at.order(request, 'remove', { effectiveAt: EVENING });
    await request.certify(revoked);
    await at.byCertification(request);
    expect(await seen(request)).toMatchObject({
      history: [
        `remove ENABLED ENABLED ${NOW}`,
        `suspend ENABLED SUSPENDED ${NOW}`,
        `remove SUSPENDED REMOVED ${EVENING}`,
      ],
      mails: [`badge-suspended JP,US ${NOW}`, `badge-removed JP,US ${EVENING}`],
    });
    scene.now = EVENING;
    expect(await at.standing(request)).toEqual(['REMOVED', 2]);
  });
});
