/** What happens to badges after Enabled, as it is recorded. */
import { EVENING, MORNING, NOW, REFUSED, seen, useEnabledScene, type EnabledScene } from './enabled-scene';
import { people, type Scene } from './transition-scene';

let at: EnabledScene;
let scene: Scene;
useEnabledScene((made) => {
  at = made;
  scene = made.scene;
});

describe('an operator’s order', () => {
  test('is recorded once, however often it is written', async () => {
    const request = await at.enabled();
    const outcome = await at.order(request, 'suspend', { marketplaces: ['JP'] });
    expect(outcome).toMatchObject({ status: 'ENABLED', stage: null, round: 1 });
    const after = await request.traces();
    const [again] = request.steps.slice(-1);
    expect(await Promise.all([again?.repeat(), again?.repeat()])).toEqual([outcome, outcome]);
    expect(await request.traces()).toEqual(after);
    expect(await seen(request)).toEqual({
      status: 'ENABLED',
      badges: ['JP SUSPENDED OPERATOR', 'US STAGED'],
      history: [`suspend ENABLED ENABLED ${NOW}`],
      mails: [`badge-suspended JP ${NOW}`],
    });
  });

  test('leaves the same badges of other requests alone, and what is planned for them', async () => {
    const other = await at.enabled();
    await at.order(other, 'remove', { effectiveAt: EVENING });
    const before = await other.traces();
    const request = await at.enabled();
    await at.order(request, 'suspend', { effectiveAt: MORNING });
    await at.order(request, 'suspend');
    expect(await other.traces()).toEqual(before);
    const { readAfterwards } = scene.badgeActivities;
    expect(await readAfterwards(request.id)).toMatchObject({ status: 'SUSPENDED', seq: 6 });
    expect(await readAfterwards(other.id)).toMatchObject({ status: 'ENABLED', seq: 5 });
  });

  test('is refused where it can be done nowhere, or its words are missing', async () => {
    const request = await at.enabled();
    expect(await at.order(request, 'reinstate')).toEqual(REFUSED);
    const ref = { ...request.next(people.operator), seq: 5 };
    const words = { action: 'suspend', marketplaces: null, effectiveAt: null } as const;
    expect(await scene.badgeActivities.recordOperatorOrder(ref, words)).toEqual({ refused: 'FORM_INVALID' });
    expect(await seen(request)).toMatchObject({ history: [], mails: [] });
  });

  test('works on a request that the clock has enabled, and the enabling then changes nothing', async () => {
    const request = await at.enabled();
    await request.place('PENDING', 'SCHEDULED');
    expect(await at.order(request, 'suspend')).toMatchObject({ status: 'SUSPENDED' });
    expect(await scene.activities.recordEnabling(request.id)).toBe(true);
    expect(await seen(request)).toMatchObject({
      status: 'SUSPENDED',
      history: [`suspend ENABLED SUSPENDED ${NOW}`],
    });
  });
});

test.each([NOW, '2027-02-01T11:59:59.999Z'])(
  'an order for %s, which is there, is done and told now',
  async (effectiveAt) => {
    const request = await at.enabled();
    await at.order(request, 'suspend', { marketplaces: ['US'], effectiveAt });
    expect(await seen(request)).toMatchObject({
      badges: ['JP STAGED', 'US SUSPENDED OPERATOR'],
      history: [`suspend ENABLED ENABLED ${NOW}`],
      mails: [`badge-suspended US ${NOW}`],
    });
    expect((await request.traces()).history.at(-1)?.details).not.toHaveProperty('effectiveAt');
  },
);

describe('what is planned', () => {
  test('is written ahead, each instant with its own entry and mail, and becomes true by the clock', async () => {
    const request = await at.enabled();
    await at.order(request, 'suspend', { marketplaces: ['US'], effectiveAt: MORNING });
    await at.order(request, 'remove', { marketplaces: ['JP'], effectiveAt: EVENING });
    expect(await seen(request)).toEqual({
      status: 'ENABLED',
      badges: ['JP STAGED', 'US STAGED'],
      history: [
        `suspend ENABLED ENABLED ${NOW}`,
        `remove ENABLED ENABLED ${NOW}`,
        `suspend ENABLED ENABLED ${MORNING}`,
        `remove ENABLED SUSPENDED ${EVENING}`,
      ],
      mails: [`badge-suspended US ${MORNING}`, `badge-removed JP ${EVENING}`],
    });
    expect(await at.standing(request)).toEqual(['ENABLED', 2]);
    scene.now = EVENING;
    expect(await at.standing(request)).toEqual(['SUSPENDED', 2]);
    const { history } = await request.traces();
    const byOperator = { actor_role: 'OPERATOR', actor_id: people.operator.id };
    expect(history.slice(-2)).toMatchObject([
      { ...byOperator, details: { marketplaces: ['US'], reason: 'To suspend.' } },
      { ...byOperator, details: { marketplaces: ['JP'], reason: 'To remove.' } },
    ]);
    // What the clock did is part of what the next transition starts from.
    expect(await at.order(request, 'reinstate')).toMatchObject({ status: 'ENABLED' });
    expect(await seen(request)).toMatchObject({ badges: ['JP REMOVED', 'US STAGED'] });
    expect((await seen(request)).history.at(-1)).toBe(`reinstate SUSPENDED ENABLED ${EVENING}`);
  });

  test('for one instant by several orders is written as one after the other', async () => {
    const request = await at.enabled();
    await at.order(request, 'suspend', { marketplaces: ['US'], effectiveAt: MORNING });
    await at.order(request, 'remove', { marketplaces: ['JP'], effectiveAt: MORNING });
    expect((await seen(request)).history.slice(-2)).toEqual([
      `remove ENABLED ENABLED ${MORNING}`,
      `suspend ENABLED SUSPENDED ${MORNING}`,
    ]);
  });

  test('lifts no suspension that came after it, and tells of none', async () => {
    const request = await at.enabled();
    await at.order(request, 'suspend');
    await at.order(request, 'reinstate', { effectiveAt: MORNING });
    expect((await seen(request)).mails).toContain(`badge-reinstated JP,US ${MORNING}`);
    await request.certify({ status: 'COMPLETE', result: 'REVOKED' });
    await at.byCertification(request);
    const { mails, history } = await seen(request);
    expect(mails.filter((mail) => mail.includes('reinstated'))).toEqual([]);
    expect(history.at(-1)).toBe(`reinstate SUSPENDED SUSPENDED ${MORNING}`);
    const planned = (await request.traces()).history.at(-1);
    expect(planned).toMatchObject({
      actor_role: 'OPERATOR',
      details: { reason: 'To reinstate.', stillSuspended: ['JP', 'US'] },
    });
    scene.now = EVENING;
    expect(await at.standing(request)).toEqual(['SUSPENDED', 2]);
    await request.certify({ status: 'COMPLETE', result: 'APPROVED' });
    expect(await at.byCertification(request)).toMatchObject({ status: 'ENABLED' });
    expect(await seen(request)).toMatchObject({ badges: ['JP STAGED', 'US STAGED'] });
  });

  test('is taken back by a suspension, where the badge is to stay suspended', async () => {
    const request = await at.enabled();
    await at.order(request, 'suspend');
    await at.order(request, 'remove', { marketplaces: ['JP'], effectiveAt: MORNING });
    await at.order(request, 'suspend');
    expect(await seen(request)).toEqual({
      status: 'SUSPENDED',
      badges: ['JP SUSPENDED OPERATOR', 'US SUSPENDED OPERATOR'],
      history: [
        `suspend ENABLED SUSPENDED ${NOW}`,
        `remove SUSPENDED SUSPENDED ${NOW}`,
        `suspend SUSPENDED SUSPENDED ${NOW}`,
      ],
      mails: [`badge-suspended JP,US ${NOW}`, `badge-suspended JP ${NOW}`],
    });
    scene.now = EVENING;
    expect(await at.standing(request)).toEqual(['SUSPENDED', 2]);
    expect(await at.order(request, 'suspend')).toEqual(REFUSED);
  });

  test('is taken back with its entry and its mail, and the other plan stays', async () => {
    const request = await at.enabled();
    await at.order(request, 'suspend', { marketplaces: ['US'], effectiveAt: MORNING });
    await at.order(request, 'suspend', { marketplaces: ['JP'], effectiveAt: EVENING });
    const { mails } = await seen(request);
    expect(mails).toEqual([`badge-suspended US ${MORNING}`, `badge-suspended JP ${EVENING}`]);
    await at.order(request, 'reinstate', { marketplaces: ['US'] });
    expect(await seen(request)).toMatchObject({
      history: [
        `suspend ENABLED ENABLED ${NOW}`,
        `suspend ENABLED ENABLED ${NOW}`,
        `reinstate ENABLED ENABLED ${NOW}`,
        `suspend ENABLED ENABLED ${EVENING}`,
      ],
      mails: [`badge-suspended JP ${EVENING}`],
    });
  });
});
