/** What happens to a badge whose listing is in trouble, as it is recorded. */
import type { OperatorOrder } from '../../db/transitions/afterwards';
import type { TransitionRef } from '../../db/transitions/record';
import type { MarketplaceCode } from '../../domain/marketplaces';
import { EVENING, MORNING, NOW, REFUSED, seen, useEnabledScene, type EnabledScene } from './enabled-scene';
import type { Scene, SceneRequest } from './transition-scene';

let at: EnabledScene;
let scene: Scene;
useEnabledScene((made) => {
  at = made;
  scene = made.scene;
});

describe('a badge in trouble', () => {
  const reasons = [{ check: 'ASIN_LIVE', code: 'ASIN_NOT_BUYABLE', found: null, expected: null }] as const;
  const warn = (request: SceneRequest) =>
    request.record((ref) => scene.badgeActivities.recordWarning(ref, [{ marketplace: 'US', reasons }]));
  const act = (request: SceneRequest, action: OperatorOrder['action']) =>
    request.record((ref) => scene.badgeActivities.recordListingAction(ref, { action, marketplaces: ['US'] }));
  const clear = (request: SceneRequest) =>
    request.record((ref) => scene.badgeActivities.recordRecovery(ref, ['US']));

  test('that is right again before an operator’s plan is told once that it is back', async () => {
    const request = await at.enabled();
    await act(request, 'suspend');
    await at.order(request, 'reinstate', { marketplaces: ['US'], effectiveAt: MORNING });
    expect((await seen(request)).mails).toContain(`badge-reinstated US ${MORNING}`);
    await act(request, 'reinstate');
    expect((await seen(request)).mails).toEqual([`badge-suspended US ${NOW}`, `badge-reinstated US ${NOW}`]);
  });

  test('that an operator brings back, now or at an instant to come, is told of with its listing', async () => {
    for (const effectiveAt of [null, MORNING]) {
      const request = await at.enabled();
      await act(request, 'suspend');
      await at.order(request, 'suspend', { marketplaces: ['JP'] });
      await at.order(request, 'reinstate', { effectiveAt });
      expect((await request.traces()).mails.at(-1)).toMatchObject({
        template: 'badge-reinstated',
        props: { marketplaces: ['JP', 'US'], listings: ['US'] },
      });
    }
    const healed = await at.enabled();
    await act(healed, 'suspend');
    await act(healed, 'reinstate');
    expect((await healed.traces()).mails.at(-1)?.props).not.toHaveProperty('listings');
  });

  test('that an operator’s plan has brought back is not removed for what its listing was before', async () => {
    const request = await at.enabled();
    await act(request, 'suspend');
    await at.order(request, 'reinstate', { marketplaces: ['US'], effectiveAt: MORNING });
    scene.now = MORNING;
    expect(await act(request, 'remove')).toEqual(REFUSED);
    expect(await at.standing(request)).toEqual(['ENABLED', 2]);
  });

  test('is warned of, suspended, reinstated and removed, each once however often it is written', async () => {
    const request = await at.enabled();
    const outcomes = [
      await warn(request),
      await clear(request),
      await act(request, 'suspend'),
      await act(request, 'reinstate'),
      await act(request, 'suspend'),
      await act(request, 'remove'),
    ];
    expect(outcomes).toMatchObject([
      { status: 'ENABLED', warned: ['US'], suspendAt: '2027-02-08T12:00:00.000Z' },
      { status: 'ENABLED' },
      { status: 'ENABLED', removeAt: '2027-05-02T12:00:00.000Z' },
      { status: 'ENABLED' },
      { status: 'ENABLED' },
      { status: 'ENABLED' },
    ]);
    const after = await request.traces();
    for (const step of request.steps) expect(await step.repeat()).toEqual(step.outcome);
    expect(await request.traces()).toEqual(after);
    expect((await seen(request)).history).toEqual([
      `warn ENABLED ENABLED ${NOW}`,
      `clear ENABLED ENABLED ${NOW}`,
      `suspend ENABLED ENABLED ${NOW}`,
      `reinstate ENABLED ENABLED ${NOW}`,
      `suspend ENABLED ENABLED ${NOW}`,
      `remove ENABLED ENABLED ${NOW}`,
    ]);
    expect((await seen(request)).mails.map((mail) => mail.split(' ')[0])).toEqual([
      'badge-in-trouble',
      'badge-recovered',
      'badge-suspended',
      'badge-reinstated',
      'badge-suspended',
      'badge-removed',
    ]);
  });

  test('that is suspended says in its history until when it is to be put right', async () => {
    const request = await at.enabled();
    await act(request, 'suspend');
    const { history } = await request.traces();
    expect(history.at(-1)).toMatchObject({
      action: 'suspend',
      details: { cause: 'LISTING', marketplaces: ['US'], removeAt: '2027-05-02T12:00:00.000Z' },
    });
  });

  test('that was recorded in a lost task stands for nothing else that its workflow begins with then', async () => {
    const request = await at.enabled();
    await warn(request);
    const { seq } = request.next();
    const lost = { requestId: request.id, seq: seq - 1, command: null };
    await request.certify({ status: 'COMPLETE', result: 'REVOKED' });
    const { recordCertificationOfBadges, recordRecovery, recordListingAction } = scene.badgeActivities;
    expect([
      await recordCertificationOfBadges(lost),
      await recordRecovery(lost, ['US']),
      await recordListingAction(lost, { action: 'suspend', marketplaces: ['US'] }),
    ]).toEqual([REFUSED, REFUSED, REFUSED]);
    expect(await at.byCertification(request)).toMatchObject({ status: 'SUSPENDED' });
    // What came since then and was told with it is not lost either.
    await request.certify({ status: 'COMPLETE', result: 'APPROVED' });
    expect(await recordCertificationOfBadges({ ...lost, seq })).toEqual(REFUSED);
    expect(await at.byCertification(request)).toMatchObject({ status: 'ENABLED' });
  });

  test('that is right again comes back where a lost task has suspended it meanwhile', async () => {
    const request = await at.enabled();
    await warn(request);
    await act(request, 'suspend');
    const recovered = await request.record((ref) => scene.badgeActivities.recordRecovery(ref, ['JP', 'US']));
    expect(recovered).toMatchObject({ status: 'ENABLED' });
    const [cleared] = request.steps.slice(-1);
    expect(await cleared?.repeat()).toEqual(cleared?.outcome);
    expect(await seen(request)).toMatchObject({
      badges: ['JP STAGED', 'US STAGED'],
      history: [
        `warn ENABLED ENABLED ${NOW}`,
        `suspend ENABLED ENABLED ${NOW}`,
        `reinstate ENABLED ENABLED ${NOW}`,
        `clear ENABLED ENABLED ${NOW}`,
      ],
      mails: [
        `badge-in-trouble undefined ${NOW}`,
        `badge-suspended US ${NOW}`,
        `badge-recovered JP ${NOW}`,
        `badge-reinstated US ${NOW}`,
      ],
    });
  });

  test('keeps what an operator has planned for it, in order', async () => {
    const request = await at.enabled();
    await at.order(request, 'suspend', { marketplaces: ['JP'], effectiveAt: MORNING });
    await warn(request);
    scene.now = EVENING;
    await clear(request);
    expect(await seen(request)).toMatchObject({
      badges: ['JP SUSPENDED OPERATOR', 'US STAGED'],
      history: [
        `suspend ENABLED ENABLED ${NOW}`,
        `warn ENABLED ENABLED ${NOW}`,
        `suspend ENABLED ENABLED ${MORNING}`,
        `clear ENABLED ENABLED ${EVENING}`,
      ],
    });
  });

  test('that is right again says where its badge is suspended all the same', async () => {
    const request = await at.enabled();
    await warn(request);
    await at.order(request, 'suspend', { marketplaces: ['US'] });
    await clear(request);
    const told = (await request.traces()).mails.filter(({ template }) => template === 'badge-recovered');
    expect(told.map(({ props }) => props)).toEqual([{ marketplaces: ['US'], suspended: ['US'] }]);
  });

  test('is not warned of where the badge is not shown', async () => {
    const request = await at.enabled();
    await at.order(request, 'suspend');
    expect(await warn(request)).toEqual(REFUSED);
  });

  test('is warned of where the badge is shown, and not again of what its maker was warned of last', async () => {
    const request = await at.enabled();
    await at.order(request, 'suspend', { marketplaces: ['JP'] });
    const report = (ref: TransitionRef, ...codes: MarketplaceCode[]) => {
      const reports = codes.map((marketplace) => ({ marketplace, reasons }));
      return scene.badgeActivities.recordWarning(ref, reports);
    };
    const told = async () =>
      (await request.traces()).mails
        .filter(({ template }) => template === 'badge-in-trouble')
        .map(({ props }) => (props['reports'] as { marketplace: string }[]).map((each) => each.marketplace));
    const suspendAt = '2027-02-08T12:00:00.000Z';
    expect(await report(request.next(), 'JP')).toEqual(REFUSED);
    expect(await request.record((ref) => report(ref, 'US', 'JP'))).toMatchObject({
      warned: ['US'],
      suspendAt,
    });
    await at.order(request, 'reinstate', { marketplaces: ['JP'] });
    await request.record((ref) => report(ref, 'US'));
    scene.now = MORNING;
    expect(await report(request.next(), 'US')).toMatchObject({ warned: ['US'], suspendAt, unchanged: true });
    expect(await request.record((ref) => report(ref, 'US', 'JP'))).toMatchObject({ warned: ['US', 'JP'] });
    expect((await request.traces()).history.at(-1)?.details).toMatchObject({ marketplaces: ['JP'] });
    expect(await told()).toEqual([['US'], ['US'], ['JP']]);
    scene.now = '2027-02-09T08:00:00.000Z';
    await request.record((ref) => report(ref, 'JP'));
    expect(await told()).toEqual([['US'], ['US'], ['JP'], ['JP']]);
  });

  test('stays suspended for another cause, and its maker is told of nothing', async () => {
    const request = await at.enabled();
    await act(request, 'suspend');
    await at.order(request, 'suspend', { marketplaces: ['US'] });
    await act(request, 'reinstate');
    const { badges, mails } = await seen(request);
    expect(badges).toEqual(['JP STAGED', 'US SUSPENDED OPERATOR']);
    expect(mails.some((mail) => mail.startsWith('badge-reinstated'))).toBe(false);
  });
});
